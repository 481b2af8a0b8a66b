#include "desk/roster.h"

#include <algorithm>

namespace suki::desk {

const char* name_of(ShiftKind kind) {
  switch (kind) {
    case ShiftKind::shift:
      return "shift";
    case ShiftKind::pause:
      return "break";
    case ShiftKind::absence:
      return "absence";
  }
  return "shift";
}

bool find_shift_kind(std::string_view name, ShiftKind& kind) {
  for (const ShiftKind one : {ShiftKind::shift, ShiftKind::pause, ShiftKind::absence})
    if (name == name_of(one)) {
      kind = one;
      return true;
    }
  return false;
}

const char* name_of(Duty duty) {
  switch (duty) {
    case Duty::unknown:
      return "unknown";
    case Duty::on_shift:
      return "on_shift";
    case Duty::off_shift:
      return "off_shift";
    case Duty::on_break:
      return "on_break";
    case Duty::absent:
      return "absent";
  }
  return "unknown";
}

DutyNow duty_at(std::span<const Shift> entries, Instant at) {
  bool known = false, shift = false, pause = false, absence = false;
  DutyNow now;
  const auto may_change = [&now, at](Instant when) {
    if (when > at) now.until = std::min(now.until, when);
  };
  for (const Shift& entry : entries) {
    const bool holds = entry.from <= at && at < entry.until;
    may_change(entry.from);
    may_change(entry.until);
    switch (entry.kind) {
      case ShiftKind::shift:
        shift |= holds;
        known |= entry.from <= at && at < entry.until + roster_memory;
        may_change(entry.until + roster_memory);
        break;
      case ShiftKind::pause:
        pause |= holds;
        break;
      case ShiftKind::absence:
        absence |= holds;
        break;
    }
  }
  now.duty = absence          ? Duty::absent
             : shift && pause ? Duty::on_break
             : shift          ? Duty::on_shift
             : known          ? Duty::off_shift
                              : Duty::unknown;
  return now;
}

std::vector<Shift> working_stretches(std::vector<Shift> entries) {
  std::vector<Instant> bounds;
  for (const Shift& entry : entries) {
    bounds.push_back(entry.from);
    bounds.push_back(entry.until);
  }
  std::sort(bounds.begin(), bounds.end());
  bounds.erase(std::unique(bounds.begin(), bounds.end()), bounds.end());
  std::vector<Shift> result;
  // Between two bounds nothing changes, so the beginning speaks for the whole.
  for (std::size_t i = 0; i + 1 < bounds.size(); ++i) {
    if (duty_at(entries, bounds[i]).duty != Duty::on_shift) continue;
    if (!result.empty() && result.back().until == bounds[i])
      result.back().until = bounds[i + 1];
    else
      result.push_back({ShiftKind::shift, bounds[i], bounds[i + 1]});
  }
  return result;
}

std::vector<Gap> find_gaps(std::span<const Shift> hours, std::span<const Shift> due, int needed) {
  std::vector<std::pair<Instant, int>> steps;
  for (const Shift& one : due) {
    if (one.from >= one.until) continue;
    steps.emplace_back(one.from, 1);
    steps.emplace_back(one.until, -1);
  }
  std::sort(steps.begin(), steps.end());
  std::vector<Gap> gaps;
  std::size_t next = 0;
  int count = 0;
  for (const Shift& open : hours) {
    Instant at = open.from;
    while (at < open.until) {
      for (; next < steps.size() && steps[next].first <= at; ++next) count += steps[next].second;
      const Instant end = next < steps.size() ? std::min(steps[next].first, open.until) : open.until;
      if (count < needed) {
        if (!gaps.empty() && gaps.back().until == at && gaps.back().due == count)
          gaps.back().until = end;
        else
          gaps.push_back({at, end, count});
      }
      at = end;
    }
  }
  return gaps;
}

}  // namespace suki::desk
