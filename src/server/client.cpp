#include "server/client.h"

#include <boost/asio/ip/address.hpp>

#include "base/text.h"

namespace suki::server {
namespace {

/// The address without a port; "" when there is none. Takes 203.0.113.7, 203.0.113.7:50000, 2001:db8::1 and
/// [2001:db8::1]:50000, as proxies write them.
std::string plain_address(std::string_view text) {
  text = trim(text);
  if (text.starts_with('[')) {
    text = text.substr(1, text.find(']') == std::string_view::npos ? 0 : text.find(']') - 1);
  } else if (const std::size_t colon = text.find(':');
             colon != std::string_view::npos && text.find(':', colon + 1) == std::string_view::npos) {
    text = text.substr(0, colon);
  }
  if (text.size() > 64) return "";
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(std::string(text), error);
  return error ? "" : address.to_string();
}

struct Word {
  std::string_view sign, name;
};
// The order decides: Edge and Opera also call themselves Chrome, and Chrome calls itself Safari.
constexpr Word browsers[] = {{"Edg", "Edge"},           {"OPR/", "Opera"},     {"SamsungBrowser/", "Samsung Internet"},
                             {"Firefox/", "Firefox"},   {"FxiOS/", "Firefox"}, {"CriOS/", "Chrome"},
                             {"Chromium/", "Chromium"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"},
                             {"curl/", "curl"}};
constexpr Word systems[] = {{"iPhone", "iPhone"},   {"iPad", "iPad"},      {"Android", "Android"}, {"CrOS", "ChromeOS"},
                            {"Windows", "Windows"}, {"Mac OS X", "macOS"}, {"Linux", "Linux"}};

template <std::size_t n>
std::string_view find_word(const Word (&words)[n], std::string_view text) {
  for (const Word& word : words)
    if (text.find(word.sign) != std::string_view::npos) return word.name;
  return "";
}

}  // namespace

std::string client_address(const std::string& peer, const std::vector<std::string_view>& forwarded) {
  if (forwarded.empty()) return peer;
  const std::string_view list = forwarded.back();
  const std::size_t comma = list.rfind(',');
  const std::string address = plain_address(comma == std::string_view::npos ? list : list.substr(comma + 1));
  return address.empty() ? peer : address;
}

std::string short_device(std::string_view user_agent) {
  const std::string_view browser = find_word(browsers, user_agent), system = find_word(systems, user_agent);
  if (browser.empty()) return std::string(system);
  if (system.empty()) return std::string(browser);
  return std::string(browser) + " on " + std::string(system);
}

}  // namespace suki::server
