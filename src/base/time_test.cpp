#include "base/time.h"

#include <gtest/gtest.h>

namespace suki {
namespace {

struct Row {
  const char* text;
  const char* expected;
};

TEST(Instants, AreReadWithOffsetsAndFractionsAndWrittenInUtc) {
  const Row rows[] = {
      {"2026-11-23T08:00:00Z", "2026-11-23T08:00:00Z"},
      {"2026-11-23t08:00:00z", "2026-11-23T08:00:00Z"},
      {"2026-11-23T08:00:00+08:00", "2026-11-23T00:00:00Z"},
      {"2026-11-23T00:30:00+05:45", "2026-11-22T18:45:00Z"},
      {"2026-12-31T20:00:00-04:00", "2027-01-01T00:00:00Z"},
      {"2026-11-23T08:00:00.5Z", "2026-11-23T08:00:00.5Z"},
      {"2026-11-23T08:00:00.123456789Z", "2026-11-23T08:00:00.123456Z"},
      {"2026-11-23T08:00:00.000000Z", "2026-11-23T08:00:00Z"},
      {"1969-12-31T23:59:59.25Z", "1969-12-31T23:59:59.25Z"},
      {"1900-01-01T00:00:00Z", "1900-01-01T00:00:00Z"},
      {"2199-12-31T23:59:59.999999Z", "2199-12-31T23:59:59.999999Z"},
      {"2000-02-29T12:00:00Z", "2000-02-29T12:00:00Z"},
      {"2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"},       // a leap second is the second after
      {"2017-01-01T00:59:60+01:00", "2017-01-01T00:00:00Z"},  // the same one, seen from Berlin
  };
  for (const auto& row : rows) {
    const auto at = parse_instant(row.text);
    ASSERT_TRUE(at.ok()) << row.text;
    EXPECT_EQ(format_instant(*at), row.expected) << row.text;
  }
  EXPECT_EQ(format_instant(never), "never");
}

TEST(Instants, ThatAreNotRfc3339AreRefused) {
  for (const char* text : {"",
                           "2026",
                           "2026-11-23",
                           "2026-11-23T08:00Z",
                           "2026-11-23T08:00:00",
                           "2026-11-23 08:00:00Z",
                           "2026-13-01T00:00:00Z",
                           "2026-02-29T00:00:00Z",
                           "2100-02-29T00:00:00Z",
                           "2026-11-00T00:00:00Z",
                           "2026-11-23T24:00:00Z",
                           "2026-11-23T08:60:00Z",
                           "2026-11-23T08:00:61Z",
                           "2026-11-23T08:00:60Z",
                           "2026-11-23T08:00:00.Z",
                           "2026-11-23T08:00:00.1234567891Z",
                           "2026-11-23T08:00:00+24:00",
                           "2026-11-23T08:00:00+0800",
                           "2026-11-23T08:00:00ZZ",
                           " 2026-11-23T08:00:00Z",
                           "+026-11-23T08:00:00Z",
                           "1899-12-31T23:59:59Z",
                           "2200-01-01T00:00:00Z",
                           "1900-01-01T00:00:00+00:01"}) {
    const auto at = parse_instant(text);
    ASSERT_FALSE(at.ok()) << text;
    EXPECT_EQ(at.error().code, ErrorCode::bad_instant) << text;
  }
}

TEST(IsoDurations, AreReadAndWrittenInHoursMinutesSeconds) {
  const Row rows[] = {
      {"PT4H", "PT4H"},
      {"P1DT30M", "PT24H30M"},
      {"PT1.5S", "PT1.5S"},
      {"PT1,5S", "PT1.5S"},
      {"PT0.000001S", "PT0.000001S"},
      {"PT0.0000009S", "PT0S"},
      {"PT1.5H", "PT1H30M"},
      {"P1W", "PT168H"},
      {"PT90M", "PT1H30M"},
      {"PT3600S", "PT1H"},
      {"PT0S", "PT0S"},
      {"P0D", "PT0S"},
      {"PT27H30M", "PT27H30M"},
      {"P36525D", "PT876600H"},
  };
  for (const auto& row : rows) {
    const auto span = parse_iso_duration(row.text);
    ASSERT_TRUE(span.ok()) << row.text;
    EXPECT_EQ(format_iso_duration(*span), row.expected) << row.text;
  }
  EXPECT_EQ(format_iso_duration(-minutes(90)), "-PT1H30M");
}

TEST(IsoDurations, WithoutFixedLengthOrOutOfShapeAreRefused) {
  for (const char* text :
       {"",      "P",         "PT",    "P1DT",  "4H",   "PT4",   "P1Y",  "P1M", "PT1H1H", "PT1M1H",
        "P1D1W", "PT1.5H30M", "PT.5S", "PT1.S", "pt4h", "PT4H ", "PT1D", "P1H", "+PT1H",  "PT1234567890123456789S"}) {
    const auto span = parse_iso_duration(text);
    ASSERT_FALSE(span.ok()) << text;
    EXPECT_EQ(span.error().code, ErrorCode::bad_duration) << text;
  }
  for (const char* text : {"-PT1H", "P36526D", "PT999999999999999999H"}) {
    const auto span = parse_iso_duration(text);
    ASSERT_FALSE(span.ok()) << text;
    EXPECT_EQ(span.error().code, ErrorCode::budget_range) << text;
  }
}

TEST(PlanDurations, TakeTheWordsOfThePlan) {
  EXPECT_EQ(*parse_duration("30s"), seconds(30));
  EXPECT_EQ(*parse_duration("90min"), minutes(90));
  EXPECT_EQ(*parse_duration("4h"), hours(4));
  EXPECT_EQ(*parse_duration("2d 4h"), hours(52));
  EXPECT_EQ(*parse_duration("1h30min"), minutes(90));
  EXPECT_EQ(*parse_duration(" 5 min "), minutes(5));
  EXPECT_EQ(*parse_duration("PT4H"), hours(4));
  EXPECT_EQ(*parse_duration("19.8s"), microseconds(19'800'000));
  EXPECT_EQ(*parse_duration("1h 1.5min"), seconds(3690));
  for (const char* text :
       {"", " ", "4", "h", "4 hours", "1h 1h", "4h 2d", "1.5h 20min", "1.h", ".5h", "1.5", "4H", "1w", "4h,"}) {
    EXPECT_FALSE(parse_duration(text).ok()) << text;
  }
  EXPECT_FALSE(parse_duration("36526d").ok());
}

TEST(Dates, KnowTheirWeekdayAndLeapYears) {
  EXPECT_EQ(weekday_of(make_date(1970, 1, 1)), Weekday::thu);
  EXPECT_EQ(weekday_of(make_date(2026, 11, 22)), Weekday::sun);
  EXPECT_EQ(weekday_of(make_date(1969, 12, 28)), Weekday::sun);
  EXPECT_EQ(weekday_of(make_date(1900, 1, 1)), Weekday::mon);
  EXPECT_EQ(*parse_date("2000-02-29"), make_date(2000, 2, 29));
  EXPECT_EQ(format_date(make_date(2026, 3, 1) + -1), "2026-02-28");
  for (const char* text : {"", "2026-2-1", "2026-02-30", "2100-02-29", "20260201", "2026-02-01T", "2026/02/01"}) {
    EXPECT_FALSE(parse_date(text).ok()) << text;
  }
  for (std::int32_t day = -80'000; day < 80'000; ++day) {
    const auto [y, m, d] = to_year_month_day(Date{day});
    ASSERT_EQ(make_date(y, m, d).days, day);
  }
}

}  // namespace
}  // namespace suki
