// Any bytes are a header's value: addresses, ids and words come out as UTF-8 without line ends.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "base/text.h"
#include "mail/headers.h"
#include "mail/words.h"

namespace {

bool is_line(std::string_view text) {
  return suki::is_utf8(text) && text.find_first_of("\r\n") == std::string_view::npos;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view raw(reinterpret_cast<const char*>(data), size);
  SUKI_ASSERT(is_line(suki::mail::decode_words(raw)));
  SUKI_ASSERT(is_line(suki::mail::decode_words(raw, "shift_jis")));
  for (const auto& address : suki::mail::parse_addresses(raw))
    SUKI_ASSERT(is_line(address.name) && is_line(address.email) && !address.email.empty());
  for (const auto& id : suki::mail::parse_ids(raw)) SUKI_ASSERT(is_line(id) && !id.empty());
  std::string_view rest = raw;
  const auto fields = suki::mail::take_header(rest);
  SUKI_ASSERT(rest.size() <= raw.size());
  for (const auto& [name, value] : fields.all()) SUKI_ASSERT(is_line(fields.line(name)));
  return 0;
}
