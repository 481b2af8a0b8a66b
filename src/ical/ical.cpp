#include "ical/ical.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include <fmt/format.h>
#include <libical/ical.h>

#include "base/text.h"
#include "ical/outline.h"

namespace suki::ical {
namespace {

using calendar::Holiday;

struct FreeComponent {
  void operator()(icalcomponent* component) const { icalcomponent_free(component); }
};
using Component = std::unique_ptr<icalcomponent, FreeComponent>;
struct FreeIterator {
  void operator()(icalrecur_iterator* iterator) const { icalrecur_iterator_free(iterator); }
};

Error at_line(std::uint32_t line, const std::string& what) {
  return fail(ErrorCode::bad_input, fmt::format("line {}: {}", line, what));
}

std::optional<Date> to_date(const icaltimetype& time) {
  if (icaltime_is_null_time(time) || !time.is_date || time.year < 1583 || time.year > 9999) return std::nullopt;
  return parse_date(fmt::format("{:04}-{:02}-{:02}", time.year, time.month, time.day)).ok()
             ? std::optional(make_date(time.year, static_cast<unsigned>(time.month), static_cast<unsigned>(time.day)))
             : std::nullopt;
}

/// One VEVENT with what its dates need.
struct Event {
  icalcomponent* component;
  std::uint32_t line;
  Date start;
  std::int32_t days = 1;
  std::string uid, name;
  std::optional<Date> moved_from;  ///< RECURRENCE-ID
  bool cancelled = false;
};

/// libical drops what it cannot read and leaves a note. Notes about dates are errors; an empty LOCATION is not.
Result<void> check_notes(icalcomponent* component, std::uint32_t line) {
  for (auto* p = icalcomponent_get_first_property(component, ICAL_XLICERROR_PROPERTY); p != nullptr;
       p = icalcomponent_get_next_property(component, ICAL_XLICERROR_PROPERTY)) {
    const char* note = icalproperty_get_xlicerror(p);
    const std::string text = note != nullptr ? note : "";
    for (const char* key : {"DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID"}) {
      if (text.find(key) != std::string::npos) return at_line(line, to_valid_utf8(text.substr(0, 200)));
    }
  }
  return {};
}

Result<std::int32_t> read_days(icalcomponent* component, std::uint32_t line, Date start) {
  constexpr std::int32_t days_max = 3'660;  // ten years; chosen
  std::int32_t days = 1;
  if (auto* end = icalcomponent_get_first_property(component, ICAL_DTEND_PROPERTY)) {
    const auto date = to_date(icalproperty_get_dtend(end));
    if (!date) return at_line(line, "DTEND is not a date, but DTSTART is");
    days = date->days - start.days;
    if (days == 0) days = 1;  // not allowed by RFC 5545, 3.8.2.2, but often written for one day
  } else if (auto* duration = icalcomponent_get_first_property(component, ICAL_DURATION_PROPERTY)) {
    const auto length = icalproperty_get_duration(duration);
    if (length.is_neg != 0 || length.hours != 0 || length.minutes != 0 || length.seconds != 0 || length.weeks > 1'000 ||
        length.days > 10'000) {
      return at_line(line, "DURATION of a whole-day event is in days or weeks");
    }
    days = static_cast<std::int32_t>(length.weeks * 7 + length.days);
  }
  if (days < 1 || days > days_max)
    return at_line(line, "the event does not end after it begins, or lasts over ten years");
  return days;
}

Result<Event> read_event(icalcomponent* component, std::uint32_t line) {
  SUKI_CHECK(check_notes(component, line));
  Event event{};
  event.component = component;
  event.line = line;
  const char* summary = icalcomponent_get_summary(component);
  event.name = summary != nullptr ? summary : "";
  auto* start = icalcomponent_get_first_property(component, ICAL_DTSTART_PROPERTY);
  if (start == nullptr) return at_line(line, "an event without DTSTART");
  const auto time = icalproperty_get_dtstart(start);
  if (!icaltime_is_null_time(time) && !time.is_date) {
    return at_line(line, fmt::format("the event \"{}\" has a time of day; only whole days can be holidays",
                                     to_valid_utf8(event.name.substr(0, 80))));
  }
  const auto date = to_date(time);
  if (!date) return at_line(line, "DTSTART is not a real date");
  event.start = *date;
  SUKI_TRY(event.days, read_days(component, line, event.start));
  const char* uid = icalcomponent_get_uid(component);
  event.uid = uid != nullptr ? uid : "";
  if (auto* id = icalcomponent_get_first_property(component, ICAL_RECURRENCEID_PROPERTY)) {
    event.moved_from = to_date(icalproperty_get_recurrenceid(id));
    if (!event.moved_from) return at_line(line, "RECURRENCE-ID is not a date, but DTSTART is");
  }
  event.cancelled = icalcomponent_get_status(component) == ICAL_STATUS_CANCELLED;
  if (icalcomponent_get_first_property(component, ICAL_EXRULE_PROPERTY) != nullptr) {
    return at_line(line, "EXRULE is not supported (RFC 5545 took it out); use EXDATE");
  }
  return event;
}

class Expander {
 public:
  Expander(Date from, Date to) : from_(from), to_(to) {}

  /// Adds the first dates of every occurrence of `event` that can reach [from, to], but those in `moved`.
  Result<void> add(const Event& event, const std::set<Date>& moved) {
    std::set<Date> starts{event.start};
    SUKI_CHECK(add_rules(event, starts));
    SUKI_CHECK(add_dates(event, starts));
    SUKI_CHECK(drop_dates(event, starts));
    for (const Date start : starts) {
      if (!moved.contains(start)) add_days(event, start);
    }
    return {};
  }
  [[nodiscard]] std::vector<Holiday> take() {
    std::vector<Holiday> result;
    for (auto& [date, name] : days_) result.push_back({date, {}, std::move(name)});
    return result;
  }

 private:
  Result<void> add_rules(const Event& event, std::set<Date>& starts) {
    auto* property = icalcomponent_get_first_property(event.component, ICAL_RRULE_PROPERTY);
    if (property == nullptr) return {};
    if (icalcomponent_get_next_property(event.component, ICAL_RRULE_PROPERTY) != nullptr)
      return at_line(event.line, "more than one RRULE");
    if (++rules_ > rules_max)
      return fail(ErrorCode::too_large, fmt::format("line {}: more than {} events with RRULE", event.line, rules_max));
    auto rule = icalproperty_get_rrule(property);
    if (rule.freq == ICAL_NO_RECURRENCE || rule.freq < ICAL_DAILY_RECURRENCE ||
        rule.by_hour[0] != ICAL_RECURRENCE_ARRAY_MAX || rule.by_minute[0] != ICAL_RECURRENCE_ARRAY_MAX ||
        rule.by_second[0] != ICAL_RECURRENCE_ARRAY_MAX) {
      return at_line(event.line, "RRULE repeats by hours, minutes or seconds; only whole days can be holidays");
    }
    // What comes after `to_` is not asked for: a rule that never comes true is then given up here, not in the year
    // 2582.
    const auto end = to_year_month_day(to_ + 1);
    icaltimetype until = icaltime_null_date();
    until.year = end.year;
    until.month = static_cast<int>(end.month);
    until.day = static_cast<int>(end.day);
    if (icaltime_is_null_time(rule.until) || icaltime_compare(rule.until, until) > 0) rule.until = until;
    auto* start = icalcomponent_get_first_property(event.component, ICAL_DTSTART_PROPERTY);
    const std::unique_ptr<icalrecur_iterator, FreeIterator> iterator(
        icalrecur_iterator_new(rule, icalproperty_get_dtstart(start)));
    if (!iterator) return at_line(event.line, "RRULE cannot be followed");
    for (;;) {
      const auto next = icalrecur_iterator_next(iterator.get());
      if (icaltime_is_null_time(next)) return {};
      const auto date = to_date(next);
      if (!date || *date > to_) return {};
      if (++occurrences_ > occurrences_max) return too_many(event);
      if (*date + event.days > from_) starts.insert(*date);
    }
  }

  Result<void> add_dates(const Event& event, std::set<Date>& starts) {
    for (auto* p = icalcomponent_get_first_property(event.component, ICAL_RDATE_PROPERTY); p != nullptr;
         p = icalcomponent_get_next_property(event.component, ICAL_RDATE_PROPERTY)) {
      const auto date = to_date(icalproperty_get_rdate(p).time);
      if (!date) return at_line(event.line, "RDATE is not a date, but DTSTART is");
      if (++occurrences_ > occurrences_max) return too_many(event);
      starts.insert(*date);
    }
    return {};
  }

  Result<void> drop_dates(const Event& event, std::set<Date>& starts) {
    for (auto* p = icalcomponent_get_first_property(event.component, ICAL_EXDATE_PROPERTY); p != nullptr;
         p = icalcomponent_get_next_property(event.component, ICAL_EXDATE_PROPERTY)) {
      const auto date = to_date(icalproperty_get_exdate(p));
      if (!date) return at_line(event.line, "EXDATE is not a date, but DTSTART is");
      starts.erase(*date);
    }
    return {};
  }

  void add_days(const Event& event, Date start) {
    for (Date date = std::max(start, from_); date < start + event.days && date <= to_; date = date + 1) {
      auto& name = days_[date];
      if (name.empty()) name = event.name;  // of two events on one date the first in the file names it
    }
  }

  static Error too_many(const Event& event) {
    return fail(ErrorCode::too_large,
                fmt::format("line {}: the file has more than {} occurrences", event.line, occurrences_max));
  }

  Date from_, to_;
  std::size_t rules_ = 0, occurrences_ = 0;
  std::map<Date, std::string> days_;
};

/// Calendars of the file: one, or several in a row, which libical then wraps.
std::vector<icalcomponent*> events_of(icalcomponent* root) {
  std::vector<icalcomponent*> events;
  const auto gather = [&](icalcomponent* calendar) {
    for (auto* e = icalcomponent_get_first_component(calendar, ICAL_VEVENT_COMPONENT); e != nullptr;
         e = icalcomponent_get_next_component(calendar, ICAL_VEVENT_COMPONENT)) {
      events.push_back(e);
    }
  };
  if (icalcomponent_isa(root) == ICAL_VCALENDAR_COMPONENT) {
    gather(root);
  } else {
    for (auto* c = icalcomponent_get_first_component(root, ICAL_VCALENDAR_COMPONENT); c != nullptr;
         c = icalcomponent_get_next_component(root, ICAL_VCALENDAR_COMPONENT)) {
      gather(c);
    }
  }
  return events;
}

}  // namespace

Result<std::vector<Holiday>> read_ical(std::string_view bytes, Date from, Date to) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (bytes.starts_with(byte_order_mark)) bytes.remove_prefix(byte_order_mark.size());
  SUKI_TRY(const Outline outline, read_outline(bytes));
  const Component root(icalparser_parse_string(std::string(bytes).c_str()));
  if (!root) return at_line(1, "this is not an iCalendar file");
  const auto components = events_of(root.get());
  if (components.size() != outline.event_lines.size())
    return at_line(1, "the events of this file cannot be told apart");

  std::vector<Event> events;
  std::map<std::string, std::set<Date>> moved;
  for (std::size_t i = 0; i < components.size(); ++i) {
    SUKI_TRY(auto event, read_event(components[i], outline.event_lines[i]));
    if (event.moved_from) moved[event.uid].insert(*event.moved_from);
    events.push_back(std::move(event));
  }
  Expander expander(from, to);
  static const std::set<Date> none;
  for (const Event& event : events) {
    if (event.cancelled) continue;
    const auto found = moved.find(event.uid);
    SUKI_CHECK(expander.add(event, event.moved_from || found == moved.end() ? none : found->second));
  }
  return expander.take();
}

}  // namespace suki::ical
