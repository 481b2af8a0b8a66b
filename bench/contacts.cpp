// Contacts simulated per second on one core: the rules of the core on a made-up shop, beside a bare event loop without
// rules.
#include <fmt/core.h>
#include <time.h>

#include <algorithm>
#include <deque>

#include "simulator/agenda.h"
#include "simulator/random.h"
#include "simulator/test_allocations.h"
#include "simulator/test_world.h"

namespace {

using namespace suki;
using namespace suki::simulator;

constexpr std::uint64_t contacts_wanted = 1'000'000;
constexpr int rounds = 3;
constexpr double goal = 1e6;

/// Processor time of this thread: the figure is "on one core", whatever else the machine does. (Others still take
/// cache and memory from it; that shows in the bare loop of the same run.)
double core_seconds() {
  timespec at{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &at);
  return static_cast<double>(at.tv_sec) + 1e-9 * static_cast<double>(at.tv_nsec);
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

/// The least that any simulation of a desk does: a heap, two draws a contact, a line of those who wait, twenty agents.
/// No rules, no clocks, no calendar.
std::uint64_t bare_loop(std::uint64_t contacts, std::uint64_t seed) {
  Agenda<bool> agenda;  // true: somebody comes; false: somebody is done
  Random arrivals(seed, 1, 0, 0), work(seed, 3, 0, 0);
  std::deque<Instant> line;
  std::uint64_t came = 0, waited_us = 0;
  int free_agents = 20;
  Instant now{0};
  agenda.put(now + arrivals.exponential(seconds(20)), true);
  const auto begin = [&] { agenda.put(now + work.exponential(seconds(360)), false); };
  while (!agenda.empty()) {
    const auto entry = agenda.take_first();
    now = entry.at;
    if (entry.what) {
      if (++came < contacts) agenda.put(now + arrivals.exponential(seconds(20)), true);
      if (free_agents > 0) {
        --free_agents;
        begin();
      } else {
        line.push_back(now);
      }
    } else if (line.empty()) {
      ++free_agents;
    } else {
      waited_us += static_cast<std::uint64_t>((now - line.front()).us);
      line.pop_front();
      begin();
    }
  }
  return waited_us;
}

struct Round {
  Year year;
  double seconds = 0;
  std::uint64_t allocated = 0;
};

Round one_round(const plan::CompiledPlan& plan, double contacts_a_year) {
  const Instant from = *parse_instant("2027-01-01T00:00:00Z");
  auto world = shop_world(plan, from, from + days(365 * 12), contacts_a_year);
  world.contacts_max = contacts_wanted;
  const std::uint64_t before = allocations;
  const double begin = core_seconds();
  Round round{run(world), 0, 0};
  round.seconds = core_seconds() - begin;
  round.allocated = allocations - before;
  return round;
}

}  // namespace

int main() {
  const auto plan = shop_plan();
  std::vector<double> with_rules, bare;
  Round round;
  std::uint64_t digest = 0;
  for (int i = 0; i < rounds; ++i) {
    round = one_round(plan, 250'000);
    if (i > 0 && round.year.digest != digest) {
      fmt::print(stderr, "same world, two digests: {:016x} {:016x}\n", digest, round.year.digest);
      return 1;
    }
    digest = round.year.digest;
    with_rules.push_back(static_cast<double>(round.year.contacts) / round.seconds);
    const double begin = core_seconds();
    const std::uint64_t waited_us = bare_loop(contacts_wanted, 1);
    bare.push_back(static_cast<double>(contacts_wanted) / (core_seconds() - begin));
    if (waited_us == 0) return 1;  // and keeps the loop from being left out
  }
  const Year& year = round.year;
  if (year.contacts != contacts_wanted || year.refused != 0) {
    fmt::print(stderr, "{} contacts, {} refused commands\n", year.contacts, year.refused);
    return 1;
  }
  const auto per_contact = [&](std::uint64_t n) { return static_cast<double>(n) / static_cast<double>(year.contacts); };
  fmt::print("{} contacts, {:.1f} events and {:.1f} agenda entries each, {} open at most; digest {:016x}\n",
             year.contacts, per_contact(year.events), per_contact(year.steps), year.open_max, year.digest);
  fmt::print("first reply met {} missed {}; resolution met {} missed {}; reopened {}\n", year.verdicts[0].met,
             year.verdicts[0].missed, year.verdicts[3].met, year.verdicts[3].missed, year.reopened);
  fmt::print(
      "allocations in the last round: {} ({:.7f} an event); median of {} rounds, {:.1f} million events a second\n",
      round.allocated, static_cast<double>(round.allocated) / static_cast<double>(year.events), rounds,
      median(with_rules) * per_contact(year.events) / 1e6);
  const double reached = median(with_rules), beside = median(bare);
  fmt::print(R"({{"bench":"contacts","figure":"contacts simulated","unit":"per second","goal":{:.0f},"reached":{:.0f},)"
             R"("beside":{{"bare loop":{:.0f}}},"ratio":{:.3f}}})"
             "\n",
             goal, reached, beside, reached / beside);
}
