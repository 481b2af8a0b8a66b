/// Second half of check(): what the table cannot say. Each looks at the tree leniently and reports; whatever validate()
/// reported already is passed over.
#pragma once

#include <vector>

#include "plan/calendars.h"
#include "plan/context.h"

namespace suki::plan {

void check_channels(Context& context, const std::vector<BuiltCalendar>& calendars);
void check_policies(Context& context, const std::vector<BuiltCalendar>& calendars);
void check_rule_lists(Context& context);
void check_replies(Context& context);
/// Which of the nine questions that a customer service plan answers stay open here.
void advise(Context& context, const std::vector<BuiltCalendar>& calendars);

/// {customer}, {reply_by} ...: what stands in braces in a text, known or not, in order.
[[nodiscard]] std::vector<std::string> placeholders_of(std::string_view text);

}  // namespace suki::plan
