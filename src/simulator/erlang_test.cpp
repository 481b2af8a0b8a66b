#include "simulator/erlang.h"

#include <gtest/gtest.h>

#include <cmath>

namespace suki::simulator {
namespace {

using enum QueueModel;

Demand demand(double contacts, double per, double handling, double patience = endless) {
  return {contacts / per, handling, patience};
}

Service served(QueueModel model, const Demand& what, std::int64_t agents, double within = 20) {
  auto service = serve(model, what, agents, within);
  EXPECT_TRUE(service.ok());
  return service.ok() ? *service : Service{};
}

/// Erlang A the slow way: the chain of births and deaths itself, state by state, in long doubles.
struct Chain {
  long double wait_probability = 0, abandoned = 0, wait_mean = 0, served_within = 0;
};
Chain chain(const Demand& what, std::int64_t agents, long double within) {
  constexpr int states = 4000;
  const long double arrivals = what.arrivals, service = 1 / static_cast<long double>(what.handling),
                    leave = 1 / static_cast<long double>(what.patience);
  const auto rate = [&](std::int64_t j) {
    return static_cast<long double>(std::min(j, agents)) * service +
           static_cast<long double>(std::max<std::int64_t>(0, j - agents)) * leave;
  };
  std::vector<long double> p{1};
  long double total = 1;
  for (int j = 1; j < states; ++j) total += p.emplace_back(p.back() * arrivals / rate(j));
  Chain result;
  const long double work = static_cast<long double>(agents) * service;
  // Who finds q waiting is served within t when q + 1 have gone before: a sum of exponentials, by steps of time.
  const int steps = 2000;
  const long double step = within / steps;
  std::vector<long double> ahead(100, 0);  // still patient, by how many are ahead, when the clock has run for a time
  for (std::int64_t j = 0; j < states; ++j) {
    const long double share = p[static_cast<std::size_t>(j)] / total;
    if (j < agents) {
      result.served_within += share;
    } else {
      result.wait_probability += share;
      result.wait_mean += share * static_cast<long double>(j - agents) / arrivals;
      if (j - agents < 100) ahead[static_cast<std::size_t>(j - agents)] += share;
    }
  }
  result.abandoned = result.wait_mean * leave;
  // Heun's method: the error is of the order of the square of a step.
  const auto slope = [&](const std::vector<long double>& now, std::size_t q) {
    const long double out = work + static_cast<long double>(q) * leave + leave;
    const long double in = q + 1 < now.size() ? (work + static_cast<long double>(q + 1) * leave) * now[q + 1] : 0;
    return in - out * now[q];
  };
  for (int i = 0; i < steps; ++i) {
    std::vector<long double> next(ahead.size()), half(ahead.size());
    for (std::size_t q = 0; q < ahead.size(); ++q) half[q] = ahead[q] + step * slope(ahead, q);
    for (std::size_t q = 0; q < ahead.size(); ++q) next[q] = ahead[q] + step / 2 * (slope(ahead, q) + slope(half, q));
    result.served_within += step / 2 * work * (ahead[0] + next[0]);
    ahead = std::move(next);
  }
  return result;
}

TEST(Erlang, b_is_that_of_the_tables) {
  // ITU-T tables of lost calls: 10 erlang on 10 lines lose 21.46 %, 100 on 100 lose 7.570 %; more digits by exact
  // fractions.
  EXPECT_NEAR(served(erlang_b, {10, 1}, 10).blocking, 0.21458234310734777, 1e-15);
  EXPECT_NEAR(served(erlang_b, {100, 1}, 100).blocking, 0.07570045271085997, 1e-15);
  // One agent: a / (1 + a).
  EXPECT_NEAR(served(erlang_b, {3, 1}, 1).blocking, 0.75, 1e-12);
  EXPECT_EQ(served(erlang_b, {3, 1}, 0).blocking, 1);
}

TEST(Erlang, c_with_one_agent_is_m_m_1) {
  const Service s = served(erlang_c, {0.8, 1}, 1, 2);
  EXPECT_NEAR(s.wait_probability, 0.8, 1e-12);
  EXPECT_NEAR(s.wait_mean, 0.8 / 0.2, 1e-12);
  EXPECT_NEAR(s.service_level, 1 - 0.8 * std::exp(-0.2 * 2), 1e-12);
}

TEST(Erlang, a_hundred_contacts_in_half_an_hour_need_14_agents_and_20_on_the_roster) {
  const auto c = staff(erlang_c, demand(100, 1800, 180), 20, {.service_level = 0.8, .occupancy = 0.85});
  ASSERT_TRUE(c.ok());
  EXPECT_EQ(c->agents, 14);
  EXPECT_EQ(with_shrinkage(c->agents, 0.3), 20);
  EXPECT_NEAR(c->service_level, 0.88835, 5e-6);
  const auto a = staff(erlang_a, demand(100, 1800, 180, 300), 20, {.service_level = 0.8, .occupancy = 0.85});
  ASSERT_TRUE(a.ok());
  EXPECT_EQ(a->agents, 13);
  EXPECT_EQ(with_shrinkage(a->agents, 0.3), 19);
}

TEST(Erlang, too_few_agents_have_no_steady_state_under_c_but_have_one_under_a) {
  const Service c = served(erlang_c, {10, 1}, 10);
  EXPECT_FALSE(c.stable);
  EXPECT_TRUE(std::isinf(c.wait_mean));
  EXPECT_EQ(c.service_level, 0);
  const Service a = served(erlang_a, {10, 1, 5}, 8);
  EXPECT_TRUE(a.stable);
  EXPECT_NEAR(a.abandoned, 0.2, 0.02);  // the fluid limit: what cannot be served gives up
  EXPECT_LE(a.occupancy, 1);
}

TEST(Erlang, a_is_that_of_its_chain_state_by_state) {
  struct Case {
    double contacts, handling, patience, within;
    std::int64_t agents;
  };
  for (const Case& c : {Case{100, 180, 300, 20, 13}, Case{100, 180, 300, 20, 8}, Case{100, 180, 60, 45, 11},
                        Case{20, 300, 1200, 120, 3}, Case{400, 240, 120, 10, 50}, Case{100, 180, 300, 20, 1}}) {
    const Demand what = demand(c.contacts, 1800, c.handling, c.patience);
    const Service s = served(erlang_a, what, c.agents, c.within);
    const Chain exact = chain(what, c.agents, c.within);
    const auto near = [&](double value, long double wanted, const char* name, double tolerance = 1e-10) {
      EXPECT_NEAR(value, static_cast<double>(wanted), tolerance * std::max(1.0, static_cast<double>(wanted)))
          << name << " of " << c.agents << " agents, patience " << c.patience;
    };
    near(s.wait_probability, exact.wait_probability, "wait_probability");
    near(s.abandoned, exact.abandoned, "abandoned");
    near(s.wait_mean, exact.wait_mean, "wait_mean");
    near(s.service_level, exact.served_within, "service_level", 1e-6);  // the steps of time are coarser
  }
}

TEST(Erlang, with_endless_patience_a_is_c_and_with_long_patience_nearly) {
  for (const std::int64_t agents : {11, 14, 30}) {
    const Service c = served(erlang_c, demand(100, 1800, 180), agents);
    EXPECT_EQ(served(erlang_a, demand(100, 1800, 180), agents).service_level, c.service_level);
    const Service a = served(erlang_a, demand(100, 1800, 180, 1e13), agents);
    EXPECT_NEAR(a.service_level, c.service_level, 1e-9);
    EXPECT_NEAR(a.wait_probability, c.wait_probability, 1e-9);
    EXPECT_NEAR(a.wait_mean / c.wait_mean, 1, 1e-9);
  }
}

TEST(Erlang, patience_that_loses_everybody_at_once_is_b) {
  const Service a = served(erlang_a, {10, 1, 1e-12}, 10, 0);
  EXPECT_NEAR(a.abandoned, served(erlang_b, {10, 1}, 10).blocking, 1e-9);
}

TEST(Erlang, ten_thousand_agents_are_no_trouble) {
  for (const double load : {9'000.0, 9'900.0, 9'990.0, 10'000.0, 12'000.0, 1.0}) {
    const Service b = served(erlang_b, {load, 1}, 10'000), a = served(erlang_a, {load, 1, 2}, 10'000, 0.1);
    // In units of one handling time. Everybody is served, lost, or gives up.
    EXPECT_GE(b.blocking, 0);
    EXPECT_LE(b.blocking, 1);
    EXPECT_TRUE(std::isfinite(a.wait_mean)) << load;
    EXPECT_GE(a.service_level, 0);
    EXPECT_LE(a.service_level, 1 + 1e-12);
    EXPECT_LE(a.abandoned + a.service_level, 1 + 1e-12);
    EXPECT_LE(a.occupancy, 1 + 1e-12);
    if (load < 10'000) {
      const Service c = served(erlang_c, {load, 1}, 10'000, 0.1);
      EXPECT_TRUE(c.stable);
      EXPECT_GE(c.wait_probability, b.blocking);
      EXPECT_LE(a.wait_probability, c.wait_probability);
    }
  }
}

TEST(Erlang, one_agent_fewer_is_not_enough) {
  for (const QueueModel model : {erlang_b, erlang_c, erlang_a})
    for (const double contacts : {1.0, 7.0, 100.0, 2'500.0, 90'000.0}) {
      const Demand what = demand(contacts, 1800, 180, 240);
      const Wanted wanted{.service_level = 0.8, .occupancy = 0.9, .blocking = 0.02};
      const auto enough = staff(model, what, 20, wanted);
      ASSERT_TRUE(enough.ok()) << contacts;
      const auto keeps = [&](const Service& s) {
        return s.stable && s.service_level >= 0.8 && s.occupancy <= 0.9 && s.blocking <= 0.02;
      };
      EXPECT_TRUE(keeps(*enough)) << contacts;
      EXPECT_FALSE(keeps(served(model, what, enough->agents - 1))) << contacts;
    }
}

TEST(Erlang, what_cannot_be_is_refused) {
  EXPECT_FALSE(serve(erlang_c, {0, 1}, 1, 1).ok());
  EXPECT_FALSE(serve(erlang_c, {1, 0}, 1, 1).ok());
  EXPECT_FALSE(serve(erlang_a, {1, 1, 0}, 1, 1).ok());
  EXPECT_FALSE(serve(erlang_c, {1, 1}, -1, 1).ok());
  EXPECT_FALSE(serve(erlang_c, {1, 1}, 1, -1).ok());
  EXPECT_FALSE(serve(erlang_c, {1e9, 1}, 1, 1).ok());
  EXPECT_EQ(staff(erlang_c, {1, 1}, 1, {.service_level = 1}).error().code, ErrorCode::refused);
}

}  // namespace
}  // namespace suki::simulator
