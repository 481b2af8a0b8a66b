#include "zones/zones.h"

#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace suki::zones {
namespace {

using calendar::to_local;
using calendar::ZoneTable;
using testing::Contains;
using testing::HasSubstr;

std::string local_text(const ZoneTable& zone, const char* utc) {
  const auto local = to_local(zone, *parse_instant(utc));
  const int s = local.time.seconds;
  char text[32];
  std::snprintf(text, sizeof text, "%s %02d:%02d", format_date(local.date).c_str(), s / 3600, s / 60 % 60);
  return text;
}
std::string instant_text(const ZoneTable& zone, const char* date, int h, int m) {
  return format_instant(to_instant(zone, *parse_date(date), {h * 3600 + m * 60}));
}

TEST(Zones, ShowLocalTimeLongAfterTheLastWrittenTransition) {
  const auto berlin = *load_zone("Europe/Berlin");
  EXPECT_EQ(local_text(berlin, "2026-07-01T12:00:00Z"), "2026-07-01 14:00");
  EXPECT_EQ(local_text(berlin, "2026-12-01T12:00:00Z"), "2026-12-01 13:00");
  EXPECT_EQ(local_text(berlin, "2099-07-01T12:00:00Z"), "2099-07-01 14:00");
  EXPECT_EQ(local_text(berlin, "2100-03-28T00:59:59Z"), "2100-03-28 01:59");
  EXPECT_EQ(local_text(berlin, "2100-03-28T01:00:00Z"), "2100-03-28 03:00");
  EXPECT_EQ(local_text(*load_zone("Asia/Manila"), "2100-01-01T00:00:00Z"), "2100-01-01 08:00");
  EXPECT_EQ(local_text(*load_zone("Australia/Lord_Howe"), "2090-01-01T00:00:00Z"), "2090-01-01 11:00");
  EXPECT_EQ(local_text(*load_zone("Asia/Kathmandu"), "1985-12-31T18:30:00Z"), "1986-01-01 00:15");
}

TEST(Zones, ReadALocalTimeInAGapWithTheOffsetBeforeIt) {
  const auto berlin = *load_zone("Europe/Berlin");
  EXPECT_EQ(instant_text(berlin, "2026-03-29", 1, 59), "2026-03-29T00:59:00Z");
  EXPECT_EQ(instant_text(berlin, "2026-03-29", 2, 30), "2026-03-29T01:30:00Z");  // 03:30 of the clock
  EXPECT_EQ(instant_text(berlin, "2026-03-29", 3, 0), "2026-03-29T01:00:00Z");
}

TEST(Zones, ReadALocalTimeThatExistsTwiceAsTheFirst) {
  const auto new_york = *load_zone("America/New_York");
  EXPECT_EQ(instant_text(new_york, "2026-11-01", 1, 30), "2026-11-01T05:30:00Z");
  EXPECT_EQ(instant_text(new_york, "2026-11-01", 2, 0), "2026-11-01T07:00:00Z");
  // St. John's used to change at 00:01, so that midnight itself came twice.
  const auto st_johns = *load_zone("America/St_Johns");
  EXPECT_EQ(instant_text(st_johns, "2006-10-29", 0, 0), "2006-10-29T02:30:00Z");
}

TEST(Zones, KnowTheDatesThatWereLeftOut) {
  const auto apia = *load_zone("Pacific/Apia");
  EXPECT_TRUE(is_skipped(apia, *parse_date("2011-12-30")));
  EXPECT_FALSE(is_skipped(apia, *parse_date("2011-12-29")));
  EXPECT_FALSE(is_skipped(apia, *parse_date("2011-12-31")));
  EXPECT_TRUE(is_skipped(*load_zone("Pacific/Kwajalein"), *parse_date("1993-08-21")));
  EXPECT_TRUE(is_skipped(*load_zone("Pacific/Kiritimati"), *parse_date("1994-12-31")));
  EXPECT_FALSE(is_skipped(*load_zone("Europe/Berlin"), *parse_date("2026-03-29")));
}

TEST(Zones, AreFoundByNameOnly) {
  EXPECT_EQ(load_zone("UTC")->name, "UTC");
  EXPECT_EQ(load_zone("Etc/GMT+12")->first_offset_s, -12 * 3600);
  for (const char* name : {"", "Mars/Olympus", "../etc/passwd", "/etc/passwd", "Europe/../Europe/Berlin", "Europe",
                           "Europe/", "Europe//Berlin", "right/UTC", "posix/UTC", "localtime", "posixrules",
                           "tzdata.zi", "zone.tab", "Europe/Berlin\n", "europe/berl\xff"}) {
    const auto zone = load_zone(name);
    ASSERT_FALSE(zone.ok()) << name;
    EXPECT_EQ(zone.error().code, ErrorCode::unknown_zone) << name;
  }
  EXPECT_EQ(load_zone(std::string_view("UTC\0x", 5)).error().code, ErrorCode::unknown_zone);
  const auto names = *list_zones();
  EXPECT_THAT(names, Contains("Asia/Manila"));
  EXPECT_THAT(names, Contains("US/Eastern"));
  EXPECT_GT(names.size(), 500u);
}

TEST(Zones, SayWhichReleaseTheyComeFrom) {
  const auto version = load_zone("Asia/Manila")->version;
  ASSERT_GE(version.size(), 5u) << "like 2025b";
  EXPECT_EQ(version.substr(0, 2), "20");
  EXPECT_EQ(read_version("/nonexistent"), "");
}

/// The C library reads the same files by itself: two readers must agree, at every change and between.
TEST(Zones, AgreeWithTheCLibraryInEveryZoneFrom1900To2199) {
  const bool is_long = std::getenv("SUKI_LONG") != nullptr;
  const char* before = std::getenv("TZ");
  const std::string saved = before != nullptr ? before : "";
  const std::int64_t first = instant_min.us / 1'000'000, last = instant_max.us / 1'000'000;
  std::size_t asked = 0;
  const auto names = *list_zones();
  ASSERT_FALSE(names.empty());
  for (const auto& name : names) {
    const auto zone = load_zone(name);
    ASSERT_TRUE(zone.ok()) << name;
    ::setenv("TZ", (":" + zone_folder() + "/" + name).c_str(), 1);
    ::tzset();
    const auto check = [&](std::int64_t s) {
      if (s < first || s > last) return;
      const std::time_t t = s;
      std::tm broken{};
      ::localtime_r(&t, &broken);
      ++asked;
      ASSERT_EQ(offset_at(*zone, Instant{s * 1'000'000}), broken.tm_gmtoff)
          << name << " " << format_instant(Instant{s * 1'000'000});
    };
    for (const auto& transition : zone->transitions) {
      check(transition.at_s - 1);
      check(transition.at_s);
    }
    const std::int64_t step = is_long ? 86'400 / 4 : 86'400 * 29 + 3'601;
    for (std::int64_t s = 0; s <= last; s += step) check(s);
    if (testing::Test::HasFailure()) break;
  }
  if (before != nullptr) {
    ::setenv("TZ", saved.c_str(), 1);
  } else {
    ::unsetenv("TZ");
  }
  ::tzset();
  EXPECT_GT(asked, 500'000u);
}

std::string read_bytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(ZoneFiles, ThatCountLeapSecondsAreRefused) {
  const std::string path = zone_folder() + "/right/Europe/Berlin";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "this machine has no right/ files";
  const auto zone = parse_tzif(read_bytes(path));
  ASSERT_FALSE(zone.ok());
  EXPECT_THAT(zone.error().detail, HasSubstr("leap seconds"));
}

TEST(ZoneFiles, CutAnywhereOrWithAnyByteChangedNeverHarm) {
  const std::string whole = read_bytes(zone_folder() + "/Europe/Berlin");
  ASSERT_TRUE(parse_tzif(whole).ok());
  for (std::size_t n = 0; n < whole.size(); ++n)
    EXPECT_FALSE(parse_tzif(std::string_view(whole).substr(0, n)).ok()) << n;
  std::size_t refused = 0;
  for (std::size_t n = 0; n < whole.size(); ++n) {
    for (const int flip : {0x01, 0x80, 0xff}) {
      std::string bytes = whole;
      bytes[n] = static_cast<char>(bytes[n] ^ flip);
      const auto zone = parse_tzif(bytes);
      if (!zone.ok()) {
        ++refused;
        continue;
      }
      // What was taken must answer without harm.
      (void)to_instant(*zone, make_date(2026, 3, 29), {9000});
      (void)offset_at(*zone, *parse_instant("2150-06-01T00:00:00Z"));
    }
  }
  EXPECT_GT(refused, 100u);
}

TEST(Footers, GiveTheRuleOfAllLaterYears) {
  const auto berlin = parse_posix_rule("CET-1CEST,M3.5.0,M10.5.0/3");
  ASSERT_TRUE(berlin.ok());
  EXPECT_EQ(berlin->standard_s, 3600);
  EXPECT_EQ(berlin->daylight->offset_s, 7200);
  EXPECT_EQ(berlin->daylight->begins.time_s, 7200);
  EXPECT_EQ(berlin->daylight->ends.time_s, 10800);
  EXPECT_EQ(parse_posix_rule("<+0545>-5:45")->standard_s, 20700);
  EXPECT_EQ(parse_posix_rule("IST-1GMT0,M10.5.0,M3.5.0/1")->daylight->offset_s, 0);
  EXPECT_EQ(parse_posix_rule("<-02>2<-01>,M3.5.0/-1,M10.5.0/0")->daylight->begins.time_s, -3600);
  for (const char* text : {"CE-1", "CET", "CET-1CEST", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0",
                           "CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,M3.5.7,M10.5.0", "CET-1CEST,J0,J365",
                           "CET-1CEST,366,1", "CET-25", "<+01-1", "CET-1 ", "CET-1CEST,M3.5.0/168,M10.5.0"}) {
    EXPECT_FALSE(parse_posix_rule(text).ok()) << text;
  }
}

TEST(Footers, MayKeepDaylightTimeAllYear) {
  // RFC 9636, 3.3.1: the example of a zone that is always on summer time.
  ZoneTable zone;
  zone.first_offset_s = -5 * 3600;
  zone.rule = *parse_posix_rule("EST5EDT,0/0,J365/25");
  for (const char* at :
       {"2026-01-01T00:00:00Z", "2026-01-01T04:00:00Z", "2026-07-01T00:00:00Z", "2026-12-31T23:59:59Z"}) {
    EXPECT_EQ(offset_at(zone, *parse_instant(at)), -4 * 3600) << at;
  }
  EXPECT_EQ(instant_text(zone, "2026-12-31", 23, 30), "2027-01-01T03:30:00Z");
}

}  // namespace
}  // namespace suki::zones
