#include <curl/curl.h>

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "mail/line.h"
#include "mail/smtp_call.h"

namespace suki::mail {
namespace {

constexpr long connect_seconds_max = 15;
constexpr long transfer_seconds_max = 120;

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

}  // namespace

Result<void> send(const Smtp& server, const std::string& from, const std::string& to, const std::string& data) {
  SmtpCall call(server, connect_seconds_max, transfer_seconds_max);
  CURL* c = call.get();
  if (c == nullptr) return fail(ErrorCode::internal, "curl cannot start");
  call.carry(from, to, data);
  Answers answers;
  answers.needs_utf8 = call.needs_utf8();
  curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, &keep_line);
  curl_easy_setopt(c, CURLOPT_WRITEDATA, &answers);
  curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, &keep_line);
  curl_easy_setopt(c, CURLOPT_HEADERDATA, &answers);
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
