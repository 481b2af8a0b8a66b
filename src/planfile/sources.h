/// What a check needs from outside core: zone tables, shipped holidays, iCalendar files.
#pragma once

#include "plan/model.h"

namespace suki::planfile {

/// Zones of this machine's tz database, the shipped holiday sets, and the iCalendar reader. Each zone is read once per
/// Sources. `today` decides which warnings about the end of a holiday set are due, and the years of iCalendar files
/// that are expanded: ten before to ten after.
[[nodiscard]] plan::Sources system_sources(Date today);

}  // namespace suki::planfile
