// Any bytes are a date: none, or an instant that suki accepts from outside.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "mail/headers.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto at = suki::mail::parse_date({reinterpret_cast<const char*>(data), size});
  if (at) SUKI_ASSERT(*at >= suki::instant_min && *at <= suki::instant_max);
  return 0;
}
