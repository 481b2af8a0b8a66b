#include "server/proxies.h"

#include <boost/asio/ip/address.hpp>
#include <charconv>
#include <optional>

#include "base/text.h"

namespace suki::server {
namespace {

namespace ip = boost::asio::ip;

std::optional<ip::address> read_address(std::string_view text) {
  boost::system::error_code error;
  const ip::address address = ip::make_address(std::string(text), error);
  if (error) return std::nullopt;
  return address;
}

std::array<unsigned char, 16> bytes_of(const ip::address& address) {
  const ip::address_v6 wide = address.is_v4() ? ip::make_address_v6(ip::v4_mapped, address.to_v4()) : address.to_v6();
  return wide.to_bytes();
}

std::optional<unsigned> read_bits(std::string_view text, unsigned most) {
  unsigned bits = 0;
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), bits);
  if (wrong != std::errc() || end != text.data() + text.size() || bits > most) return std::nullopt;
  return bits;
}

}  // namespace

Result<void> Proxies::add(const std::string& networks) {
  std::vector<Network> read;
  for (std::string_view part : split(networks, ',')) {
    part = trim(part);
    const std::size_t slash = part.find('/');
    const auto address = read_address(part.substr(0, slash));
    const unsigned width = address && address->is_v4() ? 32 : 128;
    const auto bits = slash == std::string_view::npos ? width : read_bits(part.substr(slash + 1), width);
    if (!address || !bits)
      return fail(ErrorCode::bad_input, "\"" + std::string(part) +
                                            "\" is no address of a proxy; write 203.0.113.7 or a network: 10.1.0.0/16");
    read.push_back({bytes_of(*address), *bits + (128 - width)});
  }
  networks_.insert(networks_.end(), read.begin(), read.end());
  return {};
}

void Proxies::add_this_machine() {
  networks_.push_back({bytes_of(ip::address_v4::loopback()), 128 - 32 + 8});
  networks_.push_back({bytes_of(ip::address_v6::loopback()), 128});
}

bool Proxies::holds(const std::string& address) const {
  const auto read = read_address(address);
  if (!read) return false;
  const auto bytes = bytes_of(*read);
  for (const Network& network : networks_) {
    unsigned same = 0;
    while (same < network.bits && ((bytes[same / 8] ^ network.address[same / 8]) & (0x80u >> (same % 8))) == 0) ++same;
    if (same == network.bits) return true;
  }
  return false;
}

bool is_this_machine(const std::string& address) {
  Proxies here;
  here.add_this_machine();
  return here.holds(address);
}

}  // namespace suki::server
