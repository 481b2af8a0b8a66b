#pragma once

#include <string>
#include <string_view>

namespace suki::store {

/// 64 hex digits.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);

}  // namespace suki::store
