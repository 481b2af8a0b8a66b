#include "holidays/holidays.h"

#include <map>

#include <gtest/gtest.h>

#include "holidays/easter.h"

namespace suki::holidays {
namespace {

std::string name_on(const Set& set, const char* date) {
  for (const auto& day : set.days) {
    if (day.date == *parse_date(date)) return day.name;
  }
  return "";
}

TEST(Easter, FallsWhereTheChurchesSay) {
  // Dates of the table in the Book of Common Prayer and of the US Naval Observatory; earliest, latest and usual ones.
  const std::pair<int, const char*> rows[] = {{1818, "1818-03-22"}, {1943, "1943-04-25"}, {1961, "1961-04-02"},
                                              {2000, "2000-04-23"}, {2008, "2008-03-23"}, {2019, "2019-04-21"},
                                              {2024, "2024-03-31"}, {2025, "2025-04-20"}, {2026, "2026-04-05"},
                                              {2038, "2038-04-25"}, {2076, "2076-04-19"}, {2285, "2285-03-22"}};
  for (const auto& [year, date] : rows) EXPECT_EQ(format_date(easter_of(year)), date);
}

TEST(Sets, AreInOrderOnceADayWithinTheirYears) {
  EXPECT_EQ(list_sets(), (std::vector<std::string>{"DE", "PH"}));
  for (const auto& id : list_sets()) {
    const Set* set = find_set(id);
    ASSERT_NE(set, nullptr);
    EXPECT_FALSE(set->source.empty());
    std::map<int, int> days_of_year;
    for (std::size_t i = 0; i < set->days.size(); ++i) {
      EXPECT_FALSE(set->days[i].name.empty());
      EXPECT_TRUE(set->days[i].hours.empty());
      if (i != 0) {
        EXPECT_LT(set->days[i - 1].date, set->days[i].date);
      }
      ++days_of_year[to_year_month_day(set->days[i].date).year];
    }
    EXPECT_EQ(days_of_year.begin()->first, set->first_year);
    EXPECT_EQ(days_of_year.rbegin()->first, set->last_year);
    EXPECT_EQ(days_of_year.size(), static_cast<std::size_t>(set->last_year - set->first_year + 1))
        << "no year is left out";
  }
  EXPECT_EQ(find_set("XX"), nullptr);
  EXPECT_EQ(find_set("ph"), nullptr);
  EXPECT_EQ(find_set(""), nullptr);
}

TEST(Philippines, HasWhatWasProclaimed) {
  const Set& ph = *find_set("PH");
  EXPECT_EQ(name_on(ph, "2026-03-20"), "Eid'l Fitr");
  EXPECT_EQ(name_on(ph, "2026-05-27"), "Eid'l Adha");
  EXPECT_EQ(name_on(ph, "2025-05-12"), "National and local elections");
  EXPECT_EQ(name_on(ph, "2024-08-23"), "Ninoy Aquino Day");
  EXPECT_EQ(name_on(ph, "2024-08-21"), "") << "moved that year";
  EXPECT_EQ(name_on(ph, "2026-02-25"), "") << "a special working day";
  // What the law ties to Easter or to the last Monday of August agrees with the rows.
  for (int year = ph.first_year; year <= ph.last_year; ++year) {
    const Date easter = easter_of(year);
    EXPECT_EQ(name_on(ph, format_date(easter + -3).c_str()), "Maundy Thursday") << year;
    EXPECT_EQ(name_on(ph, format_date(easter + -2).c_str()), "Good Friday") << year;
    EXPECT_EQ(name_on(ph, format_date(easter + -1).c_str()), "Black Saturday") << year;
    Date heroes = make_date(year, 8, 31);
    while (weekday_of(heroes) != Weekday::mon) heroes = heroes + -1;
    EXPECT_EQ(name_on(ph, format_date(heroes).c_str()), "National Heroes Day") << year;
  }
}

TEST(Germany, HasTheNineDaysOfAllStates) {
  const Set& de = *find_set("DE");
  EXPECT_EQ(de.days.size(), 16u * 9u);
  EXPECT_EQ(name_on(de, "2026-04-03"), "Good Friday");
  EXPECT_EQ(name_on(de, "2026-05-14"), "Ascension Day");
  EXPECT_EQ(name_on(de, "2026-05-25"), "Whit Monday");
  EXPECT_EQ(name_on(de, "2026-10-03"), "Day of German Unity");
  EXPECT_EQ(name_on(de, "2026-12-24"), "");
}

}  // namespace
}  // namespace suki::holidays
