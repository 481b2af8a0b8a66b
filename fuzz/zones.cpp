// Any bytes as a TZif file: refused, or a table that answers for every time without harm.
#include <cstdint>
#include <string_view>

#include "zones/zones.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace suki;
  const auto zone = zones::parse_tzif({reinterpret_cast<const char*>(data), size});
  if (!zone.ok()) return 0;
  for (const int year : {1901, 1970, 2026, 2100, 2199}) {
    for (const unsigned month : {1u, 3u, 10u, 12u}) {
      const Date date = make_date(year, month, 28);
      const Instant at = to_instant(*zone, date, {9'000});
      SUKI_ASSERT(to_local(*zone, at).date.days - date.days <= 3);
      SUKI_ASSERT(date.days - to_local(*zone, at).date.days <= 3);
    }
  }
  return 0;
}
