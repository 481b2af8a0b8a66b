#include "plan/calendars.h"

#include <algorithm>

#include "plan/validate.h"
#include "plan/values.h"

namespace suki::plan {
namespace {

/// Dates compiled at once; questions beyond are answered all the same (calendar.h), only the first of them slower.
constexpr int years_back = 1, years_ahead = 3;
constexpr Date day_without_today{20'454};  // 2026-01-01: where to start when nobody says what day it is

class Builder {
 public:
  Builder(Context& context, const Node& node) : context_(context), node_(node) {}

  BuiltCalendar build() {
    BuiltCalendar out;
    decl_.id = scalar_at(node_, "id");
    decl_.place = node_.place;
    decl_.name = read_text(context_, node_.find("name"));
    const Node* business = context_.folder.root.find("business");
    const Node* zone = node_.find("time_zone");
    if (zone == nullptr && business != nullptr) zone = business->find("time_zone");
    decl_.time_zone = zone != nullptr ? zone->scalar : std::string();
    read_hours();
    calendar::Schedule resolved = decl_.schedule;
    for (const auto& item : items_at(node_, {"holidays"})) read_holiday(item, resolved);
    compile(resolved, out);
    out.decl = std::move(decl_);
    return out;
  }

 private:
  std::vector<calendar::Interval> read_intervals(const Node& list) {
    std::vector<calendar::Interval> out;
    broken_ = broken_ || list.kind != NodeKind::list;
    for (const auto& item : list.items) {
      if (auto interval = read_interval(item.scalar)) {
        out.push_back(*interval);
      } else {
        broken_ = true;
      }
    }
    return out;
  }

  void read_hours() {
    broken_ = node_.find("hours") == nullptr || node_.find("hours")->kind != NodeKind::map;
    if (const Node* week = node_.find("hours")) {
      for (const auto& entry : week->entries) {
        const auto days = read_days(entry.key);
        broken_ = broken_ || !days;
        if (!days) continue;
        for (const auto day : *days) decl_.schedule.week[static_cast<std::size_t>(day)] = read_intervals(entry.value);
      }
    }
    if (const Node* exceptions = node_.find("exceptions")) {
      for (const auto& entry : exceptions->entries) {
        const auto date = parse_date(entry.key);
        broken_ = broken_ || !date;
        if (date) decl_.schedule.exceptions[*date] = read_intervals(entry.value);
      }
    }
  }

  void read_holiday(const Node& item, calendar::Schedule& resolved) {
    HolidaySource source;
    if (const Node* set = item.find("set")) {
      source.set = set->scalar;
      for (const auto& text : scalars_at(item, "except")) {
        if (auto date = parse_date(text)) source.except.push_back(*date);
      }
      add_set(*set, item, source, resolved);
    } else if (const Node* date = item.find("date")) {
      const auto day = parse_date(date->scalar);
      if (!day) return;
      source.date = *day;
      source.name = read_text(context_, item.find("name"));
      if (const Node* hours = item.find("hours")) source.hours = read_intervals(*hours);
      resolved.holidays.push_back({*day, source.hours, std::string(source.name.get("", context_.languages))});
    } else if (const Node* ical = item.find("ical")) {
      source.ical = ical->scalar;
      add_ical(*ical, source, resolved);
    }
    decl_.holidays.push_back(std::move(source));
  }

  void add_set(const Node& set, const Node& item, const HolidaySource& source, calendar::Schedule& resolved) {
    if (set.kind != NodeKind::text || !context_.sources.holiday_set) return;
    auto found = context_.sources.holiday_set(source.set);
    if (!found) {
      context_.error(set.place, "unknown-holiday-set", fmt::format("unknown holiday set \"{}\"", source.set),
                     did_you_mean(source.set, context_.sources.holiday_sets,
                                  fmt::format("the sets are {}", fmt::join(context_.sources.holiday_sets, ", "))));
      return;
    }
    for (const auto& date : source.except) {
      if (std::none_of(found->begin(), found->end(), [&](const auto& holiday) { return holiday.date == date; })) {
        context_.warning(place_of_key(item, "except"), "not-a-holiday",
                         fmt::format("{} is no holiday of the set {}", format_date(date), source.set),
                         "leave it out of except");
      }
    }
    for (auto& holiday : *found) {
      const bool left_out = std::find(source.except.begin(), source.except.end(), holiday.date) != source.except.end();
      if (!left_out) resolved.holidays.push_back(std::move(holiday));
    }
    warn_of_years(set, source.set);
  }

  void warn_of_years(const Node& set, const std::string& name) {
    if (!context_.sources.today || !context_.sources.holiday_years) return;
    const auto years = context_.sources.holiday_years(name);
    const int needed = to_year_month_day(*context_.sources.today + 365).year;
    if (!years || years->last >= needed) return;
    context_.warning(set.place, "holidays-end", fmt::format("the holiday set {} ends with {}", name, years->last),
                     fmt::format("add the holidays of {} as dates, or as an iCalendar file", years->last + 1));
  }

  void add_ical(const Node& ical, const HolidaySource& source, calendar::Schedule& resolved) {
    const std::string* bytes = context_.folder.find_file(ical.scalar);
    if (bytes == nullptr || !context_.sources.ical) return;
    auto holidays = context_.sources.ical(source.ical, *bytes);
    if (!holidays) {
      context_.error(ical.place, "bad-ical",
                     fmt::format("the file \"{}\" is not a readable iCalendar file", ical.scalar),
                     holidays.error().detail);
      return;
    }
    std::move(holidays->begin(), holidays->end(), std::back_inserter(resolved.holidays));
  }

  void compile(const calendar::Schedule& resolved, BuiltCalendar& out) {
    if (broken_ || !context_.sources.zone || decl_.time_zone.empty()) return;
    const auto zone = context_.sources.zone(decl_.time_zone);
    if (!zone) return;  // reported where it is named
    const Date today = context_.sources.today.value_or(day_without_today);
    auto compiled = calendar::Calendar::compile(resolved, *zone, today + -366 * years_back, today + 366 * years_ahead);
    if (!compiled) {
      context_.error(node_.place, "bad-calendar", fmt::format("the calendar \"{}\" cannot be made", decl_.id),
                     compiled.error().detail);
      return;
    }
    out.compiled = std::move(*compiled);
  }

  Context& context_;
  const Node& node_;
  CalendarDecl decl_;
  bool broken_ = false;  ///< its hours were reported: nothing is concluded from what is left of them
};

}  // namespace

std::vector<BuiltCalendar> build_calendars(Context& context) {
  std::vector<BuiltCalendar> out;
  for (const auto& node : items_at(context.folder.root, {"calendars"})) out.push_back(Builder(context, node).build());
  return out;
}

Instant asking_from(const Context& context) {
  return Instant{} + days(context.sources.today.value_or(day_without_today).days);
}

bool ever_opens(const calendar::Calendar& calendar, Instant from) {
  return calendar.next_open(from).ok();
}

}  // namespace suki::plan
