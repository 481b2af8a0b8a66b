/// Inside of Calendar: the stretches of one horizon with running totals and two indexes. Not for other rooms.
#pragma once

#include <algorithm>
#include <atomic>
#include <bit>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "calendar/calendar.h"

namespace suki::calendar {

/// A schedule made ready to compile: checked, one holiday a date, in order.
struct Source {
  Schedule schedule;  ///< holidays moved to the map below
  std::map<Date, Holiday> holidays;
  ZoneTable zone;
};

/// What one date says of its own: its intervals, and why they are those.
struct DayRule {
  std::span<const Interval> intervals;
  Why open_why, closed_why;
  const Holiday* holiday;  ///< null when the date is none
};
[[nodiscard]] DayRule rule_of(const Source& source, Date date);

/// One stretch in seconds of UTC.
struct Piece {
  std::int64_t open_s, close_s;
};
/// The stretches that `date` opens, already cut where other dates' holidays close them; appended to `out`.
void append_pieces(const Source& source, ZoneSpan& zone, Date date, std::vector<Piece>& out);

/// Finds a position in ascending numbers: one look at the bucket, then a short search inside it.
class BucketIndex {
 public:
  BucketIndex() = default;
  /// `key(i)` ascending for i < n; keys asked later lie in [first, last].
  template <class Key>
  BucketIndex(std::int64_t first, std::int64_t last, std::size_t n, Key key) : first_(first) {
    const auto width = static_cast<std::uint64_t>(last - first);
    // At most four buckets a key: few keys share one, and the index stays near the size of the table (chosen).
    while ((width >> shift_) > 4 * n + 16) ++shift_;
    begins_.reserve((width >> shift_) + 3);
    std::size_t i = 0;
    for (std::uint64_t bucket = 0; bucket <= (width >> shift_) + 1; ++bucket) {
      const std::int64_t start = first + static_cast<std::int64_t>(bucket << shift_);
      while (i < n && key(i) < start) ++i;
      begins_.push_back(static_cast<std::uint32_t>(i));
    }
  }
  /// How many keys satisfy `is_before(key)`; it must be true for all keys in earlier buckets and false for all in later
  /// ones.
  template <class IsBefore>
  [[nodiscard]] std::size_t count(std::int64_t at, IsBefore is_before) const {
    const std::size_t bucket = static_cast<std::uint64_t>(at - first_) >> shift_;
    std::size_t low = begins_[bucket], high = begins_[bucket + 1];
    while (high - low > 4) {
      const std::size_t middle = low + (high - low) / 2;
      if (is_before(middle)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    while (low < high && is_before(low)) ++low;
    return low;
  }
  [[nodiscard]] std::size_t memory_bytes() const { return begins_.capacity() * sizeof(std::uint32_t); }

 private:
  std::int64_t first_ = 0;
  int shift_ = 0;
  std::vector<std::uint32_t> begins_;  // how many keys lie before each bucket
};

class Calendar::Table {
 public:
  /// Null when more than stretches_max would be needed.
  static std::unique_ptr<const Table> build(std::shared_ptr<const Source> source, Date from, Date to);
  ~Table();
  Table(const Table&) = delete;
  Table& operator=(const Table&) = delete;

  /// A table of a wider horizon; null when this one is the widest, or the wider one too large (see is_widest).
  [[nodiscard]] const Table* wider() const;
  [[nodiscard]] bool is_widest() const { return from_ == horizon_min && to_ == horizon_max; }
  [[nodiscard]] ErrorCode end_reason(ErrorCode at_the_end_of_time) const {
    return is_widest() ? at_the_end_of_time : ErrorCode::too_large;
  }

  [[nodiscard]] bool covers(std::int64_t us) const { return us >= begin_us_ && us < end_us_; }
  [[nodiscard]] std::int64_t begin_us() const { return begin_us_; }
  [[nodiscard]] std::int64_t end_us() const { return end_us_; }
  [[nodiscard]] std::int64_t total() const { return stretches_.back().before; }
  [[nodiscard]] std::size_t size() const { return stretches_.size() - 1; }
  [[nodiscard]] std::int64_t open(std::size_t i) const { return stretches_[i].open; }
  [[nodiscard]] std::int64_t close(std::size_t i) const {
    return stretches_[i].open + stretches_[i + 1].before - stretches_[i].before;
  }
  [[nodiscard]] std::int64_t before(std::size_t i) const { return stretches_[i].before; }

  /// Stretches that open at or before an instant this table covers.
  [[nodiscard]] std::size_t opened_by(std::int64_t us) const {
    return by_time_.count(us, [&](std::size_t i) { return stretches_[i].open <= us; });
  }
  /// Working time from the start of the table up to `us`, which it covers (its end too).
  [[nodiscard]] std::int64_t elapsed(std::int64_t us) const {
    const std::size_t opened = opened_by(us);
    if (opened == 0) return 0;
    const Stretch& s = stretches_[opened - 1];
    return std::min(s.before + (us - s.open), stretches_[opened].before);
  }
  /// The earliest instant by which `sum` has elapsed, 0 < sum <= total().
  [[nodiscard]] std::int64_t earliest_at(std::int64_t sum) const {
    const std::size_t i = by_sum_.count(sum, [&](std::size_t k) { return stretches_[k].before < sum; }) - 1;
    return stretches_[i].open + (sum - stretches_[i].before);
  }
  /// The latest instant at which no more than `sum` has elapsed, 0 <= sum < total().
  [[nodiscard]] std::int64_t latest_at(std::int64_t sum) const {
    const std::size_t i = by_sum_.count(sum, [&](std::size_t k) { return stretches_[k].before <= sum; }) - 1;
    return stretches_[i].open + (sum - stretches_[i].before);
  }

  [[nodiscard]] const Source& source() const { return *source_; }
  [[nodiscard]] const std::shared_ptr<const Source>& shared_source() const { return source_; }
  [[nodiscard]] Horizon horizon() const { return {from_, to_}; }
  [[nodiscard]] std::size_t memory_bytes() const;

 private:
  struct Stretch {
    std::int64_t open;    // UTC microseconds
    std::int64_t before;  // working time of all earlier stretches of this table
  };
  Table(std::shared_ptr<const Source> source, Date from, Date to);
  bool compile();

  std::shared_ptr<const Source> source_;
  Date from_, to_;
  std::int64_t begin_us_, end_us_;
  std::vector<Stretch> stretches_;  // and a last one that only closes the totals
  BucketIndex by_time_, by_sum_;
  // Made by whoever needs it first; a race makes two, keeps one, and both are the same.
  mutable std::atomic<const Table*> wider_{nullptr};
  mutable std::atomic<bool> wider_is_too_large_{false};
};

}  // namespace suki::calendar
