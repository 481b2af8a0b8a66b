/// Single values of the plan's language, from their text. Errors carry a message for people in `detail`.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "calendar/calendar.h"

namespace suki::plan {

/// "4h", "2d 4h", "PT30M": more than nothing, at most budget_max.
[[nodiscard]] Result<Span> read_budget(std::string_view text);
/// "30min before" (negative), "due" (zero), "1h after".
[[nodiscard]] Result<Span> read_offset(std::string_view text);
/// "09:00-18:00", "22:00-06:00" over midnight, "00:00-24:00". Equal ends are refused: nobody knows which is meant.
[[nodiscard]] Result<calendar::Interval> read_interval(std::string_view text);
/// "mon", "mon-fri", "fri-mon", "mon,wed" in the order of the week they name.
[[nodiscard]] Result<std::vector<Weekday>> read_days(std::string_view text);
/// A language code: two or three letters, maybe with more parts ("fil", "en", "pt-BR").
[[nodiscard]] bool is_language(std::string_view text);

}  // namespace suki::plan
