/// A request and a response as values, so that routes, sessions and pages know nothing of sockets or of Beast.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace suki::server {

enum class Method : std::uint8_t { get, head, post, patch, put, delete_, options, other };
[[nodiscard]] const char* name_of(Method method);

/// One request whose header has been read; `body` follows once its size is known to be allowed.
struct Request {
  Method method = Method::get;
  std::string id;                                          ///< X-Request-Id: the proxy's, or ours; see is_request_id()
  std::string path;                                        ///< as sent, without the query
  std::vector<std::string> segments;                       ///< of the path, percent-decoded: {"api", "v1", "site"}
  std::vector<std::pair<std::string, std::string>> query;  ///< decoded, as sent
  std::string session_token;                               ///< the session's cookie; "" when absent
  std::string browser_token;                               ///< what the browser keeps over sessions; likewise
  std::string csrf, origin, host, content_type, if_none_match;
  std::string address;        ///< of the client, for rate limits and the audit log; never in the server's log
  std::string user_agent;     ///< cut to 512 bytes
  std::string authorization;  ///< as sent; "" when absent or longer than a token can be
  bool from_here = false;     ///< by a program on this machine, and by no proxy
  bool accepts_gzip = false;
  bool https = false;      ///< by our own TLS, or as the proxy says
  bool websocket = false;  ///< asks for an upgrade
  std::string body;

  [[nodiscard]] std::string_view find_query(std::string_view name) const;  ///< "" when absent
};

/// Splits and decodes a request target ("/a/b?c=d"). Errors: bad_input (400), too_large (414).
[[nodiscard]] Result<void> read_target(std::string_view target, Request& request);
/// The value of `name` in a Cookie header, "" when absent or longer than a token can be.
[[nodiscard]] std::string find_cookie(std::string_view header, std::string_view name);
/// What the session's cookie is called. Over HTTPS its name binds it: browsers take it for this host and the path "/"
/// alone, and over HTTPS alone (RFC 6265bis, 4.1.3.2), so that no other host of the domain can plant one.
[[nodiscard]] std::string_view session_cookie_name(bool https);
/// And that by which a browser is known again at the next log-in.
[[nodiscard]] std::string_view browser_cookie_name(bool https);
/// Whether an Accept-Encoding header allows gzip (RFC 9110, 12.5.3).
[[nodiscard]] bool allows_gzip(std::string_view accept_encoding);

/// Whether the page that asks is one of ours: the Origin's host is the request's own (RFC 6455, 10.2).
[[nodiscard]] bool is_same_origin(std::string_view origin, std::string_view host);

enum class Caching : std::uint8_t {
  none,        ///< no-store: API answers, private links
  revalidate,  ///< no-cache with an ETag: pages
  immutable,   ///< a year: files whose name holds their hash
};

class Pieces;

struct Response {
  unsigned status = 200;
  std::string type;  ///< Content-Type; "" without a body
  std::string body;
  std::string_view static_body;    ///< instead of `body`: bytes that outlive the program's requests
  std::shared_ptr<Pieces> pieces;  ///< instead of both: sent in chunks while it is made (pieces.h)
  Caching caching = Caching::none;
  bool sandboxed = false;  ///< a file from outside: may do nothing at all when opened
  bool framed = false;     ///< HTML made safe: shown in a frame of our own pages, where it may do nothing
  bool close = false;      ///< the connection ends with it
  std::int64_t agent = 0;  ///< who asked, for the log: the account's number; 0: nobody was signed in
  std::vector<std::pair<std::string, std::string>> headers;

  [[nodiscard]] std::string_view bytes() const { return static_body.empty() ? std::string_view(body) : static_body; }
};

/// 1 to limits::request_id_bytes_max of A-Z, a-z, 0-9, ".", "_" and "-".
[[nodiscard]] bool is_request_id(std::string_view text);
/// 16 hexadecimal digits that this process gives once.
[[nodiscard]] std::string new_request_id();
inline constexpr std::string_view problem_type = "application/problem+json";
/// A problem's JSON with `id` in its last member, request_id, so that somebody who reports it names its lines in the
/// log.
[[nodiscard]] std::string add_request_id(std::string_view problem, std::string_view id);

/// application/problem+json of RFC 9457. `code` is stable; `field` names the input at fault.
[[nodiscard]] Response make_problem(unsigned status, std::string code, std::string detail, std::string field = "");
/// One that may be gone when the client asks again in so many seconds.
[[nodiscard]] Response make_passing_problem(unsigned status, std::string code, std::string detail, unsigned seconds);
/// The problem that an error of the use cases means to a client. What is internal is not told.
[[nodiscard]] Response make_problem(const Error& error);
/// Text for people: "Not Found".
[[nodiscard]] const char* reason_of(unsigned status);

/// Content-Disposition of a download (RFC 6266, RFC 8187): never inline, whatever the name holds.
[[nodiscard]] std::string content_disposition(std::string_view file_name);

/// Equal in a time that depends on the lengths alone.
[[nodiscard]] bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace suki::server
