/// Holidays from an iCalendar file (RFC 5545), recurrence included, by libical. Only whole days are holidays.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "calendar/calendar.h"

namespace suki::ical {

inline constexpr std::size_t bytes_max = 1 << 20;  ///< a country's holidays of ten years take 100 kB; chosen
inline constexpr std::size_t events_max = 5'000;   ///< chosen
inline constexpr std::size_t depth_max = 8;        ///< of components in components; VALARM in VEVENT is three
inline constexpr std::size_t rules_max =
    200;  ///< events with RRULE; libical takes up to 0.3 s for the oddest (measured)
inline constexpr std::size_t occurrences_max = 200'000;  ///< walked over in one file; chosen

/// The dates from `from` to `to` (both included) that the file's events cover, in order, each once, named by SUMMARY.
/// An event of several days gives each of them; RRULE, RDATE, EXDATE and moved occurrences (RECURRENCE-ID) are
/// followed; cancelled events give none. `hours` are empty. Errors: bad_input "line 14: ..." (broken file, an event
/// with a time of day, a rule below the day), bad_text, too_large.
[[nodiscard]] Result<std::vector<calendar::Holiday>> read_ical(std::string_view bytes, Date from, Date to);

}  // namespace suki::ical
