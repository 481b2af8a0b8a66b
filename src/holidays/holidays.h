/// Public holidays that come with suki: by country, for stated years, from a stated source. Nothing is guessed: a year
/// outside [first_year, last_year] has no holidays here, and a plan that outruns it is warned.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "calendar/calendar.h"

namespace suki::holidays {

struct Set {
  std::string id;    ///< "PH", ISO 3166
  std::string name;  ///< English
  std::string name_fil;
  std::string source;                   ///< the law or the proclamations, one sentence
  int first_year, last_year;            ///< complete for these years, both included
  std::vector<calendar::Holiday> days;  ///< in order of date; `hours` empty; `name` in English
};

/// Null when there is no such set. Ids are upper case. The pointer stays valid.
[[nodiscard]] const Set* find_set(std::string_view id);
/// Ids, sorted.
[[nodiscard]] std::vector<std::string> list_sets();

/// Days as lines of text, for keeping, in the order given: date, hours, name. Equal days give equal text.
[[nodiscard]] std::string write_days(const std::vector<calendar::Holiday>& days);
/// The days that write_days() wrote. Errors: bad_calendar.
[[nodiscard]] Result<std::vector<calendar::Holiday>> read_days(std::string_view text);

}  // namespace suki::holidays
