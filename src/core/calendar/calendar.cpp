#include "calendar/calendar.h"

#include "calendar/table.h"

namespace suki::calendar {
namespace {

constexpr std::int64_t us_per_day = 86'400'000'000;
constexpr std::int64_t time_begin_us = (std::int64_t{horizon_min.days} - 1) * us_per_day;
constexpr std::int64_t time_end_us = (std::int64_t{horizon_max.days} + 2) * us_per_day;

// Short enough to need no allocation where a caller asks often and is told no often.
Error no_opening(const Calendar::Table& table) {
  return fail(table.end_reason(ErrorCode::never_open), "never opens");
}
Error no_closing(const Calendar::Table& table) {
  return fail(table.end_reason(ErrorCode::never_closes), "never closes");
}
Error outside() {
  return fail(ErrorCode::bad_instant, "beyond calendar");
}

bool is_in_time(Instant at) {
  return at.us >= time_begin_us && at.us < time_end_us;
}

bool is_budget(Span budget) {
  return budget.us >= 0 && budget <= budget_max;
}
Error no_budget(Span budget) {
  return fail(ErrorCode::budget_range, budget.us < 0 ? "negative" : "over 100 years");
}

/// The first table, from this one outwards, that covers the instant; null when none may be made that large.
const Calendar::Table* covering(const Calendar::Table* table, std::int64_t us) {
  while (table != nullptr && !table->covers(us)) table = table->wider();
  return table;
}

/// Working time in [from, to) by tables that are thrown away: for schedules so dense that one table would be too large.
std::int64_t sum_in_parts(const std::shared_ptr<const Source>& source, std::int64_t from_us, std::int64_t to_us) {
  constexpr std::int32_t part_days = 2'000;  // with a stretch each minute 2.9 million, well under stretches_max
  std::int64_t sum = 0;
  while (from_us < to_us) {
    const auto day = static_cast<std::int32_t>(from_us / us_per_day);
    const auto table = Calendar::Table::build(source, Date{day}, Date{day} + part_days);
    const std::int64_t part_end = std::min(to_us, table->end_us());
    sum += table->elapsed(part_end) - table->elapsed(from_us);
    from_us = part_end;
  }
  return sum;
}

}  // namespace

bool Calendar::is_open(Instant at) const {
  if (!is_in_time(at)) return false;
  if (is_always()) return true;
  const Table* table = covering(table_.get(), at.us);
  if (table == nullptr) return sum_in_parts(table_->shared_source(), at.us, at.us + 1) != 0;
  const std::size_t opened = table->opened_by(at.us);
  return opened != 0 && at.us < table->close(opened - 1);
}

Result<Instant> Calendar::next_open(Instant at) const {
  if (!is_in_time(at)) return outside();
  if (is_always()) return at;
  for (const Table* table = table_.get();;) {
    if (table->covers(at.us)) {
      const std::size_t opened = table->opened_by(at.us);
      if (opened != 0 && at.us < table->close(opened - 1)) return at;
      if (opened < table->size()) return Instant{table->open(opened)};
    }
    const Table* wider = table->wider();
    if (wider == nullptr) return no_opening(*table);
    table = wider;
  }
}

Result<Instant> Calendar::next_close(Instant at) const {
  if (!is_in_time(at)) return outside();
  if (is_always()) return fail(ErrorCode::never_closes, "never closes");
  for (const Table* table = table_.get();;) {
    bool opens = false;
    if (table->covers(at.us)) {
      const std::size_t opened = table->opened_by(at.us);
      const std::size_t i = opened != 0 && at.us < table->close(opened - 1) ? opened - 1 : opened;
      opens = i < table->size();
      // A stretch that reaches the end of the table was cut there: where it closes is not known yet.
      if (opens && table->close(i) < table->end_us()) return Instant{table->close(i)};
    }
    const Table* wider = table->wider();
    if (wider == nullptr) return opens ? no_closing(*table) : no_opening(*table);
    table = wider;
  }
}

Result<Instant> Calendar::add(Instant from, Span budget) const {
  if (!is_budget(budget)) return no_budget(budget);
  if (budget.us == 0) return next_open(from);
  if (!is_in_time(from)) return outside();
  if (is_always()) return from + budget;
  for (const Table* table = table_.get();;) {
    if (table->covers(from.us)) {
      const std::int64_t sum = table->elapsed(from.us) + budget.us;
      if (sum <= table->total()) return Instant{table->earliest_at(sum)};
    }
    const Table* wider = table->wider();
    if (wider == nullptr) return no_opening(*table);
    table = wider;
  }
}

Result<Instant> Calendar::subtract(Instant from, Span budget) const {
  if (!is_budget(budget)) return no_budget(budget);
  if (!is_in_time(from)) return outside();
  if (is_always()) return from - budget;
  for (const Table* table = table_.get();;) {
    if (table->covers(from.us)) {
      const std::int64_t sum = table->elapsed(from.us) - budget.us;
      if (budget.us != 0) {
        if (sum >= 0) return Instant{table->latest_at(sum)};
      } else {
        std::size_t opened = table->opened_by(from.us);
        if (opened != 0 && table->open(opened - 1) == from.us) --opened;  // opens now: was it open just before?
        if (opened != 0) return Instant{std::min(from.us, table->close(opened - 1))};
      }
    }
    const Table* wider = table->wider();
    if (wider == nullptr) return no_opening(*table);
    table = wider;
  }
}

Span Calendar::between(Instant from, Instant to) const {
  const std::int64_t from_us = std::clamp(from.us, time_begin_us, time_end_us);
  const std::int64_t to_us = std::clamp(to.us, time_begin_us, time_end_us);
  if (from_us >= to_us) return {};
  if (is_always()) return {to_us - from_us};
  // `to` itself is not asked, so that the last microsecond before it decides which table is wide enough.
  const Table* table = covering(covering(table_.get(), from_us), to_us - 1);
  if (table == nullptr) return {sum_in_parts(table_->shared_source(), from_us, to_us)};
  return {table->elapsed(to_us) - table->elapsed(from_us)};
}

std::vector<Range> Calendar::intervals(Instant from, std::size_t count) const {
  std::vector<Range> result;
  if (!is_in_time(from) || count == 0) return result;
  if (is_always()) return {Range{from, never}};
  for (const Table* table = covering(table_.get(), from.us); table != nullptr;) {
    result.clear();
    std::size_t i = table->opened_by(from.us);
    if (i != 0 && from.us < table->close(i - 1)) --i;
    const std::size_t end = std::min(table->size(), count < table->size() - i ? i + count : table->size());
    const bool last_is_cut = end != i && table->close(end - 1) == table->end_us();
    const Table* wider = end - i < count || last_is_cut ? table->wider() : nullptr;
    if (wider == nullptr) {
      result.reserve(end - i);
      for (; i < end; ++i) result.push_back({std::max(from, Instant{table->open(i)}), Instant{table->close(i)}});
      if (last_is_cut) result.back().close = never;
      return result;
    }
    table = wider;
  }
  return result;
}

Calendar::Horizon Calendar::horizon() const {
  return is_always() ? Horizon{horizon_min, horizon_max} : table_->horizon();
}

const std::string& Calendar::zone_name() const {
  static const std::string utc = "UTC";
  return is_always() ? utc : table_->source().zone.name;
}

std::size_t Calendar::memory_bytes() const {
  return is_always() ? 0 : table_->memory_bytes();
}

}  // namespace suki::calendar
