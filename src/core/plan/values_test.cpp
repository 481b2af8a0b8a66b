#include "plan/values.h"

#include <gtest/gtest.h>

namespace suki::plan {
namespace {

TEST(Values, Budgets) {
  EXPECT_EQ(read_budget("4h").value_or(Span{}), hours(4));
  EXPECT_EQ(read_budget("2d 4h").value_or(Span{}), hours(52));
  EXPECT_EQ(read_budget("90min").value_or(Span{}), minutes(90));
  EXPECT_EQ(read_budget("PT30M").value_or(Span{}), minutes(30));
  for (const char* wrong : {"", "4", "0h", "-4h", "4 hours or so", "4x", "999999999999h", "h"})
    EXPECT_FALSE(read_budget(wrong).ok()) << wrong;
}

TEST(Values, Offsets) {
  EXPECT_EQ(read_offset("30min before").value_or(Span{}), -minutes(30));
  EXPECT_EQ(read_offset("due").value_or(Span{1}), Span{});
  EXPECT_EQ(read_offset("1d 2h after").value_or(Span{}), hours(26));
  for (const char* wrong : {"", "before", "30min", "0h after", "-1h before", "1h  behind", "due before"})
    EXPECT_FALSE(read_offset(wrong).ok()) << wrong;
}

TEST(Values, Intervals) {
  EXPECT_EQ(read_interval("09:00-18:00").value(), (calendar::Interval{{9 * 3600}, {18 * 3600}}));
  EXPECT_EQ(read_interval("22:00-06:00").value(), (calendar::Interval{{22 * 3600}, {6 * 3600}}));
  EXPECT_EQ(read_interval("00:00-24:00").value(), (calendar::Interval{{0}, {86'400}}));
  for (const char* wrong : {"", "9-18", "09:00", "09:00-24:01", "24:00-01:00", "09:60-10:00", "09:00-09:00",
                            "09:00 - 10:00", "09:00-10:00-11:00", "-"}) {
    EXPECT_FALSE(read_interval(wrong).ok()) << wrong;
  }
}

TEST(Values, Days) {
  using enum Weekday;
  EXPECT_EQ(read_days("mon").value(), std::vector{mon});
  EXPECT_EQ(read_days("mon-wed").value(), (std::vector{mon, tue, wed}));
  EXPECT_EQ(read_days("sat-mon").value(), (std::vector{sat, sun, mon}));
  EXPECT_EQ(read_days("mon, wed,fri-sat").value(), (std::vector{mon, wed, fri, sat}));
  for (const char* wrong : {"", "monday", "mon-", "-mon", "mon--tue", "mon,,tue", "MON"})
    EXPECT_FALSE(read_days(wrong).ok()) << wrong;
}

TEST(Values, Languages) {
  for (const char* right : {"en", "fil", "pt-BR", "zh-Hant-TW"}) EXPECT_TRUE(is_language(right)) << right;
  for (const char* wrong : {"", "e", "english", "EN", "en-", "-en", "en--US", "file"})
    EXPECT_FALSE(is_language(wrong)) << wrong;
}

}  // namespace
}  // namespace suki::plan
