#include "app/wall.h"

#include <charconv>

#include <fmt/format.h>

#include "base/reason.h"
#include "base/text.h"
#include "planfile/basis.h"

namespace suki::app {

Result<Wall> Wall::of(const Work& work) {
  const Date day{static_cast<std::int32_t>(work.now.us / days(1).us)};
  SUKI_TRY(const plan::Sources sources, planfile::kept_sources(work.plan->basis, day));
  SUKI_TRY(calendar::ZoneTable zone, sources.zone(work.plan->plan.business.time_zone));
  return Wall(std::move(zone));
}

bool read_time_of_day(std::string_view text, calendar::TimeOfDay& time) {
  const auto colon = text.find(':');
  if (colon == 0 || colon == std::string_view::npos || colon > 2) return false;
  int hour = 0, minute = 0;
  const auto read = [](std::string_view digits, int& into) {
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), into);
    return error == std::errc() && end == digits.data() + digits.size();
  };
  std::string_view minutes = text.substr(colon + 1);
  if (minutes.size() == 5 && minutes.substr(2) == ":00") minutes = minutes.substr(0, 2);  // with seconds: none
  if (minutes.size() != 2 || !read(text.substr(0, colon), hour) || !read(minutes, minute)) return false;
  if (hour < 0 || minute < 0 || minute > 59 || hour > 24 || (hour == 24 && minute != 0)) return false;
  time.seconds = hour * 3600 + minute * 60;
  return true;
}

Result<Date> Wall::read_date(const char* field, std::string_view text) const {
  const auto date = parse_date(trim(text));
  if (!date.ok()) return because(bad_input(field, "must be a date like 2026-11-23"), "bad_date");
  return *date;
}

Result<Instant> Wall::read(const char* field, std::string_view text) const {
  text = trim(text);
  const auto date = parse_date(text.substr(0, 10));
  calendar::TimeOfDay time;
  const bool alone = text.size() == 10;
  const bool fits =
      date.ok() &&
      (alone || (text.size() > 11 && (text[10] == 'T' || text[10] == ' ') && read_time_of_day(text.substr(11), time)));
  if (!fits) return because(bad_input(field, "must be a date and time like 2026-11-23 09:00"), "bad_date");
  const Instant at = calendar::to_instant(zone_, *date, time);
  if (at < instant_min || at > instant_max)
    return because(bad_input(field, "must be in the years 1900 to 2199"), "bad_date");
  return at;
}

std::string Wall::write(Instant at) const {
  const calendar::LocalTime local = calendar::to_local(zone_, at);
  return fmt::format("{}T{:02}:{:02}", format_date(local.date), local.time.seconds / 3600,
                     local.time.seconds / 60 % 60);
}

}  // namespace suki::app
