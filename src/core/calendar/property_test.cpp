/// What must hold of every calendar: random schedules in every zone of the machine, 1970 to 2100.
#include <cstdlib>
#include <functional>
#include <random>
#include <sstream>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "calendar/testing.h"

namespace suki::calendar {
namespace {

bool is_long() {
  return std::getenv("SUKI_LONG") != nullptr;
}

const std::vector<ZoneTable>& all_zones() {
  static const std::vector<ZoneTable> zones = [] {
    std::vector<ZoneTable> result;
    const auto names = zones::list_zones();
    for (const auto& name : *names) result.push_back(*zones::load_zone(name));
    return result;
  }();
  return zones;
}

const Date first_date = make_date(1970, 1, 1), last_date = make_date(2100, 12, 31);
constexpr std::int64_t s_of(Date date) {
  return date.days * std::int64_t{86'400};
}
Instant instant(std::int64_t s) {
  return Instant{s * 1'000'000};
}

rc::Gen<Interval> an_interval() {
  return rc::gen::exec([] {
    // Mostly on the quarter hour, where schedules and clock changes meet.
    const auto step = *rc::gen::element(900, 900, 900, 60, 1);
    const auto open = *rc::gen::inRange(0, 86'400 / step) * step;
    const auto close = *rc::gen::inRange(0, 86'400 / step + 1) * step;
    return Interval{{open}, {close}};
  });
}
std::vector<Interval> some_intervals(int count_max) {
  const auto count = *rc::gen::inRange(0, count_max + 1);
  std::vector<Interval> result;
  for (int i = 0; i < count; ++i) result.push_back(*an_interval());
  return result;
}
/// A schedule with its holidays and exceptions within ten days of a date.
Schedule a_schedule(Date around) {
  Schedule schedule;
  for (auto& day : schedule.week) day = some_intervals(3);
  const auto near_date = [&] { return around + *rc::gen::inRange(-10, 11); };
  for (int i = *rc::gen::inRange(0, 5); i > 0; --i) schedule.holidays.push_back({near_date(), some_intervals(2), ""});
  for (int i = *rc::gen::inRange(0, 5); i > 0; --i) schedule.exceptions[near_date()] = some_intervals(2);
  return schedule;
}
/// A date from 1970 to 2100; half of the time one on which the zone's clocks change.
Date a_date(const ZoneTable& zone) {
  const auto any = Date{*rc::gen::inRange(first_date.days, last_date.days + 1)};
  if (*rc::gen::arbitrary<bool>()) return any;
  const auto year = to_year_month_day(any).year;
  std::int32_t offset = offset_at(zone, instant(s_of(make_date(year, 1, 1))));
  for (Date date = make_date(year, 1, 1); date < make_date(year, 12, 31); date = date + 1) {
    const std::int32_t next = offset_at(zone, instant(s_of(date)));
    if (next != offset) return date;
    offset = next;
  }
  return any;
}

struct Case {
  const ZoneTable& zone;
  Schedule schedule;
  Date around;
  Calendar calendar;
};
Case a_case() {
  const ZoneTable& zone = all_zones()[*rc::gen::inRange<std::size_t>(0, all_zones().size())];
  const Date around = a_date(zone);
  auto schedule = a_schedule(around);
  auto calendar = *Calendar::compile(schedule, zone, around, around + *rc::gen::inRange(0, 30));
  return {zone, std::move(schedule), around, std::move(calendar)};
}
Instant near(const Case& c) {
  return instant(s_of(c.around) + *rc::gen::inRange<std::int64_t>(-9 * 86'400, 9 * 86'400));
}

void check(const char* what, int runs, const std::function<void()>& property) {
  rc::detail::TestParams params = rc::detail::configuration().testParams;
  params.maxSuccess = runs * (is_long() ? 20 : 1);
  rc::detail::TestMetadata metadata;
  metadata.id = what;
  metadata.description = what;
  const auto result = rc::detail::checkTestable(property, metadata, params);
  if (!result.template is<rc::detail::SuccessResult>()) {
    std::ostringstream text;
    rc::detail::printResultMessage(result, text);
    FAIL() << what << "\n" << text.str();
  }
}

TEST(AnyCalendar, AgreesWithTheSlowWay) {
  check("every answer near a date equals the one by trial", 400, [] {
    const Case c = a_case();
    const std::int64_t from = s_of(c.around) - 9 * 86'400, to = s_of(c.around) + 9 * 86'400;
    const testing::Slow slow(c.schedule, c.zone, c.around + -13, c.around + 13);
    const auto stretches = slow.stretches(from, to);

    std::int64_t sum = 0;
    for (const auto& [open, close] : stretches) sum += close - open;
    RC_ASSERT(c.calendar.between(instant(from), instant(to)).us == sum * 1'000'000);

    for (std::size_t i = 0; i < stretches.size(); ++i) {
      const std::int64_t open = stretches[i].first, close = stretches[i].second;
      RC_ASSERT(c.calendar.is_open(instant(open)));
      RC_ASSERT(c.calendar.is_open(instant(close - 1)));
      if (close < to) {
        RC_ASSERT(!c.calendar.is_open(instant(close)));
        RC_ASSERT(*c.calendar.next_close(instant(open)) == instant(close));
        if (i + 1 < stretches.size()) {
          RC_ASSERT(*c.calendar.next_open(instant(close)) == instant(stretches[i + 1].first));
          if (stretches[i + 1].second < to) {
            RC_ASSERT(*c.calendar.next_close(instant(close)) == instant(stretches[i + 1].second));
          }
        }
      }
      // A budget of exactly this stretch and all before it, counted from the start.
      std::int64_t used = 0;
      for (std::size_t k = 0; k <= i; ++k) used += stretches[k].second - stretches[k].first;
      RC_ASSERT(*c.calendar.add(instant(from), seconds(used)) == instant(close));
      RC_ASSERT(*c.calendar.subtract(instant(close), seconds(close - open)) == instant(open));
    }
  });
}

TEST(AnyCalendar, ExplainsExactlyWhatItCounts) {
  check("the ledger has no holes and adds up", 300, [] {
    const Case c = a_case();
    const Instant from = near(c), to = from + hours(*rc::gen::inRange(1, 24 * 12));
    Span counted{};
    Instant at = from;
    for (const auto& line : c.calendar.explain(from, to)) {
      RC_ASSERT(line.from == at);
      RC_ASSERT(line.from < line.to);
      if (counts(line.why)) counted += line.to - line.from;
      RC_ASSERT(c.calendar.is_open(line.from) == counts(line.why));
      at = line.to;
    }
    RC_ASSERT(at == to);
    RC_ASSERT(counted == c.calendar.between(from, to));
  });
}

/// The laws, on one calendar and two instants in order.
void check_laws(const Calendar& c, Instant from, Instant to, Span budget) {
  const auto due = c.add(from, budget);
  if (due.ok()) {
    RC_ASSERT(*due >= from);
    RC_ASSERT(c.between(from, *due) == budget);
    if (budget.us > 0) {
      RC_ASSERT(c.between(from, *due - microseconds(1)) == budget - microseconds(1));  // the earliest such instant
    }
    const auto back = c.subtract(*due, budget);
    if (budget.us > 0) {
      RC_ASSERT(back.ok());
      RC_ASSERT(*back >= from);
      RC_ASSERT(c.between(*back, *due) == budget);
      RC_ASSERT(c.is_open(*back));
      if (c.is_open(from)) {
        RC_ASSERT(*back == from);
      }
    }
    // Order: a later start or a larger budget is never due earlier.
    const auto later = c.add(to, budget);
    if (later.ok()) {
      RC_ASSERT(*later >= *due);
    }
    const auto more = c.add(from, budget + seconds(1));
    if (more.ok()) {
      RC_ASSERT(*more > *due);
    }
    // Adding in two steps is adding in one.
    const Span half{budget.us / 3};
    const auto middle = c.add(from, half);
    RC_ASSERT(middle.ok());
    RC_ASSERT(*c.add(*middle, budget - half) == *due);
  } else {
    RC_ASSERT(due.error().code == ErrorCode::never_open);
  }
  // Splitting a stretch changes nothing.
  const Instant between{from.us + (to.us - from.us) / 3};
  RC_ASSERT(c.between(from, between) + c.between(between, to) == c.between(from, to));
  RC_ASSERT(c.between(to, from) == Span{});
}

TEST(AnyCalendar, KeepsTheLaws) {
  check("add and measure, order, split, add and subtract", 2'000, [] {
    const Case c = a_case();
    const Instant from = near(c) + microseconds(*rc::gen::inRange(0, 1'000'000));
    const Instant to = from + seconds(*rc::gen::inRange<std::int64_t>(0, 40 * 86'400));
    check_laws(c.calendar, from, to, microseconds(*rc::gen::inRange<std::int64_t>(0, 100 * 3'600'000'000)));
  });
}

/// One calendar with nights, lunch, a holiday and an exception each year, in every zone over all the years.
TEST(EveryZone, KeepsTheLawsFrom1970To2100) {
  Schedule schedule;
  schedule.week = {testing::intervals("09:00-12:00 13:00-17:00"),
                   testing::intervals("00:00-24:00"),
                   testing::intervals("22:00-06:00"),
                   {},
                   testing::intervals("01:30-02:30 23:30-00:30"),
                   testing::intervals("18:00-24:00"),
                   testing::intervals("02:00-03:00")};
  for (int year = 1970; year <= 2100; ++year) {
    schedule.holidays.push_back({make_date(year, 12, 25), {}, ""});
    schedule.holidays.push_back({make_date(year, 1, 1), testing::intervals("10:00-12:00"), ""});
    schedule.exceptions[make_date(year, 12, 24)] = testing::intervals("09:00-12:00");
    schedule.exceptions[make_date(year, 12, 31)] = {};
  }
  check("every zone", 1, [&] {
    // The seed is fixed by the zone's place, so that a failure names itself.
    for (std::size_t z = 0; z < all_zones().size(); ++z) {
      const ZoneTable& zone = all_zones()[z];
      RC_LOG() << zone.name << '\n';
      const auto c = Calendar::compile(schedule, zone, first_date, last_date);
      RC_ASSERT(c.ok());
      std::mt19937_64 random(z);
      for (int i = 0; i < (is_long() ? 20'000 : 150); ++i) {
        const auto below = [&](std::int64_t n) {
          return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(n));
        };
        const Instant from = instant(s_of(first_date) + below(s_of(last_date) - s_of(first_date)));
        const Instant to = from + seconds(below(i % 2 == 0 ? 86'400 * 10 : s_of(last_date) - from.us / 1'000'000));
        check_laws(*c, from, to, seconds(below(i % 3 == 0 ? 3'600 * 20'000 : 3'600 * 40)));
      }
    }
  });
}

}  // namespace
}  // namespace suki::calendar
