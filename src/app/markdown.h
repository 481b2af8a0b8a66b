/// The plan's texts are CommonMark; mails and messages are plain text.
#pragma once

#include <string>
#include <string_view>

namespace suki::app {

/// Without the marks: emphasis is left out, lists keep their dashes, links are named with their address, lines of one
/// paragraph become one line. O(text).
[[nodiscard]] std::string plain_text_of(std::string_view markdown);

/// As HTML without raw HTML of its own; not yet safe: sanitise it. O(text).
[[nodiscard]] std::string html_of(std::string_view markdown);

}  // namespace suki::app
