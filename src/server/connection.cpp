#include "server/connection.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/websocket/rfc6455.hpp>

#include "base/number.h"
#include "base/text.h"
#include "log/log.h"
#include "server/answer_head.h"
#include "server/client.h"
#include "server/feed.h"
#include "server/limits.h"
#include "server/pieces.h"
#include "server/shared.h"

namespace suki::server {
namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::use_awaitable;
using boost::system::error_code;

namespace {

std::string_view view(boost::beast::string_view text) {
  return {text.data(), text.size()};
}

Method method_of(http::verb verb) {
  switch (verb) {
    case http::verb::get:
      return Method::get;
    case http::verb::head:
      return Method::head;
    case http::verb::post:
      return Method::post;
    case http::verb::patch:
      return Method::patch;
    case http::verb::put:
      return Method::put;
    case http::verb::delete_:
      return Method::delete_;
    case http::verb::options:
      return Method::options;
    default:
      return Method::other;
  }
}

/// Lengths that two readers could take differently are how one request is smuggled in another (RFC 9112, 11.2): nobody
/// sends such by mistake.
const char* odd_length(const http::request<http::string_body>& head) {
  const auto lengths = head.count(http::field::content_length), codings = head.count(http::field::transfer_encoding);
  if (lengths > 1) return "one Content-Length header at most";
  if (codings > 0 && lengths > 0) return "a body has a length or comes in chunks, not both";
  if (codings > 0 && head.version() < 11) return "HTTP/1.0 has no chunks";
  return nullptr;
}

Response redirect_to(std::string where) {
  Response response;
  response.status = 308;  // with the same method and body
  response.headers.emplace_back("Location", std::move(where));
  return response;
}

/// Every field of that name, in order: what a client sent stands before what the proxy added.
std::vector<std::string_view> all_fields(const http::fields& head, const char* name) {
  std::vector<std::string_view> all;
  const auto [first, last] = head.equal_range(name);
  for (auto at = first; at != last; ++at) all.push_back(view(at->value()));
  return all;
}

/// What the nearest proxy added, in small letters; "" without one.
std::string last_entry(const std::vector<std::string_view>& fields) {
  if (fields.empty()) return "";
  const std::size_t comma = fields.back().rfind(',');
  return to_lower_ascii(trim(comma == std::string_view::npos ? fields.back() : fields.back().substr(comma + 1)));
}

/// Counts and logs. Only what the log may hold: the pattern, never the path, which can hold a private link.
void note_answer(Shared& shared, const Request& request, const Match& match, const Response& response,
                 std::size_t bytes, std::chrono::steady_clock::time_point since) {
  const auto took = std::chrono::steady_clock::now() - since;
  const std::string_view what = match.route ? match.route->pattern : response.status < 400 ? "page" : "unknown";
  const char* method = name_of(request.method);
  shared.metrics->answered(method, what, response.status, took);
  log::answered({.method = method,
                 .route = what,
                 .status = response.status,
                 .bytes = bytes,
                 .ms = std::chrono::duration<double, std::milli>(took).count(),
                 .request_id = request.id,
                 .agent = response.agent});
}

/// Counts itself while it lives.
class LargeBody {
 public:
  LargeBody(Shared& shared, bool counts) : count_(counts ? &shared.large_bodies : nullptr) {
    if (count_ != nullptr) ++*count_;
  }
  ~LargeBody() {
    if (count_ != nullptr) --*count_;
  }
  LargeBody(const LargeBody&) = delete;
  LargeBody& operator=(const LargeBody&) = delete;

 private:
  std::atomic<std::size_t>* count_;
};

}  // namespace

Connection::Connection(Shared& shared, asio::ip::tcp::socket socket, Entry entry)
    : shared_(shared), entry_(entry), stream_(std::move(socket)), deadline_(stream_.get_executor()) {
  address_ = stream_.start();
  local_ = is_this_machine(address_);
  by_proxy_ = shared_.options.proxies.holds(address_);
}

Connection::~Connection() {
  shared_.remove(this);
}

void Connection::turn_away() {
  static constexpr std::string_view full =
      "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
  // TLS would have to be agreed on first, which is more than a crowd is worth.
  if (entry_ != Entry::site || !shared_.certificate) stream_.try_to_write(full);
}

void Connection::stop() {
  asio::post(stream_.get_executor(), [self = shared_from_this()] {
    if (self->feed_) {
      self->feed_->stop();
    } else if (self->idle_) {
      self->stream_.cancel();
    }
  });
}

void Connection::cut() {
  asio::post(stream_.get_executor(), [self = shared_from_this()] {
    if (self->feed_) self->feed_->cut();
    self->stream_.close();
  });
}

void Connection::set_deadline(std::chrono::steady_clock::duration after) {
  timed_out_ = false;
  const std::uint64_t number = ++deadline_number_;
  deadline_.expires_after(after);
  deadline_.async_wait([weak = weak_from_this(), number](error_code error) {
    const auto self = weak.lock();
    // A number of its own: a deadline that was already on its way when it was replaced must not strike.
    if (error || !self || self->deadline_number_ != number) return;
    self->timed_out_ = true;
    self->stream_.cancel();
  });
}

void Connection::clear_deadline() {
  ++deadline_number_;
  deadline_.cancel();
}

asio::awaitable<void> Connection::run() {
  const std::shared_ptr<Connection> self = shared_from_this();
  Next next = Next::keep;
  try {
    if (entry_ == Entry::site && shared_.certificate) {
      set_deadline(shared_.options.timeouts.handshake);
      TlsContext context = shared_.certificate->context();
      if (!co_await stream_.shake_hands(std::move(context))) next = Next::close;
      clear_deadline();
    }
    for (std::size_t count = 1; next == Next::keep; ++count) {
      if (!co_await wait_for_request()) break;
      next = co_await serve_request(count < limits::requests_per_connection_max);
    }
    if (!feed_ && stream_.is_encrypted()) {
      set_deadline(shared_.options.timeouts.linger);
      co_await stream_.say_goodbye();
    }
    if (next == Next::linger) co_await linger();
  } catch (const std::exception& error) {
    spdlog::error("a connection failed: {}", error.what());
  }
  clear_deadline();
  if (!feed_) stream_.finish_sending();
  stream_.close();
}

asio::awaitable<bool> Connection::wait_for_request() {
  if (buffer_.size() > 0) co_return true;  // the next one came with the last (pipelining)
  if (shared_.stopping) co_return false;
  idle_ = true;
  set_deadline(shared_.options.timeouts.idle);
  error_code error;
  const auto space = buffer_.prepare(4096);
  const std::size_t bytes = co_await stream_.async_read_some(space, asio::redirect_error(use_awaitable, error));
  buffer_.commit(bytes);
  idle_ = false;
  clear_deadline();
  co_return !error;
}

asio::awaitable<Connection::Next> Connection::refuse(const Request& request, unsigned status, const char* code,
                                                     const char* detail) {
  const Response response = make_problem(status, code, detail);
  const bool written = co_await write(response, request, false);
  note_answer(shared_, request, {}, response, response.bytes().size(), since_);
  co_return written ? Next::linger : Next::close;
}

void Connection::read_head(const Parser& parser, Request& request) const {
  const auto& head = parser.get();
  request.method = method_of(head.method());
  const std::string_view id = view(head["X-Request-Id"]);
  if (is_request_id(id)) request.id = id;
  request.csrf = view(head["X-CSRF-Token"]).substr(0, limits::token_bytes_max);
  request.origin = view(head[http::field::origin]);
  request.host = view(head[http::field::host]);
  request.content_type = view(head[http::field::content_type]);
  request.if_none_match = view(head[http::field::if_none_match]);
  request.accepts_gzip = allows_gzip(view(head[http::field::accept_encoding]));
  request.websocket = boost::beast::websocket::is_upgrade(head);
  request.address = address_;
  if (const auto proof = head[http::field::authorization]; proof.size() <= limits::token_bytes_max + 7)
    request.authorization = view(proof);
  // Who adds such a field stands between us and somebody else.
  request.from_here = local_ && head.count("X-Forwarded-For") == 0 && head.count("X-Forwarded-Proto") == 0 &&
                      head.count("Forwarded") == 0 && head.count(http::field::via) == 0;
  request.https = stream_.is_encrypted();
  request.user_agent = view(head[http::field::user_agent]).substr(0, 512);
  if (by_proxy_) {
    request.address = client_address(address_, all_fields(head, "X-Forwarded-For"));
    request.https = request.https || last_entry(all_fields(head, "X-Forwarded-Proto")) == "https";
  }
  request.session_token = find_cookie(view(head[http::field::cookie]), session_cookie_name(request.https));
  request.browser_token = find_cookie(view(head[http::field::cookie]), browser_cookie_name(request.https));
}

std::optional<Connection::Refusal> Connection::check_head(const Parser& parser, Request& request) {
  const auto& head = parser.get();
  if (static_cast<std::size_t>(std::distance(head.begin(), head.end())) > limits::header_fields_max)
    return Refusal{431, "header_too_large", "the request has too many header fields"};
  if (const char* odd = odd_length(head)) return Refusal{400, "bad_request", odd};
  if (head.count(http::field::transfer_encoding) > 0 &&
      (head.count(http::field::transfer_encoding) > 1 ||
       to_lower_ascii(trim(view(head[http::field::transfer_encoding]))) != "chunked"))
    return Refusal{501, "bad_transfer_encoding", "of all transfer encodings, only chunked is understood"};
  if (head.count(http::field::host) != 1 && head.version() >= 11)
    return Refusal{400, "bad_request", "one Host header is needed"};
  const Result<void> target = read_target(view(head.target()), request);
  if (target.ok()) return std::nullopt;
  if (target.error().code == ErrorCode::too_large) return Refusal{414, "address_too_long", "the address is too long"};
  if (target.error().code == ErrorCode::not_found) return Refusal{404, "not_found", target.error().detail};
  return Refusal{400, "bad_request", target.error().detail};
}

std::optional<Connection::Refusal> Connection::check_reading(const error_code& error) const {
  if (timed_out_) return Refusal{408, "request_timeout", "the request's header came too slowly"};
  if (error == http::error::header_limit || error == http::error::buffer_overflow)
    return Refusal{431, "header_too_large", "the request's header is too large"};
  if (error == http::error::bad_version) return Refusal{505, "bad_version", "HTTP/1.1 and HTTP/1.0 are served"};
  if (error == http::error::end_of_stream || error == http::error::partial_message) return std::nullopt;
  if (error && error.category() == http::make_error_code(http::error::end_of_stream).category())
    return Refusal{400, "bad_request", "this is not a well-formed HTTP request"};
  return std::nullopt;
}

asio::awaitable<Connection::Next> Connection::serve_request(bool may_keep) {
  since_ = std::chrono::steady_clock::now();
  Parser parser;
  parser.header_limit(limits::header_bytes_max);
  parser.body_limit(boost::none);  // each route has its own; set below, before the body is read
  set_deadline(shared_.options.timeouts.header);
  error_code error;
  co_await http::async_read_header(stream_, buffer_, parser, asio::redirect_error(use_awaitable, error));
  clear_deadline();
  Request request;
  request.id = new_request_id();
  std::optional<Refusal> refusal = check_reading(error);
  if (!refusal && error) co_return Next::close;
  if (!refusal) {
    read_head(parser, request);
    refusal = check_head(parser, request);
  }
  if (refusal) {
    const Next after = co_await refuse(request, refusal->status, refusal->code, refusal->detail.c_str());
    co_return after;
  }
  if (entry_ == Entry::redirect) {
    const Response elsewhere = redirect_to(shared_.options.redirect_to + std::string(view(parser.get().target())));
    const bool written = co_await write(elsewhere, request, false);
    co_return written ? Next::linger : Next::close;
  }

  const Match match = find_route(request);
  if (match.route && match.route->special == Special::feed && request.websocket) {
    co_await serve_feed(parser, request, match);
    co_return Next::close;
  }
  const bool head_only = request.method == Method::head;
  const bool has_body = parser.chunked() || parser.content_length_remaining().value_or(0) > 0;
  const bool takes_body = match.route && match.route->body_bytes_max > 0;
  Response response;
  bool unread = false;
  if (takes_body) {
    const std::unique_ptr<Response> refused = co_await read_body(parser, match.route->body_bytes_max);
    if (refused) {
      response = *refused;
      unread = true;
    } else if (!to_lower_ascii(request.content_type).starts_with(match.route->body_type)) {
      response = make_problem(415, "unsupported_media_type", "the body must be " + std::string(match.route->body_type));
    } else {
      request.body = std::move(parser.get().body());
      response = co_await answer(shared_, request, match);
    }
  } else {
    unread = has_body;
    std::optional<Response> page;
    const bool reads = request.method == Method::get || head_only;
    if (!match.route && match.allow.empty() && reads) page = shared_.files.find(request);
    if (page) {
      response = std::move(*page);
    } else {
      response = co_await answer(shared_, request, match);
    }
  }
  if (response.pieces && parser.get().version() < 11)
    response = make_problem(505, "bad_version", "this answer comes in chunks, which HTTP/1.0 does not know");
  const bool keep = may_keep && !unread && !response.close && !shared_.stopping && parser.get().keep_alive();
  bool written = co_await write(response, request, keep);
  std::size_t bytes = response.bytes().size();
  if (written && response.pieces && !head_only) {
    const std::optional<std::size_t> sent = co_await write_pieces(*response.pieces);
    written = sent.has_value();
    bytes = sent.value_or(0);
  }
  note_answer(shared_, request, match, response, bytes, since_);
  if (!written) co_return Next::close;
  co_return keep ? Next::keep : unread ? Next::linger : Next::close;
}

asio::awaitable<std::unique_ptr<Response>> Connection::read_body(Parser& parser, std::size_t bytes_max) {
  const Response too_large = make_problem(413, "too_large", fmt::format("the body may have {} bytes", bytes_max));
  if (parser.content_length_remaining().value_or(0) > bytes_max) co_return std::make_unique<Response>(too_large);
  // Large bodies are held in memory, so only so many at once; and they may take the longer.
  const bool large = bytes_max > limits::body_bytes_message;
  const LargeBody held(shared_, large);
  if (large && shared_.large_bodies > limits::large_bodies_max) {
    co_return std::make_unique<Response>(
        make_passing_problem(503, "busy", "too many files are coming in; try again", 5));
  }
  const std::size_t announced = std::min<std::size_t>(parser.content_length_remaining().value_or(bytes_max), bytes_max);
  parser.body_limit(bytes_max);
  set_deadline(shared_.options.timeouts.body + std::chrono::seconds(announced / limits::read_bytes_per_second));
  error_code error;
  if (to_lower_ascii(view(parser.get()[http::field::expect])) == "100-continue") {
    static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    const asio::const_buffer bytes = asio::buffer(go_on);
    co_await asio::async_write(stream_, bytes, asio::redirect_error(use_awaitable, error));
  }
  if (!error) co_await http::async_read(stream_, buffer_, parser, asio::redirect_error(use_awaitable, error));
  clear_deadline();
  if (!error) co_return nullptr;
  if (error == http::error::body_limit) co_return std::make_unique<Response>(too_large);
  if (timed_out_)
    co_return std::make_unique<Response>(make_problem(408, "request_timeout", "the body came too slowly"));
  co_return std::make_unique<Response>(make_problem(400, "bad_request", "the body is not whole or not well-formed"));
}

asio::awaitable<bool> Connection::write(const Response& response, const Request& request, bool keep) {
  const std::string with_id = response.type == problem_type ? add_request_id(response.body, request.id) : "";
  const std::string_view whole = with_id.empty() ? response.bytes() : std::string_view(with_id);
  const std::string text = make_head(response, whole.size(), request, keep);
  const std::string_view body = request.method == Method::head ? std::string_view() : whole;
  const bool written = co_await write_bytes(text, body);
  co_return written;
}

asio::awaitable<std::optional<std::size_t>> Connection::write_pieces(Pieces& pieces) {
  std::size_t bytes = 0;
  while (!pieces.done()) {
    store::Store::Work read = [&pieces](store::Tx& tx) { return pieces.read(tx); };
    const Result<void> done = co_await in_store(shared_.store, Access::read, std::move(read));
    if (!done.ok()) {
      spdlog::error("an answer was cut off: {}: {}", name_of(done.error().code), done.error().detail);
      co_return std::nullopt;
    }
    const std::string piece = pieces.take();
    if (piece.empty()) continue;  // a chunk without bytes would be the last
    const bool written = co_await write_bytes(fmt::format("{:x}\r\n", piece.size()), piece + "\r\n");
    if (!written) co_return std::nullopt;
    bytes += piece.size();
  }
  const bool ended = co_await write_bytes("0\r\n\r\n", "");
  co_return ended ? std::optional(bytes) : std::nullopt;
}

asio::awaitable<bool> Connection::write_bytes(std::string_view text, std::string_view body) {
  const std::array<asio::const_buffer, 2> buffers{asio::buffer(text), asio::buffer(body)};
  set_deadline(shared_.options.timeouts.write + std::chrono::seconds(body.size() / limits::write_bytes_per_second));
  error_code error;
  co_await asio::async_write(stream_, buffers, asio::redirect_error(use_awaitable, error));
  clear_deadline();
  co_return !error;
}

/// Closing while bytes are still coming in would reset the connection, and the client might never see why.
asio::awaitable<void> Connection::linger() {
  stream_.finish_sending();
  set_deadline(shared_.options.timeouts.linger);
  std::size_t total = 0;
  for (std::size_t bytes = 1; bytes > 0 && total < limits::linger_bytes_max; total += bytes) {
    bytes = co_await stream_.drain_some();
  }
  clear_deadline();
}

asio::awaitable<void> Connection::serve_feed(const Parser& parser, const Request& request, const Match& match) {
  std::unique_ptr<Response> refused;
  Call call{.request = request, .parameters = {}, .caller = {}, .session = {}};
  if (!is_same_origin(request.origin, request.host)) {
    refused = std::make_unique<Response>(make_problem(403, "origin", "the feed is for this server's own pages"));
  } else {
    store::Store::Work prove = [&](store::Tx& tx) { return authorize(shared_.app, tx, *match.route, call); };
    const Result<void> proved = co_await in_store(shared_.store, Access::read, prove);
    if (!proved.ok()) refused = std::make_unique<Response>(make_problem(proved.error()));
  }
  if (refused) {
    co_await write(*refused, request, false);
    note_answer(shared_, request, match, *refused, refused->bytes().size(), since_);
    co_return;
  }
  Response opened;
  opened.status = 101;
  opened.agent = call.caller.agent.value;
  note_answer(shared_, request, match, opened, 0, since_);
  http::request<http::string_body> upgrade = parser.get();
  const Hub::Seen seen{std::string(request.find_query("run")), parse_whole(request.find_query("after"))};
  feed_ =
      std::make_shared<Feed>(shared_, std::move(stream_), call.caller, request.session_token, call.session.name, seen);
  if (shared_.stopping) feed_->stop();
  co_await feed_->run(std::move(upgrade));
  log::say(log::Level::info, "feed closed", request.id);
}

}  // namespace suki::server
