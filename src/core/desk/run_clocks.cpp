/// Starting, pausing, moving and ending clocks.
#include <algorithm>

#include "desk/run.h"

namespace suki::desk {

namespace {
constexpr Target all_targets[] = {Target::first_reply, Target::next_reply, Target::update, Target::resolution};
}

/// Does the conversation as it stands call for a clock of this target?
bool Run::needs(Target target) const {
  const Conversation& c = conversation_;
  if (!is_unresolved()) return false;
  switch (target) {
    case Target::first_reply:
      return !c.first_reply_done && c.waiting_since != never;
    case Target::next_reply:
      return c.first_reply_done && c.waiting_since != never;
    case Target::update:
      return c.first_reply_done && c.last_staff_message_at != never && c.last_staff_message_at >= c.cycle_since;
    case Target::resolution:
      return true;
  }
  return false;
}

/// Where the target's budget counts from when nothing interrupts it.
Instant Run::origin(Target target) const {
  switch (target) {
    case Target::first_reply:
    case Target::next_reply:
      return conversation_.waiting_since;
    case Target::update:
      return conversation_.last_staff_message_at;
    case Target::resolution:
      return conversation_.cycle_since;
  }
  return at_;
}

const MergedPromise* Run::earliest_merged(Target target) const {
  const MergedPromise* first = nullptr;
  for (std::size_t i = 0; i < conversation_.merged_promise_count; ++i) {
    const MergedPromise& promise = conversation_.merged_promises[i];
    if (promise.target == target && (!first || promise.due < first->due)) first = &promise;
  }
  return first;
}

void Run::start(Target target, Instant contact, Cause cause) {
  const plan::SlaPolicy* policy = pinned_->find_policy(conversation_.policy);
  if (!policy) return;
  const auto& promise = policy->targets[static_cast<std::size_t>(target)];
  if (!promise) return;
  const Promised promised = promise_at(*pinned_, *policy, *promise, contact);
  if (cause == Cause::escalation && promised.due <= at_) return;

  Event& event = clock_event(EventKind::clock_started, target);
  ++event.cycle;
  event.symbol = policy->id;
  event.from = promised.from;
  event.due = promised.due;
  event.span = promise->budget;
  emit_clock(event);
  out_.explanations.push_back({Choice::start_of_clock, {}, policy->id, target});
  sync_pause(target);
}

void Run::start_if_needed(Target target) {
  if (needs(target) && !is_open(target) && !clock(target).owed) start(target, origin(target));
}

void Run::pause(Target target) {
  Event& event = clock_event(EventKind::clock_paused, target);
  event.used = used_at(clock(target), *pinned_, at_);
  emit_clock(event);
}

void Run::resume(Target target) {
  const Clock& paused = clock(target);
  Event& event = clock_event(EventKind::clock_resumed, target);
  event.from = std::max(at_, paused.started_at);  // a start that waits for an opening still does
  event.used = paused.used;
  event.due = calendar_of(*pinned_, paused.policy)
                  .add(event.from, std::max(paused.budget - paused.used, Span{}))
                  .value_or(never);
  notify_if_moved(target, event.due);
  emit_clock(event);
}

void Run::sync_pause(Target target) {
  if (!is_open(target)) return;
  const Clock& now = clock(target);
  const bool should = pauses(find_promise(*pinned_, now.policy, target), conversation_.state);
  if (should && now.status == ClockStatus::running) pause(target);
  if (!should && now.status == ClockStatus::paused) resume(target);
}

/// Met or cancelled.
void Run::finish(Target target, EventKind kind) {
  if (!is_open(target)) return;
  Event& event = clock_event(kind, target);
  event.used = used_at(clock(target), *pinned_, at_);
  emit_clock(event);
}

/// The budget counts from the original start: what was used stays used. A merged promise may only make it earlier;
/// without a promise of the policy's own (a borrowed clock) it alone decides.
void Run::move(Target target, Span used, Symbol policy, Cause cause, ConversationId other) {
  const Clock& now = clock(target);
  const plan::TargetPromise* promise = find_promise(*pinned_, policy, target);
  const MergedPromise* bound = earliest_merged(target);
  Span budget = promise ? promise->budget : now.budget;
  const Instant from = std::max(at_, now.running_since);
  Instant due = never;
  if (now.status == ClockStatus::running) {
    const calendar::Calendar& hours = calendar_of(*pinned_, policy);
    const Span left = budget - used;
    if (promise || !bound) due = (left > Span{} ? hours.add(from, left) : hours.subtract(at_, -left)).value_or(never);
    if (bound && bound->due < due) {
      due = bound->due;
      budget = used + hours.between(from, bound->due);
      other = bound->other;
    }
    if (cause == Cause::escalation && due <= at_) return;
  }
  // Nothing to say unless the promise changed, or (another version's hours) how much of it was used.
  const bool same_use = used_at(now, *pinned_, at_) == used;
  if (due == now.due_at && budget == now.budget && policy == now.policy && same_use) return;
  notify_if_moved(target, due);
  Event& event = clock_event(EventKind::clock_moved, target);
  event.symbol = policy;
  event.other = other;
  event.span = budget;
  event.used = used;
  event.from = from;
  event.due = due;
  emit_clock(event);
}

void Run::choose_policy(Cause cause) {
  std::array<Span, plan::target_count> used;
  for (Target target : all_targets) used[static_cast<std::size_t>(target)] = used_at(clock(target), *pinned_, at_);
  if (cause == Cause::repin) pinned_ = &plans_.in_force;  // what was used stays measured by the old version

  // What was led elsewhere has no promise of ours, and says so.
  const plan::SlaRule* rule = cause == Cause::import ? nullptr : pinned_->choose_sla(conversation_.facts);
  const Symbol policy = rule ? pinned_->policies[rule->policy].id : Symbol{};
  const bool again = cause == Cause::person || cause == Cause::escalation;
  if (again && policy == conversation_.policy) return;
  const Symbol by = rule ? rule->id : Symbol{};
  Event& event = new_event(EventKind::policy_chosen);
  event.symbol = policy;
  event.rule = by;
  event.version = again ? conversation_.pinned : plans_.in_force_version;
  emit(event);
  out_.explanations.push_back({Choice::sla_policy, by, policy});
  if (cause == Cause::opening || cause == Cause::import) return;  // open() starts the clocks
  for (Target target : all_targets) adapt(target, used[static_cast<std::size_t>(target)], cause);
}

void Run::adapt(Target target, Span used, Cause cause) {
  const plan::TargetPromise* promise = find_promise(*pinned_, conversation_.policy, target);
  if (is_open(target)) {
    if (promise) {
      move(target, used, conversation_.policy, cause);
      sync_pause(target);
    } else if (!clock(target).borrowed) {
      Event& event = clock_event(EventKind::clock_cancelled, target);
      event.used = used;
      emit_clock(event);
    } else if (cause == Cause::repin) {
      move(target, used, conversation_.policy, cause);  // goes on, counted by the new version's hours
      sync_pause(target);
    }
  } else if (promise && needs(target) && !clock(target).owed) {
    start(target, std::max(origin(target), conversation_.state_since), cause);
  }
}

void Run::enter_state(State state, Symbol reason) {
  const State was = conversation_.state;
  const Instant was_since = conversation_.state_since;
  const bool was_unresolved = is_unresolved();
  Event& event = new_event(EventKind::state_changed);
  event.state = state;
  event.symbol = reason;
  emit(event);
  if (!is_unresolved()) {
    if (!was_unresolved) return;
    for (Target target : {Target::first_reply, Target::next_reply, Target::update})
      finish(target, EventKind::clock_cancelled);
    finish(Target::resolution, EventKind::clock_met);
    return;
  }
  if (was == State::resolved) reopen_resolution(was_since);
  for (Target target : all_targets) sync_pause(target);
}

void Run::reopen_resolution(Instant resolved_at) {
  const plan::SlaPolicy* policy = pinned_->find_policy(conversation_.policy);
  const Clock& last = clock(Target::resolution);
  const bool ended = last.cycle > 0 && (last.status == ClockStatus::met || last.status == ClockStatus::missed);
  const bool continues = policy && policy->continue_within > Span{} && at_ - resolved_at <= policy->continue_within;
  if (!ended || !continues) {
    start(Target::resolution, at_);
    return;
  }
  if (last.status == ClockStatus::met) {
    resume(Target::resolution);
    if (last.policy != conversation_.policy && find_promise(*pinned_, conversation_.policy, Target::resolution)) {
      move(Target::resolution, last.used, conversation_.policy, Cause::person);
    }
    return;
  }
  Event& event = clock_event(EventKind::clock_resumed, Target::resolution);  // still missed, and owed again
  event.from = at_;
  event.used = last.used;
  event.due = last.due_at;
  emit_clock(event);
}

}  // namespace suki::desk
