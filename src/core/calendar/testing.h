/// For tests of calendars only: schedules written as people write them, and a slow second way to every answer.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/text.h"
#include "calendar/calendar.h"
#include "zones/zones.h"

namespace suki::calendar::testing {

/// "09:00-12:00 13:00-17:00"; "" is none.
inline std::vector<Interval> intervals(std::string_view text) {
  std::vector<Interval> result;
  for (const auto part : split(trim(text), ' ')) {
    if (part.empty()) continue;
    const auto minute = [&](std::size_t i) { return std::atoi(std::string(part.substr(i, 2)).c_str()); };
    result.push_back({{minute(0) * 3600 + minute(3) * 60}, {minute(6) * 3600 + minute(9) * 60}});
  }
  return result;
}

struct Given {
  std::string zone = "UTC";
  std::array<const char*, 7> week{"", "", "", "", "", "", ""};
  std::vector<std::pair<const char*, const char*>> holidays = {};  ///< date and hours
  std::vector<std::pair<const char*, const char*>> exceptions = {};
};

inline Schedule schedule(const Given& given) {
  Schedule result;
  for (std::size_t day = 0; day < 7; ++day) result.week[day] = intervals(given.week[day]);
  for (const auto& [date, hours] : given.holidays) result.holidays.push_back({*parse_date(date), intervals(hours), ""});
  for (const auto& [date, hours] : given.exceptions) result.exceptions[*parse_date(date)] = intervals(hours);
  return result;
}

inline Calendar compile(const Given& given, const char* from = "2026-01-01", const char* to = "2026-12-31") {
  const auto zone = zones::load_zone(given.zone);
  SUKI_ASSERT(zone.ok());
  auto calendar = Calendar::compile(schedule(given), *zone, *parse_date(from), *parse_date(to));
  SUKI_ASSERT(calendar.ok());
  return *calendar;
}

/// Answers straight from the rules: one conversion by trial, one question by looking at every interval of the days
/// around. Slow on purpose; shares nothing with the calendar but offset_at, which is tested against the C library.
class Slow {
 public:
  Slow(const Schedule& given, const ZoneTable& zone, Date from, Date to) : schedule_(given), zone_(zone) {
    for (Date date = from; date <= to; date = date + 1) add_day(date);
    // Between two neighbours of this set nothing changes.
    for (const auto& [open, close, date] : opened_) edges_.insert({open, close});
    for (const auto& [open, close, date] : closed_) edges_.insert({open, close});
  }

  [[nodiscard]] bool is_open(std::int64_t s) const {
    return std::any_of(opened_.begin(), opened_.end(), [&](const Part& part) {
      if (s < part.from || s >= part.to) return false;
      return std::none_of(closed_.begin(), closed_.end(), [&](const Part& closed) {
        return closed.date != part.date && s >= closed.from && s < closed.to;
      });
    });
  }
  /// Open stretches within [from, to), cut there.
  [[nodiscard]] std::vector<std::pair<std::int64_t, std::int64_t>> stretches(std::int64_t from, std::int64_t to) const {
    std::vector<std::pair<std::int64_t, std::int64_t>> result;
    for (std::int64_t at = from; at < to;) {
      const auto next = edges_.upper_bound(at);
      const std::int64_t end = next == edges_.end() ? to : std::min(to, *next);
      if (is_open(at)) {
        if (!result.empty() && result.back().second == at) {
          result.back().second = end;
        } else {
          result.push_back({at, end});
        }
      }
      at = end;
    }
    return result;
  }
  /// The instant of a local time by trial of every offset in force nearby.
  [[nodiscard]] std::int64_t instant_of(std::int64_t local_s) const {
    std::optional<std::int64_t> first;
    std::int64_t before_gap = 0;
    for (std::int64_t t = local_s - 2 * 86'400; t <= local_s + 2 * 86'400; t += 900) {
      const std::int64_t offset = offset_at(zone_, Instant{t * 1'000'000});
      const std::int64_t guess = local_s - offset;
      if (offset_at(zone_, Instant{guess * 1'000'000}) == offset && (!first || guess < *first)) first = guess;
      if (t + offset < local_s) before_gap = offset;
    }
    return first ? *first : local_s - before_gap;
  }

 private:
  struct Part {
    std::int64_t from, to;
    Date date;
  };

  [[nodiscard]] bool exists(Date date) const {
    for (std::int64_t t = (date.days - 2) * std::int64_t{86'400}; t < (date.days + 3) * std::int64_t{86'400};
         t += 900) {
      if (to_local(zone_, Instant{t * 1'000'000}).date == date) return true;
    }
    return false;
  }
  void add_day(Date date) {
    if (!exists(date)) return;
    const std::int64_t midnight = date.days * std::int64_t{86'400};
    const std::vector<Interval>* hours = &schedule_.week[static_cast<std::size_t>(weekday_of(date))];
    if (const auto found = schedule_.exceptions.find(date); found != schedule_.exceptions.end()) hours = &found->second;
    std::vector<Interval> of_holiday;
    bool is_holiday = false;
    for (const Holiday& holiday : schedule_.holidays) {
      if (holiday.date != date) continue;
      is_holiday = true;
      of_holiday.insert(of_holiday.end(), holiday.hours.begin(), holiday.hours.end());
    }
    if (is_holiday) {
      hours = &of_holiday;
      closed_.push_back({instant_of(midnight), instant_of(midnight + 86'400), date});
    }
    for (const Interval& interval : *hours) {
      const int over = interval.close <= interval.open ? 86'400 : 0;
      opened_.push_back(
          {instant_of(midnight + interval.open.seconds), instant_of(midnight + interval.close.seconds + over), date});
    }
  }

  const Schedule& schedule_;
  const ZoneTable& zone_;
  std::vector<Part> opened_, closed_;
  std::set<std::int64_t> edges_;
};

}  // namespace suki::calendar::testing
