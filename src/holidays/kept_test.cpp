#include <gtest/gtest.h>

#include "holidays/holidays.h"

namespace suki::holidays {
namespace {

TEST(KeptDays, GiveBackEverySet) {
  for (const auto& id : list_sets()) {
    const auto& days = find_set(id)->days;
    const auto back = read_days(write_days(days));
    ASSERT_TRUE(back.ok()) << id;
    EXPECT_EQ(*back, days) << id;
  }
}

TEST(KeptDays, KeepHoursAndAnyName) {
  const std::vector<calendar::Holiday> days{{make_date(2026, 12, 24), {{{32'400}, {43'200}}, {{50'400}, {0}}}, "Half"},
                                            {make_date(2026, 12, 25), {}, ""},
                                            {make_date(2026, 12, 26), {}, " a\\b\nc d "}};
  const std::string text = write_days(days);
  EXPECT_EQ(text, "days 1\n2026-12-24 32400-43200,50400-0 Half\n2026-12-25 - \n2026-12-26 -  a\\\\b\\nc d \n");
  ASSERT_TRUE(read_days(text).ok());
  EXPECT_EQ(*read_days(text), days);
  EXPECT_TRUE(read_days("days 1\n")->empty());
}

TEST(KeptDays, ThatWereNotWrittenHereAreRefused) {
  for (const char* text : {"", "days 2\n", "days 1", "days 1\n\n", "days 1\n2026-12-25\n", "days 1\n2026-12-25 -\n",
                           "days 1\n2026-13-25 - x\n", "days 1\n2026-12-25 5 x\n", "days 1\n2026-12-25 1-86401 x\n",
                           "days 1\n2026-12-25 86400-1 x\n", "days 1\n2026-12-25 - x\\\n",
                           "days 1\n2026-12-25 - x\\t\n", "days 1\n2026-12-25 - x"}) {
    EXPECT_FALSE(read_days(text).ok()) << text;
  }
}

}  // namespace
}  // namespace suki::holidays
