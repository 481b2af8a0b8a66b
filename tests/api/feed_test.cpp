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
  /// `buffer`: what the system keeps of what comes in; 0: as it likes.
  explicit Watcher(std::uint16_t port, int buffer = 0) : socket_(io_) {
    socket_.next_layer().open(asio::ip::tcp::v4());
    if (buffer > 0) socket_.next_layer().set_option(asio::socket_base::receive_buffer_size(buffer));
    socket_.next_layer().connect({asio::ip::make_address("127.0.0.1"), port});
  }
  /// 101 when the feed is open, else the status of the refusal.
  unsigned open(const std::string& cookie, const std::string& origin, const std::string& query = "") {
    socket_.set_option(beast::websocket::stream_base::decorator([&](beast::websocket::request_type& request) {
      if (!cookie.empty()) request.set(beast::http::field::cookie, "suki_session=" + cookie);
      if (!origin.empty()) request.set(beast::http::field::origin, origin);
    }));
    beast::websocket::response_type response;
    boost::system::error_code error;
    socket_.handshake(response, "desk.example", "/api/v1/feed" + query, error);
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

/// -1: it has none.
std::int64_t position_of(const std::string& frame) {
  const Result<boost::json::value> parsed = json::parse(frame);
  const auto* position = parsed.ok() ? parsed->as_object().if_contains("position") : nullptr;
  return position != nullptr ? position->as_int64() : -1;
}
/// What a client says that comes back and has heard `first`, the run's first frame, and everything up to `position`.
std::string after(std::int64_t position, const std::string& first) {
  return "?after=" + std::to_string(position) + "&run=" + field(first, "run");
}
constexpr const char* origin = "http://desk.example";

}  // namespace

class ApiFeed : public Api {
 protected:
  static void write_in(std::uint16_t port, const std::string& request) {
    ASSERT_EQ(ask(port, {.method = "POST",
                         .target = "/api/v1/public/conversations",
                         .body = new_conversation(request, "Is it ready?")})
                  .status,
              201u);
  }
};

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

TEST_F(ApiFeed, WhoComesBackGetsExactlyWhatWasMissed) {
  std::string first;
  std::int64_t seen = 0;
  {
    Watcher watcher(port());
    ASSERT_EQ(watcher.open(agent().cookie, origin), 101u);
    first = watcher.read();
    EXPECT_NE(first.find("\"snapshot\":true"), std::string::npos) << first;
    seen = position_of(first);
  }
  write_in(port(), "feed-back-1");
  write_in(port(), "feed-back-2");
  Watcher back(port());
  ASSERT_EQ(back.open(agent().cookie, origin, after(seen, first)), 101u);
  const std::string one = back.read(), two = back.read(), counts = back.read(), at = back.read();
  EXPECT_NE(one.find("\"subject\":\"Printer feed-back-1\""), std::string::npos) << one;
  EXPECT_NE(two.find("\"subject\":\"Printer feed-back-2\""), std::string::npos) << two;
  EXPECT_LT(position_of(one), position_of(two));
  EXPECT_NE(counts.find("{\"counts\":{\"open\":"), std::string::npos) << counts;
  EXPECT_GE(position_of(at), position_of(two));
  EXPECT_EQ(at.find("snapshot"), std::string::npos) << at;
}

TEST_F(ApiFeed, WhoSaysAPositionThatMeansNothingGetsASnapshot) {
  for (const char* query : {"", "?after=", "?after=1", "?after=-1&run=x", "?after=99999999999999999999&run=x",
                            "?after=x&run=%20", "?run=x"}) {
    Watcher watcher(port());
    ASSERT_EQ(watcher.open(agent().cookie, origin, query), 101u) << query;
    const std::string frame = watcher.read();
    EXPECT_NE(frame.find("\"snapshot\":true"), std::string::npos) << query << ": " << frame;
  }
}

TEST_F(ApiFeed, OneWhoReadsTooSlowlyIsCutAndMissesNothing) {
  server::Options options;
  options.rate_limits = false;
  options.feed_queue_max = 8;
  Running server(options);
  const LoggedIn mine = log_in(server.port(), "ana");
  Watcher quick(server.port()), slow(server.port(), 4096);
  ASSERT_EQ(quick.open(mine.cookie, origin), 101u);
  ASSERT_EQ(slow.open(mine.cookie, origin), 101u);
  const std::string first = slow.read();
  std::int64_t seen = position_of(first), last = position_of(quick.read());
  // The quick one reads each as it comes. What the slow one does not read fills what the system keeps, then the queue.
  constexpr int changes = 400;
  std::size_t bytes = 0;
  for (int i = 0; i < changes; ++i) {
    write_in(server.port(), "slow-" + std::to_string(i));
    std::string frame = quick.read();
    while (!frame.empty() && position_of(frame) <= last) frame = quick.read();
    ASSERT_FALSE(frame.empty()) << "one who reads at once was cut at change " << i;
    last = position_of(frame);
    bytes += frame.size();
  }
  EXPECT_EQ(ask(server.port(), {.target = "/healthz"}).status, 200u);
  int heard = 0;
  for (std::string frame = slow.read(); !frame.empty(); frame = slow.read()) {
    if (position_of(frame) < 0) continue;
    ++heard;
    EXPECT_GT(position_of(frame), seen) << "in order";
    seen = position_of(frame);
  }
  EXPECT_LT(heard, changes) << "it was cut long before " << bytes << " bytes";
  EXPECT_GT(heard, 0);
  Watcher back(server.port());
  ASSERT_EQ(back.open(mine.cookie, origin, after(seen, first)), 101u);
  for (std::string frame = back.read(); frame.find("\"run\"") == std::string::npos; frame = back.read()) {
    ASSERT_FALSE(frame.empty());
    heard += frame.find("\"row\"") != std::string::npos ? 1 : 0;
  }
  EXPECT_EQ(heard, changes) << "what it heard before and what it is told now is everything, once";
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
