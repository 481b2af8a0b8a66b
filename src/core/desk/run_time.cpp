/// What time alone does: warnings, breaches and escalation steps.
#include "desk/run.h"

namespace suki::desk {

using plan::FactKey;

/// The clock that time changes first, at `until` at the latest; of equals the first target.
std::optional<Target> Run::first_due(Instant until) const {
  std::optional<Target> target;
  Instant first = never;
  for (std::size_t i = 0; i < plan::target_count; ++i) {
    const Instant next = conversation_.clocks[i].next_at;
    if (next >= first || next > until || lost_[i]) continue;
    first = next;
    target = static_cast<Target>(i);
  }
  return target;
}

bool Run::is_due(Instant until) const {
  return conversation_.state != State::closed && first_due(until);
}

void Run::run_due(Instant until) {
  if (conversation_.state == State::closed) return;
  while (const std::optional<Target> due = first_due(until)) {
    const Target target = *due;
    const Item item = next_item(*pinned_, clock(target), target);
    set_moment(item.at, {ActorKind::time, {}});
    const bool late = !importing_ && recorded_ - at_ > late_after;  // not so what a change just put into the past
    switch (item.kind) {
      case ItemKind::none:
        lost_[static_cast<std::size_t>(target)] = true;
        break;
      case ItemKind::warning: {
        Event& event = clock_event(EventKind::clock_warned, target);
        event.late = late;
        emit_clock(event);
        break;
      }
      case ItemKind::breach: {
        Event& event = clock_event(EventKind::clock_missed, target);
        event.late = late;
        event.due = clock(target).due_at;
        event.used = used_at(clock(target), *pinned_, at_);
        emit_clock(event);
        break;
      }
      case ItemKind::step: {
        const Symbol policy = clock(target).policy;
        const plan::TargetPromise& promise = *find_promise(*pinned_, policy, target);
        const plan::EscalationStep& step = promise.escalations[clock(target).steps_done];
        Event& event = clock_event(EventKind::escalated, target);
        event.late = late;
        event.symbol = step.id;
        emit_clock(event);
        if (!importing_) perform(step_in_force(step, policy, target), target);
        break;
      }
    }
  }
}

/// When is pinned; who is told is always as in force.
const plan::EscalationStep& Run::step_in_force(const plan::EscalationStep& pinned, Symbol policy, Target target) const {
  if (const plan::TargetPromise* promise = find_promise(plans_.in_force, policy, target)) {
    for (const plan::EscalationStep& step : promise->escalations) {
      if (step.id == pinned.id) return step;
    }
  }
  return pinned;
}

void Run::perform(const plan::EscalationStep& step, Target target) {
  Effect told;
  told.symbol = step.id;
  told.target = target;
  told.event = conversation_.last_number;
  told.due = clock(target).due_at;
  told.team = step.team ? step.team : conversation_.facts.get(FactKey::team);
  told.kind = EffectKind::notify_team;
  out_.explanations.push_back({Choice::escalation, step.id, step.team, target});
  switch (step.step) {
    case plan::Step::notify_assignee:
      if (conversation_.assignee) {  // nobody has it: its team is told
        told.kind = EffectKind::notify_agent;
        told.agent = conversation_.assignee;
      }
      effect(told);
      break;
    case plan::Step::notify_team:
      effect(told);
      break;
    case plan::Step::assign_team:
      if (step.team && step.team != conversation_.facts.get(FactKey::team)) give_to_team(step.team, step.id);
      break;
    case plan::Step::raise_priority:
      raise_priority();
      break;
  }
}

void Run::raise_priority() {
  const auto& priorities = plans_.in_force.priorities;  // most urgent first
  const Symbol now = conversation_.facts.get(FactKey::priority);
  for (std::size_t i = 1; i < priorities.size(); ++i) {
    if (priorities[i].id != now) continue;
    emit_fact(EventKind::priority_changed, priorities[i - 1].id);
    choose_policy(Cause::escalation);
    return;
  }
}

}  // namespace suki::desk
