/// A small SMTP server on a loopback port, for tests of this room.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <thread>

namespace suki::mail::testing {

/// Speaks one session: answers each command with 250, but the one that starts with `refuse_at` with `refusal`.
class FakeServer {
 public:
  /// `offers`: a word of its answer to EHLO.
  FakeServer(std::string refuse_at, std::string refusal, std::string offers = "")
      : refuse_at_(std::move(refuse_at)), refusal_(std::move(refusal)), offers_(std::move(offers)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(listener_, 1), 0);
    socklen_t length = sizeof address;
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length);
    url = "smtp://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
    thread_ = std::thread([this] { serve(); });
  }
  ~FakeServer() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }
  std::string url, commands, data;

 private:
  void say(int fd, const std::string& line) { (void)!::write(fd, (line + "\r\n").data(), line.size() + 2); }

  void serve() {
    const int fd = ::accept(listener_, nullptr, nullptr);
    if (fd < 0) return;
    say(fd, "220 test");
    std::string pending;
    bool in_data = false;
    char buffer[4096];
    for (ssize_t n; (n = ::read(fd, buffer, sizeof buffer)) > 0;) {
      pending.append(buffer, static_cast<std::size_t>(n));
      for (std::size_t end; (end = pending.find("\r\n")) != std::string::npos;) {
        const std::string line = pending.substr(0, end);
        pending.erase(0, end + 2);
        answer(fd, line, in_data);
      }
    }
    ::close(fd);
  }

  void answer(int fd, const std::string& line, bool& in_data) {
    if (in_data) {
      if (line == ".") {
        in_data = false;
        say(fd, refuse_at_ == "." ? refusal_ : "250 kept");
      } else {
        data += line + "\n";
      }
      return;
    }
    commands += line + "\n";
    if (!refuse_at_.empty() && line.starts_with(refuse_at_)) return say(fd, refusal_);
    if (line.starts_with("EHLO") && !offers_.empty()) return say(fd, "250-test\r\n250 " + offers_);
    in_data = line == "DATA";
    say(fd, in_data ? "354 go" : line == "QUIT" ? "221 bye" : "250 ok");
  }

  std::string refuse_at_, refusal_, offers_;
  int listener_ = -1;
  std::thread thread_;
};

}  // namespace suki::mail::testing
