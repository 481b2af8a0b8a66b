/// What a text/plain part may hold beside its words: soft line ends, and files written into it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mail/mail.h"

namespace suki::mail {

/// CRLF and lone CR to LF. O(bytes).
[[nodiscard]] std::string unix_lines(std::string_view text);

/// RFC 3676: lines that end in a blank go on in the next one, within one depth of quoting; the signature's "-- " does
/// not. `delete_space`: DelSp=yes. `text` has LF line ends. O(bytes).
[[nodiscard]] std::string unflow(std::string_view text, bool delete_space);

inline constexpr std::size_t uuencoded_files_max = 100;
/// Takes the files out of `text` that stand in it as "begin 644 NAME" ... "end", each line as long as it says it is.
/// A block without its end stays text. O(bytes).
[[nodiscard]] std::vector<Part> take_uuencoded(std::string& text);

}  // namespace suki::mail
