#include <curl/curl.h>

#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "base/text.h"
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

/// What the server says, as far as it matters here.
struct Answers {
  std::string last;         ///< for the log; after a refusal, that, and not what it says to the good-bye
  bool needs_utf8 = false;  ///< an address has letters beyond ASCII before its "@" (RFC 6531)
  bool greeting = false;    ///< what comes next is what it offers
  bool offers_utf8 = false, offers_tls = false;
  bool lacks_utf8 = false;  ///< and so nothing was sent: it would be given an address that it cannot read
};

std::size_t keep_line(char* from, std::size_t size, std::size_t count, void* user) {
  auto& answers = *static_cast<Answers*>(user);
  const std::size_t bytes = size * count;
  if (!answers.last.empty() && (answers.last.front() == '4' || answers.last.front() == '5')) return bytes;
  std::string line(from, std::min<std::size_t>(bytes, 500));
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.pop_back();
  if (line.starts_with("220")) {
    answers.greeting = true;
    answers.offers_utf8 = answers.offers_tls = false;
  } else if (answers.greeting && line.starts_with("250")) {
    const std::string word = to_lower_ascii(line.substr(std::min<std::size_t>(4, line.size())));
    answers.offers_utf8 = answers.offers_utf8 || word == "smtputf8";
    answers.offers_tls = answers.offers_tls || word == "starttls";
    answers.greeting = line.size() > 3 && line[3] == '-';
    // Before TLS it may offer less than behind it.
    if (!answers.greeting && answers.needs_utf8 && !answers.offers_utf8 && !answers.offers_tls) {
      answers.lacks_utf8 = true;
      return 0;
    }
  }
  answers.last = std::move(line);
  return bytes;
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
  const std::string sender = "<" + wire_address(from) + ">";
  const std::string recipient = "<" + wire_address(to) + ">";
  Answers answers;
  answers.needs_utf8 = !is_ascii(sender) || !is_ascii(recipient);
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
  curl_easy_setopt(c, CURLOPT_WRITEDATA, &answers);
  curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, &keep_line);
  curl_easy_setopt(c, CURLOPT_HEADERDATA, &answers);
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
  if (answers.lacks_utf8)
    return fail(
        ErrorCode::refused,
        fmt::format("{}: the mail server offers no SMTPUTF8, and cannot send to an address with other letters than "
                    "a to z before its @",
                    server.url));
  long answer = 0;
  curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &answer);
  const bool for_good = answer >= 500 && answer < 600;
  return fail(
      for_good ? ErrorCode::refused : ErrorCode::io,
      fmt::format("{}: {}{}{}", server.url, curl_easy_strerror(code), answers.last.empty() ? "" : ": ", answers.last));
}

}  // namespace suki::mail
