/// A calendar written as JSON. Inside of room questions.
#pragma once

#include <boost/json/value.hpp>

#include "base/result.h"
#include "calendar/calendar.h"

namespace suki::questions {

struct WrittenCalendar {
  std::string zone;
  calendar::Schedule schedule;
};
/// Errors: bad_input with the key and what is wrong; also for a key that is not known.
[[nodiscard]] Result<WrittenCalendar> read_calendar(const boost::json::value& value);

}  // namespace suki::questions
