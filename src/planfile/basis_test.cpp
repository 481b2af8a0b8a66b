#include "planfile/basis.h"

#include <gmock/gmock.h>

#include "planfile/testing.h"

namespace suki::planfile {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string ics =
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\nBEGIN:VEVENT\r\nUID:1\r\n"
    "DTSTAMP:20260101T000000Z\r\nDTSTART;VALUE=DATE:20260615\r\nRRULE:FREQ=YEARLY\r\n"
    "SUMMARY:Town day\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

std::string yaml() {
  std::string text = testing::small_plan;
  text += R"(calendars:
  - id: office
    name: Office
    time_zone: Europe/Berlin
    hours: {mon-fri: ["09:00-17:00"]}
    holidays: [{set: PH}, {ical: town.ics}]
)";
  return text;
}
std::vector<plan::Folder::File> files() {
  return {{plan_file_name, yaml()}, {"town.ics", ics}};
}

const calendar::Calendar& office(const Loaded& loaded) {
  return loaded.checked.compiled->calendars[1];
}

TEST(Basis, HoldsWhatThePlanWasCompiledFromAndNothingElse) {
  plan::Symbols symbols;
  const Recorder recorder(testing::test_sources());
  ASSERT_TRUE(load_bytes(files(), recorder.sources(), symbols).checked.compiled);
  const Basis basis = recorder.basis();
  ASSERT_EQ(basis.size(), 4u);
  EXPECT_EQ(basis[0].name, "Asia/Manila");
  EXPECT_EQ(basis[1].name, "Europe/Berlin");
  EXPECT_FALSE(basis[1].edition.empty());
  EXPECT_EQ(basis[2].kind, BasisKind::holiday_set);
  EXPECT_EQ(basis[2].bytes,
            "days 1\n2026-11-02 - All Souls' Day\n2026-12-25 - Christmas Day\n2026-12-30 - Rizal Day\n");
  EXPECT_EQ(basis[3].name, "town.ics");
  EXPECT_THAT(basis[3].bytes, HasSubstr("2027-06-15 - Town day\n"));
}

TEST(Basis, GivesTheSameCalendarWhateverTheMachineHasBecome) {
  plan::Symbols symbols;
  const Recorder recorder(testing::test_sources());
  const auto first = load_bytes(files(), recorder.sources(), symbols);
  const auto kept = kept_sources(recorder.basis(), testing::test_today());
  ASSERT_TRUE(kept.ok()) << kept.error().detail;
  const auto again = load_bytes(files(), *kept, symbols);
  ASSERT_THAT(testing::lines_of(again.checked.diagnostics), IsEmpty());
  for (Instant at = *parse_instant("2026-01-01T00:00:00Z"); at < *parse_instant("2028-01-01T00:00:00Z");
       at = at + hours(50)) {
    EXPECT_EQ(office(again).add(at, hours(30)).value(), office(first).add(at, hours(30)).value()) << format_instant(at);
  }
  // Christmas of the set, and the town's day of the file, are closed.
  EXPECT_FALSE(office(again).is_open(*parse_instant("2026-12-25T10:00:00Z")));
  EXPECT_FALSE(office(again).is_open(*parse_instant("2026-06-15T10:00:00Z")));
  EXPECT_TRUE(office(again).is_open(*parse_instant("2026-06-16T10:00:00Z")));
}

TEST(Basis, WhatIsNotKeptIsNotTakenFromTheMachine) {
  plan::Symbols symbols;
  const Recorder recorder(testing::test_sources());
  (void)load_bytes(files(), recorder.sources(), symbols);
  for (std::size_t gone = 0; gone < 4; ++gone) {
    Basis basis = recorder.basis();
    basis.erase(basis.begin() + static_cast<std::ptrdiff_t>(gone));
    const auto kept = kept_sources(basis, testing::test_today());
    ASSERT_TRUE(kept.ok());
    EXPECT_FALSE(load_bytes(files(), *kept, symbols).checked.compiled) << gone;
  }
}

TEST(Basis, BytesThatNobodyWroteAreNamed) {
  plan::Symbols symbols;
  const Recorder recorder(testing::test_sources());
  (void)load_bytes(files(), recorder.sources(), symbols);
  for (const std::size_t broken : {0u, 2u}) {
    Basis basis = recorder.basis();
    basis[broken].bytes = "nonsense";
    const auto kept = kept_sources(basis, testing::test_today());
    ASSERT_FALSE(kept.ok());
    EXPECT_THAT(kept.error().detail, HasSubstr(broken == 0 ? "zone Asia/Manila" : "holiday_set PH"));
  }
}

TEST(Basis, TellsFromWhenOnItDiffers) {
  plan::Symbols symbols;
  const Recorder recorder(testing::test_sources());
  (void)load_bytes(files(), recorder.sources(), symbols);
  const Basis basis = recorder.basis();
  const Instant from = *parse_instant("2026-11-22T08:00:00Z");
  EXPECT_EQ(*find_difference(basis[0], basis[0], from), never);
  EXPECT_EQ(*find_difference(basis[0], basis[1], from), from) << "Manila is never on Berlin's time";
  BasisPart days = basis[2];
  days.bytes.insert(days.bytes.find("2026-12-30"), "2026-12-28 - Proclaimed\n");
  EXPECT_EQ(*find_difference(basis[2], days, from), *parse_instant("2026-12-28T00:00:00Z"));
  days = basis[2];
  days.bytes.insert(days.bytes.find("2026-11-02"), "2026-01-02 - Long ago\n");
  EXPECT_EQ(*find_difference(basis[2], days, from), never) << "what is over moves nothing";
}

}  // namespace
}  // namespace suki::planfile
