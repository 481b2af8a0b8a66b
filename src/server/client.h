/// Who asks, as far as a request tells: the address behind a proxy, and the browser. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace suki::server {

/// The client's address by the X-Forwarded-For fields that a trusted proxy sent on, in their order. The last entry of
/// the last field is what that proxy saw itself; whatever stands before it, the client may have written. `peer` (the
/// other end of the connection) where that entry is no address; a port behind it is cut off.
[[nodiscard]] std::string client_address(const std::string& peer, const std::vector<std::string_view>& forwarded);

/// "Firefox on Linux", of a User-Agent header; "" when it says nothing known. At most 64 bytes.
[[nodiscard]] std::string short_device(std::string_view user_agent);

}  // namespace suki::server
