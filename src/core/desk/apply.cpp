/// apply(): folding events into the state. Needs no plan; whatever a clock needs is in its events.
#include <algorithm>

#include "base/assert.h"
#include "desk/conversation.h"

namespace suki::desk {

namespace {

using plan::FactKey;

Clock& clock_of(Conversation& conversation, Target target) {
  return conversation.clocks[static_cast<std::size_t>(target)];
}

/// What was promised has been done, or nobody waits for it any more.
void settle(Clock& clock) {
  clock.owed = false;
  clock.next_at = never;
}

/// The bounds that merged conversations put on this clock end with it.
void drop_merged_promises(Conversation& conversation, Target target) {
  if (conversation.merged_promise_count == 0) return;
  auto* const begin = conversation.merged_promises.data();
  auto* const end = begin + conversation.merged_promise_count;
  auto* const kept = std::remove_if(begin, end, [&](const MergedPromise& p) { return p.target == target; });
  std::fill(kept, end, MergedPromise{});
  conversation.merged_promise_count = static_cast<std::uint8_t>(kept - begin);
}

void drop_merged_promises(Conversation& conversation, ConversationId other) {
  auto* const begin = conversation.merged_promises.data();
  auto* const end = begin + conversation.merged_promise_count;
  auto* const kept = std::remove_if(begin, end, [&](const MergedPromise& p) { return p.other == other; });
  std::fill(kept, end, MergedPromise{});
  conversation.merged_promise_count = static_cast<std::uint8_t>(kept - begin);
}

bool is_reply(Target target) {
  return target == Target::first_reply || target == Target::next_reply;
}

void tell(Clock& clock, Target target) {
  if (!is_reply(target) || clock.due_at == never) return;
  clock.told = clock.told == never ? clock.due_at : std::max(clock.told, clock.due_at);
}

void start_clock(Conversation& conversation, const Event& event) {
  Clock& clock = clock_of(conversation, event.target);
  clock = Clock{};
  clock.status = ClockStatus::running;
  clock.cycle = event.cycle;
  clock.borrowed = static_cast<bool>(event.other);
  clock.policy = event.symbol;
  clock.started_at = clock.running_since = event.from;
  clock.due_at = event.due;
  clock.budget = event.span;
  tell(clock, event.target);
}

void move_clock(Clock& clock, const Event& event) {
  if (clock.policy != event.symbol) clock.steps_done = 0;  // another policy's steps
  clock.policy = event.symbol;
  clock.warned = false;
  clock.budget = event.span;
  clock.used = event.used;
  clock.running_since = event.from;
  clock.due_at = event.due;
  tell(clock, event.target);
}

void end_clock(Conversation& conversation, Clock& clock, const Event& event, ClockStatus status) {
  clock.status = status;
  clock.used = event.used;
  clock.running_since = event.occurred_at;
  clock.ended_at = event.occurred_at;
  clock.owed = status == ClockStatus::missed;
  drop_merged_promises(conversation, event.target);
}

void apply_clock(Conversation& conversation, const Event& event) {
  Clock& clock = clock_of(conversation, event.target);
  switch (event.kind) {
    case EventKind::clock_started:
      start_clock(conversation, event);
      break;
    case EventKind::clock_paused:
      clock.status = ClockStatus::paused;
      clock.used = event.used;
      clock.running_since = event.occurred_at;
      clock.due_at = never;
      drop_merged_promises(conversation, event.target);
      break;
    case EventKind::clock_resumed:
      if (clock.status == ClockStatus::missed) {
        clock.owed = true;
        break;
      }
      clock.status = ClockStatus::running;
      clock.used = event.used;
      clock.running_since = event.from;
      clock.due_at = event.due;
      clock.ended_at = never;
      tell(clock, event.target);
      break;
    case EventKind::clock_moved:
      move_clock(clock, event);
      break;
    case EventKind::clock_warned:
      clock.warned = true;
      break;
    case EventKind::clock_met:
      end_clock(conversation, clock, event, ClockStatus::met);
      break;
    case EventKind::clock_missed:
      end_clock(conversation, clock, event, ClockStatus::missed);
      break;
    case EventKind::clock_cancelled:
      end_clock(conversation, clock, event, ClockStatus::cancelled);
      if (event.other && is_reply(event.target)) conversation.waiting_since = never;  // only the other one's wait
      break;
    case EventKind::escalated:
      ++clock.steps_done;
      break;
    default:
      SUKI_UNREACHABLE("what is left are clock events");
  }
  clock.next_at = event.next_at;
}

void apply_state(Conversation& conversation, const Event& event) {
  const bool was_resolved = conversation.state == State::resolved;
  conversation.state = event.state;
  conversation.state_since = event.occurred_at;
  conversation.hold_reason = event.state == State::on_hold ? event.symbol : Symbol{};
  if (event.state == State::resolved || event.state == State::closed) {
    conversation.waiting_since = never;
    for (Clock& clock : conversation.clocks) {
      if (clock.owed) settle(clock);
    }
  } else if (was_resolved) {
    conversation.cycle_since = event.occurred_at;
  }
}

void apply_opened(Conversation& conversation, const Event& event) {
  conversation.started_by_staff = conversation.first_reply_done = event.by_staff;
  conversation.facts.set(FactKey::channel, event.symbol);
  conversation.opened_at = conversation.state_since = conversation.cycle_since = event.occurred_at;
  if (!event.by_staff) conversation.waiting_since = event.occurred_at;
}

void apply_agent_reply(Conversation& conversation, const Event& event) {
  conversation.first_reply_done = true;
  conversation.last_staff_message_at = event.occurred_at;
  conversation.waiting_since = never;
  for (Target target : {Target::first_reply, Target::next_reply, Target::update}) {
    Clock& clock = clock_of(conversation, target);
    if (clock.owed) settle(clock);
  }
}

void apply_promise_taken(Conversation& conversation, const Event& event) {
  SUKI_ASSERT(conversation.merged_promise_count < merged_promises_max);
  conversation.merged_promises[conversation.merged_promise_count++] = {event.other, event.target, event.due};
  if (is_reply(event.target) && conversation.waiting_since == never) conversation.waiting_since = event.occurred_at;
}

}  // namespace

void apply(Conversation& conversation, const Event& event) {
  SUKI_ASSERT(event.number == conversation.last_number + 1);
  conversation.last_number = event.number;
  conversation.last_event_at = event.occurred_at;
  switch (event.kind) {
    case EventKind::opened:
      apply_opened(conversation, event);
      break;
    case EventKind::customer_message:
      if (conversation.waiting_since == never) conversation.waiting_since = event.occurred_at;
      break;
    case EventKind::agent_reply:
      apply_agent_reply(conversation, event);
      break;
    case EventKind::automatic_reply:
    case EventKind::note:
      break;
    case EventKind::state_changed:
      apply_state(conversation, event);
      break;
    case EventKind::topic_changed:
      conversation.facts.set(FactKey::topic, event.symbol);
      break;
    case EventKind::priority_changed:
      conversation.facts.set(FactKey::priority, event.symbol);
      break;
    case EventKind::segment_changed:
      conversation.facts.set(FactKey::segment, event.symbol);
      break;
    case EventKind::language_changed:
      conversation.facts.set(FactKey::language, event.symbol);
      break;
    case EventKind::assigned:
      conversation.assignee = event.agent;
      break;
    case EventKind::team_assigned:
      conversation.facts.set(FactKey::team, event.symbol);
      break;
    case EventKind::policy_chosen:
      conversation.policy = event.symbol;
      conversation.pinned = event.version;
      break;
    case EventKind::merged_into:
      conversation.merged = true;
      conversation.merged_into = event.other;
      break;
    case EventKind::unmerged:
      conversation.merged = false;
      conversation.merged_into = {};
      break;
    case EventKind::took_merged:
      break;
    case EventKind::promise_taken:
      apply_promise_taken(conversation, event);
      break;
    case EventKind::taken_up:
      // What starts late counts from here, whatever happened before.
      if (conversation.state != State::resolved && conversation.state != State::closed)
        conversation.state_since = event.occurred_at;
      break;
    case EventKind::released_merged:
      drop_merged_promises(conversation, event.other);
      break;
    default:
      apply_clock(conversation, event);
      break;
  }
}

Instant next_wake(const Conversation& conversation) {
  if (conversation.merged || conversation.state == State::closed) return never;
  Instant first = never;
  for (const Clock& clock : conversation.clocks) first = std::min(first, clock.next_at);
  return first;
}

std::array<Instant, plan::target_count> open_dues(const Conversation& conversation) {
  std::array<Instant, plan::target_count> dues;
  for (std::size_t i = 0; i < dues.size(); ++i) {
    const Clock& clock = conversation.clocks[i];
    dues[i] = clock.status == ClockStatus::running ? clock.due_at : never;
  }
  return dues;
}

}  // namespace suki::desk
