// Working-time additions a second on one core: an American shop with lunch breaks, a short Saturday and eleven
// holidays.
//
// Beside it, in the same run: two std::upper_bound over plain arrays of the same stretches, the least that a compiled
// schedule needs without an index; and the same calendar compiled over 131 years. Every case is first checked against a
// walk from stretch to stretch.
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "calendar/calendar.h"
#include "zones/zones.h"

namespace {

using namespace suki;
using calendar::Calendar;

constexpr double goal_per_s = 20'000'000;
constexpr std::size_t case_count = 131'072;  // too many for a branch predictor to learn by heart; chosen
constexpr int rounds = 5;

calendar::Schedule shop() {
  const auto at = [](int h, int m) { return calendar::TimeOfDay{h * 3600 + m * 60}; };
  calendar::Schedule schedule;
  for (std::size_t day = 0; day < 5; ++day) schedule.week[day] = {{at(9, 0), at(12, 30)}, {at(13, 15), at(17, 30)}};
  schedule.week[5] = {{at(10, 0), at(14, 0)}};
  for (const char* date : {"2026-01-01", "2026-01-19", "2026-02-16", "2026-05-25", "2026-06-19", "2026-07-03",
                           "2026-09-07", "2026-10-12", "2026-11-11", "2026-11-26", "2026-12-25"}) {
    schedule.holidays.push_back({*parse_date(date), {}, ""});
  }
  return schedule;
}

struct Case {
  Instant from;
  Span budget;
};
/// Random minutes of 2026; half the budgets up to a day of eight hours, half up to ten of them.
std::vector<Case> make_cases() {
  std::vector<Case> cases;
  std::uint64_t x = 12'345;
  const auto next = [&] { return x = (x * 1'103'515'245 + 12'345) % (std::uint64_t{1} << 31); };
  for (std::size_t i = 0; i < case_count; ++i) {
    const auto minute = static_cast<std::int64_t>((next() >> 3) % (290 * 1'440));
    const auto budget = static_cast<std::int64_t>(1 + (next() >> 5) % (i % 2 == 0 ? 480 : 4'800));
    cases.push_back({*parse_instant("2026-01-01T05:00:17Z") + minutes(minute), minutes(budget)});
  }
  return cases;
}

/// The plain way: opens and running totals in arrays, searched twice.
struct Plain {
  std::vector<std::int64_t> open, before;  // `before` has one more: the total

  explicit Plain(const std::vector<calendar::Range>& ranges) {
    std::int64_t total = 0;
    for (const auto& range : ranges) {
      open.push_back(range.open.us);
      before.push_back(total);
      total += (range.close - range.open).us;
    }
    before.push_back(total);
  }
  [[nodiscard]] std::int64_t add(Case c) const {
    const auto opened = static_cast<std::size_t>(std::upper_bound(open.begin(), open.end(), c.from.us) - open.begin());
    const std::int64_t elapsed =
        opened == 0 ? 0 : std::min(before[opened - 1] + c.from.us - open[opened - 1], before[opened]);
    const std::int64_t sum = elapsed + c.budget.us;
    const auto i = static_cast<std::size_t>(std::lower_bound(before.begin(), before.end(), sum) - before.begin()) - 1;
    return open[i] + sum - before[i];
  }
};

/// From stretch to stretch, as a person would.
std::int64_t add_by_walking(const std::vector<calendar::Range>& ranges, Case c) {
  std::int64_t left = c.budget.us;
  for (const auto& range : ranges) {
    const std::int64_t begin = std::max(range.open.us, c.from.us), length = range.close.us - begin;
    if (length <= 0) continue;
    if (left <= length) return begin + left;
    left -= length;
  }
  return -1;
}

/// Processor time of this thread: the figure is "on one core", whatever else the machine does.
double core_seconds() {
  std::timespec at{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &at);
  return static_cast<double>(at.tv_sec) + 1e-9 * static_cast<double>(at.tv_nsec);
}

/// Median of `rounds`: additions a second.
template <class Add>
double measure(const std::vector<Case>& cases, std::int64_t& checksum, Add add) {
  std::vector<double> rates;
  for (int round = 0; round < rounds; ++round) {
    const double start = core_seconds();
    std::size_t done = 0;
    double seconds = 0;
    do {
      for (int i = 0; i < 8; ++i) {
        for (const Case& c : cases) checksum += add(c);
      }
      done += 8 * cases.size();
      seconds = core_seconds() - start;
    } while (seconds < 0.4);
    rates.push_back(static_cast<double>(done) / seconds);
  }
  std::sort(rates.begin(), rates.end());
  return rates[rates.size() / 2];
}

}  // namespace

int main() {
  const auto zone = zones::load_zone("America/New_York");
  if (!zone.ok()) {
    fmt::print(stderr, "{}\n", zone.error().detail);
    return 1;
  }
  const auto compiled = Calendar::compile(shop(), *zone, make_date(2025, 1, 1), make_date(2027, 12, 31));
  const double start = core_seconds();
  const auto century = Calendar::compile(shop(), *zone, make_date(1970, 1, 1), make_date(2100, 12, 31));
  const double compile_ms = 1e3 * (core_seconds() - start);
  const auto cases = make_cases();
  const auto ranges = compiled->intervals(*parse_instant("2025-01-01T00:00:00Z"), 1'600);
  const Plain plain(ranges);

  for (const Case& c : cases) {
    const std::int64_t expected = add_by_walking(ranges, c);
    if (compiled->add(c.from, c.budget)->us != expected || century->add(c.from, c.budget)->us != expected ||
        plain.add(c) != expected) {
      fmt::print(stderr, "wrong: {} and {}\n", format_instant(c.from), format_iso_duration(c.budget));
      return 1;
    }
  }
  fmt::print("{} cases agree with a walk from stretch to stretch\n", cases.size());
  fmt::print("compiled 1970 to 2100 in {:.1f} ms, {} KiB; three years take {} KiB\n", compile_ms,
             century->memory_bytes() / 1024, compiled->memory_bytes() / 1024);

  std::int64_t checksum = 0;
  const double reached = measure(cases, checksum, [&](const Case& c) { return compiled->add(c.from, c.budget)->us; });
  const double over_century =
      measure(cases, checksum, [&](const Case& c) { return century->add(c.from, c.budget)->us; });
  const double limit = measure(cases, checksum, [&](const Case& c) { return plain.add(c); });
  fmt::print("checksum {}\n", checksum);
  fmt::print(
      R"({{"bench":"calendar","figure":"additions","unit":"per second","goal":{:.0f},"reached":{:.0f},"beside":{{"upper_bound":{:.0f},"over_131_years":{:.0f}}},"ratio":{:.2f}}})"
      "\n",
      goal_per_s, reached, limit, over_century, reached / limit);
  return 0;
}
