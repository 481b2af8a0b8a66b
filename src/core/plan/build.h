/// The two results of a check without errors: what people read, and what runs.
#pragma once

#include <memory>
#include <vector>

#include "plan/calendars.h"
#include "plan/context.h"

namespace suki::plan {

/// The tree must be without errors.
[[nodiscard]] Plan build_plan(const Context& context, const std::vector<BuiltCalendar>& calendars);
[[nodiscard]] std::shared_ptr<const CompiledPlan> build_compiled(const Context& context,
                                                                 const std::vector<BuiltCalendar>& calendars,
                                                                 Symbols& symbols);

}  // namespace suki::plan
