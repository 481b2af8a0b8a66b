#include "app/roster.h"

#include <algorithm>

#include <fmt/format.h>

#include "app/people.h"
#include "app/roster_work.h"
#include "app/turn.h"
#include "base/reason.h"
#include "desk/floor.h"

namespace suki::app {
namespace {

constexpr Instant begun{};  ///< since before records were kept

Result<store::AccountRecord> find_person(store::Tx& tx, AgentId agent) {
  auto account = tx.find_account(agent);
  if (!account || account->removed) return fail(ErrorCode::not_found, "no such person");
  return std::move(*account);
}

Error conflict(const char* field, const std::string& what) {
  return fail(ErrorCode::conflict, fmt::format("{}: {}", field, what));
}

/// Days that are over stand, and nothing is planned for the far future.
Result<void> check_day(const Work& work, const Wall& wall, const char* field, Instant at) {
  if (at < wall.today(work.now))
    return because(bad_input(field, "lies before today: days that are over are not changed"), "before_today");
  if (at > work.now + planned_ahead_max)
    return because(bad_input(field, "lies more than two years ahead"), "too_far_ahead");
  return {};
}

std::string say(const Wall& wall, Instant from, Instant until) {
  const auto day = [&](Instant at) {
    std::string text = wall.write(at);
    text[10] = ' ';
    return text;
  };
  if (until == never) return "from " + day(from) + " on";
  return from == begun ? "until " + day(until) : "from " + day(from) + " to " + day(until);
}

/// The ends that are known; which they are is part of the reason's name.
Error because_of(const Wall& wall, Error error, std::string reason, Instant from, Instant until) {
  std::vector<ReasonValue> ends;
  if (from != begun) ends.emplace_back("from", wall.write(from));
  if (until != never) ends.emplace_back("until", wall.write(until));
  if (until == never) reason += from == begun ? "_always" : "_since";
  if (until != never && from == begun) reason += "_until";
  return because(std::move(error), reason, ends);
}

Error ends_before_it_begins() {
  return because(bad_input("until", "must be later than the beginning"), "end_before_begin");
}

Result<void> check_membership(const Work& work, const Wall& wall, const store::MembershipRecord& wanted) {
  const desk::Membership& m = wanted.membership;
  if (m.until <= m.from) return ends_before_it_begins();
  for (const store::MembershipRecord& other : work.tx.memberships(m.agent)) {
    const desk::Membership& o = other.membership;
    if (other.id == wanted.id || o.team != m.team || o.until <= m.from || m.until <= o.from) continue;
    return because_of(wall, conflict("from", fmt::format("is in this team {} already", say(wall, o.from, o.until))),
                      "in_team", o.from, o.until);
  }
  return {};
}

Result<store::MembershipRecord> find_membership(store::Tx& tx, AgentId agent, std::int64_t id) {
  auto found = tx.find_membership(id);
  if (!found || found->membership.agent != agent) return fail(ErrorCode::not_found, "no such membership");
  return *found;
}

/// What may come of it at once: who is in the team, or due, now may take what waits.
Result<void> settle(Work& work) {
  work.tx.touch_roster();
  return route_waiting(work);
}

Result<void> check_shift(const Work& work, const Wall& wall, AgentId agent, const desk::Shift& shift) {
  if (shift.until <= shift.from) return ends_before_it_begins();
  SUKI_CHECK(check_day(work, wall, "from", shift.from));
  const bool is_shift = shift.kind == desk::ShiftKind::shift;
  if (shift.until - shift.from > (is_shift ? shift_max : absence_max))
    return is_shift ? because(bad_input("until", "must be at most 24 hours later; a longer time is two shifts"),
                              "shift_too_long")
                    : because(bad_input("until", "must be at most a year later"), "absence_too_long");
  for (const store::ShiftRecord& other : work.tx.shifts_within(agent, shift.from, shift.until))
    if (other.shift.kind == shift.kind)
      return because_of(wall,
                        conflict("from", fmt::format("overlaps the {} {}", desk::name_of(other.shift.kind),
                                                     say(wall, other.shift.from, other.shift.until))),
                        is_shift ? "overlaps_shift" : "overlaps_absence", other.shift.from, other.shift.until);
  return {};
}

Result<store::ShiftRecord> keep_shift(const Work& work, const Wall& wall, AgentId agent, const desk::Shift& shift,
                                      AgentId by) {
  SUKI_CHECK(check_shift(work, wall, agent, shift));
  store::ShiftRecord record{0, agent, shift, work.now, by};
  record.id = work.tx.add_shift(record);
  return record;
}

}  // namespace

Entries all_entries(store::Tx& tx, Instant now, Span ahead) {
  Entries entries;
  for (const store::ShiftRecord& one : tx.shifts_within(now - desk::roster_memory, now + ahead))
    entries[one.agent].push_back(one.shift);
  return entries;
}

std::vector<desk::Shift> entries_around(store::Tx& tx, AgentId agent, Instant now) {
  std::vector<desk::Shift> entries;
  for (const store::ShiftRecord& one : tx.shifts_within(agent, now - desk::roster_memory, now + days(35)))
    entries.push_back(one.shift);
  return entries;
}

std::map<AgentId, std::vector<Symbol>> teams_at(store::Tx& tx, Instant now) {
  std::map<AgentId, std::vector<Symbol>> teams;
  for (const store::MembershipRecord& one : tx.memberships_within(now, now + microseconds(1)))
    teams[one.membership.agent].push_back(one.membership.team);
  for (auto& [agent, mine] : teams) std::sort(mine.begin(), mine.end());
  return teams;
}

PresenceView presence_view(const Work& work, AgentId agent, const std::optional<desk::PresenceState>& state,
                           const std::vector<desk::Shift>& entries) {
  const desk::PresenceState now = state.value_or(desk::PresenceState{});
  const desk::DutyNow duty = desk::duty_at(entries, work.now);
  desk::FloorAgent on_floor;
  on_floor.presence = now.presence;
  on_floor.duty = duty.duty;
  PresenceView view;
  view.agent = to_text(agent.value);
  view.presence = desk::name_of(now.presence);
  view.cause = desk::name_of(now.cause);
  view.wants_work = now.wants_work;
  if (state) view.since = to_time(now.since);
  view.duty = desk::name_of(duty.duty);
  view.duty_until = to_time(duty.until);
  view.why_not = desk::name_of(desk::can_work(on_floor, work.now));
  view.idle_after_s = desk::idle_max.us / seconds(1).us;
  return view;
}

bool may_take_back(const desk::Membership& membership, const Wall& wall, Instant now) {
  return membership.from >= wall.today(now);
}

void join_team(const Work& work, AgentId agent, Symbol team, AgentId by) {
  work.tx.add_membership({0, {agent, team, work.now, never}, work.now, by});
}

void leave_roster(const Work& work, AgentId agent) {
  for (store::MembershipRecord& one : work.tx.memberships(agent)) {
    if (one.membership.until <= work.now) continue;
    if (one.membership.from >= work.now) {
      work.tx.remove_membership(one, work.now);
      continue;
    }
    one.membership.until = work.now;
    one.set_at = work.now;
    work.tx.update_membership(one);
  }
  for (const store::ShiftRecord& one : work.tx.shifts_within(agent, work.now, never))
    if (one.shift.from >= work.now) work.tx.remove_shift(one, work.now);
}

Result<bool> is_roster_due(App& app, store::Tx& tx, Instant settled_at) {
  const Instant now = app.shared().host.now();
  // A clock that was set back would hide what lies between.
  return now < settled_at || tx.next_roster_change(settled_at) <= now;
}

Result<void> settle_roster(App& app, store::Tx& tx) {
  if (!tx.plan_in_force()) return {};
  SUKI_TRY(Work work, Work::begin(app.shared(), tx));
  return settle(work);
}

Result<PersonDetail> add_membership(App& app, store::Tx& tx, const Caller& caller, AgentId agent,
                                    const NewMembership& input) {
  SUKI_TRY(Work work, Work::begin(app.shared(), tx));
  SUKI_TRY(const Wall wall, Wall::of(work));
  SUKI_TRY(const auto account, find_person(tx, agent));
  store::MembershipRecord record{
      0, {account.id, work.plan->symbol(input.team), work.now, never}, work.now, caller.agent};
  if (!work.plan->compiled->find_team(record.membership.team))
    return because(bad_input("team", "is not in the plan"), "unknown_team");
  if (input.from) {
    SUKI_TRY(record.membership.from, wall.read("from", *input.from));
    SUKI_CHECK(check_day(work, wall, "from", record.membership.from));
  }
  if (input.until) {
    SUKI_TRY(record.membership.until, wall.read("until", *input.until));
    SUKI_CHECK(check_day(work, wall, "until", record.membership.until));
  }
  SUKI_CHECK(check_membership(work, wall, record));
  tx.add_membership(record);
  SUKI_CHECK(settle(work));
  return show_person(app, tx, caller, agent);
}

Result<PersonDetail> change_membership(App& app, store::Tx& tx, const Caller& caller, AgentId agent, std::int64_t id,
                                       const MembershipChange& input) {
  SUKI_TRY(Work work, Work::begin(app.shared(), tx));
  SUKI_TRY(const Wall wall, Wall::of(work));
  SUKI_TRY(store::MembershipRecord record, find_membership(tx, agent, id));
  desk::Membership& m = record.membership;
  const Instant today = wall.today(work.now);
  if (m.until < today)
    return because(conflict("until", "it ended on a day that is over, which is not changed"), "ended_before_today");
  if (input.from) {
    if (m.from < today)
      return because(conflict("from", "it began on a day that is over, which is not changed"), "began_before_today");
    SUKI_TRY(m.from, wall.read("from", *input.from));
    SUKI_CHECK(check_day(work, wall, "from", m.from));
  }
  if (input.ends_now.value_or(false)) {
    if (m.from >= work.now) return because(conflict("until", "it has not begun; take it back instead"), "not_begun");
    m.until = work.now;
  } else if (input.until && input.until->empty()) {
    m.until = never;
  } else if (input.until) {
    SUKI_TRY(m.until, wall.read("until", *input.until));
    SUKI_CHECK(check_day(work, wall, "until", m.until));
  }
  SUKI_CHECK(check_membership(work, wall, record));
  record.set_at = work.now;
  record.set_by = caller.agent;
  tx.update_membership(record);
  SUKI_CHECK(settle(work));
  return show_person(app, tx, caller, agent);
}

Result<PersonDetail> remove_membership(App& app, store::Tx& tx, const Caller& caller, AgentId agent, std::int64_t id) {
  SUKI_TRY(Work work, Work::begin(app.shared(), tx));
  SUKI_TRY(const Wall wall, Wall::of(work));
  SUKI_TRY(const store::MembershipRecord record, find_membership(tx, agent, id));
  if (!may_take_back(record.membership, wall, work.now))
    return because(conflict("id", "it began on a day that is over, which is not changed; end it instead"),
                   "end_instead");
  tx.remove_membership(record, work.now);
  SUKI_CHECK(settle(work));
  return show_person(app, tx, caller, agent);
}

ShiftView shift_view(const Wall& wall, const store::ShiftRecord& shift, Instant now) {
  return {to_text(shift.id),
          to_text(shift.agent.value),
          desk::name_of(shift.shift.kind),
          format_instant(shift.shift.from),
          format_instant(shift.shift.until),
          wall.write(shift.shift.from),
          wall.write(shift.shift.until),
          shift.shift.from >= wall.today(now)};
}

Result<ShiftView> add_shift(App& app, store::Tx& tx, const Caller& caller, AgentId agent, const NewShift& input) {
  SUKI_TRY(Work work, Work::begin(app.shared(), tx));
  SUKI_TRY(const Wall wall, Wall::of(work));
  SUKI_TRY(const auto account, find_person(tx, agent));
  desk::Shift shift;
  const auto kind = desk::find_shift_kind(input.kind);
  if (!kind) return bad_input("kind", "must be shift or absence");
  shift.kind = *kind;
  SUKI_TRY(shift.from, wall.read("from", input.from));
  SUKI_TRY(shift.until, wall.read("until", input.until));
  SUKI_TRY(const store::ShiftRecord record, keep_shift(work, wall, account.id, shift, caller.agent));
  SUKI_CHECK(settle(work));
  return shift_view(wall, record, work.now);
}

Result<void> remove_shift(App& app, store::Tx& tx, const Caller&, std::int64_t id) {
  SUKI_TRY(Work work, Work::begin(app.shared(), tx));
  SUKI_TRY(const Wall wall, Wall::of(work));
  const auto record = tx.find_shift(id);
  if (!record) return fail(ErrorCode::not_found, "no such shift");
  if (record->shift.from < wall.today(work.now))
    return because(conflict("id", "it began on a day that is over, which is not changed"), "began_before_today");
  tx.remove_shift(*record, work.now);
  return settle(work);
}

Result<CopiedWeek> copy_week(App& app, store::Tx& tx, const Caller& caller, AgentId agent, const CopyWeek& input) {
  SUKI_TRY(Work work, Work::begin(app.shared(), tx));
  SUKI_TRY(const Wall wall, Wall::of(work));
  SUKI_TRY(const auto account, find_person(tx, agent));
  SUKI_TRY(const Date from, wall.read_date("from", input.from));
  SUKI_TRY(const Date to, wall.read_date("to", input.to));
  const auto moved = [&](Instant at) {
    const calendar::LocalTime local = wall.local(at);
    return wall.at({local.date.days + (to.days - from.days)}, local.time);
  };
  CopiedWeek copied;
  const Instant begin = wall.begin(from), end = wall.begin({from.days + 7});
  for (const store::ShiftRecord& one : tx.shifts_within(account.id, begin, end)) {
    if (one.shift.kind != desk::ShiftKind::shift || one.shift.from < begin) continue;  // it belongs to the week before
    const auto kept = keep_shift(work, wall, account.id,
                                 {one.shift.kind, moved(one.shift.from), moved(one.shift.until)}, caller.agent);
    if (kept.ok())
      copied.added.push_back(shift_view(wall, *kept, work.now));
    else
      ++copied.skipped;
  }
  if (!copied.added.empty()) SUKI_CHECK(settle(work));
  return copied;
}

Result<Week> show_week(App& app, store::Tx& tx, const Caller& caller, AgentId agent, const std::string& from) {
  SUKI_TRY(const Work work, Work::begin(app.shared(), tx));
  SUKI_TRY(const Wall wall, Wall::of(work));
  SUKI_TRY(const auto account, find_person(tx, agent));
  if (agent != caller.agent && !may(caller.role, Permission::manage_roster))
    return because(fail(ErrorCode::forbidden, "only your own shifts"), "own_shifts_only");
  const Date today = wall.local(work.now).date;
  Date first{today.days - static_cast<std::int32_t>(weekday_of(today))};
  if (!from.empty()) {
    SUKI_TRY(first, wall.read_date("from", from));
  }
  Week week;
  week.now = format_instant(work.now);
  week.time_zone = work.plan->plan.business.time_zone;
  week.today = format_date(today);
  week.agent = to_text(account.id.value);
  for (std::int32_t i = 0; i < 7; ++i) {
    const Date day{first.days + i};
    week.days.push_back(
        {format_date(day), format_instant(wall.begin(day)), format_instant(wall.begin({day.days + 1}))});
  }
  for (const store::ShiftRecord& one : tx.shifts_within(account.id, wall.begin(first), wall.begin({first.days + 7})))
    week.shifts.push_back(shift_view(wall, one, work.now));
  return week;
}

}  // namespace suki::app
