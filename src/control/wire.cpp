#include "control/wire.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <utility>

#include "control/control.h"

namespace suki::control {

Socket& Socket::operator=(Socket&& other) noexcept {
  if (this != &other) {
    if (fd_ >= 0) ::close(fd_);
    fd_ = other.release();
  }
  return *this;
}
Socket::~Socket() {
  if (fd_ >= 0) ::close(fd_);
}
int Socket::release() {
  return std::exchange(fd_, -1);
}

void set_timeout(const Socket& socket, int seconds) {
  const timeval tv{seconds, 0};
  ::setsockopt(socket.fd(), SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof tv);
  ::setsockopt(socket.fd(), SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof tv);
}

Result<void> write_all(const Socket& socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::send(socket.fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return fail(ErrorCode::io, fmt::format("the connection broke: {}", std::strerror(errno)));
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return {};
}

Result<std::string> read_exactly(const Socket& socket, std::size_t bytes) {
  std::string out;
  char buffer[65536];
  while (out.size() < bytes) {
    const ssize_t n = ::recv(socket.fd(), buffer, std::min(sizeof buffer, bytes - out.size()), 0);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0)
      return fail(ErrorCode::io,
                  n == 0 ? "the connection was cut" : fmt::format("cannot read: {}", std::strerror(errno)));
    out.append(buffer, static_cast<std::size_t>(n));
  }
  return out;
}

Result<std::string> read_line(const Socket& socket) {
  std::string line;
  for (;;) {
    SUKI_TRY(const std::string c, read_exactly(socket, 1));
    if (c[0] == '\n') return line;
    line += c;
    if (line.size() > 200) return fail(ErrorCode::bad_input, "the first line is longer than 200 bytes");
  }
}

Result<std::size_t> parse_length(std::string_view digits) {
  std::size_t length = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), length);
  if (error != std::errc{} || end != digits.data() + digits.size())
    return fail(ErrorCode::bad_input, "the length is not a number");
  if (length > body_bytes_max) return fail(ErrorCode::too_large, fmt::format("more than {} bytes", body_bytes_max));
  return length;
}

Result<void> check_path(const std::string& path) {
  if (path.size() >= sizeof(sockaddr_un{}.sun_path)) {
    return fail(ErrorCode::bad_input,
                fmt::format("{}: the path of the socket is longer than {} bytes; choose a shorter data folder", path,
                            sizeof(sockaddr_un{}.sun_path) - 1));
  }
  return {};
}

}  // namespace suki::control
