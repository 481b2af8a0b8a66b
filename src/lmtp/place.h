/// Where LMTP listens: a Unix socket, or a port of this machine.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace suki::lmtp {

struct Place {
  std::string path;          ///< of a Unix socket; "": a port
  std::string address;       ///< "127.0.0.1", "::1"
  std::uint16_t port = 0;    ///< 0: any free one
  unsigned mode = 0660;      ///< of the socket's file
  bool any_machine = false;  ///< others than this machine may reach the port
};

/// "unix:/run/suki/lmtp", "127.0.0.1:2424", "[::1]:2424". Errors: bad_input; also for an address that other machines
/// reach, unless `any_machine`.
[[nodiscard]] Result<Place> read_place(const std::string& text, const std::string& mode, bool any_machine);
/// As it would be given.
[[nodiscard]] std::string to_text(const Place& place);

}  // namespace suki::lmtp
