// Any bytes are a file that a customer sends, under any declared type (the first line): what it is kept as stands in a
// header whole, is nothing that a browser would run as ours, and is a picture only when its bytes say so.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "app/sniff.h"
#include "base/assert.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t line = std::min(text.find('\n'), text.size());
  const std::string_view declared = text.substr(0, line), bytes = text.substr(std::min(line + 1, text.size()));
  const std::string found = suki::app::sniff(bytes), kept = suki::app::type_of(bytes, declared);
  SUKI_ASSERT(!found.empty() && !kept.empty() && kept.size() < 128);
  SUKI_ASSERT(kept.find('/') != std::string::npos);
  for (const char c : kept) SUKI_ASSERT(c > 0x20 && c < 0x7f && c != '"' && c != ',');
  // Bytes decide: a declared type turns nothing into a picture or a page.
  if (found != "application/octet-stream" && found != "text/plain") SUKI_ASSERT(kept == found);
  if (suki::app::is_picture(kept)) SUKI_ASSERT(suki::app::is_picture(found));
  for (const char* runs : {"text/html", "image/svg+xml", "application/xhtml+xml", "text/javascript"})
    if (kept == runs) SUKI_ASSERT(found == runs);
  return 0;
}
