/// The roster: who is due when, and where cover is missing. Pure, like the floor that it feeds: the instant asked about
/// is an argument, and what is in force at it is one answer. Which rule decides what: docs/decisions/0013-roster.md.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace suki::desk {

/// The numbers are stored.
enum class ShiftKind : std::uint8_t {
  shift,    ///< due at work
  pause,    ///< a break within it
  absence,  ///< leave, sickness, training; beats a shift
};
[[nodiscard]] const char* name_of(ShiftKind kind);  ///< "shift", "break", "absence"
[[nodiscard]] bool find_shift_kind(std::string_view name, ShiftKind& kind);

/// One entry of one agent: [from, until).
struct Shift {
  ShiftKind kind = ShiftKind::shift;
  Instant from, until;
  friend bool operator==(const Shift&, const Shift&) = default;
};

/// What the roster says of an agent at one instant.
enum class Duty : std::uint8_t {
  unknown,    ///< no shift is known around then: presence alone decides
  on_shift,   ///< takes new work when present
  off_shift,  ///< takes nothing new
  on_break,   ///< likewise
  absent,     ///< likewise
};
[[nodiscard]] const char* name_of(Duty duty);  ///< "unknown", "on_shift", "off_shift", "on_break", "absent"
[[nodiscard]] inline bool takes_work(Duty duty) {
  return duty == Duty::unknown || duty == Duty::on_shift;
}

/// A roster counts as known from the beginning of a shift until this long after its end: who is planned by the week is
/// off between two shifts; who is planned no more works by presence alone again. Chosen: a week.
inline constexpr Span roster_memory = days(7);

struct DutyNow {
  Duty duty = Duty::unknown;
  Instant until = never;  ///< when it may change next; never: these entries say no more
  friend bool operator==(const DutyNow&, const DutyNow&) = default;
};
/// `entries`: of one agent, in any order; those that end before at - roster_memory may be left out. O(entries).
[[nodiscard]] DutyNow duty_at(std::span<const Shift> entries, Instant at);

/// When an agent is due: shifts without breaks and absences, in order, none touching. Allocates.
[[nodiscard]] std::vector<Shift> working_stretches(std::vector<Shift> entries);

/// A stretch in which fewer are due than needed.
struct Gap {
  Instant from, until;
  int due = 0;
  friend bool operator==(const Gap&, const Gap&) = default;
};
/// `hours`: when cover is needed, in order, none overlapping; `due`: one entry for each time that somebody is due, any
/// order. Gaps in order; two that touch differ in how many are due. O((hours + due) log due).
[[nodiscard]] std::vector<Gap> find_gaps(std::span<const Shift> hours, std::span<const Shift> due, int needed);

}  // namespace suki::desk
