/// Numbers as people and other programs write them.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace suki {

/// The whole text as a number in decimal digits, with a sign only when it is negative; nothing for any other text, or
/// one beyond 64 bits.
[[nodiscard]] inline std::optional<std::int64_t> parse_whole(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}
/// The same for what counts from 1 on, as ids do.
[[nodiscard]] inline std::optional<std::int64_t> parse_positive(std::string_view text) {
  const auto number = parse_whole(text);
  return number && *number > 0 ? number : std::nullopt;
}

}  // namespace suki
