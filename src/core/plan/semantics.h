/// Second half of check(): what the table cannot say. Each looks at the tree leniently and reports; whatever validate()
/// reported already is passed over.
#pragma once

#include <functional>
#include <string>
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

/// Reports what stands in braces in a text of the plan and is none of `known`. `told` is called for each, known or not,
/// with its place.
void check_placeholders(Context& context, const Node& text, const std::vector<std::string>& known,
                        const std::function<void(const std::string& word, const Place& place)>& told = {});

/// {customer}, {reply_by} ...: what stands in braces in a text, known or not, in order.
[[nodiscard]] std::vector<std::string> placeholders_of(std::string_view text);

}  // namespace suki::plan
