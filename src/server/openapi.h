/// The OpenAPI 3.1 document, made from the route table and the described structs.
#pragma once

#include <string>

namespace suki::server {
/// Indented JSON, the same bytes every time for the same program.
[[nodiscard]] std::string openapi_document();
}  // namespace suki::server
