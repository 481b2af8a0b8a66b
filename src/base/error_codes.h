/// One list of error codes. Numbers are never reused; a code exists only if someone can react to it.
#pragma once

#include <cstdint>

namespace suki {

enum class ErrorCode : std::uint16_t {
  internal = 1,  ///< we are wrong, or a library was
  bad_instant = 2,
  bad_duration = 3,
  bad_date = 4,
  budget_range = 5,  ///< a negative budget, or one over budget_max
  never_open = 6,    ///< no opening within the calendar's horizon
  unknown_zone = 7,
  bad_zone_table = 8,
  bad_calendar = 9,
  bad_text = 10,   ///< not UTF-8, or a character that is not allowed
  too_large = 11,  ///< over a named limit
  not_found = 12,
  conflict = 13,   ///< it changed meanwhile, or exists already
  refused = 14,    ///< the rules say no; detail says why
  bad_input = 15,  ///< a field is wrong; detail says which and how
  io = 16,         ///< file, socket, disk
  busy = 17,       ///< a queue is full or a lock is held; try again
  unauthorized = 18,
  forbidden = 19,
  bad_mail = 20,
  bad_plan = 21,      ///< the plan has errors; see its diagnostics
  never_closes = 22,  ///< open up to the end of the calendar's horizon
  unavailable = 24,   ///< what it needs does not answer (the database); try again later
  storage_full = 31,  ///< no room on the disk; nothing was done, and what was there stays
};

/// "bad_instant"
[[nodiscard]] const char* name_of(ErrorCode code);

}  // namespace suki
