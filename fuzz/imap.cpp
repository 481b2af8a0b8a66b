// What an IMAP server may say, whole and byte by byte: both are read alike, and nothing is read beyond the limits.
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "imap/response.h"

namespace {

/// Numbers of what was understood; a failure ends the list.
std::vector<std::size_t> read_in_pieces(std::string_view bytes, std::size_t piece) {
  suki::imap::Reader reader({.line_max = 4096, .literal_max = 1024, .response_max = 2048});
  std::vector<std::size_t> understood;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    const bool fed = reader.feed(bytes.substr(at, piece)).ok();
    while (const auto response = reader.next()) {
      understood.push_back(response->items.size() + 1000 * response->numbers.size());
      for (const auto& item : response->items)
        if (item.value.size() > 4096) std::abort();
    }
    if (!fed) break;
  }
  return understood;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (read_in_pieces(bytes, size == 0 ? 1 : size) != read_in_pieces(bytes, 1)) std::abort();
  return 0;
}
