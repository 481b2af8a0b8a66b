#include "desk/roster.h"

#include <algorithm>

namespace suki::desk {

const char* name_of(ShiftKind kind) {
  return kind == ShiftKind::absence ? "absence" : "shift";
}

std::optional<ShiftKind> find_shift_kind(std::string_view name) {
  for (const ShiftKind one : {ShiftKind::shift, ShiftKind::absence})
    if (name == name_of(one)) return one;
  return std::nullopt;
}

const char* name_of(Duty duty) {
  switch (duty) {
    case Duty::unknown:
      return "unknown";
    case Duty::on_shift:
      return "on_shift";
    case Duty::off_shift:
      return "off_shift";
    case Duty::on_leave:
      return "on_leave";
  }
  return "unknown";
}

DutyNow duty_at(std::span<const Shift> entries, Instant at) {
  bool known = false, shift = false, absence = false;
  DutyNow now;
  const auto may_change = [&now, at](Instant when) {
    if (when > at) now.until = std::min(now.until, when);
  };
  for (const Shift& entry : entries) {
    const bool holds = entry.from <= at && at < entry.until;
    may_change(entry.from);
    may_change(entry.until);
    if (entry.kind == ShiftKind::absence) {
      absence |= holds;
      continue;
    }
    shift |= holds;
    known |= entry.from <= at && at < entry.until + roster_memory;
    may_change(entry.until + roster_memory);
  }
  now.duty = absence ? Duty::on_leave : shift ? Duty::on_shift : known ? Duty::off_shift : Duty::unknown;
  return now;
}

namespace {

struct Stretch {
  Instant from, until;
};

/// When one person may be at work, from `at` on. O(entries squared): a few dozen.
void add_stretches(std::span<const Shift> entries, Instant at, std::vector<Stretch>& into) {
  for (Instant when = at; when != never;) {
    const DutyNow duty = duty_at(entries, when);
    if (takes_work(duty.duty)) into.push_back({when, duty.until});
    when = duty.until;
  }
}

}  // namespace

Cover cover_at(std::span<const std::vector<Shift>> members, Instant at) {
  if (members.empty()) return {};
  std::vector<Stretch> due;
  for (const auto& entries : members) add_stretches(entries, at, due);
  std::sort(due.begin(), due.end(), [](const Stretch& a, const Stretch& b) { return a.from < b.from; });
  if (due.empty()) return {false, never};
  if (due.front().from > at) return {false, due.front().from};
  Instant until = at;
  for (const Stretch& one : due) {
    if (one.from > until) break;
    until = std::max(until, one.until);
  }
  return {true, until};
}

Instant next_cover(std::span<const std::vector<Shift>> members, Instant at) {
  const Cover cover = cover_at(members, at);
  return cover.answered ? at : cover.until;
}

void apply(Roster& roster, const RosterInput& input) {
  switch (input.change) {
    case RosterChange::presence:
      roster.presences[input.agent] = input.state;
      break;
    case RosterChange::membership:
      roster.memberships[input.id] = {input.agent, input.team, input.from, input.until};
      break;
    case RosterChange::membership_gone:
      roster.memberships.erase(input.id);
      break;
    case RosterChange::shift:
      roster.shifts[input.agent][input.id] = {input.kind, input.from, input.until};
      break;
    case RosterChange::shift_gone:
      roster.shifts[input.agent].erase(input.id);
      break;
  }
}

NoWork no_work(const Roster& roster, AgentId agent, Instant at) {
  const auto state = roster.presences.find(agent);
  if (state == roster.presences.end()) return NoWork::unknown;
  if (state->second.presence == Presence::offline) return NoWork::offline;
  if (state->second.presence == Presence::away) return NoWork::away;
  const auto mine = roster.shifts.find(agent);
  if (mine == roster.shifts.end()) return NoWork::none;
  std::vector<Shift> entries;
  for (const auto& [id, shift] : mine->second)
    if (shift.from <= at && at < shift.until + roster_memory) entries.push_back(shift);
  switch (duty_at(entries, at).duty) {
    case Duty::off_shift:
      return NoWork::off_shift;
    case Duty::on_leave:
      return NoWork::on_leave;
    case Duty::unknown:
    case Duty::on_shift:
      break;
  }
  return NoWork::none;
}

const char* name_of(NoWork why) {
  switch (why) {
    case NoWork::none:
      return "none";
    case NoWork::unknown:
      return "unknown";
    case NoWork::offline:
      return "offline";
    case NoWork::away:
      return "away";
    case NoWork::off_shift:
      return "off_shift";
    case NoWork::on_leave:
      return "on_leave";
  }
  return "none";
}

}  // namespace suki::desk
