// The feed: who may watch, and that a change arrives.
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <thread>

#include "fixture.h"
#include "json/read.h"

namespace suki::api {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;

class Watcher {
 public:
  explicit Watcher(std::uint16_t port) : socket_(io_) {
    socket_.next_layer().connect({asio::ip::make_address("127.0.0.1"), port});
  }
  /// 101 when the feed is open, else the status of the refusal.
  unsigned open(const std::string& cookie, const std::string& origin) {
    socket_.set_option(beast::websocket::stream_base::decorator([&](beast::websocket::request_type& request) {
      if (!cookie.empty()) request.set(beast::http::field::cookie, "suki_session=" + cookie);
      if (!origin.empty()) request.set(beast::http::field::origin, origin);
    }));
    beast::websocket::response_type response;
    boost::system::error_code error;
    socket_.handshake(response, "desk.example", "/api/v1/feed", error);
    return response.result_int();
  }
  std::string read() {
    beast::flat_buffer buffer;
    boost::system::error_code error;
    socket_.read(buffer, error);
    return error ? "" : beast::buffers_to_string(buffer.data());
  }
  void write(const std::string& text) {
    boost::system::error_code ignored;
    socket_.write(asio::buffer(text), ignored);
  }
  [[nodiscard]] unsigned close_code() const { return socket_.reason().code; }

 private:
  asio::io_context io_;
  beast::websocket::stream<asio::ip::tcp::socket> socket_;
};

std::int64_t position_of(const std::string& frame) {
  const Result<boost::json::value> parsed = json::parse(frame);
  return parsed.ok() ? parsed->at("position").as_int64() : -1;
}

}  // namespace

using ApiFeed = Api;

TEST_F(ApiFeed, IsForOurOwnPagesWithASession) {
  EXPECT_EQ(Watcher(port()).open(agent().cookie, "https://evil.example"), 403u);
  EXPECT_EQ(Watcher(port()).open(agent().cookie, ""), 403u);
  EXPECT_EQ(Watcher(port()).open("", "https://desk.example"), 401u);
  EXPECT_EQ(Watcher(port()).open(std::string(43, 'A'), "https://desk.example"), 401u);
  EXPECT_EQ(Watcher(port()).open(agent().cookie, "https://desk.example"), 101u);
}

TEST_F(ApiFeed, TellsThePositionThenEveryChange) {
  Watcher watcher(port());
  ASSERT_EQ(watcher.open(agent().cookie, "http://desk.example"), 101u);
  const std::int64_t start = position_of(watcher.read());
  ASSERT_GE(start, 1);
  ASSERT_EQ(ask(port(), {.method = "POST",
                         .target = "/api/v1/public/conversations",
                         .body = new_conversation("feed-1", "Watched from the start.")})
                .status,
            201u);
  const std::string frame = watcher.read();
  EXPECT_GT(position_of(frame), start);
  EXPECT_NE(frame.find("\"row\":{\"id\":"), std::string::npos) << frame;
  EXPECT_NE(frame.find("\"subject\":\"Printer feed-1\""), std::string::npos) << frame;
}

TEST_F(ApiFeed, EveryWatcherGetsItInTheirOwnLanguage) {
  Watcher english(port()), filipino(port());
  const LoggedIn other = log_in(port(), "mia");
  ASSERT_EQ(ask(port(), {.method = "PATCH",
                         .target = "/api/v1/session",
                         .body = R"({"language":"fil"})",
                         .cookie = other.cookie,
                         .csrf = other.csrf})
                .status,
            200u);
  ASSERT_EQ(english.open(agent().cookie, "http://desk.example"), 101u);
  ASSERT_EQ(filipino.open(other.cookie, "http://desk.example"), 101u);
  EXPECT_GE(position_of(english.read()), 1);
  EXPECT_GE(position_of(filipino.read()), 1);
  ASSERT_EQ(ask(port(), {.method = "POST",
                         .target = "/api/v1/public/conversations",
                         .body = new_conversation("feed-2", "Two languages")})
                .status,
            201u);
  const std::string in_english = english.read(), in_filipino = filipino.read();
  EXPECT_NE(in_english.find("\"name\":\"Office\""), std::string::npos) << in_english;
  EXPECT_NE(in_filipino.find("\"name\":\"Opisina\""), std::string::npos) << in_filipino;
  ask(port(), {.method = "PATCH",
               .target = "/api/v1/session",
               .body = R"({"language":"en"})",
               .cookie = other.cookie,
               .csrf = other.csrf});
}

TEST_F(ApiFeed, AWatcherWhoTalksTooMuchIsCut) {
  Watcher watcher(port());
  ASSERT_EQ(watcher.open(agent().cookie, "http://desk.example"), 101u);
  watcher.read();
  watcher.write(std::string(100'000, 'x'));
  EXPECT_EQ(watcher.read(), "");
  EXPECT_EQ(ask(port(), {.target = "/healthz"}).status, 200u);
}

TEST_F(ApiFeed, AServerThatStopsSaysGoodbye) {
  server::Options options;
  options.rate_limits = false;
  Running server(options);
  const LoggedIn mine = log_in(server.port(), "ana");
  Watcher watcher(server.port());
  ASSERT_EQ(watcher.open(mine.cookie, "http://desk.example"), 101u);
  EXPECT_GE(position_of(watcher.read()), 0);
  std::thread stopping([&] { server.stop(); });
  EXPECT_EQ(watcher.read(), "");
  EXPECT_EQ(watcher.close_code(), 1001u);
  stopping.join();
}

}  // namespace suki::api
