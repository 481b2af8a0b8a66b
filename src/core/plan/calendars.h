/// Calendars of a plan: from nodes to schedules with their holidays, compiled.
#pragma once

#include <optional>
#include <vector>

#include "plan/context.h"

namespace suki::plan {

struct BuiltCalendar {
  CalendarDecl decl;
  std::optional<calendar::Calendar> compiled;  ///< none: something in it was reported
};

/// In the order written. Reports what only shows here: unknown holiday sets, iCalendar files that cannot be read,
/// holidays left out that are none, sets that end before the plan does.
[[nodiscard]] std::vector<BuiltCalendar> build_calendars(Context& context);

/// First instant that questions about reach and openings are asked from.
[[nodiscard]] Instant asking_from(const Context& context);
[[nodiscard]] bool ever_opens(const calendar::Calendar& calendar, Instant from);

}  // namespace suki::plan
