#include "calendar/table.h"

namespace suki::calendar {
namespace {

constexpr std::int64_t day_s = 86'400;
constexpr std::int64_t us_per_s = 1'000'000;
// A date's stretches lie within this many days of its UTC day: a day of offset, a day of night shift, a day leapt over.
constexpr std::int32_t reach_days = 4;

std::int64_t local_s(Date date, TimeOfDay time) {
  return date.days * day_s + time.seconds;
}

/// Cuts [pieces[first], end) where the holiday closes its date.
void cut(std::vector<Piece>& pieces, std::size_t first, Piece closed) {
  if (closed.close_s <= closed.open_s) return;
  const std::size_t n = pieces.size();
  for (std::size_t i = first; i < n; ++i) {
    const Piece piece = pieces[i];
    if (piece.close_s <= closed.open_s || piece.open_s >= closed.close_s) continue;
    pieces[i].close_s = std::max(piece.open_s, closed.open_s);
    if (piece.close_s > closed.close_s) pieces.push_back({closed.close_s, piece.close_s});
  }
}

}  // namespace

DayRule rule_of(const Source& source, Date date) {
  if (const auto holiday = source.holidays.find(date); holiday != source.holidays.end()) {
    return {holiday->second.hours, Why::holiday_hours, Why::holiday_closed, &holiday->second};
  }
  if (const auto exception = source.schedule.exceptions.find(date); exception != source.schedule.exceptions.end()) {
    return {exception->second, Why::exception_hours, Why::exception_closed, nullptr};
  }
  return {source.schedule.week[static_cast<std::size_t>(weekday_of(date))], Why::weekly_hours, Why::outside_hours,
          nullptr};
}

void append_pieces(const Source& source, ZoneSpan& zone, Date date, std::vector<Piece>& out) {
  const DayRule rule = rule_of(source, date);
  if (rule.intervals.empty() || zone.is_skipped(date)) return;
  const std::size_t first = out.size();
  std::int64_t open_min = std::numeric_limits<std::int64_t>::max(),
               close_max = std::numeric_limits<std::int64_t>::min();
  for (const Interval& interval : rule.intervals) {
    const Date close_date = interval.close > interval.open ? date : date + 1;
    const std::int64_t open_s = zone.to_instant_s(local_s(date, interval.open));
    const std::int64_t close_s = zone.to_instant_s(local_s(close_date, interval.close));
    if (close_s <= open_s) continue;
    out.push_back({open_s, close_s});
    open_min = std::min(open_min, open_s);
    close_max = std::max(close_max, close_s);
  }
  const auto end = source.holidays.upper_bound(date + reach_days);
  for (auto holiday = source.holidays.lower_bound(date + -reach_days); holiday != end; ++holiday) {
    const Date closed = holiday->first;
    if (closed == date || zone.is_skipped(closed)) continue;
    const Piece window{zone.to_instant_s(local_s(closed, {0})), zone.to_instant_s(local_s(closed + 1, {0}))};
    if (window.open_s < close_max && window.close_s > open_min) cut(out, first, window);
  }
}

Calendar::Table::Table(std::shared_ptr<const Source> source, Date from, Date to)
    : source_(std::move(source)), from_(from), to_(to) {
  // Wide enough that every local time of the horizon's dates is covered, whatever the offset.
  begin_us_ = (from.days - 1) * day_s * us_per_s;
  end_us_ = (to.days + 2) * day_s * us_per_s;
}

std::unique_ptr<const Calendar::Table> Calendar::Table::build(std::shared_ptr<const Source> source, Date from,
                                                              Date to) {
  std::unique_ptr<Table> table(new Table(std::move(source), from, to));
  if (!table->compile()) return nullptr;
  return table;
}

Calendar::Table::~Table() {
  delete wider_.load(std::memory_order_acquire);
}

bool Calendar::Table::compile() {
  const Date first = from_ + -(reach_days + 1), last = to_ + (reach_days + 2);
  ZoneSpan zone(source_->zone, first, last);
  std::vector<Piece> pieces;
  for (Date date = first; date <= last; date = date + 1) {
    append_pieces(*source_, zone, date, pieces);
    if (pieces.size() > stretches_max) return false;
  }
  const auto by_open = [](const Piece& a, const Piece& b) { return a.open_s < b.open_s; };
  if (!std::is_sorted(pieces.begin(), pieces.end(), by_open)) std::sort(pieces.begin(), pieces.end(), by_open);

  stretches_.reserve(pieces.size() + 1);
  std::int64_t total = 0, open = 0, close = std::numeric_limits<std::int64_t>::min();
  const auto finish = [&] {
    open = std::max(open, begin_us_);
    close = std::min(close, end_us_);
    if (close <= open) return;
    stretches_.push_back({open, total});
    total += close - open;
  };
  for (const Piece& piece : pieces) {
    if (piece.close_s <= piece.open_s) continue;
    const std::int64_t piece_close = piece.close_s * us_per_s;
    if (piece.open_s * us_per_s <= close) {
      close = std::max(close, piece_close);
      continue;
    }
    finish();
    open = piece.open_s * us_per_s;
    close = piece_close;
  }
  finish();
  const std::size_t n = stretches_.size();
  stretches_.push_back({std::numeric_limits<std::int64_t>::max(), total});
  by_time_ = BucketIndex(begin_us_, end_us_, n, [&](std::size_t i) { return stretches_[i].open; });
  by_sum_ = BucketIndex(0, total, n, [&](std::size_t i) { return stretches_[i].before; });
  return true;
}

const Calendar::Table* Calendar::Table::wider() const {
  if (is_widest() || wider_is_too_large_.load(std::memory_order_relaxed)) return nullptr;
  if (const Table* known = wider_.load(std::memory_order_acquire)) return known;
  const std::int32_t length = to_.days - from_.days + 1;
  const Date from = std::max(horizon_min, from_ + -4 * length), to = std::min(horizon_max, to_ + 4 * length);
  auto built = build(source_, from, to);
  if (!built) {
    wider_is_too_large_.store(true, std::memory_order_relaxed);
    return nullptr;
  }
  const Table* expected = nullptr;
  if (wider_.compare_exchange_strong(expected, built.get(), std::memory_order_acq_rel, std::memory_order_acquire)) {
    return built.release();
  }
  return expected;
}

std::size_t Calendar::Table::memory_bytes() const {
  std::size_t bytes =
      sizeof(Table) + stretches_.capacity() * sizeof(Stretch) + by_time_.memory_bytes() + by_sum_.memory_bytes();
  if (const Table* more = wider_.load(std::memory_order_acquire)) bytes += more->memory_bytes();
  return bytes;
}

}  // namespace suki::calendar
