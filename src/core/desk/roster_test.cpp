#include "desk/roster.h"

#include <gtest/gtest.h>

namespace suki::desk {
namespace {

constexpr Instant nine{1'000'000'000'000'000};  // any morning
constexpr Instant at(int hour) {
  return nine + hours(hour - 9);
}
constexpr Shift shift(int from, int until, ShiftKind kind = ShiftKind::shift) {
  return {kind, at(from), at(until)};
}

TEST(Roster, without_shifts_presence_alone_decides) {
  EXPECT_EQ(duty_at({}, nine), (DutyNow{Duty::unknown, never}));
  const Shift leave[] = {shift(10, 12, ShiftKind::absence)};
  EXPECT_EQ(duty_at(leave, at(9)), (DutyNow{Duty::unknown, at(10)}));
  EXPECT_EQ(duty_at(leave, at(10)), (DutyNow{Duty::on_leave, at(12)})) << "leave counts without a roster, too";
}

TEST(Roster, a_shift_begins_and_ends_and_absence_beats_it) {
  const Shift day[] = {shift(9, 12), shift(13, 17), shift(15, 20, ShiftKind::absence)};
  const auto duty = [&day](Instant when) { return duty_at(day, when).duty; };
  EXPECT_EQ(duty(at(9)), Duty::on_shift) << "the beginning belongs to it";
  EXPECT_EQ(duty(at(12)), Duty::off_shift) << "the end does not";
  EXPECT_EQ(duty(at(13)), Duty::on_shift);
  EXPECT_EQ(duty(at(15)), Duty::on_leave);
  EXPECT_EQ(duty(at(17)), Duty::on_leave);
  EXPECT_EQ(duty(at(20)), Duty::off_shift);
  EXPECT_EQ(duty_at(day, at(13)).until, at(15));
}

TEST(Roster, the_first_shifts_of_a_roster_change_nothing_before_they_begin) {
  const Shift first[] = {shift(9, 17)};
  EXPECT_EQ(duty_at(first, at(8)), (DutyNow{Duty::unknown, at(9)}));
}

TEST(Roster, a_week_after_the_last_shift_presence_alone_decides_again) {
  const Shift last[] = {shift(9, 17)};
  EXPECT_EQ(duty_at(last, at(17)), (DutyNow{Duty::off_shift, at(17) + days(7)}));
  EXPECT_EQ(duty_at(last, at(17) + days(7) - microseconds(1)).duty, Duty::off_shift);
  EXPECT_EQ(duty_at(last, at(17) + days(7)), (DutyNow{Duty::unknown, never}));
}

TEST(Cover, nobody_known_or_somebody_without_shifts_leaves_it_to_the_hours) {
  EXPECT_EQ(cover_at({}, nine), (Cover{true, never}));
  const std::vector<Shift> members[] = {{shift(9, 12)}, {}};
  EXPECT_EQ(cover_at(members, at(15)), (Cover{true, never})) << "one keeps no shifts, so may be there";
}

TEST(Cover, ends_with_the_last_who_is_due_and_begins_with_the_first) {
  const std::vector<Shift> members[] = {{shift(9, 12), shift(33, 36)},
                                        {shift(11, 17), shift(14, 15, ShiftKind::absence)}};
  EXPECT_EQ(cover_at(members, at(9)), (Cover{true, at(14)}));
  EXPECT_EQ(cover_at(members, at(14)), (Cover{false, at(15)}));
  EXPECT_EQ(cover_at(members, at(17)), (Cover{false, at(33)}));
  EXPECT_EQ(next_cover(members, at(17)), at(33));
  EXPECT_EQ(next_cover(members, at(10)), at(10));
}

TEST(Cover, a_roster_that_is_planned_no_more_is_forgotten_after_a_week) {
  const std::vector<Shift> members[] = {{shift(9, 17)}};
  EXPECT_EQ(cover_at(members, at(18)), (Cover{false, at(17) + roster_memory}));
}

RosterInput input(RosterChange change, AgentId agent, std::int64_t id) {
  RosterInput input;
  input.change = change;
  input.agent = agent;
  input.id = id;
  return input;
}

TEST(RosterLog, what_came_last_holds) {
  constexpr AgentId ana{1};
  Roster roster;
  EXPECT_EQ(no_work(roster, ana, nine), NoWork::unknown);
  RosterInput here;
  here.agent = ana;
  here.state = {Presence::online, PresenceCause::chosen, true, nine};
  apply(roster, here);
  EXPECT_EQ(no_work(roster, ana, nine), NoWork::none);

  RosterInput entry = input(RosterChange::shift, ana, 5);
  entry.from = at(10);
  entry.until = at(12);
  apply(roster, entry);
  EXPECT_EQ(no_work(roster, ana, at(9)), NoWork::none) << "no roster yet";
  EXPECT_EQ(no_work(roster, ana, at(12)), NoWork::off_shift);
  RosterInput leave = input(RosterChange::shift, ana, 6);
  leave.kind = ShiftKind::absence;
  leave.from = at(10);
  leave.until = at(11);
  apply(roster, leave);
  EXPECT_EQ(no_work(roster, ana, at(10)), NoWork::on_leave);
  leave.change = RosterChange::shift_gone;
  apply(roster, leave);
  EXPECT_EQ(no_work(roster, ana, at(10)), NoWork::none);

  here.state.presence = Presence::away;
  apply(roster, here);
  EXPECT_EQ(no_work(roster, ana, at(10)), NoWork::away);

  RosterInput in = input(RosterChange::membership, ana, 1);
  in.team = Symbol{3};
  in.from = nine;
  apply(roster, in);
  in.until = at(12);
  apply(roster, in);
  EXPECT_EQ(roster.memberships.at(1), (Membership{ana, Symbol{3}, nine, at(12)}));
  EXPECT_TRUE(roster.memberships.at(1).holds(nine));
  EXPECT_FALSE(roster.memberships.at(1).holds(at(12)));
  in.change = RosterChange::membership_gone;
  apply(roster, in);
  EXPECT_TRUE(roster.memberships.empty());
}

}  // namespace
}  // namespace suki::desk
