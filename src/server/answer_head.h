/// The head of an answer: its first line and fields, with what keeps a browser safe.
#pragma once

#include <cstddef>
#include <string>

#include "server/http.h"

namespace suki::server {

/// From "HTTP/1.1" to the empty line. `bytes`: how long the body is, unless it comes in pieces; `keep`: the connection
/// stays open.
std::string make_head(const Response& response, std::size_t bytes, const Request& request, bool keep);

}  // namespace suki::server
