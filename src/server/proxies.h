/// Whose X-Forwarded headers are believed. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace suki::server {

/// Networks of the proxies in front. Nobody is one of them at first.
class Proxies {
 public:
  /// Takes "203.0.113.7", "10.1.0.0/16", "2001:db8::/32"; several with commas between. Errors: bad_input, and then
  /// nothing was added.
  [[nodiscard]] Result<void> add(const std::string& networks);
  /// Those that run on this machine.
  void add_this_machine();
  [[nodiscard]] bool holds(const std::string& address) const;
  [[nodiscard]] bool empty() const { return networks_.empty(); }

 private:
  /// IPv4 as IPv6 has it (RFC 4291, 2.5.5.2), so that there is one kind.
  struct Network {
    std::array<unsigned char, 16> address{};
    unsigned bits = 128;
  };
  std::vector<Network> networks_;
};

/// Whether nobody but this machine reaches what listens there; false for what is no address.
[[nodiscard]] bool is_this_machine(const std::string& address);

}  // namespace suki::server
