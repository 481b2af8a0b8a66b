// Zone tables kept as text, and told apart.
#include <gtest/gtest.h>

#include "zones/zones.h"

namespace suki::zones {
namespace {

using calendar::ZoneTable;

TEST(KeptTables, GiveBackEveryZoneOfTheMachine) {
  const auto names = *list_zones();
  ASSERT_GT(names.size(), 500u);
  for (const auto& name : names) {
    ZoneTable zone = *load_zone(name);
    const auto back = read_table(write_table(zone));
    ASSERT_TRUE(back.ok()) << name;
    zone.name = zone.version = "";
    EXPECT_EQ(*back, zone) << name;
    EXPECT_EQ(write_table(*back), write_table(zone)) << name;
  }
}

TEST(KeptTables, ReadAsTheyAreWritten) {
  ZoneTable zone;
  zone.first_offset_s = -17'762;
  zone.transitions = {{-100, -18'000}, {100, -14'400}};
  zone.rule = *parse_posix_rule("EST5EDT,0/0,J365/25");
  EXPECT_EQ(write_table(zone),
            "zone 1\nfirst -17762\nat -100 -18000\nat 100 -14400\nrule -18000\n"
            "daylight -14400 2 1 1 0 0 1 1 1 365 90000\n");
}

TEST(KeptTables, CutAnywhereOrWithAnyByteChangedAreRefusedOrHarmless) {
  const std::string whole = write_table(*load_zone("Europe/Berlin"));
  for (std::size_t n = 0; n < whole.size(); ++n) {
    std::string bytes = whole;
    bytes[n] = static_cast<char>(bytes[n] ^ 0x01);
    for (const auto& text : {whole.substr(0, n), bytes}) {
      const auto zone = read_table(text);
      if (!zone.ok()) continue;
      (void)to_instant(*zone, make_date(2026, 3, 29), {9000});
      (void)offset_at(*zone, *parse_instant("2150-06-01T00:00:00Z"));
    }
  }
  for (const char* text :
       {"", "\n", "zone 1\n", "zone 2\nfirst 0\n", "zone 1\nfirst 0", "zone 1\nfirst\n", "zone 1\nfirst 0 0\n",
        "zone 1\nfirst 999999\n", "zone 1\nfirst 0\nat 5 0\nat 5 0\n", "zone 1\nfirst 0\nrule 0\nat 5 0\n",
        "zone 1\nfirst 0\ndaylight 3600 0 3 5 0 0 0 10 5 0 0\n",
        "zone 1\nfirst 0\nrule 0\ndaylight 3600 0 13 5 0 0 0 10 5 0 0\n", "zone 1\nfirst 0\nat 1e5 0\n",
        "zone 1\nfirst 0\nat 99999999999999999999 0\n", "zone 1\nfirst 0\nnonsense 1\n"}) {
    EXPECT_FALSE(read_table(text).ok()) << text;
  }
}

TEST(Differences, AreFoundAtTheInstantTheyBegin) {
  const Date from = make_date(2026, 1, 1), to = make_date(2099, 12, 31);
  const auto berlin = *load_zone("Europe/Berlin"), manila = *load_zone("Asia/Manila");
  EXPECT_EQ(find_difference(berlin, berlin, from, to), never);
  EXPECT_EQ(find_difference(berlin, manila, from, to), *parse_instant("2026-01-01T00:00:00Z"));
  EXPECT_EQ(find_difference(berlin, *load_zone("Africa/Lagos"), from, to), *parse_instant("2026-03-29T01:00:00Z"))
      << "both an hour east until Berlin goes to summer time";
  auto abolished = berlin;  // of those files that write changes up to 2037, some are there already
  const std::int64_t end_s = parse_instant("2030-10-27T01:00:00Z")->us / 1'000'000;
  std::erase_if(abolished.transitions, [&](const auto& change) { return change.at_s >= end_s; });
  abolished.transitions.push_back({end_s, 3600});
  abolished.rule->daylight.reset();
  EXPECT_EQ(find_difference(berlin, abolished, make_date(2031, 1, 1), to), *parse_instant("2031-03-30T01:00:00Z"));
  EXPECT_EQ(find_difference(berlin, abolished, make_date(2031, 1, 1), make_date(2031, 3, 29)), never);
}

TEST(Differences, AreOfTimesAndNotOfHowTheyAreWritten) {
  // The same changes as a rule from 2010 on, and written out to 2050.
  auto berlin = *load_zone("Europe/Berlin");
  const std::int64_t year_2010_s = make_date(2010, 1, 1).days * std::int64_t{86'400};
  std::erase_if(berlin.transitions, [&](const auto& change) { return change.at_s >= year_2010_s; });
  auto written = berlin;
  const std::int64_t last_s = written.transitions.back().at_s;
  for (int year = 2000; year <= 2050; ++year) {
    for (const Date date : {make_date(year, 3, 31), make_date(year, 10, 31)}) {
      Date sunday = date;
      while (weekday_of(sunday) != Weekday::sun) sunday = sunday + -1;
      const std::int64_t at_s = sunday.days * std::int64_t{86'400} + 3600;
      if (at_s > last_s) written.transitions.push_back({at_s, date == make_date(year, 3, 31) ? 7200 : 3600});
    }
  }
  ASSERT_NE(written, berlin);
  EXPECT_EQ(find_difference(berlin, written, make_date(1970, 1, 1), make_date(2300, 12, 31)), never);
  written.transitions.back().at_s += 3600;
  EXPECT_EQ(find_difference(berlin, written, make_date(1970, 1, 1), make_date(2300, 12, 31)),
            *parse_instant("2050-10-30T01:00:00Z"));
}

}  // namespace
}  // namespace suki::zones
