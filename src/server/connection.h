/// One client's connection: reads requests within the limits, has them answered, writes the answers, in order.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "server/http.h"
#include "server/limits.h"
#include "server/routes.h"
#include "server/stream.h"

namespace suki::server {

struct Shared;
class Feed;

/// What a listener is for.
enum class Entry : std::uint8_t {
  site,      ///< pages, API and feed
  redirect,  ///< sends everybody to HTTPS
};

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  /// The socket's executor is a strand: everything here runs on it.
  Connection(Shared& shared, boost::asio::ip::tcp::socket socket, Entry entry);
  ~Connection();
  boost::asio::awaitable<void> run();
  [[nodiscard]] const std::string& address() const { return address_; }
  void turn_away();  ///< instead of run(): there are too many; says so if that needs no waiting
  void stop();       ///< ends it when it is idle, else after the request that runs; any thread
  void cut();        ///< ends it now; any thread

 private:
  using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;
  enum class Next : std::uint8_t { keep, close, linger };

  boost::asio::awaitable<bool> wait_for_request();
  boost::asio::awaitable<Next> serve_request(bool may_keep);
  struct Refusal {
    unsigned status;
    const char* code;
    std::string detail;
  };
  boost::asio::awaitable<Next> refuse(const Request& request, unsigned status, const char* code, const char* detail);
  void read_head(const Parser& parser, Request& request) const;
  [[nodiscard]] static std::optional<Refusal> check_head(const Parser& parser, Request& request);
  /// What is said of a header that did not come whole; nothing: it did, or nobody is there to be told.
  [[nodiscard]] std::optional<Refusal> check_reading(const boost::system::error_code& error) const;
  /// Nothing when the body is read; else the answer that says why not.
  boost::asio::awaitable<std::unique_ptr<Response>> read_body(Parser& parser, std::size_t bytes_max);
  boost::asio::awaitable<bool> write(const Response& response, const Request& request, bool keep);
  /// What follows a head that promised chunks; how many bytes they held. Nothing: it was not to be had whole.
  boost::asio::awaitable<std::optional<std::size_t>> write_pieces(Pieces& pieces);
  boost::asio::awaitable<bool> write_bytes(std::string_view head, std::string_view body);
  boost::asio::awaitable<void> serve_feed(const Parser& parser, const Request& request, const Match& match);
  boost::asio::awaitable<void> linger();
  void set_deadline(std::chrono::steady_clock::duration after);
  void clear_deadline();

  Shared& shared_;
  Entry entry_;
  Stream stream_;
  boost::asio::steady_timer deadline_;
  boost::beast::flat_buffer buffer_{limits::buffer_bytes_max};
  std::string address_;
  bool local_ = false, by_proxy_ = false;          ///< of address_, which stays what it is
  std::chrono::steady_clock::time_point since_{};  ///< when the present request began
  std::shared_ptr<Feed> feed_;
  std::uint64_t deadline_number_ = 0;
  bool timed_out_ = false;
  bool idle_ = false;
};

}  // namespace suki::server
