// TLS: what is offered, and that a certificate is replaced under people who stay connected.
#include <stdlib.h>

#include <chrono>
#include <filesystem>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <thread>

#include "certificates.h"
#include "fixture.h"
#include "server/tls.h"

namespace suki::api {
namespace {

namespace asio = boost::asio;
namespace ssl = asio::ssl;
using asio::ip::tcp;
using boost::system::error_code;

/// A client that trusts one authority.
class Secure {
 public:
  explicit Secure(const std::string& trusted) : context_(trusting(trusted)), stream(io_, context_) {
    stream.set_verify_mode(ssl::verify_peer);
    stream.set_verify_callback(ssl::host_name_verification("desk.example"));
  }
  bool connect(std::uint16_t port) {
    error_code error;
    stream.next_layer().connect({asio::ip::make_address("127.0.0.1"), port}, error);
    if (!error) stream.handshake(ssl::stream_base::client, error);
    return !error;
  }
  /// The head and the first part of the body.
  std::string get(const std::string& target, const std::string& more = "") {
    error_code error;
    asio::write(stream, asio::buffer("GET " + target + " HTTP/1.1\r\nHost: desk.example\r\n" + more + "\r\n"), error);
    std::string answer;
    if (!error) asio::read_until(stream, asio::dynamic_buffer(answer), "\r\n\r\n", error);
    return error ? "" : answer;
  }
  [[nodiscard]] long serial() {
    X509* const certificate = SSL_get1_peer_certificate(stream.native_handle());
    const long serial = certificate ? ASN1_INTEGER_get(X509_get0_serialNumber(certificate)) : 0;
    X509_free(certificate);
    return serial;
  }

 private:
  static ssl::context trusting(const std::string& authority) {
    ssl::context context(ssl::context::tls_client);
    context.add_certificate_authority(asio::buffer(authority));
    return context;
  }
  asio::io_context io_;
  ssl::context context_;

 public:
  ssl::stream<tcp::socket> stream;
};

class ApiTls : public testing::Test {
 protected:
  ApiTls() {
    folder_ = (std::filesystem::temp_directory_path() / "suki-tls-XXXXXX").string();
    if (::mkdtemp(folder_.data()) == nullptr) throw std::runtime_error("mkdtemp");
    install(100);
    options_.tls_cert = folder_ + "/cert.pem";
    options_.tls_key = folder_ + "/key.pem";
    options_.rate_limits = false;
  }
  ~ApiTls() override { std::filesystem::remove_all(folder_); }
  void install(long serial) {
    const Authority::Pair pair = authority_.issue(serial);
    replace_file(folder_ + "/key.pem", pair.key);
    replace_file(folder_ + "/cert.pem", pair.certificate);
  }
  long serial_now(std::uint16_t port) {
    Secure client(authority_.pem());
    return client.connect(port) ? client.serial() : 0;
  }

  Authority authority_;
  std::string folder_;
  server::Options options_;
};

}  // namespace

TEST_F(ApiTls, ServesWhoeverTrustsTheAuthorityAndBindsThemToHttps) {
  Running server(options_);
  Secure client(authority_.pem());
  ASSERT_TRUE(client.connect(server.port()));
  for (int i = 0; i < 3; ++i) {
    const std::string answer = client.get("/healthz");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n")) << answer;
    EXPECT_NE(answer.find("\r\nStrict-Transport-Security: max-age=31536000\r\n"), std::string::npos);
  }
  const Authority other;
  EXPECT_FALSE(Secure(other.pem()).connect(server.port()));
}

TEST_F(ApiTls, OldVersionsAndCiphersWithoutForwardSecrecyAreRefused) {
  Running server(options_);
  const struct {
    const char* name;
    void (*restrict_to)(SSL*);
    bool fine;
  } rows[] = {
      {"TLS 1.3", [](SSL* s) { SSL_set_min_proto_version(s, TLS1_3_VERSION); }, true},
      {"TLS 1.2", [](SSL* s) { SSL_set_max_proto_version(s, TLS1_2_VERSION); }, true},
      {"TLS 1.1",
       [](SSL* s) {
         SSL_set_security_level(s, 0);
         SSL_set_max_proto_version(s, TLS1_1_VERSION);
       },
       false},
      {"TLS 1.2 with CBC",
       [](SSL* s) {
         SSL_set_max_proto_version(s, TLS1_2_VERSION);
         SSL_set_cipher_list(s, "ECDHE-ECDSA-AES128-SHA256");
       },
       false},
      {"only HTTP/2", [](SSL* s) { SSL_set_alpn_protos(s, reinterpret_cast<const unsigned char*>("\x02h2"), 3); },
       false},
      {"HTTP/2 or HTTP/1.1",
       [](SSL* s) { SSL_set_alpn_protos(s, reinterpret_cast<const unsigned char*>("\x02h2\x08http/1.1"), 12); }, true},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    Secure client(authority_.pem());
    row.restrict_to(client.stream.native_handle());
    EXPECT_EQ(client.connect(server.port()), row.fine);
  }
}

TEST_F(ApiTls, ANewCertificateIsForNewConnectionsAndThoseThatStandGoOn) {
  options_.timeouts.certificate_look = std::chrono::hours(1);
  Running server(options_);
  Secure stays(authority_.pem());
  ASSERT_TRUE(stays.connect(server.port()));
  install(200);
  EXPECT_EQ(serial_now(server.port()), 100) << "nobody has asked for it yet";
  server.server().reload_certificate();
  EXPECT_EQ(serial_now(server.port()), 200);
  EXPECT_TRUE(stays.get("/healthz").starts_with("HTTP/1.1 200 OK"));
  EXPECT_EQ(stays.serial(), 100);
}

TEST_F(ApiTls, FilesThatChangeAreSeen) {
  options_.timeouts.certificate_look = std::chrono::milliseconds(5);
  Running server(options_);
  install(300);
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (serial_now(server.port()) != 300 && std::chrono::steady_clock::now() < until) std::this_thread::yield();
  EXPECT_EQ(serial_now(server.port()), 300);
}

TEST_F(ApiTls, FilesThatCannotBeUsedChangeNothing) {
  options_.timeouts.certificate_look = std::chrono::hours(1);
  Running server(options_);
  replace_file(folder_ + "/cert.pem", "nothing");
  server.server().reload_certificate();
  replace_file(folder_ + "/cert.pem", authority_.issue(400).certificate);  // with the key of another
  server.server().reload_certificate();
  EXPECT_EQ(serial_now(server.port()), 100);
}

TEST_F(ApiTls, SaysWhatIsWrongWithTheFiles) {
  const std::string cert = folder_ + "/cert.pem", key = folder_ + "/key.pem";
  EXPECT_TRUE(server::load_tls(cert, key).ok());
  EXPECT_NE(server::load_tls(folder_ + "/none.pem", key).error().detail.find("No such file"), std::string::npos);
  EXPECT_NE(server::load_tls(cert, cert).error().detail.find("no usable private key"), std::string::npos);
  EXPECT_NE(server::load_tls(key, key).error().detail.find("no usable certificate chain"), std::string::npos);
  replace_file(key, authority_.issue(1).key);
  EXPECT_NE(server::load_tls(cert, key).error().detail.find("is not the key of the certificate"), std::string::npos);
}

TEST_F(ApiTls, WhoDoesNotSpeakItOrTooSlowlyIsCut) {
  options_.timeouts.handshake = std::chrono::milliseconds(50);
  Running server(options_);
  Wire plain(server.port()), silent(server.port());
  plain.send("GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n");
  const Answer answer = plain.read_answer();
  EXPECT_EQ(answer.status, 0u);
  EXPECT_TRUE(silent.is_closed());
  EXPECT_EQ(serial_now(server.port()), 100);
}

TEST_F(ApiTls, ASecondListenerSendsEverybodyToHttps) {
  options_.redirect_listen = "127.0.0.1:0";
  options_.redirect_to = "https://desk.example";
  Running server(options_);
  const Answer answer = ask(server.server().redirect_port(), {.target = "/c/abc?language=fil"});
  EXPECT_EQ(answer.status, 308u);
  EXPECT_EQ(answer.headers.at("location"), "https://desk.example/c/abc?language=fil");
  EXPECT_EQ(answer.headers.at("connection"), "close");
  // An address in the request line is no way out of the shop.
  Wire wire(server.server().redirect_port());
  wire.send("GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n");
  EXPECT_EQ(wire.read_answer().status, 400u);
}

TEST_F(ApiTls, TheFeedRunsOverItAndEndsInOrderWhenTheServerStops) {
  auto server = std::make_unique<Running>(options_);
  Secure logs_in(authority_.pem());
  ASSERT_TRUE(logs_in.connect(server->port()));
  const std::string body = R"({"login":"ana","password":")" + std::string(password) + "\"}";
  error_code error;
  asio::write(logs_in.stream,
              asio::buffer("POST /api/v1/session HTTP/1.1\r\nHost: desk.example\r\nContent-Type: application/json\r\n"
                           "Content-Length: " +
                           std::to_string(body.size()) + "\r\n\r\n" + body),
              error);
  std::string head;
  asio::read_until(logs_in.stream, asio::dynamic_buffer(head), "\r\n\r\n", error);
  const std::size_t cookie = head.find("__Host-suki_session=");
  ASSERT_NE(cookie, std::string::npos) << head;
  for (const char* word : {"; Secure", "; Path=/;", "; HttpOnly", "; SameSite=Strict"})
    EXPECT_NE(head.find(word, cookie), std::string::npos) << head;
  const std::string session = head.substr(cookie, head.find(';', cookie) - cookie);

  asio::io_context io;
  ssl::context context(ssl::context::tls_client);
  context.add_certificate_authority(asio::buffer(authority_.pem()));
  boost::beast::websocket::stream<ssl::stream<tcp::socket>> feed(io, context);
  feed.next_layer().next_layer().connect({asio::ip::make_address("127.0.0.1"), server->port()});
  feed.next_layer().handshake(ssl::stream_base::client);
  feed.set_option(boost::beast::websocket::stream_base::decorator([&](boost::beast::websocket::request_type& request) {
    request.set(boost::beast::http::field::cookie, session);
    request.set(boost::beast::http::field::origin, "https://desk.example");
  }));
  feed.handshake("desk.example", "/api/v1/feed");
  boost::beast::flat_buffer frame;
  feed.read(frame);
  EXPECT_GT(frame.size(), 0u);
  std::thread stopping([&] { server->stop(); });
  // What was told meanwhile comes before the good-bye.
  do {
    frame.clear();
    feed.read(frame, error);
  } while (!error);
  // Below the WebSocket's own good-bye, which has a code, the server waits for no second one of TLS.
  EXPECT_TRUE(error == boost::beast::websocket::error::closed || error == ssl::error::stream_truncated) << error;
  EXPECT_EQ(feed.reason().code, boost::beast::websocket::close_code::going_away);
  stopping.join();
}

}  // namespace suki::api
