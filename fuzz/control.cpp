// Any bytes arrive at the control socket: the first line, the length and the body are read, or refused, without waiting
// for more than was sent.
#include <sys/socket.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include "base/assert.h"
#include "base/text.h"
#include "control/control.h"
#include "control/wire.h"

namespace {

using suki::control::Socket;

/// The end of a pair from which `bytes`, and then the end, can be read.
Socket sent(std::string_view bytes) {
  int fds[2];
  SUKI_ASSERT(::socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == 0);
  const Socket from(fds[0]);
  Socket to(fds[1]);
  SUKI_ASSERT(suki::control::write_all(from, bytes).ok());
  return to;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // More would not fit the buffer of a pair, and nobody reads while this writes.
  const std::string_view bytes(reinterpret_cast<const char*>(data), std::min<std::size_t>(size, 32 * 1024));
  const Socket socket = sent(bytes);
  const auto line = suki::control::read_line(socket);
  if (!line.ok()) return 0;
  SUKI_ASSERT(line->size() <= 200 && bytes.substr(0, line->size()) == *line && bytes[line->size()] == '\n');
  const std::string_view rest = bytes.substr(line->size() + 1);
  for (const auto word : suki::split(*line, ' ')) {
    const auto length = suki::control::parse_length(word);
    if (!length.ok()) continue;
    SUKI_ASSERT(*length <= suki::control::body_bytes_max);
    const auto body = suki::control::read_exactly(socket, *length);
    SUKI_ASSERT(body.ok() == (*length <= rest.size()));
    if (body.ok()) SUKI_ASSERT(*body == rest.substr(0, *length));
    break;
  }
  return 0;
}
