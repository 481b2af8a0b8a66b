#include "pictures/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <array>
#include <cstdint>
#include <cstring>

namespace suki::pictures {
namespace {

struct Network {
  std::uint32_t address;
  int bits;
};
constexpr std::uint32_t ip(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
  return a << 24u | b << 16u | c << 8u | d;
}
// IANA IPv4 Special-Purpose Address Registry, multicast and what is reserved.
constexpr Network closed[] = {
    {ip(0, 0, 0, 0), 8},       {ip(10, 0, 0, 0), 8},      {ip(100, 64, 0, 0), 10},   {ip(127, 0, 0, 0), 8},
    {ip(169, 254, 0, 0), 16},  {ip(172, 16, 0, 0), 12},   {ip(192, 0, 0, 0), 24},    {ip(192, 0, 2, 0), 24},
    {ip(192, 31, 196, 0), 24}, {ip(192, 52, 193, 0), 24}, {ip(192, 88, 99, 0), 24},  {ip(192, 168, 0, 0), 16},
    {ip(192, 175, 48, 0), 24}, {ip(198, 18, 0, 0), 15},   {ip(198, 51, 100, 0), 24}, {ip(203, 0, 113, 0), 24},
    {ip(224, 0, 0, 0), 4},     {ip(240, 0, 0, 0), 4},
};

bool is_public4(std::uint32_t address) {
  for (const Network& network : closed)
    if ((address >> static_cast<unsigned>(32 - network.bits)) ==
        (network.address >> static_cast<unsigned>(32 - network.bits)))
      return false;
  return true;
}

/// Only global unicast (2000::/3), without what is set aside in it.
bool is_public6(const std::array<std::uint8_t, 16>& a) {
  if ((a[0] & 0xE0u) != 0x20u) return false;
  const unsigned first = a[0] * 256u + a[1], second = a[2] * 256u + a[3];
  if (first == 0x2001 && second < 0x0200) return false;   // 2001::/23: Teredo, ORCHID, benchmarks and others
  if (first == 0x2001 && second == 0x0DB8) return false;  // documentation
  if (first == 0x2002) return false;                      // 6to4 wraps any IPv4 address
  if (first == 0x2620 && second == 0x004F && a[4] == 0x80 && a[5] == 0x00) return false;  // AS112
  return !(first == 0x3FFF && second < 0x1000);                                           // documentation
}

}  // namespace

bool is_public(const sockaddr* address, socklen_t length) {
  if (address == nullptr) return false;
  if (address->sa_family == AF_INET && length >= static_cast<socklen_t>(sizeof(sockaddr_in))) {
    sockaddr_in found{};
    std::memcpy(&found, address, sizeof found);
    return is_public4(ntohl(found.sin_addr.s_addr));
  }
  if (address->sa_family == AF_INET6 && length >= static_cast<socklen_t>(sizeof(sockaddr_in6))) {
    sockaddr_in6 found{};
    std::memcpy(&found, address, sizeof found);
    std::array<std::uint8_t, 16> bytes{};
    std::memcpy(bytes.data(), &found.sin6_addr, bytes.size());
    return is_public6(bytes);
  }
  return false;
}

}  // namespace suki::pictures
