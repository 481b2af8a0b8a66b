// Any bytes are said in the log: each time they are one line, one JSON object, nothing that steers a terminal; and of
// what another program said no mail address is left.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.h"
#include "base/text.h"
#include "json/read.h"
#include "log/log.h"

namespace {

bool steers(std::string_view line) {
  for (std::size_t i = 0; i < line.size(); ++i) {
    const auto byte = static_cast<unsigned char>(line[i]);
    if (byte < 0x20 || byte == 0x7f) return true;
    if (byte == 0xc2 && i + 1 < line.size() && static_cast<unsigned char>(line[i + 1]) < 0xa0) return true;
  }
  return false;
}

void check_addresses(std::string_view text) {
  const std::string without = suki::log::without_addresses(text);
  SUKI_ASSERT(suki::log::without_addresses(without) == without);
  if (text.find('@') == std::string_view::npos) SUKI_ASSERT(without == text);
  const std::string about = "550 <liza@example.net>" + std::string(text);
  SUKI_ASSERT(suki::log::without_addresses(about).find("liza@example.net>") == std::string::npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::string line = suki::log::to_line(0, "error", text);
  SUKI_ASSERT(line.starts_with("1970-01-01T00:00:00.000Z error ") && suki::is_utf8(line) && !steers(line));
  // What begins with the mark of members is never said by others: the program's own words stand before it.
  const std::string said = "it said: " + std::string(text);
  const std::string json = suki::log::to_json(0, "error", said);
  SUKI_ASSERT(json.find('\n') == std::string::npos && suki::is_utf8(json));
  const auto read = suki::json::parse(json);
  SUKI_ASSERT(read.ok() && read->as_object().size() == 3);
  SUKI_ASSERT(std::string_view(read->at("message").as_string()) == suki::to_valid_utf8(said));
  check_addresses(text);
  return 0;
}
