/// The date of Easter. Inside of room holidays.
#pragma once

#include "base/time.h"

namespace suki::holidays {
/// Easter Sunday of the Gregorian calendar, years 1583 to 9999.
[[nodiscard]] Date easter_of(int year);
}  // namespace suki::holidays
