#include "questions/read_calendar.h"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "base/text.h"
#include "holidays/holidays.h"

namespace suki::questions {
namespace {

namespace json = boost::json;
using calendar::Interval;
using calendar::TimeOfDay;

constexpr std::array<std::string_view, 7> day_names{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

Error bad(std::string detail) {
  return fail(ErrorCode::bad_input, std::move(detail));
}
std::string shown(std::string_view text) {
  return to_valid_utf8(text.substr(0, 40));
}
std::string_view view(json::string_view text) {
  return {text.data(), text.size()};
}

/// "09:00"; 24:00 only as an end.
std::optional<TimeOfDay> read_time(std::string_view text, bool is_end) {
  const auto digit = [&](std::size_t i) { return text[i] >= '0' && text[i] <= '9' ? text[i] - '0' : 100; };
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  const int h = digit(0) * 10 + digit(1), m = digit(3) * 10 + digit(4);
  if (m > 59 || h > 24 || (h == 24 && (m != 0 || !is_end))) return std::nullopt;
  return TimeOfDay{h * 3600 + m * 60};
}

Result<Interval> read_interval(const json::value& value, const std::string& where) {
  const auto* text = value.if_string();
  if (text == nullptr) return bad(where + ": hours are texts like \"09:00-17:00\"");
  const std::string_view s = view(*text);
  if (s.size() == 11 && s[5] == '-') {
    const auto open = read_time(s.substr(0, 5), false), close = read_time(s.substr(6), true);
    if (open && close) return Interval{*open, *close};
  }
  return bad(fmt::format("{}: \"{}\" is not like \"09:00-17:00\"", where, shown(s)));
}

Result<std::vector<Interval>> read_intervals(const json::value& value, const std::string& where) {
  const auto* list = value.if_array();
  if (list == nullptr) return bad(where + ": expected a list like [\"09:00-17:00\"]");
  if (list->size() > calendar::intervals_per_day_max) return bad(where + ": too many intervals");
  std::vector<Interval> result;
  result.reserve(list->size());
  for (const auto& item : *list) {
    SUKI_TRY(const auto interval, read_interval(item, where));
    result.push_back(interval);
  }
  return result;
}

Result<Date> read_date(const json::value& value, const std::string& where) {
  const auto* text = value.if_string();
  if (text == nullptr) return bad(where + ": expected a date like \"2026-12-25\"");
  auto date = parse_date(view(*text));
  if (!date.ok()) return bad(where + ": " + to_valid_utf8(date.error().detail));
  return date;
}

Result<void> add_set(const json::object& object, std::vector<calendar::Holiday>& out) {
  const auto* id = object.at("set").if_string();
  if (id == nullptr) return bad("holidays: \"set\" is a text like \"PH\"");
  const auto* set = holidays::find_set(view(*id));
  if (set == nullptr) return bad(fmt::format("holidays: there is no set \"{}\"", shown(view(*id))));
  std::vector<Date> except;
  if (const auto* list = object.if_contains("except")) {
    if (!list->is_array()) return bad("holidays: \"except\" is a list of dates");
    for (const auto& item : list->get_array()) {
      SUKI_TRY(const Date date, read_date(item, "holidays: except"));
      except.push_back(date);
    }
  }
  for (const auto& holiday : set->days) {
    if (std::find(except.begin(), except.end(), holiday.date) == except.end()) out.push_back(holiday);
  }
  return {};
}

Result<void> check_keys(const json::object& object, std::initializer_list<std::string_view> known,
                        std::string_view where) {
  for (const auto& member : object) {
    const std::string_view key = view(member.key());
    if (std::find(known.begin(), known.end(), key) == known.end()) {
      return bad(fmt::format("{}: unknown key \"{}\"", where, shown(key)));
    }
  }
  return {};
}

Result<void> add_holiday(const json::value& value, std::vector<calendar::Holiday>& out) {
  const auto* object = value.if_object();
  if (object == nullptr) {
    SUKI_TRY(const Date date, read_date(value, "holidays"));
    out.push_back({date, {}, {}});
    return {};
  }
  if (object->contains("set")) {
    SUKI_CHECK(check_keys(*object, {"set", "except"}, "holidays"));
    return add_set(*object, out);
  }
  SUKI_CHECK(check_keys(*object, {"date", "hours", "name"}, "holidays"));
  const auto* date = object->if_contains("date");
  if (date == nullptr) return bad("holidays: a holiday needs \"date\" or \"set\"");
  calendar::Holiday holiday;
  SUKI_TRY(holiday.date, read_date(*date, "holidays"));
  if (const auto* hours = object->if_contains("hours")) {
    SUKI_TRY(holiday.hours, read_intervals(*hours, "holidays: " + format_date(holiday.date)));
  }
  if (const auto* name = object->if_contains("name")) {
    if (!name->is_string()) return bad("holidays: \"name\" is a text");
    holiday.name = view(name->get_string());
  }
  out.push_back(std::move(holiday));
  return {};
}

Result<void> read_week(const json::value& value, calendar::Schedule& schedule) {
  const auto* object = value.if_object();
  if (object == nullptr) return bad("hours: expected an object of days, like {\"mon\":[\"09:00-17:00\"]}");
  for (const auto& member : *object) {
    const auto day = std::find(day_names.begin(), day_names.end(), view(member.key()));
    if (day == day_names.end()) {
      return bad(fmt::format("hours: unknown day \"{}\"; the days are mon to sun", shown(view(member.key()))));
    }
    SUKI_TRY(schedule.week[static_cast<std::size_t>(day - day_names.begin())],
             read_intervals(member.value(), "hours: " + std::string(*day)));
  }
  return {};
}

Result<void> read_exceptions(const json::value& value, calendar::Schedule& schedule) {
  const auto* object = value.if_object();
  if (object == nullptr) return bad("exceptions: expected an object of dates, like {\"2026-12-24\":[\"09:00-12:00\"]}");
  if (object->size() > calendar::dates_max) return bad("exceptions: too many dates");
  for (const auto& member : *object) {
    const auto date = parse_date(view(member.key()));
    if (!date.ok()) return bad("exceptions: " + to_valid_utf8(date.error().detail));
    SUKI_TRY(schedule.exceptions[*date], read_intervals(member.value(), "exceptions: " + format_date(*date)));
  }
  return {};
}

}  // namespace

Result<WrittenCalendar> read_calendar(const json::value& value) {
  const auto* object = value.if_object();
  if (object == nullptr) return bad("calendar: expected an object, or the id of a calendar of the plan");
  SUKI_CHECK(check_keys(*object, {"zone", "hours", "holidays", "exceptions"}, "calendar"));
  WrittenCalendar result;
  const auto* zone = object->if_contains("zone");
  if (zone == nullptr || !zone->is_string()) return bad("calendar: needs \"zone\", a time zone like \"Asia/Manila\"");
  result.zone = view(zone->get_string());
  if (const auto* hours = object->if_contains("hours")) SUKI_CHECK(read_week(*hours, result.schedule));
  if (const auto* list = object->if_contains("holidays")) {
    if (!list->is_array()) return bad("holidays: expected a list");
    for (const auto& item : list->get_array()) SUKI_CHECK(add_holiday(item, result.schedule.holidays));
  }
  if (const auto* exceptions = object->if_contains("exceptions"))
    SUKI_CHECK(read_exceptions(*exceptions, result.schedule));
  return result;
}

}  // namespace suki::questions
