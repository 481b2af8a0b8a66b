/// A server of pictures on this machine, which a test's policy lets be asked; everybody else's does not.
#include "pictures/fetch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace suki::pictures {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

const std::string gif("GIF89a\1\0\1\0\0\0\0,\0\0\0\0\1\0\1\0\0\2\0;", 26);

/// Answers each request by its path, one connection after the other, and remembers what it was asked.
class PictureServer {
 public:
  PictureServer() {
    listening_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::bind(listening_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(listening_, 50), 0);
    socklen_t length = sizeof address;
    EXPECT_EQ(::getsockname(listening_, reinterpret_cast<sockaddr*>(&address), &length), 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~PictureServer() {
    ::shutdown(listening_, SHUT_RDWR);
    thread_.join();
    ::close(listening_);
  }
  PictureServer(const PictureServer&) = delete;
  PictureServer& operator=(const PictureServer&) = delete;

  void answer(const std::string& path, const std::string& head, const std::string& body) {
    const std::lock_guard lock(mutex_);
    answers_[path] = head + "Content-Length: " + std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n" + body;
  }
  void keep_silent(const std::string& path) {
    const std::lock_guard lock(mutex_);
    answers_[path] = "";
  }
  [[nodiscard]] std::string url(const std::string& path, const std::string& host = "127.0.0.1") const {
    return "http://" + host + ":" + std::to_string(port_) + path;
  }
  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] std::vector<std::string> asked() const {
    const std::lock_guard lock(mutex_);
    return asked_;
  }
  [[nodiscard]] Policy policy() const {
    Policy policy;
    policy.may_connect = [](const sockaddr*, socklen_t) { return true; };
    policy.ports = {port_};
    policy.whole_max = std::chrono::milliseconds(2'000);
    return policy;
  }

 private:
  void serve() {
    for (;;) {
      const int one = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
      if (one < 0) return;
      std::string request;
      char buffer[4096];
      while (request.find("\r\n\r\n") == std::string::npos) {
        const ssize_t n = ::recv(one, buffer, sizeof buffer, 0);
        if (n <= 0) break;
        request.append(buffer, static_cast<std::size_t>(n));
      }
      std::string answer;
      {
        const std::lock_guard lock(mutex_);
        asked_.push_back(request);
        const std::size_t start = request.find(' ') + 1;
        const auto known = answers_.find(request.substr(start, request.find(' ', start) - start));
        answer = known != answers_.end() ? known->second : "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
      }
      // Silent: until the client gives up.
      if (answer.empty()) (void)::recv(one, buffer, sizeof buffer, 0);
      for (std::size_t sent = 0; sent < answer.size();) {
        const ssize_t n = ::send(one, answer.data() + sent, answer.size() - sent, MSG_NOSIGNAL);
        if (n <= 0) break;
        sent += static_cast<std::size_t>(n);
      }
      ::close(one);
    }
  }

  int listening_ = -1, port_ = 0;
  mutable std::mutex mutex_;
  std::map<std::string, std::string> answers_;
  std::vector<std::string> asked_;
  std::thread thread_;
};

const std::string ok = "HTTP/1.1 200 OK\r\nContent-Type: image/gif\r\n";

TEST(Fetch, brings_a_picture_and_tells_nothing_of_who_asks) {
  PictureServer server;
  server.answer("/a.gif?id=7", ok + "Set-Cookie: who=you\r\n", gif);
  for (int i = 0; i < 2; ++i) {
    const Fetched fetched = fetch(server.url("/a.gif?id=7"), server.policy());
    EXPECT_EQ(fetched.problem, "");
    EXPECT_EQ(fetched.bytes, gif);
    EXPECT_EQ(fetched.type, "image/gif");
  }
  ASSERT_THAT(server.asked(), SizeIs(2));
  EXPECT_EQ(server.asked()[0], server.asked()[1]) << "the second one is not known by the first";
  EXPECT_THAT(server.asked()[1], AllOf(Not(HasSubstr("Cookie")), Not(HasSubstr("Referer")), Not(HasSubstr("curl"))));
}

TEST(Fetch, this_machine_and_its_neighbours_are_never_asked) {
  PictureServer server;
  server.answer("/a.gif", ok, gif);
  Policy policy = server.policy();
  policy.may_connect = {};
  for (const std::string& url :
       {server.url("/a.gif"), server.url("/a.gif", "localhost"), server.url("/a.gif", "127.1"),
        server.url("/a.gif", "0x7f000001"), server.url("/a.gif", "2130706433"), server.url("/a.gif", "[::1]"),
        server.url("/a.gif", "[::ffff:127.0.0.1]"), server.url("/a.gif", "0")})
    EXPECT_EQ(fetch(url, policy).problem, "closed") << url;
  // A name that means this machine is no way around it.
  policy.names = {"pictures.example:" + std::to_string(server.port()) + ":127.0.0.1"};
  EXPECT_EQ(fetch(server.url("/a.gif", "pictures.example"), policy).problem, "closed");
  EXPECT_THAT(server.asked(), SizeIs(0));
}

TEST(Fetch, a_redirection_is_looked_at_like_the_first_address) {
  PictureServer server, inside;
  inside.answer("/secret.gif", ok, gif);
  server.answer("/hop", "HTTP/1.1 302 Found\r\nLocation: /a.gif\r\n", "");
  server.answer("/a.gif", ok, gif);
  server.answer("/in", "HTTP/1.1 302 Found\r\nLocation: " + inside.url("/secret.gif") + "\r\n", "");
  server.answer("/file", "HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\n", "");
  server.answer("/loop", "HTTP/1.1 302 Found\r\nLocation: /loop\r\n", "");
  EXPECT_EQ(fetch(server.url("/hop"), server.policy()).bytes, gif);
  EXPECT_EQ(fetch(server.url("/in"), server.policy()).problem, "closed") << "a port that is not allowed";
  EXPECT_THAT(inside.asked(), SizeIs(0));
  EXPECT_EQ(fetch(server.url("/file"), server.policy()).problem, "address");
  EXPECT_EQ(fetch(server.url("/loop"), server.policy()).problem, "unreachable");
  EXPECT_THAT(server.asked(), SizeIs(static_cast<std::size_t>(2 + 1 + 1 + 1 + redirects_max)));
}

TEST(Fetch, only_pictures_of_a_kind_that_can_do_nothing_come_in) {
  PictureServer server;
  server.answer("/page", ok, "<html><script>alert(1)</script></html>");
  server.answer("/svg", "HTTP/1.1 200 OK\r\nContent-Type: image/svg+xml\r\n",
                "<svg xmlns='http://www.w3.org/2000/svg'/>");
  server.answer("/empty", ok, "");
  server.answer("/forbidden", "HTTP/1.1 403 Forbidden\r\n", gif);
  server.answer("/large", ok, gif + std::string(picture_bytes_max, 'x'));
  EXPECT_EQ(fetch(server.url("/page"), server.policy()).problem, "no_picture");
  EXPECT_EQ(fetch(server.url("/svg"), server.policy()).problem, "no_picture");
  EXPECT_EQ(fetch(server.url("/empty"), server.policy()).problem, "no_picture");
  EXPECT_EQ(fetch(server.url("/forbidden"), server.policy()).problem, "status");
  EXPECT_EQ(fetch(server.url("/gone"), server.policy()).problem, "status");
  EXPECT_EQ(fetch(server.url("/large"), server.policy()).problem, "too_large");
}

TEST(Fetch, other_addresses_than_of_the_web_are_refused) {
  for (const char* url :
       {"", "x", "ftp://a.example/x", "file:///etc/passwd", "gopher://a.example", "//a.example/x", "http://",
        "https://user:password@a.example/x", "http://user@a.example/x", "data:image/gif,x"})
    EXPECT_EQ(fetch(url).problem, "address") << url;
  EXPECT_EQ(fetch("http://a.example/" + std::string(5'000, 'a')).problem, "address");
}

TEST(Fetch, who_does_not_answer_is_not_waited_for) {
  PictureServer server;
  server.keep_silent("/never");
  Policy policy = server.policy();
  policy.whole_max = std::chrono::milliseconds(200);
  EXPECT_EQ(fetch(server.url("/never"), policy).problem, "timeout");
  policy.whole_max = std::chrono::seconds(60);
  policy.given_up = [] { return true; };
  EXPECT_EQ(fetch(server.url("/never"), policy).problem, "given_up");
}

}  // namespace
}  // namespace suki::pictures
