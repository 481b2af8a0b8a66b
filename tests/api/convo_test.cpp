// Files over the wire: what goes in comes out byte for byte, under headers that let nothing happen; and who watches.
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <deque>
#include <stdexcept>

#include "fixture.h"

namespace suki::api {
namespace {

namespace beast = boost::beast;

const std::string png("\x89PNG\r\n\x1a\n\x00\xff\r\n", 12);

class Feeder {
 public:
  explicit Feeder(std::uint16_t port, const std::string& cookie) : socket_(io_) {
    socket_.next_layer().connect({boost::asio::ip::make_address("127.0.0.1"), port});
    socket_.set_option(beast::websocket::stream_base::decorator([&](beast::websocket::request_type& request) {
      request.set(beast::http::field::cookie, "suki_session=" + cookie);
      request.set(beast::http::field::origin, "http://desk.example");
    }));
    socket_.handshake("desk.example", "/api/v1/feed");
    // From here on it hears everything: who was there already may be told before that.
    for (std::string frame = read(); frame.find("\"run\"") == std::string::npos; frame = read()) {
      if (frame.empty()) throw std::runtime_error("the feed ended at once");
      early_.push_back(frame);
    }
  }
  std::string read() {
    beast::flat_buffer buffer;
    boost::system::error_code error;
    socket_.read(buffer, error);
    return error ? "" : beast::buffers_to_string(buffer.data());
  }
  /// The next frame that tells who watches.
  std::string read_watching() {
    for (;;) {
      std::string frame = early_.empty() ? read() : early_.front();
      if (!early_.empty()) early_.pop_front();
      if (frame.empty() || frame.starts_with("{\"watching\"")) return frame;
    }
  }
  void say(const std::string& words) { socket_.write(boost::asio::buffer(words)); }

 private:
  boost::asio::io_context io_;
  beast::websocket::stream<boost::asio::ip::tcp::socket> socket_;
  std::deque<std::string> early_;
};

}  // namespace

class ApiConvo : public Api {
 protected:
  static Answer upload(const std::string& name, const std::string& bytes, const LoggedIn& who = agent()) {
    return ask(port(), {.method = "POST",
                        .target = "/api/v1/uploads?name=" + name,
                        .body = bytes,
                        .cookie = who.cookie,
                        .csrf = who.csrf,
                        .type = "application/octet-stream"});
  }
  static Answer read(const std::string& target) { return ask(port(), {.target = target, .cookie = agent().cookie}); }
  static std::string note_with(const std::string& request, const std::string& upload) {
    const Answer made =
        ask(port(), {.method = "POST",
                     .target = "/api/v1/conversations/" + conversation() + "/notes",
                     .body = R"({"request_id":")" + request + R"(","text":"","uploads":[")" + upload + "\"]}",
                     .cookie = agent().cookie,
                     .csrf = agent().csrf});
    EXPECT_EQ(made.status, 201u) << made.body;
    const std::size_t at = made.body.rfind("\"attachments\":[{\"id\":\"");
    EXPECT_NE(at, std::string::npos) << made.body;
    const std::size_t start = at + 22;
    return made.body.substr(start, made.body.find('"', start) - start);
  }
};

TEST_F(ApiConvo, AFileComesBackAsItWasAndCanDoNothing) {
  const Answer sent = upload("Resibo%20%C3%B1.png", png);
  ASSERT_EQ(sent.status, 201u) << sent.body;
  EXPECT_NE(sent.body.find("\"type\":\"image/png\""), std::string::npos) << sent.body;
  const std::string id = note_with("f1", field(sent.body, "id"));
  const Answer saved = read("/api/v1/attachments/" + id);
  EXPECT_EQ(saved.status, 200u);
  EXPECT_EQ(saved.body, png);
  EXPECT_EQ(saved.headers.at("content-disposition"),
            "attachment; filename=\"Resibo __.png\"; filename*=UTF-8''Resibo%20%C3%B1.png");
  EXPECT_EQ(saved.headers.at("x-content-type-options"), "nosniff");
  EXPECT_NE(saved.headers.at("content-security-policy").find("default-src 'none'; sandbox"), std::string::npos);
  const Answer shown = read("/api/v1/attachments/" + id + "/preview");
  EXPECT_EQ(shown.body, png);
  EXPECT_EQ(shown.headers.at("content-type"), "image/png");
  EXPECT_TRUE(shown.headers.at("content-disposition").starts_with("inline; filename=")) << shown.head;
  EXPECT_EQ(shown.headers.at("x-content-type-options"), "nosniff");
  EXPECT_NE(shown.headers.at("content-security-policy").find("default-src 'none'; sandbox"), std::string::npos);
}

TEST_F(ApiConvo, WhatIsNoPictureIsNeverShownInPlace) {
  for (const char* bytes : {"<svg onload=alert(1)>", "<html><script>alert(1)</script>", "%PDF-1.7", "just words"}) {
    const Answer sent = upload("photo.png", bytes);
    ASSERT_EQ(sent.status, 201u) << sent.body;
    const std::string id =
        note_with(std::string("p") + std::to_string(std::string(bytes).size()), field(sent.body, "id"));
    EXPECT_EQ(read("/api/v1/attachments/" + id + "/preview").status, 404u) << bytes;
    EXPECT_TRUE(read("/api/v1/attachments/" + id).headers.at("content-disposition").starts_with("attachment;"));
  }
}

TEST_F(ApiConvo, SendingAFileInNeedsWhatEveryChangeNeeds) {
  Ask without{.method = "POST", .target = "/api/v1/uploads?name=a", .body = "x", .type = "application/octet-stream"};
  EXPECT_EQ(ask(port(), without).status, 401u);
  without.cookie = agent().cookie;
  EXPECT_EQ(ask(port(), without).status, 403u) << "no proof";
  without.csrf = agent().csrf;
  without.type = "text/plain";
  EXPECT_EQ(ask(port(), without).status, 415u) << "a form of another site can send this type";
  without.type = "application/octet-stream";
  without.body = std::string((15u << 20) + 1, 'x');
  EXPECT_EQ(ask(port(), without).status, 413u);
  Ask customers{.method = "POST",
                .target = "/api/v1/public/uploads?name=../../x%0d%0aX-Evil:1.png",
                .body = png,
                .type = "application/octet-stream"};
  const Answer taken = ask(port(), customers);
  EXPECT_EQ(taken.status, 201u);
  EXPECT_NE(taken.body.find("\"name\":\"xX-Evil:1.png\""), std::string::npos) << taken.body;
}

TEST_F(ApiConvo, ADraftIsKeptAndAStalePageIsTold) {
  const auto save = [](const std::string& body) {
    return ask(port(), {.method = "PUT",
                        .target = "/api/v1/conversations/" + conversation() + "/drafts/reply",
                        .body = body,
                        .cookie = agent().cookie,
                        .csrf = agent().csrf});
  };
  EXPECT_EQ(save(R"({"text":"Hello","writer":"one","revision":0,"seen":1})").status, 200u);
  EXPECT_NE(read("/api/v1/drafts").body.find('"' + conversation() + '"'), std::string::npos);
  const Answer stale = save(R"({"text":"Older","writer":"two","revision":0,"seen":1})");
  EXPECT_EQ(stale.status, 409u);
  EXPECT_EQ(field(stale.body, "code"), "conflict");
  EXPECT_EQ(save(R"({"text":"","writer":"one","revision":1,"seen":1})").status, 200u);
  EXPECT_EQ(read("/api/v1/drafts").body.find('"' + conversation() + '"'), std::string::npos);
}

TEST_F(ApiConvo, WhoLooksAndTypesIsToldToTheOthersAndGoesAwayWithThePage) {
  Feeder other(port(), manager().cookie);
  {
    Feeder mine(port(), agent().cookie);
    mine.say(R"({"watch":"1","typing":false})");
    const std::string looks = other.read_watching();
    EXPECT_NE(looks.find("{\"conversation\":\"1\",\"agents\":[{\"id\":\""), std::string::npos) << looks;
    EXPECT_NE(looks.find("\"typing\":false"), std::string::npos) << looks;
    mine.say("no JSON at all");
    mine.say(R"({"watch":"-5","typing":true})");
    mine.say(R"({"watch":"1","typing":true})");
    EXPECT_NE(other.read_watching().find("\"typing\":true"), std::string::npos);
    Feeder later(port(), manager().cookie);
    EXPECT_NE(later.read_watching().find("\"typing\":true"), std::string::npos) << "who comes later is told, too";
  }
  EXPECT_EQ(other.read_watching(), R"({"watching":[{"conversation":"1","agents":[]}]})");
}

TEST_F(ApiConvo, WordsThatComeTooFastAreNotHeardAndThenEndTheFeed) {
  Feeder mine(port(), agent().cookie);
  boost::system::error_code error;
  for (int i = 0; i < 1'500; ++i) {
    try {
      mine.say(R"({"watch":"","typing":false})");
    } catch (const boost::system::system_error&) {
      break;
    }
  }
  EXPECT_EQ(mine.read_watching(), "") << "cut";
  EXPECT_EQ(ask(port(), {.target = "/healthz"}).status, 200u);
}

}  // namespace suki::api
