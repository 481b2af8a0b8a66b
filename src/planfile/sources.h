/// What a check needs from outside core: zone tables, shipped holidays, iCalendar files.
#pragma once

#include <string>

#include "plan/model.h"

namespace suki::planfile {

/// Zones of the tz database in `zone_folder` (left out: this machine's), the shipped holiday sets, and the iCalendar
/// reader. Each zone is read once per Sources. `today` decides which warnings about the end of a holiday set are due,
/// and the years of iCalendar files that are expanded: ten before to ten after.
[[nodiscard]] plan::Sources system_sources(Date today, const std::string& zone_folder = {});

}  // namespace suki::planfile
