#include "lmtp/place.h"

#include <sys/un.h>

#include <charconv>

#include <fmt/format.h>

#include <boost/asio/ip/address.hpp>

namespace suki::lmtp {
namespace {

constexpr std::string_view unix_start = "unix:";
// Where a name is put first, so that the socket is there with its mode or not at all.
constexpr std::size_t path_bytes_max = sizeof(sockaddr_un::sun_path) - 1 - std::string_view(".new").size();

Result<unsigned> read_mode(const std::string& text) {
  unsigned mode = 0;
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), mode, 8);
  if (text.empty() || wrong != std::errc() || end != text.data() + text.size() || mode > 0777)
    return fail(ErrorCode::bad_input, "lmtp-mode: write the rights as chmod takes them: 0660");
  return mode;
}

Result<void> read_path(std::string_view path, Place& place) {
  if (path.empty() || path.front() != '/')
    return fail(ErrorCode::bad_input, "lmtp: write unix:/FOLDER/NAME, a path from the root on");
  if (path.size() > path_bytes_max)
    return fail(ErrorCode::bad_input,
                fmt::format("lmtp: the path of a Unix socket has at most {} bytes here", path_bytes_max));
  place.path = path;
  return {};
}

Result<void> read_port(std::string_view text, Place& place) {
  const std::size_t colon = text.rfind(':');
  std::string address(text.substr(0, colon));
  const std::string_view port = colon == std::string_view::npos ? "" : text.substr(colon + 1);
  if (address.size() > 2 && address.front() == '[' && address.back() == ']')
    address = address.substr(1, address.size() - 2);
  boost::system::error_code error;
  const auto ip = boost::asio::ip::make_address(address, error);
  const auto [end, wrong] = std::from_chars(port.data(), port.data() + port.size(), place.port);
  if (error || port.empty() || wrong != std::errc() || end != port.data() + port.size())
    return fail(ErrorCode::bad_input, "lmtp: write unix:/FOLDER/NAME, 127.0.0.1:PORT or [::1]:PORT");
  const bool v4_inside = ip.is_v6() && ip.to_v6().is_v4_mapped();
  if (!ip.is_loopback() && !place.any_machine)
    return fail(ErrorCode::bad_input,
                fmt::format("lmtp: other machines reach {}, and LMTP has neither log-in nor TLS: whoever connects "
                            "files mails in anybody's name. Give a Unix socket or 127.0.0.1 with the mail server on "
                            "this machine, or say --plain-lmtp where a firewall lets the mail server alone in",
                            address));
  if (v4_inside) return fail(ErrorCode::bad_input, "lmtp: write an IPv4 address as such: 127.0.0.1");
  place.address = ip.to_string();
  return {};
}

}  // namespace

Result<Place> read_place(const std::string& text, const std::string& mode, bool any_machine) {
  Place place;
  place.any_machine = any_machine;
  SUKI_TRY(place.mode, read_mode(mode));
  const bool is_path = text.starts_with(unix_start);
  SUKI_CHECK(is_path ? read_path(std::string_view(text).substr(unix_start.size()), place) : read_port(text, place));
  return place;
}

std::string to_text(const Place& place) {
  if (!place.path.empty()) return std::string(unix_start) + place.path;
  const bool v6 = place.address.find(':') != std::string::npos;
  return fmt::format(fmt::runtime(v6 ? "[{}]:{}" : "{}:{}"), place.address, place.port);
}

}  // namespace suki::lmtp
