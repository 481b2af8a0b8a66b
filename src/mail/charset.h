/// Bytes in a declared, wrong or missing charset to UTF-8.
#pragma once

#include <string>
#include <string_view>

namespace suki::mail {

struct Decoded {
  std::string text;         ///< valid UTF-8 without NUL
  bool as_declared = true;  ///< false: the charset was absent, unknown or wrong, and a guess was made
};
/// Declared first; where it is absent, unknown or does not fit: UTF-8 if the bytes are that, else windows-1252 (as the
/// WHATWG Encoding Standard reads iso-8859-1 and us-ascii). What still does not fit becomes U+FFFD. O(bytes).
[[nodiscard]] Decoded decode(std::string_view bytes, std::string_view charset);

}  // namespace suki::mail
