#include "calendar/calendar.h"

#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "calendar/testing.h"

namespace suki::calendar {
namespace {

using testing::compile;
using ::testing::ElementsAre;
using testing::Given;

Instant at(const char* text) {
  return *parse_instant(text);
}
std::string text_of(const Result<Instant>& answer) {
  return answer.ok() ? format_instant(*answer) : name_of(answer.error().code);
}
std::string add(const Calendar& c, const char* from, const char* span) {
  return text_of(c.add(at(from), *parse_duration(span)));
}
std::string subtract(const Calendar& c, const char* from, const char* span) {
  return text_of(c.subtract(at(from), *parse_duration(span)));
}
std::string between(const Calendar& c, const char* from, const char* to) {
  return format_iso_duration(c.between(at(from), at(to)));
}
std::string next_open(const Calendar& c, const char* from) {
  return text_of(c.next_open(at(from)));
}
std::string next_close(const Calendar& c, const char* from) {
  return text_of(c.next_close(at(from)));
}
/// "2026-11-23T08:00:00Z/2026-11-23T11:00:00Z", one an interval
std::vector<std::string> stretches(const Calendar& c, const char* from, std::size_t count) {
  std::vector<std::string> result;
  for (const Range& range : c.intervals(at(from), count))
    result.push_back(format_instant(range.open) + "/" + format_instant(range.close));
  return result;
}

const Given shop{.zone = "Europe/Berlin",
                 .week = {"09:00-12:00 13:00-17:00", "", "", "", "22:00-06:00", "", ""},
                 .holidays = {{"2026-12-25", ""}},
                 .exceptions = {{"2026-12-24", "09:00-12:00"}, {"2026-12-31", ""}}};
const Given nights{
    .zone = "Europe/Berlin",
    .week = {"22:00-06:00", "22:00-06:00", "22:00-06:00", "22:00-06:00", "22:00-06:00", "22:00-06:00", "22:00-06:00"}};
const Given office{.zone = "America/New_York",
                   .week = {"09:00-17:00", "09:00-17:00", "09:00-17:00", "09:00-17:00", "09:00-17:00", "", ""}};

TEST(Adding, CountsOnlyOpenHours) {
  const auto c = compile(shop);
  EXPECT_EQ(add(c, "2026-11-23T08:00:00Z", "4h"), "2026-11-23T13:00:00Z") << "09:00 in Berlin, with an hour of lunch";
  EXPECT_EQ(add(c, "2026-11-23T00:00:00Z", "7h"), "2026-11-23T16:00:00Z")
      << "a budget that ends at closing gives the closing";
  EXPECT_EQ(add(c, "2026-11-23T08:00:00Z", "7h 1s"), "2026-11-27T21:00:01Z")
      << "one second more: the next opening and that second";
  EXPECT_EQ(add(c, "2026-11-23T10:59:59.999999Z", "1s"), "2026-11-23T12:00:00.999999Z");
}

TEST(Adding, NothingGivesTheInstantWhenOpenElseTheNextOpening) {
  const auto c = compile(shop);
  EXPECT_EQ(add(c, "2026-11-23T08:00:00Z", "0s"), "2026-11-23T08:00:00Z");
  EXPECT_EQ(add(c, "2026-11-23T09:30:00Z", "0s"), "2026-11-23T09:30:00Z");
  EXPECT_EQ(add(c, "2026-11-23T11:00:00Z", "0s"), "2026-11-23T12:00:00Z") << "a closing is not open";
  EXPECT_EQ(add(c, "2026-11-24T00:00:00Z", "0s"), "2026-11-27T21:00:00Z");
}

TEST(Subtracting, MirrorsAdding) {
  const auto c = compile(shop);
  EXPECT_EQ(subtract(c, "2026-11-23T13:00:00Z", "4h"), "2026-11-23T08:00:00Z")
      << "one that ends at an opening gives the opening";
  EXPECT_EQ(subtract(c, "2026-11-23T16:00:00Z", "7h"), "2026-11-23T08:00:00Z");
  EXPECT_EQ(subtract(c, "2026-11-23T16:00:00Z", "7h 1s"), "2026-11-21T04:59:59Z");
  EXPECT_EQ(subtract(c, "2026-11-23T13:00:00Z", "1h"), "2026-11-23T12:00:00Z")
      << "the opening after lunch, not the closing before";
}

TEST(Subtracting, NothingGivesTheInstantWhenOpenJustBeforeElseTheLastClosing) {
  const auto c = compile(shop);
  EXPECT_EQ(subtract(c, "2026-11-23T09:30:00Z", "0s"), "2026-11-23T09:30:00Z");
  EXPECT_EQ(subtract(c, "2026-11-23T11:00:00Z", "0s"), "2026-11-23T11:00:00Z") << "at closing it was open just before";
  EXPECT_EQ(subtract(c, "2026-11-23T12:00:00Z", "0s"), "2026-11-23T11:00:00Z")
      << "at opening it was closed just before";
  EXPECT_EQ(subtract(c, "2026-11-23T11:30:00Z", "0s"), "2026-11-23T11:00:00Z");
}

TEST(Opening, CountsAsOpenAndClosingDoesNot) {
  const auto c = compile(shop);
  EXPECT_FALSE(c.is_open(at("2026-11-23T07:59:59.999999Z")));
  EXPECT_TRUE(c.is_open(at("2026-11-23T08:00:00Z")));
  EXPECT_TRUE(c.is_open(at("2026-11-23T10:59:59.999999Z")));
  EXPECT_FALSE(c.is_open(at("2026-11-23T11:00:00Z")));
  EXPECT_EQ(next_open(c, "2026-11-23T09:00:00Z"), "2026-11-23T09:00:00Z") << "open: the instant itself";
  EXPECT_EQ(next_close(c, "2026-11-23T09:00:00Z"), "2026-11-23T11:00:00Z");
  EXPECT_EQ(next_close(c, "2026-11-23T11:00:00Z"), "2026-11-23T16:00:00Z") << "closed: the end of the next interval";
}

TEST(Between, IsZeroWhenReversedAndAddsUpOtherwise) {
  const auto c = compile(shop);
  EXPECT_EQ(between(c, "2026-11-23T08:00:00Z", "2026-11-23T16:00:00Z"), "PT7H");
  EXPECT_EQ(between(c, "2026-11-23T16:00:00Z", "2026-11-23T08:00:00Z"), "PT0S");
  EXPECT_EQ(between(c, "2026-11-23T08:00:00Z", "2026-11-23T08:00:00Z"), "PT0S");
  EXPECT_EQ(between(c, "2026-11-23T00:00:00Z", "2026-11-30T00:00:00Z"), "PT15H");
  EXPECT_GT(c.between(Instant{std::numeric_limits<std::int64_t>::min()}, never), hours(24 * 365))
      << "the ends of time are cut, not overrun";
}

TEST(OvernightShift, BelongsToTheDayItOpens) {
  const auto c = compile(shop);
  EXPECT_THAT(stretches(c, "2026-11-27T00:00:00Z", 1), ElementsAre("2026-11-27T21:00:00Z/2026-11-28T05:00:00Z"));
  EXPECT_TRUE(c.is_open(at("2026-11-28T04:00:00Z"))) << "Saturday morning, of Friday's shift";
}

TEST(OvernightShift, HasSevenHoursWhenClocksGoForwardAndNineWhenBack) {
  const auto c = compile(nights);
  EXPECT_EQ(between(c, "2026-03-28T12:00:00Z", "2026-03-29T12:00:00Z"), "PT7H");
  EXPECT_EQ(between(c, "2026-10-24T12:00:00Z", "2026-10-25T12:00:00Z"), "PT9H");
}

TEST(Exception, GivesADateOtherHoursAndLeavesTheNightBeforeAlone) {
  auto given = nights;
  given.exceptions = {{"2026-11-25", ""}, {"2026-11-27", "10:00-11:00"}};
  const auto c = compile(given);
  EXPECT_THAT(stretches(c, "2026-11-24T12:00:00Z", 4),
              ElementsAre("2026-11-24T21:00:00Z/2026-11-25T05:00:00Z", "2026-11-26T21:00:00Z/2026-11-27T05:00:00Z",
                          "2026-11-27T09:00:00Z/2026-11-27T10:00:00Z", "2026-11-28T21:00:00Z/2026-11-29T05:00:00Z"));
}

TEST(HolidayOnADate, ClosesItFromMidnightToMidnightAndCutsTheNightBefore) {
  auto given = nights;
  given.holidays = {{"2026-11-25", ""}};
  const auto c = compile(given);
  EXPECT_THAT(stretches(c, "2026-11-24T12:00:00Z", 2),
              ElementsAre("2026-11-24T21:00:00Z/2026-11-24T23:00:00Z", "2026-11-26T21:00:00Z/2026-11-27T05:00:00Z"));
}

TEST(HolidayOnADate, BeatsAnExceptionAndMayCarryHours) {
  auto given = nights;
  given.holidays = {{"2026-11-25", "10:00-12:00 23:00-02:00"}, {"2026-11-27", ""}};
  given.exceptions = {{"2026-11-25", "08:00-20:00"}, {"2026-11-27", "08:00-20:00"}};
  const auto c = compile(given);
  EXPECT_THAT(stretches(c, "2026-11-24T12:00:00Z", 4),
              ElementsAre("2026-11-24T21:00:00Z/2026-11-24T23:00:00Z", "2026-11-25T09:00:00Z/2026-11-25T11:00:00Z",
                          "2026-11-25T22:00:00Z/2026-11-26T01:00:00Z", "2026-11-26T21:00:00Z/2026-11-26T23:00:00Z"));
}

TEST(HolidayOnADate, KeepsItsOwnHoursAgainstTheNightBeforeAndLosesThemToTheNextHoliday) {
  auto given = nights;
  given.holidays = {{"2026-11-25", "03:00-07:00 20:00-04:00"}, {"2026-11-26", ""}};
  const auto c = compile(given);
  EXPECT_THAT(stretches(c, "2026-11-24T12:00:00Z", 3),
              ElementsAre("2026-11-24T21:00:00Z/2026-11-24T23:00:00Z", "2026-11-25T02:00:00Z/2026-11-25T06:00:00Z",
                          "2026-11-25T19:00:00Z/2026-11-25T23:00:00Z"));
}

TEST(HolidayOnADate, NamedTwiceOpensForTheHoursOfEither) {
  auto given = office;
  given.holidays = {{"2026-11-26", ""}, {"2026-11-26", "10:00-11:00"}};
  EXPECT_EQ(between(compile(given), "2026-11-26T05:00:00Z", "2026-11-27T05:00:00Z"), "PT1H");
}

TEST(Midnight, MayBeTheEndOfADay) {
  const auto c =
      compile({.zone = "Asia/Manila", .week = {"18:00-24:00", "00:00-02:00", "", "20:00-00:00", "", "", ""}});
  EXPECT_THAT(stretches(c, "2026-11-23T00:00:00Z", 2),
              ElementsAre("2026-11-23T10:00:00Z/2026-11-23T18:00:00Z", "2026-11-26T12:00:00Z/2026-11-26T16:00:00Z"))
      << "Monday's evening and Tuesday's first hours touch: they unite";
}

TEST(Intervals, ThatOverlapOrTouchUnite) {
  const auto c = compile({.week = {"09:00-12:00 11:00-14:00 14:00-15:00 10:00-10:30", "", "", "", "", "", ""}});
  EXPECT_THAT(stretches(c, "2026-11-23T00:00:00Z", 1), ElementsAre("2026-11-23T09:00:00Z/2026-11-23T15:00:00Z"));
  EXPECT_EQ(next_close(c, "2026-11-23T09:00:00Z"), "2026-11-23T15:00:00Z");
}

TEST(Intervals, StartAtTheQuestionAndAreAsManyAsAsked) {
  const auto c = compile(shop);
  EXPECT_THAT(stretches(c, "2026-11-23T09:30:00Z", 2),
              ElementsAre("2026-11-23T09:30:00Z/2026-11-23T11:00:00Z", "2026-11-23T12:00:00Z/2026-11-23T16:00:00Z"));
  EXPECT_TRUE(c.intervals(at("2026-11-23T09:30:00Z"), 0).empty());
  EXPECT_EQ(c.intervals(at("2026-11-23T09:30:00Z"), 5'000).size(), 5'000u) << "beyond the horizon as well";
}

TEST(ClocksForward, AnIntervalThatEndsAtOrBeforeItsStartIsEmpty) {
  const auto c = compile({.zone = "Europe/Berlin", .week = {"", "", "", "", "", "", "02:30-03:00 02:15-03:45"}});
  EXPECT_THAT(stretches(c, "2026-03-29T00:00:00Z", 2),
              ElementsAre("2026-03-29T01:15:00Z/2026-03-29T01:45:00Z", "2026-04-05T00:15:00Z/2026-04-05T01:45:00Z"))
      << "02:15 does not exist and is 03:15; 02:30-03:00 would be 03:30-03:00";
}

TEST(ClocksBack, ATimeThatComesTwiceIsItsFirst) {
  const auto c = compile({.zone = "America/New_York", .week = {"", "", "", "", "", "", "01:15-01:45 01:50-02:30"}});
  EXPECT_THAT(stretches(c, "2026-11-01T00:00:00Z", 2),
              ElementsAre("2026-11-01T05:15:00Z/2026-11-01T05:45:00Z", "2026-11-01T05:50:00Z/2026-11-01T07:30:00Z"));
}

TEST(SkippedDate, HasNoHours) {
  const char* all_day = "09:00-17:00";
  const auto c =
      compile({.zone = "Pacific/Apia", .week = {all_day, all_day, all_day, all_day, all_day, all_day, all_day}});
  EXPECT_THAT(stretches(c, "2011-12-29T12:00:00Z", 3),
              ElementsAre("2011-12-29T19:00:00Z/2011-12-30T03:00:00Z", "2011-12-30T19:00:00Z/2011-12-31T03:00:00Z",
                          "2011-12-31T19:00:00Z/2012-01-01T03:00:00Z"))
      << "the 29th at UTC-10, then at once the 31st at UTC+14";
  const auto night = compile({.zone = "Pacific/Apia", .week = {"", "", "", "22:00-06:00", "22:00-06:00", "", ""}});
  EXPECT_THAT(stretches(night, "2011-12-29T12:00:00Z", 2),
              ElementsAre("2011-12-30T08:00:00Z/2011-12-30T16:00:00Z", "2012-01-05T08:00:00Z/2012-01-05T16:00:00Z"))
      << "the night into the skipped Friday runs on to 06:00 of the Saturday; the Friday's own night is not";
  EXPECT_EQ(between(compile({.zone = "Pacific/Kwajalein", .week = {"", "", "", "", "", "09:00-17:00", ""}}),
                    "1993-08-18T00:00:00Z", "1993-08-25T00:00:00Z"),
            "PT0S");
}

TEST(NeverOpen, IsAnAnswerAndNotALoop) {
  const auto empty = compile({});
  EXPECT_EQ(next_open(empty, "2026-11-23T00:00:00Z"), "never_open");
  EXPECT_EQ(next_close(empty, "2026-11-23T00:00:00Z"), "never_open");
  EXPECT_EQ(add(empty, "2026-11-23T00:00:00Z", "1s"), "never_open");
  EXPECT_EQ(add(empty, "2026-11-23T00:00:00Z", "0s"), "never_open");
  EXPECT_EQ(subtract(empty, "2026-11-23T00:00:00Z", "1h"), "never_open");
  EXPECT_EQ(between(empty, "1970-01-01T00:00:00Z", "2100-01-01T00:00:00Z"), "PT0S");
  EXPECT_FALSE(empty.is_open(at("2026-11-23T00:00:00Z")));
  EXPECT_TRUE(empty.intervals(at("2026-11-23T00:00:00Z"), 3).empty());

  Given once;
  once.exceptions = {{"2090-05-05", "10:00-11:00"}};
  const auto c = compile(once);
  EXPECT_EQ(next_open(c, "2026-11-23T00:00:00Z"), "2090-05-05T10:00:00Z") << "far beyond the compiled year";
  EXPECT_EQ(add(c, "2026-11-23T00:00:00Z", "1h"), "2090-05-05T11:00:00Z");
  EXPECT_EQ(add(c, "2026-11-23T00:00:00Z", "61min"), "never_open");
  EXPECT_EQ(next_open(c, "2090-05-05T11:00:00Z"), "never_open");
  EXPECT_EQ(subtract(c, "2100-01-01T00:00:00Z", "0s"), "2090-05-05T11:00:00Z");
}

TEST(AlwaysOpen, NeverCloses) {
  const char* day = "00:00-24:00";
  const auto written = compile({.zone = "Europe/Berlin", .week = {day, day, day, day, day, day, day}});
  for (const auto& c : {written, Calendar::always()}) {
    EXPECT_TRUE(c.is_open(at("2026-03-29T01:00:00Z")));
    EXPECT_EQ(next_close(c, "2026-11-23T00:00:00Z"), "never_closes");
    EXPECT_EQ(next_open(c, "2026-11-23T00:00:00Z"), "2026-11-23T00:00:00Z");
    EXPECT_EQ(add(c, "2026-03-28T00:00:00Z", "2d"), "2026-03-30T00:00:00Z");
    EXPECT_EQ(subtract(c, "2026-03-30T00:00:00Z", "2d"), "2026-03-28T00:00:00Z");
    EXPECT_EQ(between(c, "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"), "PT8760H");
    EXPECT_THAT(stretches(c, "2026-11-23T00:00:00Z", 2), ElementsAre("2026-11-23T00:00:00Z/never"));
  }
}

TEST(Budgets, OutOfRangeAreRefused) {
  const auto c = compile(shop);
  EXPECT_EQ(text_of(c.add(at("2026-11-23T08:00:00Z"), hours(-1))), "budget_range");
  EXPECT_EQ(text_of(c.subtract(at("2026-11-23T08:00:00Z"), hours(-1))), "budget_range");
  EXPECT_EQ(text_of(c.add(at("2026-11-23T08:00:00Z"), budget_max + seconds(1))), "budget_range");
  EXPECT_EQ(text_of(c.add(never, hours(1))), "bad_instant");
  EXPECT_EQ(text_of(c.next_open(Instant{std::numeric_limits<std::int64_t>::min()})), "bad_instant");
  EXPECT_FALSE(c.is_open(never));
}

TEST(Schedules, WithImpossibleTimesAreRefused) {
  const auto code = [](Interval interval) {
    Schedule schedule;
    schedule.week[2] = {interval};
    return Calendar::compile(schedule, fixed_zone("UTC", 0), Date{0}, Date{1}).ok();
  };
  EXPECT_TRUE(code({{0}, {86'400}}));
  EXPECT_FALSE(code({{86'400}, {3600}}));
  EXPECT_FALSE(code({{-1}, {3600}}));
  EXPECT_FALSE(code({{0}, {86'401}}));
  EXPECT_FALSE(Calendar::compile({}, fixed_zone("UTC", 0), Date{1}, Date{0}).ok());
}

TEST(Horizon, DoesNotChangeAnAnswer) {
  const auto day = compile(shop, "2026-06-01", "2026-06-01"), century = compile(shop, "1970-01-01", "2100-12-31");
  for (const char* from :
       {"1970-01-05T10:00:00Z", "2026-11-23T08:00:00Z", "2026-05-31T23:00:00Z", "2099-12-31T23:59:59Z"}) {
    EXPECT_EQ(next_open(day, from), next_open(century, from));
    EXPECT_EQ(next_close(day, from), next_close(century, from));
    EXPECT_EQ(add(day, from, "2000h"), add(century, from, "2000h"));
    EXPECT_EQ(subtract(day, from, "20h"), subtract(century, from, "20h"));
    EXPECT_EQ(day.between(at(from), at("2030-01-01T00:00:00Z")), century.between(at(from), at("2030-01-01T00:00:00Z")));
    EXPECT_EQ(day.intervals(at(from), 9), century.intervals(at(from), 9));
  }
}

TEST(Horizon, IsWidenedBySeveralThreadsAtOnce) {
  const auto c = compile(shop, "2026-06-01", "2026-06-02");
  std::vector<std::string> answers(4);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    threads.emplace_back([&answers, &c, i] { answers[i] = add(c, "2026-11-23T08:00:00Z", "20000h"); });
  }
  for (auto& thread : threads) thread.join();
  for (const auto& answer : answers) EXPECT_EQ(answer, answers[0]);
  EXPECT_EQ(answers[0].substr(0, 2), "20");
}

TEST(Horizon, OfADenseScheduleEndsInAnErrorAndNotInGigabytes) {
  std::vector<Interval> day;
  for (std::int32_t m = 0; m < 1440; m += 2) day.push_back({{m * 60}, {m * 60 + 60}});
  Schedule schedule;
  schedule.week.fill(day);
  const auto c = *Calendar::compile(schedule, fixed_zone("UTC", 0), make_date(2026, 1, 1), make_date(2026, 1, 31));
  EXPECT_EQ(add(c, "2026-01-01T00:00:00Z", "10d"), "2026-01-20T23:59:00Z");
  EXPECT_EQ(add(c, "2026-01-01T00:00:00Z", "30000d"), "too_large");
  EXPECT_TRUE(c.is_open(at("2150-01-01T00:00:30Z")));
  EXPECT_FALSE(c.is_open(at("2150-01-01T00:01:30Z")));
  EXPECT_EQ(between(c, "1990-01-01T00:00:00Z", "2090-01-01T00:00:00Z"), "PT438300H") << "half of 36,525 days";
}

std::vector<std::string> ledger(const Calendar& c, const char* from, const char* to) {
  std::vector<std::string> lines;
  for (const auto& line : c.explain(at(from), at(to))) {
    lines.push_back(format_instant(line.from) + " " + name_of(line.why) + " " + format_date(line.date) + " " +
                    line.name);
  }
  return lines;
}

TEST(Ledger, TellsWhyEachStretchCountsOrNot) {
  auto given = testing::schedule(shop);
  given.holidays[0].name = "Christmas";
  const auto c =
      *Calendar::compile(given, *zones::load_zone("Europe/Berlin"), make_date(2026, 1, 1), make_date(2026, 12, 31));
  EXPECT_THAT(
      ledger(c, "2026-12-23T12:00:00Z", "2027-01-02T00:00:00Z"),
      ElementsAre("2026-12-23T12:00:00Z outside_hours 2026-12-23 ", "2026-12-23T23:00:00Z exception_closed 2026-12-24 ",
                  "2026-12-24T08:00:00Z exception_hours 2026-12-24 ",
                  "2026-12-24T11:00:00Z exception_closed 2026-12-24 ",
                  "2026-12-24T23:00:00Z holiday_closed 2026-12-25 Christmas",
                  "2026-12-25T23:00:00Z outside_hours 2026-12-26 ", "2026-12-28T08:00:00Z weekly_hours 2026-12-28 ",
                  "2026-12-28T11:00:00Z outside_hours 2026-12-28 ", "2026-12-28T12:00:00Z weekly_hours 2026-12-28 ",
                  "2026-12-28T16:00:00Z outside_hours 2026-12-28 ", "2026-12-30T23:00:00Z exception_closed 2026-12-31 ",
                  "2026-12-31T23:00:00Z outside_hours 2027-01-01 ", "2027-01-01T21:00:00Z weekly_hours 2027-01-01 "));
  EXPECT_EQ(c.explain(at("2026-12-23T12:00:00Z"), at("2027-01-02T00:00:00Z"), 3).size(), 3u);
  EXPECT_TRUE(c.explain(at("2027-01-02T00:00:00Z"), at("2026-01-02T00:00:00Z")).empty());
}

}  // namespace
}  // namespace suki::calendar
