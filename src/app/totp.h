/// One-time codes by time (RFC 6238): six digits of HMAC-SHA-1, a new one every 30 seconds, as every authenticator
/// app makes them. Pure: no clock, no store.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace suki::app {

inline constexpr std::size_t totp_secret_bytes = 20;  ///< RFC 4226, 4: 160 bits are recommended
inline constexpr Span totp_step = seconds(30);
inline constexpr std::int64_t totp_drift = 1;  ///< steps that a phone's clock may be off, either way

[[nodiscard]] std::string totp_code(std::string_view secret, std::int64_t step);
/// The step that `code` belongs to, when that is within the drift and later than `last_step`: a code works once.
/// Blanks in `code` do not matter. Each comparison takes the same time whatever it finds.
[[nodiscard]] std::optional<std::int64_t> find_totp_step(std::string_view secret, std::string_view code, Instant now,
                                                         std::int64_t last_step);
[[nodiscard]] std::string to_base32(std::string_view bytes);  ///< RFC 4648, without padding
/// What a QR code holds: otpauth://totp/ISSUER:LOGIN?secret=...&issuer=...
[[nodiscard]] std::string totp_uri(std::string_view issuer, std::string_view login, std::string_view secret);

struct QrCode {
  std::int64_t size = 0;  ///< units a side, with the white border that readers need
  std::string path;       ///< an SVG path of the dark units
};
/// size 0: the text is too long for one.
[[nodiscard]] QrCode draw_qr(const std::string& text);

}  // namespace suki::app
