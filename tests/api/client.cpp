#include "client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <stdexcept>
#include <utility>

namespace suki::api {

Wire::Wire(std::uint16_t port, int receive_bytes) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  const timeval patience{20, 0};  // a test that waits longer has failed
  ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  if (receive_bytes > 0) ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_bytes, sizeof receive_bytes);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return;
  ::close(fd_);
  throw std::runtime_error("connect");
}

Wire::~Wire() {
  ::close(fd_);
}

void Wire::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;  // cut by the server: what it said before is what the test looks at
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

void Wire::finish_sending() {
  ::shutdown(fd_, SHUT_WR);
}

bool Wire::fill() {
  char buffer[65536];
  const ssize_t read = ::recv(fd_, buffer, sizeof buffer, 0);
  if (read <= 0) return false;
  pending_.append(buffer, static_cast<std::size_t>(read));
  return true;
}

std::string Wire::read_some(std::size_t bytes) {
  while (pending_.size() < bytes && fill()) {
  }
  std::string read = pending_.substr(0, bytes);
  pending_.erase(0, read.size());
  return read;
}

std::string Wire::read_to_end() {
  while (fill()) {
  }
  return std::exchange(pending_, {});
}

bool Wire::is_closed() {
  return pending_.empty() && !fill();
}

Answer Wire::read_answer(bool head) {
  Answer answer;
  std::size_t end;
  while ((end = pending_.find("\r\n\r\n")) == std::string::npos) {
    if (!fill()) return answer;
  }
  answer.head = pending_.substr(0, end + 2);
  pending_.erase(0, end + 4);
  answer.status = static_cast<unsigned>(std::stoul(answer.head.substr(9, 3)));
  for (std::size_t at = answer.head.find("\r\n") + 2; at < answer.head.size();) {
    const std::size_t line_end = answer.head.find("\r\n", at);
    const std::string line = answer.head.substr(at, line_end - at);
    const std::size_t colon = line.find(": ");
    std::string name = line.substr(0, colon);
    for (char& c : name) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    std::string& value = answer.headers[name];
    value += (value.empty() ? "" : "\n") + line.substr(colon + 2);
    at = line_end + 2;
  }
  const auto length = answer.headers.find("content-length");
  const std::size_t bytes = head || length == answer.headers.end() ? 0 : std::stoul(length->second);
  while (pending_.size() < bytes && fill()) {
  }
  answer.body = pending_.substr(0, bytes);
  pending_.erase(0, bytes);
  return answer;
}

Answer ask(std::uint16_t port, const Ask& request) {
  std::string bytes =
      request.method + " " + request.target + " HTTP/1.1\r\nHost: desk.example\r\nConnection: close\r\n";
  if (!request.cookie.empty()) bytes += "Cookie: suki_session=" + request.cookie + "\r\n";
  if (!request.csrf.empty()) bytes += "X-CSRF-Token: " + request.csrf + "\r\n";
  for (const auto& [name, value] : request.headers) bytes.append(name).append(": ").append(value).append("\r\n");
  if (!request.body.empty()) {
    if (!request.type.empty()) bytes += "Content-Type: " + request.type + "\r\n";
    bytes += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
  }
  Wire wire(port);
  wire.send(bytes + "\r\n" + request.body);
  return wire.read_answer(request.method == "HEAD");
}

}  // namespace suki::api
