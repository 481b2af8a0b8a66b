#include "server/answer_head.h"

#include <algorithm>
#include <ctime>

#include <fmt/format.h>

namespace suki::server {
namespace {

/// RFC 9110, 5.6.7. Made once a second for each thread.
const std::string& http_date() {
  thread_local std::time_t made_at = 0;
  thread_local std::string text;
  const std::time_t now = std::time(nullptr);
  if (now != made_at) {
    std::tm utc{};
    gmtime_r(&now, &utc);
    static constexpr const char* weekdays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    text = fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT", weekdays[utc.tm_wday], utc.tm_mday, months[utc.tm_mon],
                       utc.tm_year + 1900, utc.tm_hour, utc.tm_min, utc.tm_sec);
    made_at = now;
  }
  return text;
}

/// On every answer. The policy lets our own files run and nothing else; a file from outside may do nothing at all.
constexpr std::string_view security_headers =
    "X-Content-Type-Options: nosniff\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\n"
    "Permissions-Policy: camera=(), geolocation=(), microphone=(), payment=(), usb=()\r\n";
constexpr std::string_view never_framed = "X-Frame-Options: DENY\r\n";
constexpr std::string_view page_policy =
    "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; frame-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'\r\n";
constexpr std::string_view sandbox_policy =
    "Content-Security-Policy: default-src 'none'; sandbox; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'\r\n";

/// Nothing runs and nothing is fetched; a link opens a page of its own, which knows nothing of ours.
constexpr std::string_view frame_policy =
    "X-Frame-Options: SAMEORIGIN\r\n"
    "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "sandbox allow-popups allow-popups-to-escape-sandbox; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'\r\n";

std::string_view cache_header(Caching caching) {
  switch (caching) {
    case Caching::none:
      return "Cache-Control: no-store\r\nX-Robots-Tag: noindex\r\n";
    case Caching::revalidate:
      return "Cache-Control: no-cache\r\n";
    case Caching::immutable:
      return "Cache-Control: public, max-age=31536000, immutable\r\n";
  }
  return "";
}

const char* reason_phrase(unsigned status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 204:
      return "No Content";
    case 304:
      return "Not Modified";
    case 308:
      return "Permanent Redirect";
    default:
      return reason_of(status);
  }
}

/// Answers of the API are for programs. Opened by hand they are saved under a fixed name, so that no address that
/// somebody made up gives a file its name.
bool needs_name(const Response& response, const Request& request) {
  if (!request.path.starts_with("/api/") || !response.type.ends_with("json")) return false;
  return std::none_of(response.headers.begin(), response.headers.end(),
                      [](const auto& header) { return header.first == "Content-Disposition"; });
}

/// For a year: whoever came by HTTPS once comes by it always.
constexpr std::string_view hsts = "Strict-Transport-Security: max-age=31536000\r\n";

}  // namespace

std::string make_head(const Response& response, std::size_t bytes, const Request& request, bool keep) {
  std::string head = fmt::format("HTTP/1.1 {} {}\r\nDate: {}\r\nX-Request-Id: {}\r\n", response.status,
                                 reason_phrase(response.status), http_date(), request.id);
  head += security_headers;
  if (request.https) head += hsts;
  if (!response.framed) head += never_framed;
  head += response.framed ? frame_policy : response.sandboxed ? sandbox_policy : page_policy;
  head += cache_header(response.caching);
  if (!response.type.empty()) head.append("Content-Type: ").append(response.type).append("\r\n");
  if (needs_name(response, request)) head += "Content-Disposition: attachment; filename=\"api.json\"\r\n";
  for (const auto& [name, value] : response.headers) head.append(name).append(": ").append(value).append("\r\n");
  if (response.pieces)
    head += "Transfer-Encoding: chunked\r\n";
  else if (response.status != 204 && response.status != 304)
    head += fmt::format("Content-Length: {}\r\n", bytes);
  head += keep ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
  return head;
}

}  // namespace suki::server
