/// What bytes are, by the bytes alone. Names and declared types are only believed where they can do no harm.
#pragma once

#include <string>
#include <string_view>

namespace suki::app {

/// "image/png", ...; "text/plain" for UTF-8 text without control characters; "application/octet-stream" for the rest.
/// Cost: the first 64 KiB at most.
[[nodiscard]] std::string sniff(std::string_view bytes);
/// The type under which a file is kept: the sniffed one; for bytes that say nothing the declared one, unless it names
/// something that a browser would show or run.
[[nodiscard]] std::string type_of(std::string_view bytes, std::string_view declared);
/// Whether a browser may show it as a picture: PNG, JPEG, GIF, WebP. Not SVG, which is a program.
[[nodiscard]] bool is_picture(std::string_view type);

}  // namespace suki::app
