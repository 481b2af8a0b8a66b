/// Two conversations of one matter. The one that ends here keeps its clocks as they are, so that unmerging restores
/// them; the one that goes on takes over the earlier dues, target by target.
#include <algorithm>

#include "desk/run.h"

namespace suki::desk {

Refusal Run::merge_into(const Command& command) {
  if (command.other == conversation_.id || !command.other) return Refusal::cannot_merge_itself;
  Event& event = new_event(EventKind::merged_into);
  event.other = command.other;
  emit(event);
  return Refusal::none;
}

Refusal Run::unmerge(const Command& command) {
  if (!conversation_.merged || (command.other && command.other != conversation_.merged_into))
    return Refusal::not_merged;
  Event& event = new_event(EventKind::unmerged);
  event.other = conversation_.merged_into;
  emit(event);
  ask_route();
  return Refusal::none;
}

Refusal Run::take_merged(const Command& command) {
  if (command.other == conversation_.id || !command.other) return Refusal::cannot_merge_itself;
  const auto due_of = [&](Target target) { return command.dues[static_cast<std::size_t>(target)]; };
  const auto count = std::count_if(command.dues.begin(), command.dues.end(), [](Instant due) { return due != never; });
  if (conversation_.merged_promise_count + static_cast<std::size_t>(count) > merged_promises_max)
    return Refusal::too_many_merged;

  Event& event = new_event(EventKind::took_merged);
  event.other = command.other;
  emit(event);
  // Whatever reply the other one owed is the reply that this one owes now.
  const Instant reply = std::min(due_of(Target::first_reply), due_of(Target::next_reply));
  if (reply != never && conversation_.state != State::open) {
    const bool reopened = conversation_.state == State::resolved;
    enter_state(State::open, {});
    if (reopened) ask_route();
  }
  take_promise(conversation_.first_reply_done ? Target::next_reply : Target::first_reply, reply, command.other);
  take_promise(Target::update, due_of(Target::update), command.other);
  take_promise(Target::resolution, due_of(Target::resolution), command.other);
  return Refusal::none;
}

void Run::take_promise(Target target, Instant due, ConversationId other) {
  if (due == never || !is_unresolved()) return;
  const Clock& own = clock(target);
  // A paused clock has no due; one that is missed, or is just about to be, cannot be missed again.
  const bool broken = own.owed || (own.status == ClockStatus::running && own.due_at < at_);
  if (own.status == ClockStatus::paused || broken) return;

  Event& taken = new_event(EventKind::promise_taken);
  taken.target = target;
  taken.other = other;
  taken.due = due;
  emit(taken);
  if (is_open(target)) {
    move(target, used_at(own, *pinned_, at_), own.policy, Cause::person);
    return;
  }
  const calendar::Calendar& hours = calendar_of(*pinned_, conversation_.policy);
  const plan::TargetPromise* promise = find_promise(*pinned_, conversation_.policy, target);
  Event& event = clock_event(EventKind::clock_started, target);
  ++event.cycle;
  event.other = other;
  event.symbol = conversation_.policy;
  event.from = at_;
  event.due = promise ? std::min(due, hours.add(at_, promise->budget).value_or(never)) : due;
  event.span = hours.between(at_, event.due);
  emit_clock(event);
  sync_pause(target);
}

Refusal Run::release_merged(const Command& command) {
  std::array<bool, plan::target_count> bound{};
  for (std::size_t i = 0; i < conversation_.merged_promise_count; ++i) {
    const MergedPromise& promise = conversation_.merged_promises[i];
    if (promise.other == command.other) bound[static_cast<std::size_t>(promise.target)] = true;
  }
  Event& event = new_event(EventKind::released_merged);
  event.other = command.other;
  emit(event);
  for (std::size_t i = 0; i < bound.size(); ++i) {
    if (bound[i]) release_promise(static_cast<Target>(i), command.other);
  }
  return Refusal::none;
}

void Run::release_promise(Target target, ConversationId other) {
  if (!is_open(target)) return;
  const Clock& own = clock(target);
  if (own.borrowed && !earliest_merged(target)) {
    Event& event = clock_event(EventKind::clock_cancelled, target);
    event.other = other;
    event.used = used_at(own, *pinned_, at_);
    emit_clock(event);
    return;
  }
  move(target, used_at(own, *pinned_, at_), own.policy, Cause::person, other);
}

}  // namespace suki::desk
