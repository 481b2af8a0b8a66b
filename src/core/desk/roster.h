/// The roster: who belongs to which team from when to when, and who is due at work. Dated records outside the plan, and
/// pure rules over them; like the floor, which they feed. Why it is so: docs/decisions/0016-roster-and-presence.md.
///
/// The rule that leaves shops alone which keep no shifts: *shifts count for whoever has some*. Without any, presence
/// alone decides.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "desk/presence.h"

namespace suki::desk {

/// The numbers are stored.
enum class ShiftKind : std::uint8_t {
  shift,    ///< due at work
  absence,  ///< leave, sickness, training: beats a shift. Why is not kept
};
[[nodiscard]] const char* name_of(ShiftKind kind);  ///< "shift", "absence"
[[nodiscard]] std::optional<ShiftKind> find_shift_kind(std::string_view name);

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
  on_leave,   ///< likewise
};
[[nodiscard]] const char* name_of(Duty duty);  ///< "unknown", "on_shift", "off_shift", "on_leave"
[[nodiscard]] constexpr bool takes_work(Duty duty) {
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

// ---- cover: is somebody due who could answer --------------------------------------------------------------------
struct Cover {
  bool answered = true;
  Instant until = never;  ///< when that turns
  friend bool operator==(const Cover&, const Cover&) = default;
};
/// `members`: the entries of each person who may answer. Nobody at all: nothing is known of who answers, so it counts
/// as answered, as in a shop that keeps no roster. Allocates. O(n log n) over all entries, and squared over those of
/// each person.
[[nodiscard]] Cover cover_at(std::span<const std::vector<Shift>> members, Instant at);
/// The first instant from `at` on at which somebody is due; never.
[[nodiscard]] Instant next_cover(std::span<const std::vector<Shift>> members, Instant at);

// ---- the roster as the input log makes it ------------------------------------------------------------------------
/// An agent is in a team in [from, until).
struct Membership {
  AgentId agent;
  Symbol team;
  Instant from, until = never;
  [[nodiscard]] bool holds(Instant at) const { return from <= at && at < until; }
  friend bool operator==(const Membership&, const Membership&) = default;
};
struct PresenceState {
  Presence presence = Presence::offline;
  PresenceCause cause = PresenceCause::left;
  bool wants_work = false;  ///< what they chose last
  Instant since;
  friend bool operator==(const PresenceState&, const PresenceState&) = default;
};
/// The numbers are stored.
enum class RosterChange : std::uint8_t { presence, membership, membership_gone, shift, shift_gone };
/// One input: what came to hold. Of a membership or shift the whole, also when it is corrected.
struct RosterInput {
  RosterChange change = RosterChange::presence;
  AgentId agent;
  std::int64_t id = 0;  ///< of the membership or shift
  Symbol team;
  ShiftKind kind = ShiftKind::shift;
  Instant from, until = never;
  PresenceState state;
  friend bool operator==(const RosterInput&, const RosterInput&) = default;
};
struct Roster {
  std::map<AgentId, PresenceState> presences;
  std::map<std::int64_t, Membership> memberships;           ///< by id
  std::map<AgentId, std::map<std::int64_t, Shift>> shifts;  ///< of each agent, by id
};
void apply(Roster& roster, const RosterInput& input);

/// Why this agent can take nothing at `at` by what the roster knows, whatever the conversation.
enum class NoWork : std::uint8_t { none, unknown, offline, away, off_shift, on_leave };
/// unknown: there is no word of this agent's presence.
[[nodiscard]] NoWork no_work(const Roster& roster, AgentId agent, Instant at);
[[nodiscard]] const char* name_of(NoWork why);  ///< "none", "unknown", "offline" ...

}  // namespace suki::desk
