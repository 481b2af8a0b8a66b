/// HTML to readable plain text.
#pragma once

#include <string>
#include <string_view>

namespace suki::mail {

/// Paragraphs, lists, quotes, tables' rows and links ("text <address>") kept as lines; scripts, styles and comments
/// left out. Never executes or fetches anything. Input valid UTF-8; more than html_bytes_max is cut. Depth is bounded.
inline constexpr std::size_t html_bytes_max = 4u << 20;
[[nodiscard]] std::string text_from_html(std::string_view html);

/// How much of the HTML a parser may be given: it nests at most a thousand deep, by counting tags. O(bytes).
[[nodiscard]] std::size_t shallow_length(std::string_view html);

}  // namespace suki::mail
