// Time alone: a host that sleeps long comes to the same history as one that wakes at each instant.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "desk/test_plan.h"

namespace suki::desk {
namespace {

using testing::at;
using testing::Desk;
using testing::Shop;

/// The same history, whenever it was written down.
Event without_recording(Event event) {
  event.recorded_at = {};
  event.late = false;
  return event;
}

void wake_at_each_instant(Desk& desk, Instant until) {
  for (Instant next = next_wake(desk.conversation); next <= until; next = next_wake(desk.conversation)) {
    desk.now = next;
    const Refusal refusal = desk.wake();
    RC_ASSERT(refusal == Refusal::none);
    RC_ASSERT(!desk.out.events.empty());  // a wake that does nothing would be a loop
    RC_ASSERT(next_wake(desk.conversation) > next);
  }
  desk.now = until;
}

RC_GTEST_PROP(wake, one_late_wake_does_what_many_in_time_do, ()) {
  Shop shop;
  const bool urgent = *rc::gen::arbitrary<bool>();
  if (urgent) shop.plan.default_priority = shop("urgent");
  const Instant start = at(*rc::gen::inRange(0, 7), *rc::gen::inRange(0, 24), *rc::gen::inRange(0, 60));
  const Instant until = start + minutes(*rc::gen::inRange(0, 14 * 24 * 60));
  Desk in_time(shop, start), asleep(shop, start);
  RC_ASSERT(in_time.open(shop("form")) == Refusal::none);
  RC_ASSERT(asleep.open(shop("form")) == Refusal::none);
  wake_at_each_instant(in_time, until);
  asleep.now = until;
  RC_ASSERT(asleep.wake() == Refusal::none);
  RC_ASSERT(in_time.events.size() == asleep.events.size());
  for (std::size_t i = 0; i < in_time.events.size(); ++i) {
    RC_ASSERT(without_recording(in_time.events[i]) == without_recording(asleep.events[i]));
    RC_ASSERT(!in_time.events[i].late);
    const EventKind kind = asleep.events[i].kind;  // what a step changes follows from it, and is not marked itself
    const bool marked =
        kind == EventKind::clock_warned || kind == EventKind::clock_missed || kind == EventKind::escalated;
    RC_ASSERT(asleep.events[i].late == (marked && until - asleep.events[i].occurred_at > late_after));
  }
  RC_ASSERT(in_time.conversation == asleep.conversation);
}

RC_GTEST_PROP(wake, imported_history_has_the_clocks_of_a_lived_one, ()) {
  Shop shop;
  shop.policy("standard").targets[0]->escalations.clear();  // an import takes no step
  shop.policy("standard").targets[3]->escalations.clear();
  const Instant start = at(0, *rc::gen::inRange(0, 24));
  Desk lived(shop, start), told(shop, at(60, 0));
  RC_ASSERT(lived.open(shop("form")) == Refusal::none);
  Command open;
  open.kind = CommandKind::open;
  open.actor.kind = ActorKind::customer;
  open.message = MessageId{1};
  open.occurred_at = start;
  plan::Facts facts;
  facts.set(plan::FactKey::channel, shop("form"));
  RC_ASSERT(told.give(open, facts) == Refusal::none);
  for (int left = *rc::gen::inRange(0, 12); left > 0; --left) {
    lived.now = lived.now + minutes(30) * *rc::gen::inRange(0, 30);
    Command command;
    command.kind = *rc::gen::element(CommandKind::customer_message, CommandKind::agent_reply, CommandKind::set_state);
    command.actor.kind = command.kind == CommandKind::customer_message ? ActorKind::customer : ActorKind::agent;
    command.state = *rc::gen::element(State::open, State::pending, State::resolved);
    const Refusal first = lived.give(command);
    command.occurred_at = lived.now;
    RC_ASSERT(told.give(command) == first);
    RC_ASSERT(told.out.effects.empty());
    RC_ASSERT(first == Refusal::none || told.out.events.empty());
  }
  RC_ASSERT(lived.conversation == told.conversation);
}

TEST(wake, a_step_that_the_plan_lost_stops_nothing) {
  Shop shop;
  Desk desk(shop, at(0, 9));
  ASSERT_EQ(desk.open(shop("form")), Refusal::none);
  Shop poorer = shop;
  poorer.policy("standard").targets[0]->escalations.clear();
  desk.pinned = &poorer.plan;  // should not happen: a pinned version does not change
  desk.now = at(1, 9);
  EXPECT_EQ(desk.wake(), Refusal::none);
  EXPECT_EQ(desk.clock(Target::first_reply).status, ClockStatus::missed);
  EXPECT_EQ(desk.clock(Target::first_reply).ended_at, at(0, 13));
}

TEST(wake, a_policy_whose_hours_never_come_is_never_due_and_never_loops) {
  Shop shop;
  shop.plan.calendars[1] = testing::weekly({}, 9, 17);
  Desk desk(shop, at(0, 9));
  ASSERT_EQ(desk.open(shop("form")), Refusal::none);
  EXPECT_EQ(desk.clock(Target::first_reply).due_at, never);
  EXPECT_EQ(next_wake(desk.conversation), never);
  desk.now = at(300, 9);
  EXPECT_EQ(desk.wake(), Refusal::none);
  EXPECT_EQ(desk.set(State::pending), Refusal::none);
  EXPECT_EQ(desk.set(State::open), Refusal::none);
  EXPECT_EQ(desk.reply(), Refusal::none);
  EXPECT_EQ(desk.clock(Target::first_reply).status, ClockStatus::met);
}

}  // namespace
}  // namespace suki::desk
