#include <curl/curl.h>

#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "mail/line.h"

namespace suki::mail {
namespace {

constexpr long connect_seconds_max = 15;
constexpr long transfer_seconds_max = 120;

struct Source {
  const std::string& data;
  std::size_t at = 0;
};

std::size_t read_source(char* to, std::size_t size, std::size_t count, void* user) {
  auto& source = *static_cast<Source*>(user);
  const std::size_t n = std::min(size * count, source.data.size() - source.at);
  std::copy_n(source.data.data() + source.at, n, to);
  source.at += n;
  return n;
}

/// Keeps the last answer of the server, for the log; after a refusal, that, and not what it says to the good-bye.
std::size_t keep_line(char* from, std::size_t size, std::size_t count, void* user) {
  auto& last = *static_cast<std::string*>(user);
  if (!last.empty() && (last.front() == '4' || last.front() == '5')) return size * count;
  last.assign(from, std::min<std::size_t>(size * count, 500));
  while (!last.empty() && (last.back() == '\n' || last.back() == '\r')) last.pop_back();
  return size * count;
}

int ask_whether_given_up(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return (*static_cast<const std::function<bool()>*>(user))() ? 1 : 0;
}

}  // namespace

Result<void> send(const Smtp& server, const std::string& from, const std::string& to, const std::string& data) {
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (started != CURLE_OK) return fail(ErrorCode::internal, curl_easy_strerror(started));
  std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(), &curl_easy_cleanup);
  if (!curl) return fail(ErrorCode::internal, "curl cannot start");
  CURL* c = curl.get();
  Source source{data};
  std::string last_answer;
  const std::string sender = "<" + from + ">";
  const std::string recipient = "<" + to + ">";
  std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> recipients(curl_slist_append(nullptr, recipient.c_str()),
                                                                         &curl_slist_free_all);
  curl_easy_setopt(c, CURLOPT_URL, server.url.c_str());
  curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(c, CURLOPT_USE_SSL, wanted_tls(server));
  if (!server.user.empty()) {
    curl_easy_setopt(c, CURLOPT_USERNAME, server.user.c_str());
    curl_easy_setopt(c, CURLOPT_PASSWORD, server.password.c_str());
  }
  if (!server.ca_file.empty()) curl_easy_setopt(c, CURLOPT_CAINFO, server.ca_file.c_str());
  curl_easy_setopt(c, CURLOPT_MAIL_FROM, sender.c_str());
  curl_easy_setopt(c, CURLOPT_MAIL_RCPT, recipients.get());
  curl_easy_setopt(c, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(c, CURLOPT_READFUNCTION, &read_source);
  curl_easy_setopt(c, CURLOPT_READDATA, &source);
  curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, &keep_line);
  curl_easy_setopt(c, CURLOPT_WRITEDATA, &last_answer);
  curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, &keep_line);
  curl_easy_setopt(c, CURLOPT_HEADERDATA, &last_answer);
  curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, connect_seconds_max);
  curl_easy_setopt(c, CURLOPT_TIMEOUT, transfer_seconds_max);
  curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
  if (server.given_up) {
    curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, &ask_whether_given_up);
    curl_easy_setopt(c, CURLOPT_XFERINFODATA, &server.given_up);
  }
  const CURLcode code = curl_easy_perform(c);
  if (code == CURLE_OK) return {};
  if (code == CURLE_ABORTED_BY_CALLBACK) return fail(ErrorCode::unavailable, "given up: the server stops");
  if (code == CURLE_USE_SSL_FAILED)
    return fail(ErrorCode::io, fmt::format("{}: the mail server offers no TLS, and mail would go over an open line; {}",
                                           server.url, tls_cure(server)));
  long answer = 0;
  curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &answer);
  const bool for_good = answer >= 500 && answer < 600;
  return fail(
      for_good ? ErrorCode::refused : ErrorCode::io,
      fmt::format("{}: {}{}{}", server.url, curl_easy_strerror(code), last_answer.empty() ? "" : ": ", last_answer));
}

}  // namespace suki::mail
