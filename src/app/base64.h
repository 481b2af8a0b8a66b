/// Bytes in a data: address.
#pragma once

#include <string>
#include <string_view>

namespace suki::app {
[[nodiscard]] std::string base64(std::string_view bytes);  ///< RFC 4648, with padding
}
