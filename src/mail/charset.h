/// Bytes in a declared, wrong or missing charset to UTF-8.
#pragma once

#include <string>
#include <string_view>

namespace suki::mail {

struct Decoded {
  std::string text;         ///< valid UTF-8 without NUL
  bool as_declared = true;  ///< false: the charset was absent, unknown or wrong, and a guess was made
};
/// Declared first, by the names and the wider tables that the WHATWG Encoding Standard and mail programs use
/// (iso-8859-1 and us-ascii are windows-1252, gb2312 is GB18030, shift_jis is CP932 ...). A single-byte charset over
/// bytes that are UTF-8 is a wrong label. Where it is absent, unknown or does not fit: the escapes of ISO-2022, a byte
/// order mark, UTF-8, what uchardet makes of them, else windows-1252. What still does not fit becomes U+FFFD. O(bytes).
[[nodiscard]] Decoded decode(std::string_view bytes, std::string_view charset);

/// The charset that HTML names in a <meta> of its first KiB; "" where none.
[[nodiscard]] std::string charset_of_html(std::string_view html);

}  // namespace suki::mail
