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
  EXPECT_EQ(duty_at(leave, at(10)), (DutyNow{Duty::absent, at(12)})) << "leave counts without a roster, too";
}

TEST(Roster, a_shift_begins_and_ends_with_breaks_and_absence_taking_precedence) {
  const Shift day[] = {shift(9, 17), shift(12, 13, ShiftKind::pause), shift(15, 20, ShiftKind::absence)};
  const auto duty = [&day](Instant when) { return duty_at(day, when).duty; };
  EXPECT_EQ(duty(at(9)), Duty::on_shift) << "the beginning belongs to it";
  EXPECT_EQ(duty(at(12)), Duty::on_break);
  EXPECT_EQ(duty(at(13)), Duty::on_shift);
  EXPECT_EQ(duty(at(15)), Duty::absent);
  EXPECT_EQ(duty(at(17)), Duty::absent);
  EXPECT_EQ(duty(at(20)), Duty::off_shift) << "the end does not";
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

TEST(Roster, working_stretches_leave_out_breaks_and_unite_what_touches) {
  EXPECT_EQ(working_stretches({shift(13, 17), shift(9, 13), shift(11, 12, ShiftKind::pause)}),
            (std::vector<Shift>{shift(9, 11), shift(12, 17)}));
  EXPECT_EQ(working_stretches({shift(9, 17), shift(8, 18, ShiftKind::absence)}), std::vector<Shift>{});
}

TEST(Roster, gaps_name_how_many_are_due) {
  const Shift open[] = {shift(9, 17)};
  const Shift due[] = {shift(9, 13), shift(11, 17)};
  EXPECT_EQ(find_gaps(open, due, 2), (std::vector<Gap>{{at(9), at(11), 1}, {at(13), at(17), 1}}));
  EXPECT_EQ(find_gaps(open, due, 1), std::vector<Gap>{});
  EXPECT_EQ(find_gaps(open, {}, 1), (std::vector<Gap>{{at(9), at(17), 0}}));
  const Shift night[] = {shift(17, 20)};
  EXPECT_EQ(find_gaps(open, night, 1), (std::vector<Gap>{{at(9), at(17), 0}})) << "outside the hours helps nobody";
}

TEST(Roster, hours_on_two_days_each_have_gaps_of_their_own) {
  const Shift open[] = {shift(9, 12), shift(33, 36)};
  const Shift due[] = {shift(9, 12), shift(34, 36)};
  EXPECT_EQ(find_gaps(open, due, 1), (std::vector<Gap>{{at(33), at(34), 0}}));
}

}  // namespace
}  // namespace suki::desk
