#include "desk/promises.h"

#include <algorithm>

namespace suki::desk {

using plan::FactKey;

const plan::TargetPromise* find_promise(const plan::CompiledPlan& plan, Symbol policy, Target target) {
  const plan::SlaPolicy* found = plan.find_policy(policy);
  if (!found) return nullptr;
  const auto& promise = found->targets[static_cast<std::size_t>(target)];
  return promise ? &*promise : nullptr;
}

const calendar::Calendar& calendar_of(const plan::CompiledPlan& plan, Symbol policy) {
  const plan::SlaPolicy* found = plan.find_policy(policy);
  return plan.calendars[found ? found->calendar : 0];
}

bool pauses(const plan::TargetPromise* promise, State state) {
  if (!promise) return false;
  return (state == State::pending && promise->paused_in_pending) ||
         (state == State::on_hold && promise->paused_in_on_hold);
}

namespace {

/// `offset` is negative: that much working time before the due instant, but not before the clock counts (a merged
/// promise may be due even before that).
Instant before_due(const plan::CompiledPlan& plan, const Clock& clock, Span offset) {
  const Instant at = calendar_of(plan, clock.policy).subtract(clock.due_at, -offset).value_or(clock.running_since);
  return std::max(at, std::min(clock.running_since, clock.due_at));
}

}  // namespace

Item next_item(const plan::CompiledPlan& plan, const Clock& clock, Target target) {
  const bool running = clock.status == ClockStatus::running && clock.due_at != never;
  if (!running && !clock.owed) return {};
  const plan::TargetPromise* promise = find_promise(plan, clock.policy, target);
  const plan::EscalationStep* step = nullptr;
  if (promise && clock.steps_done < promise->escalations.size()) step = &promise->escalations[clock.steps_done];

  if (!running) {
    if (!step) return {};
    if (step->offset <= Span{}) return {ItemKind::step, clock.due_at};
    return {ItemKind::step, calendar_of(plan, clock.policy).add(clock.due_at, step->offset).value_or(never)};
  }
  const bool warns = promise && !clock.warned && promise->warn_before > Span{};
  const bool steps = step && step->offset < Span{};
  if (warns && (!steps || -promise->warn_before <= step->offset)) {
    return {ItemKind::warning, before_due(plan, clock, -promise->warn_before)};
  }
  if (steps) return {ItemKind::step, before_due(plan, clock, step->offset)};
  return {ItemKind::breach, clock.due_at};
}

plan::Facts facts_at_opening(const plan::CompiledPlan& plan, plan::Facts facts, const plan::AssignmentRule** rule) {
  const auto has = [](const std::vector<Symbol>& list, Symbol symbol) {
    return std::find(list.begin(), list.end(), symbol) != list.end();
  };
  if (!plan.find_topic(facts.get(FactKey::topic))) facts.set(FactKey::topic, plan.default_topic);
  if (!plan.find_priority(facts.get(FactKey::priority))) facts.set(FactKey::priority, plan.default_priority);
  if (!has(plan.languages, facts.get(FactKey::language))) facts.set(FactKey::language, plan.default_language);
  if (!has(plan.segments, facts.get(FactKey::segment))) facts.set(FactKey::segment, {});

  const plan::AssignmentRule* chosen = plan.choose_assignment(facts);
  if (rule) *rule = chosen;
  if (!plan.find_team(facts.get(FactKey::team))) {
    const plan::Topic* topic = plan.find_topic(facts.get(FactKey::topic));
    Symbol team = chosen ? chosen->team : Symbol{};
    if (!team && topic) team = topic->team;
    facts.set(FactKey::team, team ? team : plan.default_team);
  }
  return facts;
}

Promised promise_at(const plan::CompiledPlan& plan, const plan::SlaPolicy& policy, const plan::TargetPromise& promise,
                    Instant contact) {
  const calendar::Calendar& hours = plan.calendars[policy.calendar];
  const Instant from = promise.start == plan::StartAt::contact ? contact : hours.next_open(contact).value_or(contact);
  return {from, hours.add(contact, promise.budget).value_or(never)};
}

Span used_at(const Clock& clock, const plan::CompiledPlan& pinned, Instant at) {
  if (clock.status != ClockStatus::running) return clock.used;
  return clock.used + calendar_of(pinned, clock.policy).between(clock.running_since, at);
}

}  // namespace suki::desk
