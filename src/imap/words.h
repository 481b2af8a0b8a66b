/// What is said to an IMAP server, as it is written. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace suki::imap {

/// A folder's name in UTF-8 as the protocol writes it: modified UTF-7 (RFC 3501, 5.1.3) in quotes.
/// Errors: bad_input (not UTF-8, a control character, more than 500 bytes).
[[nodiscard]] Result<std::string> folder_name(std::string_view name);
/// "1:3,7" for 1 2 3 7; `uids` rising.
[[nodiscard]] std::string uid_set(const std::vector<std::uint32_t>& uids);
/// A day as SEARCH takes it: "1-Nov-2026" (UTC).
[[nodiscard]] std::string search_day(std::int64_t instant_us);
/// What a server said, for people: one line of printable UTF-8, at most 200 bytes.
[[nodiscard]] std::string for_people(std::string_view said);

}  // namespace suki::imap
