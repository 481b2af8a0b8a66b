/// Passwords that are tried first: the most common ones, and what people make of them to reach a length.
#pragma once

#include <string_view>

namespace suki::app {

/// Whether it is one of the list (src/app/common_passwords), whatever its capitals; or one of it with digits and signs
/// around it ("sunshine 2026!"); or a few characters again and again; or digits and signs alone. Cost O(length + log
/// list).
[[nodiscard]] bool is_common_password(std::string_view password);

}  // namespace suki::app
