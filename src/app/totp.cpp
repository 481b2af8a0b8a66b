#include "app/totp.h"

#include <array>
#include <cstdlib>
#include <memory>

#include <fmt/format.h>
#include <liboath/oath.h>
#include <qrencode.h>
#include <sodium.h>

#include "base/assert.h"

namespace suki::app {
namespace {

constexpr unsigned digits = 6;

std::string percent(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                       c == '.' || c == '_' || c == '~';
    if (plain)
      out += c;
    else
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

}  // namespace

std::string totp_code(std::string_view secret, std::int64_t step) {
  static const int ready = oath_init();
  SUKI_ASSERT(ready == OATH_OK);
  constexpr auto step_seconds = static_cast<unsigned>(totp_step.us / seconds(1).us);
  std::array<char, digits + 1> text{};
  const int made = oath_totp_generate(secret.data(), secret.size(), static_cast<time_t>(step * step_seconds),
                                      step_seconds, 0, digits, text.data());
  SUKI_ASSERT(made == OATH_OK);
  return text.data();
}

std::optional<std::int64_t> find_totp_step(std::string_view secret, std::string_view code, Instant now,
                                           std::int64_t last_step) {
  std::string given;
  for (const char c : code)
    if (c != ' ') given += c;
  if (given.size() != digits) return std::nullopt;
  const std::int64_t present = now.us / totp_step.us;
  std::optional<std::int64_t> found;
  for (std::int64_t step = present - totp_drift; step <= present + totp_drift; ++step) {
    if (step < 0) continue;
    const std::string wanted = totp_code(secret, step);
    const bool same = sodium_memcmp(wanted.data(), given.data(), digits) == 0;
    if (same && step > last_step && !found) found = step;
  }
  return found;
}

std::string to_base32(std::string_view bytes) {
  char* text = nullptr;
  std::size_t size = 0;
  const int made = oath_base32_encode(bytes.data(), bytes.size(), &text, &size);
  SUKI_ASSERT(made == OATH_OK);
  const std::unique_ptr<char, decltype(&std::free)> owner(text, &std::free);
  std::string result(text, size);
  while (!result.empty() && result.back() == '=') result.pop_back();
  return result;
}

std::string totp_uri(std::string_view issuer, std::string_view login, std::string_view secret) {
  return fmt::format("otpauth://totp/{0}:{1}?secret={2}&issuer={0}", percent(issuer), percent(login),
                     to_base32(secret));
}

QrCode draw_qr(const std::string& text) {
  constexpr int border = 4;  // ISO/IEC 18004 asks for a quiet zone of four units
  const std::unique_ptr<QRcode, decltype(&QRcode_free)> made(QRcode_encodeString8bit(text.c_str(), 0, QR_ECLEVEL_M),
                                                             &QRcode_free);
  if (!made) return {};
  const int width = made->width;
  QrCode code{width + 2 * border, ""};
  for (int y = 0; y < width; ++y) {
    for (int x = 0; x < width;) {
      int run = 0;
      while (x + run < width && (made->data[y * width + x + run] & 1u) != 0) ++run;
      if (run > 0) code.path += fmt::format("M{} {}h{}v1h-{}z", x + border, y + border, run, run);
      x += run > 0 ? run : 1;
    }
  }
  return code;
}

}  // namespace suki::app
