// Any bytes are the Markdown of a plan's text: what becomes of it is text, trimmed, and holds no more than was written
// and the marks that a list or a link is given.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "app/markdown.h"
#include "base/assert.h"
#include "base/text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view markdown(reinterpret_cast<const char*>(data), size);
  const std::string text = suki::app::plain_text_of(markdown);
  SUKI_ASSERT(suki::is_utf8(text));
  SUKI_ASSERT(text.find('\0') == std::string::npos);
  SUKI_ASSERT(suki::trim(text) == text);
  return 0;
}
