#include "holidays/holidays.h"

#include <algorithm>
#include <array>

#include "holidays/easter.h"

namespace suki::holidays {
namespace {

struct Row {
  int year;
  unsigned month, day;
  const char* name;
};

// Regular holidays and special (non-working) days throughout the country. Special working days are not in it, nor are
// those of a province, city or municipality. Eid'l Fitr and Eid'l Adha are proclaimed a few weeks before they come.
constexpr Row philippines_rows[] = {
    // 2024: Proclamation 368 (2023), with the exceptions named
    {2024, 1, 1, "New Year's Day"},
    {2024, 2, 9, "Additional special (non-working) day"},  // Proclamation 453 (2024)
    {2024, 2, 10, "Chinese New Year"},
    {2024, 3, 28, "Maundy Thursday"},
    {2024, 3, 29, "Good Friday"},
    {2024, 3, 30, "Black Saturday"},
    {2024, 4, 9, "Araw ng Kagitingan"},
    {2024, 4, 10, "Eid'l Fitr"},  // Proclamation 514 (2024)
    {2024, 5, 1, "Labor Day"},
    {2024, 6, 12, "Independence Day"},
    {2024, 6, 17, "Eid'l Adha"},        // Proclamation 579 (2024)
    {2024, 8, 23, "Ninoy Aquino Day"},  // moved from 21 August by Proclamation 665 (2024)
    {2024, 8, 26, "National Heroes Day"},
    {2024, 11, 1, "All Saints' Day"},
    {2024, 11, 2, "All Souls' Day"},
    {2024, 11, 30, "Bonifacio Day"},
    {2024, 12, 8, "Feast of the Immaculate Conception of Mary"},
    {2024, 12, 24, "Christmas Eve"},
    {2024, 12, 25, "Christmas Day"},
    {2024, 12, 30, "Rizal Day"},
    {2024, 12, 31, "Last Day of the Year"},
    // 2025: Proclamation 727 (2024), with the exceptions named
    {2025, 1, 1, "New Year's Day"},
    {2025, 1, 29, "Chinese New Year"},
    {2025, 4, 1, "Eid'l Fitr"},  // Proclamation 839 (2025)
    {2025, 4, 9, "Araw ng Kagitingan"},
    {2025, 4, 17, "Maundy Thursday"},
    {2025, 4, 18, "Good Friday"},
    {2025, 4, 19, "Black Saturday"},
    {2025, 5, 1, "Labor Day"},
    {2025, 5, 12, "National and local elections"},  // Proclamation 878 (2025)
    {2025, 6, 6, "Eid'l Adha"},                     // Proclamation 911 (2025)
    {2025, 6, 12, "Independence Day"},
    {2025, 7, 27, "Founding Anniversary of Iglesia ni Cristo"},  // Proclamation 729 (2024)
    {2025, 8, 21, "Ninoy Aquino Day"},
    {2025, 8, 25, "National Heroes Day"},
    {2025, 10, 31, "All Saints' Day Eve"},
    {2025, 11, 1, "All Saints' Day"},
    {2025, 11, 30, "Bonifacio Day"},
    {2025, 12, 8, "Feast of the Immaculate Conception of Mary"},
    {2025, 12, 24, "Christmas Eve"},
    {2025, 12, 25, "Christmas Day"},
    {2025, 12, 30, "Rizal Day"},
    {2025, 12, 31, "Last Day of the Year"},
    // 2026: Proclamation 1006 (2025), with the exceptions named
    {2026, 1, 1, "New Year's Day"},
    {2026, 2, 17, "Chinese New Year"},
    {2026, 3, 20, "Eid'l Fitr"},  // declared by Malacanang on 12 March 2026
    {2026, 4, 2, "Maundy Thursday"},
    {2026, 4, 3, "Good Friday"},
    {2026, 4, 4, "Black Saturday"},
    {2026, 4, 9, "Araw ng Kagitingan"},
    {2026, 5, 1, "Labor Day"},
    {2026, 5, 27, "Eid'l Adha"},  // Proclamation 1264 (2026)
    {2026, 6, 12, "Independence Day"},
    {2026, 8, 21, "Ninoy Aquino Day"},
    {2026, 8, 31, "National Heroes Day"},
    {2026, 11, 1, "All Saints' Day"},
    {2026, 11, 2, "All Souls' Day"},
    {2026, 11, 30, "Bonifacio Day"},
    {2026, 12, 8, "Feast of the Immaculate Conception of Mary"},
    {2026, 12, 24, "Christmas Eve"},
    {2026, 12, 25, "Christmas Day"},
    {2026, 12, 30, "Rizal Day"},
    {2026, 12, 31, "Last Day of the Year"},
};

Set philippines() {
  Set set;
  set.id = "PH";
  set.name = "Philippines, nationwide regular holidays and special (non-working) days";
  set.name_fil = "Pilipinas, mga regular na pista opisyal at special (non-working) days sa buong bansa";
  set.source =
      "Proclamations 368 (2023), 453, 514, 579, 665, 727 and 729 (2024), 839, 878, 911 and 1006 (2025) and 1264 (2026) "
      "of the "
      "President of the Philippines, and the declaration of 12 March 2026 on Eid'l Fitr; as known in May 2026";
  set.first_year = 2024;
  set.last_year = 2026;
  for (const Row& row : philippines_rows) set.days.push_back({make_date(row.year, row.month, row.day), {}, row.name});
  return set;
}

// The nine days that are public holidays in all sixteen states.
Set germany() {
  Set set;
  set.id = "DE";
  set.name = "Germany, public holidays of all sixteen states";
  set.name_fil = "Alemanya, mga pista opisyal sa lahat ng labing-anim na estado";
  set.source =
      "Unification Treaty of 1990, article 2 (3 October), and the holiday acts of the sixteen states; days that hang "
      "on Easter are "
      "computed; years to come as the acts stand in 2026";
  set.first_year = 2020;
  set.last_year = 2035;
  for (int year = set.first_year; year <= set.last_year; ++year) {
    const Date easter = easter_of(year);
    set.days.push_back({make_date(year, 1, 1), {}, "New Year's Day"});
    set.days.push_back({easter + -2, {}, "Good Friday"});
    set.days.push_back({easter + 1, {}, "Easter Monday"});
    set.days.push_back({make_date(year, 5, 1), {}, "Labour Day"});
    set.days.push_back({easter + 39, {}, "Ascension Day"});
    set.days.push_back({easter + 50, {}, "Whit Monday"});
    set.days.push_back({make_date(year, 10, 3), {}, "Day of German Unity"});
    set.days.push_back({make_date(year, 12, 25), {}, "Christmas Day"});
    set.days.push_back({make_date(year, 12, 26), {}, "Second Day of Christmas"});
  }
  std::stable_sort(set.days.begin(), set.days.end(),
                   [](const calendar::Holiday& a, const calendar::Holiday& b) { return a.date < b.date; });
  return set;
}

const std::array<Set, 2>& all() {
  static const std::array<Set, 2> sets{germany(), philippines()};
  return sets;
}

}  // namespace

const Set* find_set(std::string_view id) {
  const auto found = std::find_if(all().begin(), all().end(), [&](const Set& set) { return set.id == id; });
  return found == all().end() ? nullptr : &*found;
}

std::vector<std::string> list_sets() {
  std::vector<std::string> ids;
  for (const Set& set : all()) ids.push_back(set.id);
  return ids;
}

}  // namespace suki::holidays
