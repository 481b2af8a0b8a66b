/// The text of a member of a JSON object as it was written. Inside of room questions.
#pragma once

#include <string_view>

namespace suki::questions {

/// The text of the last member `key` of the object in `text`: so that an id comes back digit for digit, and equal
/// calendars are known by their text. Empty when there is none that is whole, or `text` is no object up to there. A key
/// written with escapes is not found. Never fails on broken JSON; what it gives is not checked further. One pass.
[[nodiscard]] std::string_view find_raw_member(std::string_view text, std::string_view key);

}  // namespace suki::questions
