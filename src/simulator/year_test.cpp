// A made-up year through the core: what must come out whatever the figures, and some answers that are known.
#include "simulator/year.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "simulator/test_world.h"

namespace suki::simulator {
namespace {

using desk::Event;
using desk::EventKind;
using plan::Target;

const Instant new_year = *parse_instant("2027-01-01T00:00:00+08:00");
const Instant next_year = *parse_instant("2028-01-01T00:00:00+08:00");

const Verdicts& of(const Year& year, Target target) {
  return year.verdicts[static_cast<std::size_t>(target)];
}

TEST(Year, same_seed_twice_same_year_another_seed_another_year) {
  const auto plan = shop_plan();
  auto world = shop_world(plan, new_year, next_year, 20'000);
  const Year first = run(world);
  EXPECT_EQ(first, run(world));
  EXPECT_NEAR(static_cast<double>(first.contacts), 20'000, 1'000);
  world.seed = 2;
  EXPECT_NE(first.digest, run(world).digest);
}

TEST(Year, a_year_with_staff_is_worked_off_to_the_last_conversation_and_nothing_is_refused) {
  const auto plan = shop_plan();
  auto world = shop_world(plan, new_year, next_year, 20'000);
  std::uint64_t started = 0, resumed = 0;
  world.on_event = [&](ConversationId, const Event& event) {
    started += event.kind == EventKind::clock_started;
    resumed += event.kind == EventKind::clock_resumed;
  };
  const Year year = run(world);
  EXPECT_EQ(year.refused, 0U);
  EXPECT_EQ(year.open_at_end, 0U);
  EXPECT_EQ(year.resolved, year.contacts + year.reopened);
  EXPECT_NEAR(static_cast<double>(year.reopened), 0.03 * static_cast<double>(year.contacts), 150);
  EXPECT_GT(resumed, 0U) << "pending and on hold were there";
  std::uint64_t verdicts = 0;
  for (const auto& v : year.verdicts) verdicts += v.met + v.missed + v.cancelled;
  EXPECT_EQ(verdicts, started) << "every clock ended in exactly one verdict";
  EXPECT_EQ(of(year, Target::first_reply).met + of(year, Target::first_reply).missed, year.contacts);
}

TEST(Year, without_agents_every_promise_breaks_at_its_due_instant_and_nobody_is_routed) {
  const auto plan = shop_plan();
  auto world = shop_world(plan, new_year, new_year + days(60), 5'000);
  world.staff.clear();
  std::uint64_t late = 0, elsewhere = 0;
  std::map<std::pair<ConversationId, int>, Instant> due;
  world.on_event = [&](ConversationId id, const Event& event) {
    const std::pair key{id, static_cast<int>(event.target)};
    if (event.kind == EventKind::clock_started || event.kind == EventKind::clock_moved) due[key] = event.due;
    if (event.kind != EventKind::clock_missed) return;
    elsewhere += event.occurred_at != due[key];
    late += event.late;
  };
  world.until = next_year;
  const Year year = run(world);
  EXPECT_GT(year.contacts, 700U);
  EXPECT_EQ(of(year, Target::first_reply), (Verdicts{0, year.contacts, 0}));
  EXPECT_EQ(of(year, Target::resolution), (Verdicts{0, year.contacts, 0}));
  EXPECT_EQ(of(year, Target::next_reply), Verdicts{}) << "nobody replied, so nothing is next";
  EXPECT_EQ(elsewhere, 0U);
  EXPECT_EQ(late, 0U) << "a host that never sleeps is never late";
  EXPECT_EQ(year.routed, 0U);
  EXPECT_EQ(year.open_at_end, year.contacts);
  EXPECT_GT(year.escalated, year.contacts / 2) << "each standard matter was raised once before its resolution broke";
}

TEST(Year, with_hands_enough_every_first_reply_is_kept) {
  const auto plan = shop_plan();
  auto world = shop_world(plan, new_year, next_year, 5'000);
  for (auto& cause : world.causes) cause.handling = seconds(30);
  const Year year = run(world);
  EXPECT_EQ(of(year, Target::first_reply), (Verdicts{year.contacts, 0, 0}));
}

TEST(Year, other_staff_meets_the_same_customers) {
  const auto plan = shop_plan();
  const auto arrivals_with = [&](std::size_t agents) {
    auto world = shop_world(plan, new_year, new_year + days(90), 5'000);
    world.staff.erase(world.staff.begin() + static_cast<std::ptrdiff_t>(agents), world.staff.end());
    world.until = next_year;
    std::vector<std::pair<Instant, Symbol>> arrivals;
    world.on_event = [&](ConversationId, const Event& event) {
      if (event.kind == EventKind::opened) arrivals.emplace_back(event.occurred_at, event.symbol);
    };
    const Year year = run(world);
    EXPECT_EQ(year.contacts, arrivals.size());
    return arrivals;
  };
  EXPECT_EQ(arrivals_with(20), arrivals_with(1));
}

TEST(Year, it_stops_where_it_is_told_to) {
  const auto plan = shop_plan();
  auto world = shop_world(plan, new_year, next_year, 5'000);
  world.contacts_max = 100;
  EXPECT_EQ(run(world).contacts, 100U);
  world.until = new_year + days(1);
  EXPECT_LE(run(world).ended_at, world.until);
}

/// Chance to wait in M/M/c, Erlang C: A. K. Erlang 1917; load = arrivals x mean handling.
double erlang_c(int agents, double load) {
  double term = 1, sum = 0;
  for (int k = 0; k < agents; ++k) {
    sum += term;
    term *= load / (k + 1);
  }
  const double waiting = term * agents / (agents - load);
  return waiting / (sum + waiting);
}

TEST(Year, known_answer_waits_at_a_desk_without_closing_time_follow_erlang_c) {
  ASSERT_NEAR(erlang_c(3, 2.4), 0.6472, 0.0001) << "the formula itself, against a published table";
  plan::CompiledPlan plan = shop_plan();
  plan.channels[2].capacity = 1;
  plan.channels[2].hours = 0;
  World world = shop_world(plan, new_year, never);
  world.causes = {shop_cause(shop::phone, shop::order, shop::normal, shop::english, seconds(100))};
  world.causes[0].handling = seconds(240);
  world.contacts_max = 200'000;
  world.staff = {{AgentId{1}, {shop::front}, {}}, {AgentId{2}, {shop::front}, {}}, {AgentId{3}, {shop::front}, {}}};
  const Year year = run(world);
  ASSERT_EQ(year.contacts, 200'000U);
  const double waited = static_cast<double>(year.waited) / static_cast<double>(year.contacts);
  const double mean_s = static_cast<double>(year.waited_total.us) / 1e6 / static_cast<double>(year.contacts);
  // Mean wait = P(wait) x handling / (agents - load). Waits follow each other closely; the bands are some four standard
  // errors of twenty batches wide (chosen with seed 1 to 5 in view).
  EXPECT_NEAR(waited, erlang_c(3, 2.4), 0.02);
  EXPECT_NEAR(mean_s, erlang_c(3, 2.4) * 240 / 0.6, 20);
}

}  // namespace
}  // namespace suki::simulator
