/// One WebSocket that shows an agent what changes.
#pragma once

#include <deque>
#include <memory>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/websocket/stream.hpp>

#include "app/app.h"
#include "metrics/metrics.h"
#include "server/hub.h"
#include "server/limiter.h"
#include "server/stream.h"

namespace suki::server {

struct Shared;

/// Everything but the constructor runs on the socket's strand.
class Feed : public std::enable_shared_from_this<Feed> {
 public:
  /// `seen`: what the client says that it heard last.
  Feed(Shared& shared, Stream socket, app::Caller caller, std::string session_token, std::string name, Hub::Seen seen);
  boost::asio::awaitable<void> run(boost::beast::http::request<boost::beast::http::string_body> request);
  void stop();
  void cut();

 private:
  boost::asio::awaitable<void> write_until_over();
  boost::asio::awaitable<void> read_until_over();
  boost::asio::awaitable<void> end();
  boost::asio::awaitable<bool> send(Hub::Frame frame);
  boost::asio::awaitable<bool> session_holds();
  void hear(const std::string& words);
  void take(const Hub::Frames& frames);
  using FeedEnd = metrics::FeedEnd;
  void finish(boost::beast::websocket::close_code code, FeedEnd how = FeedEnd::left);

  Shared& shared_;
  boost::beast::websocket::stream<Stream> socket_;
  boost::asio::steady_timer news_;  ///< cancelled when there is something to do
  std::deque<Hub::Frame> queue_;
  app::Caller caller_;
  std::string session_token_, name_;
  Hub::Seen seen_;
  std::uint64_t key_ = 0;  ///< at the hub
  Limiter words_;
  int unheard_ = 0;
  boost::beast::websocket::close_code code_ = boost::beast::websocket::close_code::normal;
  FeedEnd how_ = FeedEnd::left;
  bool over_ = false;
  bool reading_ = false;
};

}  // namespace suki::server
