/// Text in HTML.
#pragma once

#include <string>
#include <string_view>

namespace suki {

/// & < > and " become their names, so that the text can stand in HTML, in the values of attributes too. O(bytes).
[[nodiscard]] std::string escape_html(std::string_view text);

}  // namespace suki
