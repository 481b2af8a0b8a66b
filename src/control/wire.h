/// Blocking reads and writes of the control protocol, with limits and time-outs. Private to this room.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace suki::control {

/// Owns a file descriptor.
class Socket {
 public:
  explicit Socket(int fd = -1) : fd_(fd) {}
  Socket(Socket&& other) noexcept : fd_(other.release()) {}
  Socket& operator=(Socket&& other) noexcept;
  ~Socket();
  [[nodiscard]] int fd() const { return fd_; }
  [[nodiscard]] bool valid() const { return fd_ >= 0; }
  int release();

 private:
  int fd_;
};

void set_timeout(const Socket& socket, int seconds);
[[nodiscard]] Result<void> write_all(const Socket& socket, std::string_view bytes);
/// Up to and without the next '\n', at most 200 bytes.
[[nodiscard]] Result<std::string> read_line(const Socket& socket);
[[nodiscard]] Result<std::string> read_exactly(const Socket& socket, std::size_t bytes);
/// A decimal length of at most body_bytes_max; bad_input otherwise.
[[nodiscard]] Result<std::size_t> parse_length(std::string_view digits);
/// A Unix socket address; bad_input when the path is longer than the system takes (107 bytes).
[[nodiscard]] Result<void> check_path(const std::string& path);

}  // namespace suki::control
