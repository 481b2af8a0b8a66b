// Nothing is allocated per event: global new is counted over the second half of a run.
#include <gtest/gtest.h>

#include "simulator/test_allocations.h"
#include "simulator/test_world.h"

namespace suki::simulator {
namespace {

TEST(Allocation, in_the_steady_state_no_event_allocates) {
  const auto plan = shop_plan();
  const Instant from = *parse_instant("2027-01-01T00:00:00Z");
  auto world = shop_world(plan, from, from + days(365), 100'000);
  std::uint64_t events = 0, events_at_half = 0, allocations_at_half = 0;
  world.on_event = [&](ConversationId, const desk::Event& event) {
    ++events;
    if (allocations_at_half == 0 && event.recorded_at >= from + days(182)) {
      events_at_half = events;
      allocations_at_half = allocations;
    }
  };
  const Year year = run(world);
  const std::uint64_t later = allocations - allocations_at_half;
  ASSERT_GT(events - events_at_half, 400'000U);
  ASSERT_GT(year.open_max, 100U);
  // Buffers may still double when a busier hour than any before comes: a handful in half a year, never one an event.
  EXPECT_LE(later, 8U) << "over " << events - events_at_half << " events";
}

}  // namespace
}  // namespace suki::simulator
