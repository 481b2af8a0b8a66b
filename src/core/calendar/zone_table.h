/// One IANA zone as a value: its transitions and the rule for all later years. Read outside core (room zones), handed
/// in, so that the same plan gives the same instants whatever the machine. Rules: RFC 9636 (TZif and its footer) for
/// offsets, RFC 5545 3.3.5 for local times that do not exist or exist twice.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"

namespace suki::calendar {

/// Seconds of the clock on the wall since 00:00, 0 to 86400; 86400 is 24:00, the 00:00 of the next date.
struct TimeOfDay {
  std::int32_t seconds = 0;
  friend constexpr auto operator<=>(const TimeOfDay&, const TimeOfDay&) = default;
};

/// From `at_s` (UTC seconds) on, local time is UTC plus `offset_s`.
struct Transition {
  std::int64_t at_s = 0;
  std::int32_t offset_s = 0;
  friend bool operator==(const Transition&, const Transition&) = default;
};

/// When a yearly change happens, in the local time before it (RFC 9636, 3.3.1, after POSIX TZ).
struct YearlyChange {
  enum class Kind : std::uint8_t {
    month_week_day,  ///< Mm.w.d: weekday d (0 = Sunday) of week w (5 = the last) of month m
    julian,          ///< Jn: day 1 to 365, 29 February never counted
    day_of_year,     ///< n: day 0 to 365, 29 February counted
  };
  Kind kind = Kind::month_week_day;
  std::int32_t month = 1, week = 1, day = 0;
  std::int32_t time_s = 7200;  ///< -167 h to 167 h
  friend bool operator==(const YearlyChange&, const YearlyChange&) = default;
};

/// What the footer of a TZif file says of all times after the last transition.
struct ZoneRule {
  std::int32_t standard_s = 0;  ///< east of UTC
  struct Daylight {
    std::int32_t offset_s = 0;
    YearlyChange begins, ends;
    friend bool operator==(const Daylight&, const Daylight&) = default;
  };
  std::optional<Daylight> daylight;
  friend bool operator==(const ZoneRule&, const ZoneRule&) = default;
};

struct ZoneTable {
  std::string name;                     ///< "Europe/Berlin"
  std::string version;                  ///< release of the tz database, "2025b"; empty when it is not known
  std::int32_t first_offset_s = 0;      ///< before the first transition
  std::vector<Transition> transitions;  ///< strictly ascending
  std::optional<ZoneRule> rule;         ///< after the last transition; none: the last offset stays
  friend bool operator==(const ZoneTable&, const ZoneTable&) = default;
};

/// The zone without changes, UTC plus `offset_s`.
[[nodiscard]] ZoneTable fixed_zone(std::string name, std::int32_t offset_s);

/// Seconds that local time is ahead of UTC at `at`. O(log transitions).
[[nodiscard]] std::int32_t offset_at(const ZoneTable& zone, Instant at);

struct LocalTime {
  Date date;
  TimeOfDay time;
  friend bool operator==(const LocalTime&, const LocalTime&) = default;
};
/// What calendar and clock on the wall show at `at`, to the second.
[[nodiscard]] LocalTime to_local(const ZoneTable& zone, Instant at);
/// The instant of a local time: the first of two; one that does not exist is read with the offset before the gap.
[[nodiscard]] Instant to_instant(const ZoneTable& zone, Date date, TimeOfDay time);
/// True for a date that the zone left out, like 2011-12-30 in Pacific/Apia.
[[nodiscard]] bool is_skipped(const ZoneTable& zone, Date date);

/// The first instant in the dates from `from` to `to` (UTC, both included) at which the two show another local time;
/// never: there is none. Names and versions are not compared, nor how the changes are written down. O(changes).
[[nodiscard]] Instant find_difference(const ZoneTable& a, const ZoneTable& b, Date from, Date to);

/// A zone with its rule written out over a stretch of years: many conversions in rising order at a few nanoseconds
/// each. Answers equal those of the functions above for dates within [from, to].
class ZoneSpan {
 public:
  ZoneSpan(const ZoneTable& zone, Date from, Date to);

  /// Local seconds since 1970-01-01T00:00 to UTC seconds.
  [[nodiscard]] std::int64_t to_instant_s(std::int64_t local_s);
  [[nodiscard]] bool is_skipped(Date date);
  /// UTC seconds of the first difference from `from_s` up to `to_s`, which lie within the span; none: to_s.
  [[nodiscard]] std::int64_t find_difference_s(const ZoneSpan& other, std::int64_t from_s, std::int64_t to_s) const;

 private:
  void seek(std::int64_t local_s);
  [[nodiscard]] bool is_calm(std::int64_t local_s) const;
  [[nodiscard]] std::pair<std::size_t, std::size_t> within_reach(std::int64_t from_s, std::int64_t to_s) const;

  // Segment k is in force from its at_s up to that of k + 1; the first begins, and a last one ends, beyond all time.
  std::vector<Transition> segments_;
  std::size_t recent_ = 0;  // where the last question was answered; a hint, never changes an answer
};

}  // namespace suki::calendar
