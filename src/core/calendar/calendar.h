/// Business time: a weekly schedule in a time zone, with holidays and exceptions, compiled to UTC stretches with
/// running totals. One calendar drives channels, clocks, rosters, banners and reports.
///
/// The rules
/// - An interval whose close is not after its open crosses midnight and belongs to the day it opens; 24:00 is the end.
/// - An exception gives one date other intervals, or none, and leaves the night before alone.
/// - A holiday closes its date from 00:00 to 24:00, the end of the night before included; it beats an exception on the
///   same date and may carry hours of its own, which it does not close.
/// - Local times follow RFC 5545, 3.3.5 (see zone_table.h). A date that the zone skipped has no hours. An interval
/// whose
///   end comes out at or before its start is empty. Intervals that overlap or touch unite.
/// - Openings count as open, closings do not.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "calendar/zone_table.h"

namespace suki::calendar {

struct Interval {
  TimeOfDay open;   ///< 00:00 to 23:59:59
  TimeOfDay close;  ///< 00:00 to 24:00; at or before `open`: on the next date
  friend constexpr auto operator<=>(const Interval&, const Interval&) = default;
};

struct Holiday {
  Date date;
  std::vector<Interval> hours;  ///< open all the same; mostly none
  std::string name;             ///< for people; may be empty
  friend bool operator==(const Holiday&, const Holiday&) = default;
};

struct Schedule {
  std::array<std::vector<Interval>, 7> week;  ///< Monday to Sunday
  std::vector<Holiday> holidays;              ///< any order; the hours of several on one date unite
  std::map<Date, std::vector<Interval>> exceptions;
  friend bool operator==(const Schedule&, const Schedule&) = default;
};

inline constexpr std::size_t intervals_per_day_max = 1'440;  ///< one a minute; chosen
inline constexpr std::size_t dates_max = 100'000;            ///< holidays, and exceptions; chosen

inline constexpr std::size_t stretches_max = 4'000'000;  ///< in one table, up to 50 bytes each with indexes; chosen

/// Answers are sought between these dates and not beyond: they hold instant_min .. instant_max and a hundred years of
/// budget on a schedule that is mostly open.
inline constexpr Date horizon_min{-29'219};  // 1890-01-01
inline constexpr Date horizon_max{124'546};  // 2310-12-31

/// Half-open: [open, close).
struct Range {
  Instant open, close;
  friend constexpr auto operator<=>(const Range&, const Range&) = default;
};

/// Why a stretch counts or does not.
enum class Why : std::uint8_t {
  weekly_hours,      ///< counts
  exception_hours,   ///< counts
  holiday_hours,     ///< counts
  always_open,       ///< counts
  outside_hours,     ///< does not count
  exception_closed,  ///< does not count: the date has an exception, and this is outside its hours
  holiday_closed,    ///< does not count
};
[[nodiscard]] const char* name_of(Why why);
[[nodiscard]] bool counts(Why why);

struct LedgerLine {
  Instant from, to;
  Why why = Why::outside_hours;
  Date date;         ///< local date whose rule decided it; of a night shift the date it opened
  std::string name;  ///< of the holiday, else empty
  friend bool operator==(const LedgerLine&, const LedgerLine&) = default;
};

/// Compiled and immutable; copies share one table. Safe to ask from several threads.
///
/// A question that leaves the compiled horizon compiles a wider one (nine times as long, up to horizon_min ..
/// horizon_max), once, and keeps it: that costs about 75 ns a day (measured: 3.5 ms for 131
/// years of two intervals a day) and is the only allocation. The answer never depends
/// on the horizon.
///
/// Errors: never_open (no opening, or not enough of them, up to horizon_max; for subtract, back to horizon_min),
/// never_closes, budget_range (negative, or over budget_max), bad_instant (outside horizon_min .. horizon_max),
/// too_large (the wider horizon would hold more than stretches_max).
/// Cost of every question: O(log stretches), near O(1) for schedules with even weeks; no allocation when it succeeds.
class Calendar {
 public:
  /// Horizon: local dates `from` to `to`, both included; cut to horizon_min .. horizon_max. Errors: bad_calendar.
  [[nodiscard]] static Result<Calendar> compile(const Schedule& schedule, const ZoneTable& zone, Date from, Date to);
  /// Open at every instant.
  [[nodiscard]] static Calendar always() { return Calendar(); }

  /// False outside horizon_min .. horizon_max.
  [[nodiscard]] bool is_open(Instant at) const;
  /// `at` itself when open, else the next opening.
  [[nodiscard]] Result<Instant> next_open(Instant at) const;
  /// The end of the stretch that `at` is in; when closed, of the next one. Errors also: never_closes.
  [[nodiscard]] Result<Instant> next_close(Instant at) const;

  /// The earliest instant at which `budget` of working time after `from` is used up: a budget that ends at a closing
  /// gives the closing. Nothing: `from` when open, else the next opening.
  [[nodiscard]] Result<Instant> add(Instant from, Span budget) const;
  /// The mirror: the latest instant from which `budget` of working time leads up to `from`; one that ends at an opening
  /// gives the opening. Nothing: `from` when open just before it, else the last closing.
  [[nodiscard]] Result<Instant> subtract(Instant from, Span budget) const;
  /// Working time in [from, to); zero when reversed. Instants outside horizon_min .. horizon_max count as its ends.
  [[nodiscard]] Span between(Instant from, Instant to) const;

  /// Up to `count` stretches that end after `from`, the first cut at `from`. Fewer when there are no more. Allocates.
  /// A stretch that never closes ends at `never`.
  [[nodiscard]] std::vector<Range> intervals(Instant from, std::size_t count) const;
  /// [from, to) without holes, in order, each stretch with its reason; at most `lines_max` lines (then the last one
  /// does not reach `to`). Allocates; O(days).
  [[nodiscard]] std::vector<LedgerLine> explain(Instant from, Instant to, std::size_t lines_max = 1'000) const;

  [[nodiscard]] bool is_always() const { return table_ == nullptr; }
  struct Horizon {
    Date from, to;
  };
  /// As compiled; horizon_min and horizon_max for always().
  [[nodiscard]] Horizon horizon() const;
  /// Name of the zone; "UTC" for always().
  [[nodiscard]] const std::string& zone_name() const;
  /// Bytes of the compiled tables so far.
  [[nodiscard]] std::size_t memory_bytes() const;

  class Table;  // stretches of one horizon; see table.h

 private:
  Calendar() = default;
  explicit Calendar(std::shared_ptr<const Table> table) : table_(std::move(table)) {}

  std::shared_ptr<const Table> table_;  // null: always open
};

}  // namespace suki::calendar
