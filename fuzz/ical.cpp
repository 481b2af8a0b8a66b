// Any bytes as an iCalendar file: dates in order within the stretch asked for, or an error.
#include <cstdint>
#include <string_view>

#include "ical/ical.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace suki;
  const Date from = make_date(2025, 1, 1), to = make_date(2027, 12, 31);
  const auto days = ical::read_ical({reinterpret_cast<const char*>(data), size}, from, to);
  if (!days.ok()) return 0;
  for (std::size_t i = 0; i < days->size(); ++i) {
    SUKI_ASSERT((*days)[i].date >= from && (*days)[i].date <= to);
    SUKI_ASSERT(i == 0 || (*days)[i - 1].date < (*days)[i].date);
  }
  return 0;
}
