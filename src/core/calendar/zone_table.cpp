#include "calendar/zone_table.h"

#include <algorithm>
#include <array>
#include <limits>

namespace suki::calendar {
namespace {

constexpr std::int64_t day_s = 86'400;
constexpr std::int64_t beyond_s = std::int64_t{1} << 60;  // further than any instant in seconds
// Two offsets of a zone differ by less than 51 hours (RFC 9636, 3.2: -25 h < utoff < 26 h), so that a local time can
// only come from a segment within three days of it.
constexpr std::int64_t reach_s = 3 * day_s;

std::int64_t floor_days(std::int64_t s) {
  return s >= 0 ? s / day_s : -((-s + day_s - 1) / day_s);
}

bool is_leap(int year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/// Local seconds at which the change comes in `year`.
std::int64_t local_of(const YearlyChange& change, int year) {
  const std::int64_t first_day = make_date(year, 1, 1).days;
  std::int64_t day = 0;
  switch (change.kind) {
    case YearlyChange::Kind::julian:
      day = first_day + change.day - 1 + (is_leap(year) && change.day >= 60 ? 1 : 0);
      break;
    case YearlyChange::Kind::day_of_year:
      day = first_day + change.day;
      break;
    case YearlyChange::Kind::month_week_day: {
      const auto month = static_cast<unsigned>(change.month);
      const Date first = make_date(year, month, 1);
      const Date next = month == 12 ? make_date(year + 1, 1, 1) : make_date(year, month + 1, 1);
      const int first_weekday = (static_cast<int>(weekday_of(first)) + 1) % 7;  // 0 = Sunday
      day = first.days + (change.day - first_weekday + 7) % 7 + 7 * (change.week - 1);
      while (day >= next.days) day -= 7;  // week 5 is the last one
      break;
    }
  }
  return day * day_s + change.time_s;
}

/// The rule's two changes in each of the years, in order of time; those of the earlier year first where two coincide.
template <std::size_t Years>
std::array<Transition, 2 * Years> changes_of(const ZoneRule& rule, int first_year) {
  std::array<Transition, 2 * Years> result;
  for (std::size_t i = 0; i < Years; ++i) {
    const int year = first_year + static_cast<int>(i);
    result[2 * i] = {local_of(rule.daylight->begins, year) - rule.standard_s, rule.daylight->offset_s};
    result[2 * i + 1] = {local_of(rule.daylight->ends, year) - rule.daylight->offset_s, rule.standard_s};
  }
  std::stable_sort(result.begin(), result.end(),
                   [](const Transition& a, const Transition& b) { return a.at_s < b.at_s; });
  return result;
}

int year_of(std::int64_t utc_s) {
  return to_year_month_day(Date{static_cast<std::int32_t>(floor_days(utc_s))}).year;
}

std::int32_t rule_offset_at(const ZoneRule& rule, std::int64_t utc_s) {
  if (!rule.daylight) return rule.standard_s;
  // A change may lie up to a week (167 h) outside its year.
  std::int32_t offset_s = rule.standard_s;
  for (const Transition& change : changes_of<3>(rule, year_of(utc_s) - 1)) {
    if (change.at_s <= utc_s) offset_s = change.offset_s;
  }
  return offset_s;
}

std::int32_t offset_at_s(const ZoneTable& zone, std::int64_t utc_s) {
  const auto& list = zone.transitions;
  const auto after =
      std::upper_bound(list.begin(), list.end(), utc_s, [](std::int64_t s, const Transition& t) { return s < t.at_s; });
  if (after == list.end() && zone.rule) return rule_offset_at(*zone.rule, utc_s);
  return after == list.begin() ? zone.first_offset_s : std::prev(after)->offset_s;
}

std::int64_t floor_seconds(Instant at) {
  const std::int64_t s = at.us / 1'000'000;
  return at.us % 1'000'000 < 0 ? s - 1 : s;
}

}  // namespace

ZoneTable fixed_zone(std::string name, std::int32_t offset_s) {
  ZoneTable zone;
  zone.name = std::move(name);
  zone.first_offset_s = offset_s;
  return zone;
}

std::int32_t offset_at(const ZoneTable& zone, Instant at) {
  return offset_at_s(zone, floor_seconds(at));
}

LocalTime to_local(const ZoneTable& zone, Instant at) {
  const std::int64_t local_s = floor_seconds(at) + offset_at(zone, at);
  const std::int64_t day = floor_days(local_s);
  return {Date{static_cast<std::int32_t>(day)}, TimeOfDay{static_cast<std::int32_t>(local_s - day * day_s)}};
}

Instant to_instant(const ZoneTable& zone, Date date, TimeOfDay time) {
  return {ZoneSpan(zone, date, date).to_instant_s(date.days * day_s + time.seconds) * 1'000'000};
}

bool is_skipped(const ZoneTable& zone, Date date) {
  return ZoneSpan(zone, date, date).is_skipped(date);
}

ZoneSpan::ZoneSpan(const ZoneTable& zone, Date from, Date to) {
  const std::int64_t first_s = from.days * day_s - 2 * reach_s;
  const std::int64_t last_s = to.days * day_s + 3 * reach_s;
  const auto push = [&](Transition t) {
    if (t.offset_s != segments_.back().offset_s) segments_.push_back(t);
  };
  segments_.push_back({-beyond_s, offset_at_s(zone, first_s)});

  auto next = std::upper_bound(zone.transitions.begin(), zone.transitions.end(), first_s,
                               [](std::int64_t s, const Transition& t) { return s < t.at_s; });
  for (; next != zone.transitions.end() && next->at_s <= last_s; ++next) push(*next);
  if (zone.rule && zone.rule->daylight) {
    const std::int64_t rule_from_s =
        zone.transitions.empty() ? first_s : std::max(first_s, zone.transitions.back().at_s);
    for (int year = year_of(rule_from_s) - 1; year <= year_of(last_s) + 1 && rule_from_s < last_s; ++year) {
      // Neighbouring years overlap by a change where a rule runs over the new year: take what is past the last segment.
      for (const Transition& change : changes_of<2>(*zone.rule, year)) {
        if (change.at_s > std::max(rule_from_s, segments_.back().at_s) && change.at_s <= last_s) {
          const std::int32_t offset_s = rule_offset_at(*zone.rule, change.at_s);
          push({change.at_s, offset_s});
        }
      }
    }
  }
  segments_.push_back({beyond_s, segments_.back().offset_s});
}

/// True when no change is near enough to the segment at hand to matter for this local time.
bool ZoneSpan::is_calm(std::int64_t local_s) const {
  return segments_[recent_].at_s + reach_s <= local_s && local_s < segments_[recent_ + 1].at_s - reach_s;
}

/// Makes `recent_` the segment in which UTC has this number of seconds.
void ZoneSpan::seek(std::int64_t local_s) {
  if (segments_[recent_].at_s <= local_s && local_s < segments_[recent_ + 1].at_s) return;
  const auto after = std::upper_bound(segments_.begin(), segments_.end() - 1, local_s,
                                      [](std::int64_t s, const Transition& t) { return s < t.at_s; });
  recent_ = static_cast<std::size_t>(after - segments_.begin()) - 1;
}

/// The first and last segment that local times from `from_s` to `to_s` may belong to.
std::pair<std::size_t, std::size_t> ZoneSpan::within_reach(std::int64_t from_s, std::int64_t to_s) const {
  std::size_t first = recent_;
  while (first > 0 && segments_[first].at_s > from_s - reach_s) --first;
  std::size_t last = recent_;
  while (last + 2 < segments_.size() && segments_[last + 1].at_s < to_s + reach_s) ++last;
  return {first, last};
}

std::int64_t ZoneSpan::to_instant_s(std::int64_t local_s) {
  seek(local_s);
  if (is_calm(local_s)) return local_s - segments_[recent_].offset_s;

  const auto [first, last] = within_reach(local_s, local_s);
  for (std::size_t k = first; k <= last; ++k) {
    const std::int64_t utc_s = local_s - segments_[k].offset_s;
    if (segments_[k].at_s <= utc_s && utc_s < segments_[k + 1].at_s) return utc_s;
  }
  for (std::size_t k = first + 1; k <= last; ++k) {
    const std::int64_t before_s = segments_[k - 1].offset_s;
    if (segments_[k].at_s + before_s <= local_s && local_s < segments_[k].at_s + segments_[k].offset_s) {
      return local_s - before_s;
    }
  }
  return local_s - segments_[last].offset_s;  // not reached: local time is either shown or leapt over
}

bool ZoneSpan::is_skipped(Date date) {
  const std::int64_t local_s = date.days * day_s;
  seek(local_s);
  if (is_calm(local_s)) return false;
  const auto [first, last] = within_reach(local_s, local_s + day_s);
  for (std::size_t k = first + 1; k <= last; ++k) {
    const std::int64_t leap_from = segments_[k].at_s + segments_[k - 1].offset_s;
    const std::int64_t leap_to = segments_[k].at_s + segments_[k].offset_s;
    if (leap_from <= local_s && local_s + day_s <= leap_to) return true;
  }
  return false;
}

std::int64_t ZoneSpan::find_difference_s(const ZoneSpan& other, std::int64_t from_s, std::int64_t to_s) const {
  std::size_t mine = 0, its = 0;
  std::int64_t at_s = from_s;
  while (at_s < to_s) {
    // The last segment of each only ends it, beyond all times.
    while (segments_[mine + 1].at_s <= at_s) ++mine;
    while (other.segments_[its + 1].at_s <= at_s) ++its;
    if (segments_[mine].offset_s != other.segments_[its].offset_s) return at_s;
    at_s = std::min(segments_[mine + 1].at_s, other.segments_[its + 1].at_s);
  }
  return to_s;
}

Instant find_difference(const ZoneTable& a, const ZoneTable& b, Date from, Date to) {
  const std::int64_t from_s = from.days * day_s, to_s = (to.days + std::int64_t{1}) * day_s;
  const std::int64_t found_s = ZoneSpan(a, from, to).find_difference_s(ZoneSpan(b, from, to), from_s, to_s);
  return found_s < to_s ? Instant{found_s * 1'000'000} : never;
}

}  // namespace suki::calendar
