// Agenda, Alarms and Random by themselves.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include "simulator/agenda.h"
#include "simulator/alarms.h"
#include "simulator/random.h"

namespace suki::simulator {
namespace {

RC_GTEST_PROP(Agenda, gives_back_everything_by_instant_and_ties_in_the_order_put_down,
              (std::vector<std::uint8_t> instants)) {
  Agenda<std::size_t> agenda;
  std::vector<std::pair<std::int64_t, std::size_t>> expected, got;
  for (std::size_t i = 0; i < instants.size(); ++i) {
    agenda.put(Instant{instants[i] % 16}, i);
    expected.emplace_back(instants[i] % 16, i);
  }
  std::stable_sort(expected.begin(), expected.end());
  while (!agenda.empty()) {
    const auto entry = agenda.take_first();
    got.emplace_back(entry.at.us, entry.what);
  }
  RC_ASSERT(got == expected);
}

RC_GTEST_PROP(Alarms, ring_as_last_set_and_never_when_taken_away,
              (std::vector<std::pair<std::uint8_t, std::uint8_t>> sets)) {
  Alarms alarms;
  struct Last {
    Instant at = never;
    std::size_t order = 0;
  };
  std::array<Last, 16> last;
  for (std::size_t i = 0; i < sets.size(); ++i) {
    const std::uint32_t number = sets[i].first % 16;
    const Instant at = sets[i].second % 8 == 0 ? never : Instant{sets[i].second % 8};
    alarms.set(number, at);
    if (last[number].at != at) last[number] = {at, i};  // the same instant again keeps its turn
  }
  for (;;) {
    const auto first = std::min_element(last.begin(), last.end(), [](const Last& a, const Last& b) {
      return std::pair(a.at, a.order) < std::pair(b.at, b.order);
    });
    RC_ASSERT(alarms.first_at() == first->at);
    if (first->at == never) break;
    RC_ASSERT(alarms.first() == static_cast<std::uint32_t>(first - last.begin()));
    alarms.set(alarms.first(), never);
    first->at = never;
  }
}

TEST(Random, streams_are_repeatable_and_apart) {
  Random a(1, 2, 3, 4), again(1, 2, 3, 4);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(a.next(), again.next());
  const auto first = [](Random r) { return r.next(); };
  const std::uint64_t mine = first(Random(1, 2, 3, 4));
  EXPECT_NE(mine, first(Random(2, 2, 3, 4)));
  EXPECT_NE(mine, first(Random(1, 3, 3, 4)));
  EXPECT_NE(mine, first(Random(1, 2, 4, 4)));
  EXPECT_NE(mine, first(Random(1, 2, 3, 5)));
}

TEST(Random, draws_over_many_streams_have_the_mean_and_spread_of_their_law) {
  double sum = 0, squares = 0, uniform = 0;
  const int n = 200'000;
  for (int i = 0; i < n; ++i) {
    Random r(7, 1, 0, static_cast<std::uint64_t>(i));  // one draw a stream: neighbours must not resemble each other
    uniform += r.uniform();
    const double x = static_cast<double>(r.exponential(seconds(60)).us) / 1e6;
    sum += x;
    squares += x * x;
  }
  const double mean = sum / n;
  EXPECT_NEAR(uniform / n, 0.5, 4 * 0.2887 / std::sqrt(n));
  EXPECT_NEAR(mean, 60, 4 * 60 / std::sqrt(n));
  EXPECT_NEAR(std::sqrt(squares / n - mean * mean), 60, 1);
}

}  // namespace
}  // namespace suki::simulator
