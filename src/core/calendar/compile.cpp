/// Calendar::compile: checks a schedule and makes it ready.
#include <algorithm>

#include <fmt/format.h>

#include "calendar/table.h"

namespace suki::calendar {
namespace {

constexpr std::int32_t day_s = 86'400;

Result<void> check_intervals(const std::vector<Interval>& intervals, const std::string& where) {
  if (intervals.size() > intervals_per_day_max) {
    return fail(ErrorCode::bad_calendar, fmt::format("{} has more than {} intervals", where, intervals_per_day_max));
  }
  for (const Interval& interval : intervals) {
    const auto inside = [](TimeOfDay t, std::int32_t last) { return t.seconds >= 0 && t.seconds <= last; };
    if (!inside(interval.open, day_s - 1)) {
      return fail(ErrorCode::bad_calendar, where + " has an opening outside 00:00 to 23:59:59");
    }
    if (!inside(interval.close, day_s)) {
      return fail(ErrorCode::bad_calendar, where + " has a closing outside 00:00 to 24:00");
    }
  }
  return {};
}

Result<void> check(const Schedule& schedule) {
  static constexpr const char* weekdays[] = {"monday", "tuesday",  "wednesday", "thursday",
                                             "friday", "saturday", "sunday"};
  for (std::size_t day = 0; day < schedule.week.size(); ++day)
    SUKI_CHECK(check_intervals(schedule.week[day], weekdays[day]));
  if (schedule.holidays.size() > dates_max || schedule.exceptions.size() > dates_max) {
    return fail(ErrorCode::bad_calendar, fmt::format("more than {} holidays or exceptions", dates_max));
  }
  for (const auto& holiday : schedule.holidays) {
    SUKI_CHECK(check_intervals(holiday.hours, fmt::format("day {} (a holiday)", holiday.date.days)));
  }
  for (const auto& [date, intervals] : schedule.exceptions) {
    SUKI_CHECK(check_intervals(intervals, fmt::format("day {} (an exception)", date.days)));
  }
  return {};
}

std::shared_ptr<const Source> make_source(const Schedule& schedule, const ZoneTable& zone) {
  auto source = std::make_shared<Source>();
  source->zone = zone;
  source->schedule.week = schedule.week;
  source->schedule.exceptions = schedule.exceptions;
  for (const Holiday& holiday : schedule.holidays) {
    const auto [place, is_new] = source->holidays.try_emplace(holiday.date, holiday);
    if (is_new) continue;
    auto& hours = place->second.hours;
    hours.insert(hours.end(), holiday.hours.begin(), holiday.hours.end());
    if (place->second.name.empty()) place->second.name = holiday.name;
  }
  return source;
}

}  // namespace

const char* name_of(Why why) {
  switch (why) {
    case Why::weekly_hours:
      return "weekly_hours";
    case Why::exception_hours:
      return "exception_hours";
    case Why::holiday_hours:
      return "holiday_hours";
    case Why::always_open:
      return "always_open";
    case Why::outside_hours:
      return "outside_hours";
    case Why::exception_closed:
      return "exception_closed";
    case Why::holiday_closed:
      return "holiday_closed";
  }
  return "outside_hours";
}

bool counts(Why why) {
  return why <= Why::always_open;
}

Result<Calendar> Calendar::compile(const Schedule& schedule, const ZoneTable& zone, Date from, Date to) {
  if (to < from) return fail(ErrorCode::bad_calendar, "the horizon ends before it begins");
  SUKI_CHECK(check(schedule));
  auto table = Table::build(make_source(schedule, zone), std::clamp(from, horizon_min, horizon_max),
                            std::clamp(to, horizon_min, horizon_max));
  if (table == nullptr) {
    return fail(ErrorCode::too_large, fmt::format("more than {} stretches in the horizon", stretches_max));
  }
  return Calendar(std::shared_ptr<const Table>(std::move(table)));
}

}  // namespace suki::calendar
