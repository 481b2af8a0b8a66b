/// Calendar::explain: the same rules as table.cpp, but keeping which rule each stretch came from.
#include <algorithm>

#include "calendar/table.h"

namespace suki::calendar {
namespace {

constexpr std::int64_t us_per_s = 1'000'000;
constexpr std::int64_t us_per_day = 86'400 * us_per_s;
constexpr std::int32_t reach_days = 4;  // see table.cpp

struct Reasoned {
  std::int64_t open_us, close_us;
  DayRule rule;
  Date date;
};

class Ledger {
 public:
  Ledger(const Source& source, Instant from, Instant to, std::size_t lines_max)
      : source_(source),
        zone_(source.zone, day_of(from) + -2 * reach_days, day_of(to) + 2 * reach_days),
        next_date_(day_of(from) + -reach_days),
        at_us_(from.us),
        to_us_(to.us),
        lines_max_(lines_max) {}

  std::vector<LedgerLine> write() {
    while (at_us_ < to_us_ && !full_) {
      gather();
      drop_passed();
      if (!pieces_.empty() && pieces_.front().open_us <= at_us_) {
        const Reasoned piece = pieces_.front();
        advance(std::min(piece.close_us, to_us_), piece.rule.open_why, piece.date, piece.rule.holiday);
      } else {
        closed_until(std::min(pieces_.empty() ? horizon_us() : pieces_.front().open_us, to_us_));
      }
    }
    return std::move(lines_);
  }

 private:
  static Date day_of(Instant at) {
    return Date{static_cast<std::int32_t>((at.us - time_zero_us) / us_per_day) + time_zero_day};
  }
  // Divisions below must round down, so days are counted from before all instants.
  static constexpr std::int32_t time_zero_day = horizon_min.days - 10;
  static constexpr std::int64_t time_zero_us = std::int64_t{time_zero_day} * us_per_day;

  /// Up to here all stretches that begin earlier are known.
  [[nodiscard]] std::int64_t horizon_us() const { return (std::int64_t{next_date_.days} - reach_days) * us_per_day; }

  /// Takes dates in until some stretch, or the end, is certain to come next.
  void gather() {
    while (horizon_us() <= at_us_ || (pieces_.empty() && horizon_us() < to_us_) ||
           (!pieces_.empty() && pieces_.front().open_us > horizon_us())) {
      std::vector<Piece> found;
      append_pieces(source_, zone_, next_date_, found);
      for (const Piece& piece : found) {
        if (piece.close_s > piece.open_s) {
          pieces_.push_back(
              {piece.open_s * us_per_s, piece.close_s * us_per_s, rule_of(source_, next_date_), next_date_});
        }
      }
      std::stable_sort(pieces_.begin(), pieces_.end(),
                       [](const Reasoned& a, const Reasoned& b) { return a.open_us < b.open_us; });
      next_date_ = next_date_ + 1;
    }
  }

  void drop_passed() {
    std::erase_if(pieces_, [&](const Reasoned& piece) { return piece.close_us <= at_us_; });
  }

  /// From `at_us_` to `until_us` nothing is open: each local date gives its own reason.
  void closed_until(std::int64_t until_us) {
    while (at_us_ < until_us && !full_) {
      const Date date = to_local(source_.zone, Instant{at_us_}).date;
      std::int64_t next_us = zone_.to_instant_s((date + 1).days * std::int64_t{86'400}) * us_per_s;
      // Where clocks go back over midnight the next date's 00:00 has been already; then the clock's own day decides.
      if (next_us <= at_us_) next_us = at_us_ + 3600 * us_per_s;
      const DayRule rule = rule_of(source_, date);
      advance(std::min(next_us, until_us), rule.closed_why, date, rule.holiday);
    }
  }

  void advance(std::int64_t to_us, Why why, Date date, const Holiday* holiday) {
    const std::string name = holiday != nullptr ? holiday->name : std::string();
    if (!lines_.empty()) {
      LedgerLine& last = lines_.back();
      // Closed hours of one kind run on over midnight as one line.
      const bool same_day = last.date == date || why == Why::outside_hours;
      if (last.why == why && same_day && last.name == name) {
        last.to.us = at_us_ = to_us;
        return;
      }
    }
    if (lines_.size() == lines_max_) {
      full_ = true;
      return;
    }
    lines_.push_back({Instant{at_us_}, Instant{to_us}, why, date, name});
    at_us_ = to_us;
  }

  const Source& source_;
  ZoneSpan zone_;
  Date next_date_;
  std::int64_t at_us_, to_us_;
  std::size_t lines_max_;
  bool full_ = false;
  std::vector<Reasoned> pieces_;
  std::vector<LedgerLine> lines_;
};

}  // namespace

std::vector<LedgerLine> Calendar::explain(Instant from, Instant to, std::size_t lines_max) const {
  from.us = std::max(from.us, std::int64_t{horizon_min.days} * us_per_day);
  to.us = std::min(to.us, std::int64_t{horizon_max.days} * us_per_day);
  if (from >= to || lines_max == 0) return {};
  if (is_always()) {
    return {LedgerLine{from, to, Why::always_open, to_local(fixed_zone("UTC", 0), from).date, ""}};
  }
  return Ledger(table_->source(), from, to, lines_max).write();
}

}  // namespace suki::calendar
