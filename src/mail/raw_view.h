/// A mail's bytes to look at, without reading it as a mail: for those that nothing else may touch.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace suki::mail {

struct RawView {
  std::string headers, body;  ///< printable UTF-8 with line feeds; what is neither stands as \xNN
  bool cut = false;           ///< there is more than was asked for
};
/// At most so many bytes of each. Never fails. O(bytes asked for).
[[nodiscard]] RawView view_raw(std::string_view raw, std::size_t header_bytes, std::size_t body_bytes);

/// The same for any text: control characters, those that turn the direction of writing, and bytes that are no UTF-8
/// become \xNN or \u{NNNN}; line feeds and tabs stay.
[[nodiscard]] std::string printable(std::string_view bytes);

struct Peeked {
  std::string email, name, subject;  ///< printable and not decoded; email in lower case; "" where there is none
};
/// What the first header fields seem to say, by letters alone. Looks at the first 64 KiB.
[[nodiscard]] Peeked peek(std::string_view raw);

/// Values of the header fields of this name (lower case), from above, each with its lines put together. Looks at the
/// first 256 KiB.
[[nodiscard]] std::vector<std::string> fields_named(std::string_view raw, std::string_view name);

}  // namespace suki::mail
