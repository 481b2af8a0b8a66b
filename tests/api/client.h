/// The smallest client that can also misbehave: raw bytes over a blocking socket.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace suki::api {

struct Answer {
  unsigned status = 0;                         ///< 0: the connection ended without an answer
  std::map<std::string, std::string> headers;  ///< names in lower case; of one that comes twice a line each
  std::string head, body;
};

class Wire {
 public:
  /// `receive_bytes`: what the system takes in for a client that does not read; 0: as it likes.
  explicit Wire(std::uint16_t port, int receive_bytes = 0);
  ~Wire();
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;
  void send(std::string_view bytes);
  void finish_sending();  ///< half-closes
  /// The next answer; `head` when it is one to a HEAD request.
  Answer read_answer(bool head = false);
  /// `bytes` more, or what came until the end; of a body whose head was read.
  std::string read_some(std::size_t bytes);
  std::string read_to_end();
  /// True when the server has closed, and nothing more came.
  bool is_closed();

 private:
  bool fill();
  int fd_;
  std::string pending_;
};

/// One request on a connection of its own.
struct Ask {
  std::string method = "GET", target = "/", body = {}, cookie = {}, csrf = {};
  std::string type = "application/json";
  std::map<std::string, std::string> headers = {};
};
Answer ask(std::uint16_t port, const Ask& request);

}  // namespace suki::api
