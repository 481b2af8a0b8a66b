/// A calendar of a plan folder by its id.
#pragma once

#include <string>

#include "base/result.h"
#include "calendar/calendar.h"

namespace suki::cli {
/// Reads and checks the folder each time. Errors: io or bad_plan with the first diagnostics, not_found with the ids
/// there are.
[[nodiscard]] Result<calendar::Calendar> find_plan_calendar(const std::string& plan_dir,
                                                            const std::string& calendar_id);
}  // namespace suki::cli
