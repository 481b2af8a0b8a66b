#include "ical/ical.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace suki::ical {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string file(const std::string& body) {
  return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\n" + body + "END:VCALENDAR\r\n";
}
std::string event(const std::string& lines) {
  return "BEGIN:VEVENT\r\nUID:1@x\r\n" + lines + "END:VEVENT\r\n";
}

std::vector<std::string> read(const std::string& bytes, const char* from = "2026-01-01",
                              const char* to = "2027-12-31") {
  const auto days = read_ical(bytes, *parse_date(from), *parse_date(to));
  if (!days.ok()) return {std::string(name_of(days.error().code)) + ": " + days.error().detail};
  std::vector<std::string> result;
  for (const auto& day : *days) result.push_back(format_date(day.date) + " " + day.name);
  return result;
}
std::string error_of(const std::string& bytes) {
  const auto days = read_ical(bytes, make_date(2026, 1, 1), make_date(2027, 12, 31));
  return days.ok() ? "no error" : std::string(name_of(days.error().code)) + ": " + days.error().detail;
}

TEST(WholeDays, AreHolidays) {
  EXPECT_THAT(read(file(event("DTSTART;VALUE=DATE:20261225\r\nSUMMARY:Pasko\\, 2026\r\n"))),
              ElementsAre("2026-12-25 Pasko, 2026"));
  EXPECT_THAT(read(file(event("DTSTART;VALUE=DATE:20261225\r\nDTEND;VALUE=DATE:20261227\r\nSUMMARY:Two\r\n"))),
              ElementsAre("2026-12-25 Two", "2026-12-26 Two"));
  EXPECT_THAT(read(file(event("DTSTART;VALUE=DATE:20261225\r\nDURATION:P2D\r\n"))),
              ElementsAre("2026-12-25 ", "2026-12-26 "));
  EXPECT_THAT(
      read(file(event("DTSTART;VALUE=DATE:20251230\r\nDTEND;VALUE=DATE:20260103\r\nSUMMARY:Over the year\r\n"))),
      ElementsAre("2026-01-01 Over the year", "2026-01-02 Over the year"));
  EXPECT_THAT(read(file(event("DTSTART;VALUE=DATE:20281225\r\n"))), IsEmpty());
  EXPECT_THAT(read("\xEF\xBB\xBF" + file(event("DTSTART;VALUE=DATE:20261225\nSUMMARY:folded\n  text\nLOCATION:\n"))),
              ElementsAre("2026-12-25 folded text"));
  EXPECT_THAT(read(file(event("DTSTART;VALUE=DATE:20261225\r\nSTATUS:CANCELLED\r\n"))), IsEmpty());
  EXPECT_THAT(read(file("")), IsEmpty());
}

TEST(Recurrence, IsFollowed) {
  EXPECT_THAT(read(file(event("DTSTART;VALUE=DATE:20001225\r\nRRULE:FREQ=YEARLY\r\nSUMMARY:C\r\n"))),
              ElementsAre("2026-12-25 C", "2027-12-25 C"));
  EXPECT_THAT(
      read(file(event("DTSTART;VALUE=DATE:20200831\r\nRRULE:FREQ=YEARLY;BYMONTH=8;BYDAY=-1MO\r\nSUMMARY:Heroes\r\n"))),
      ElementsAre("2026-08-31 Heroes", "2027-08-30 Heroes"));
  EXPECT_THAT(
      read(file(event("DTSTART;VALUE=DATE:20260101\r\nRRULE:FREQ=DAILY;COUNT=3\r\nEXDATE;VALUE=DATE:20260102\r\n"))),
      ElementsAre("2026-01-01 ", "2026-01-03 "));
  EXPECT_THAT(read(file(event("DTSTART;VALUE=DATE:20260101\r\nRRULE:FREQ=MONTHLY;UNTIL=20260301\r\nRDATE;VALUE=DATE:"
                              "20260505,20260606\r\n"))),
              ElementsAre("2026-01-01 ", "2026-02-01 ", "2026-03-01 ", "2026-05-05 ", "2026-06-06 "));
  EXPECT_THAT(read(file(event("DTSTART;VALUE=DATE:20240229\r\nRRULE:FREQ=YEARLY\r\n")), "2024-01-01", "2030-12-31"),
              ElementsAre("2024-02-29 ", "2028-02-29 "));
}

TEST(Recurrence, MayMoveOneOccurrence) {
  EXPECT_THAT(
      read(file(event("DTSTART;VALUE=DATE:20200821\r\nRRULE:FREQ=YEARLY\r\nSUMMARY:Ninoy\r\n") +
                event("RECURRENCE-ID;VALUE=DATE:20260821\r\nDTSTART;VALUE=DATE:20260824\r\nSUMMARY:Moved\r\n"))),
      ElementsAre("2026-08-24 Moved", "2027-08-21 Ninoy"));
}

TEST(BrokenFiles, SayTheLine) {
  EXPECT_THAT(error_of(""), HasSubstr("line 1"));
  EXPECT_THAT(error_of("hello"), HasSubstr("BEGIN:VCALENDAR"));
  EXPECT_THAT(error_of("BEGIN:VEVENT\nEND:VEVENT\n"), HasSubstr("BEGIN:VCALENDAR"));
  EXPECT_THAT(error_of("BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR\n"),
              HasSubstr("line 3: END does not match the BEGIN on line 2"));
  EXPECT_THAT(error_of("BEGIN:VCALENDAR\n"), HasSubstr("line 1: BEGIN without END"));
  EXPECT_THAT(error_of(file(event(""))), HasSubstr("line 4: an event without DTSTART"));
  EXPECT_THAT(
      error_of(file(event("DTSTART;VALUE=DATE:20261225\r\n") + event("DTSTART:20261225T080000Z\r\nSUMMARY:Party\r\n"))),
      HasSubstr("line 8: the event \"Party\" has a time of day"));
  EXPECT_THAT(error_of(file(event("DTSTART;VALUE=DATE:20261345\r\n"))), HasSubstr("line 4"));
  EXPECT_THAT(error_of(file(event("DTSTART;VALUE=DATE:20260230\r\n"))), HasSubstr("line 4"));
  EXPECT_THAT(error_of(file(event("DTSTART;VALUE=DATE:20261225\r\nDTEND;VALUE=DATE:20261224\r\n"))),
              HasSubstr("line 4"));
  EXPECT_THAT(error_of(file(event("DTSTART;VALUE=DATE:20261225\r\nRRULE:FREQ=SOMETIMES\r\n"))), HasSubstr("line 4"));
  EXPECT_THAT(error_of(file(event("DTSTART;VALUE=DATE:20261225\r\nRRULE:FREQ=HOURLY\r\n"))),
              HasSubstr("only whole days"));
  EXPECT_THAT(error_of("BEGIN:VCALENDAR\n\xff\xfe\nEND:VCALENDAR\n"), HasSubstr("bad_text"));
}

TEST(HostileFiles, EndInAnErrorSoon) {
  EXPECT_THAT(error_of(std::string((1 << 20) + 1, 'x')), HasSubstr("too_large"));
  std::string deep;
  for (int i = 0; i < 10'000; ++i) deep += "BEGIN:VCALENDAR\n";
  EXPECT_THAT(error_of(deep), HasSubstr("deep"));
  std::string many;
  for (int i = 0; i < 6'000; ++i) many += "BEGIN:VEVENT\nDTSTART;VALUE=DATE:20260101\nEND:VEVENT\n";
  EXPECT_THAT(error_of(file(many)), HasSubstr("too_large"));
  std::string daily;
  for (int i = 0; i < 60; ++i) daily += event("DTSTART;VALUE=DATE:15830101\r\nRRULE:FREQ=DAILY\r\n");
  EXPECT_THAT(error_of(file(daily)), HasSubstr("occurrences"));
  // 30 February never comes.
  EXPECT_THAT(error_of(file(event("DTSTART;VALUE=DATE:20260101\r\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30\r\n"))),
              HasSubstr("line 4: RRULE cannot be followed"));
}

TEST(AnyCutOfAFile, IsAnErrorOrAnAnswer) {
  const std::string whole =
      file(event("DTSTART;VALUE=DATE:20001225\r\nRRULE:FREQ=YEARLY\r\nEXDATE;VALUE=DATE:20261225\r\nSUMMARY:C\r\n"));
  for (std::size_t n = 0; n + 4 < whole.size(); ++n) EXPECT_NE(error_of(whole.substr(0, n)), "no error") << n;
  for (std::size_t n = 0; n < whole.size(); ++n) {
    std::string bytes = whole;
    bytes[n] = static_cast<char>(bytes[n] ^ 0x11);
    (void)error_of(bytes);
  }
}

}  // namespace
}  // namespace suki::ical
