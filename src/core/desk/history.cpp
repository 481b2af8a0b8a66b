#include "desk/history.h"

#include <algorithm>

namespace suki::desk {

namespace {

constexpr Target all_targets[] = {Target::first_reply, Target::next_reply, Target::update, Target::resolution};
constexpr Target reply_targets[] = {Target::first_reply, Target::next_reply};

bool is_over(State state) {
  return state == State::resolved || state == State::closed;
}

bool pauses_in(const plan::TargetPromise& promise, State state) {
  if (state == State::pending) return promise.paused_in_pending;
  if (state == State::on_hold) return promise.paused_in_on_hold;
  return false;
}

}  // namespace

Span Cycle::used(Instant at) const {
  Span sum;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const Instant to = i + 1 < pieces.size() ? std::min(pieces[i + 1].from, at) : at;
    if (!pieces[i].paused) sum += pieces[i].hours->between(pieces[i].counts_from, to);
  }
  return sum;
}

const plan::SlaPolicy* History::policy(Symbol id) const {
  for (const plan::SlaPolicy& candidate : plan_->policies) {
    if (candidate.id == id) return &candidate;
  }
  return nullptr;
}

const plan::TargetPromise* History::promise(Symbol policy_id, Target target) const {
  const plan::SlaPolicy* found = policy(policy_id);
  if (!found || !found->targets[static_cast<std::size_t>(target)]) return nullptr;
  return &*found->targets[static_cast<std::size_t>(target)];
}

Cycle* History::last(Target target) {
  for (auto it = cycles_.rbegin(); it != cycles_.rend(); ++it) {
    if (it->target == target) return &*it;
  }
  return nullptr;
}

bool History::wanted(Target target) const {
  if (is_over(state_)) return false;
  switch (target) {
    case Target::first_reply:
      return !replied_ && waiting_since_ != never;
    case Target::next_reply:
      return replied_ && waiting_since_ != never;
    case Target::update:
      return replied_ && last_staff_message_ != never && last_staff_message_ >= cycle_since_;
    case Target::resolution:
      return true;
  }
  return false;
}

bool History::has_none_open(Target target) {
  const Cycle* cycle = last(target);
  return !cycle || (!cycle->is_open() && !cycle->clock.owed);
}

Instant History::merged_bound(Target target) const {
  Instant first = never;
  for (const MergedPromise& bound : bounds_) {
    if (bound.target == target) first = std::min(first, bound.due);
  }
  return first;
}

void History::drop_bounds(Target target) {
  std::erase_if(bounds_, [&](const MergedPromise& bound) { return bound.target == target; });
}

void History::start(Target target, Instant contact, Instant at, bool by_escalation) {
  const plan::TargetPromise* made = promise(policy_, target);
  if (!made) return;
  const calendar::Calendar& hours = plan_->calendars[policy(policy_)->calendar];
  const Instant due = hours.add(contact, made->budget).value_or(never);
  if (by_escalation && due <= at) return;
  const Cycle* before = last(target);
  Cycle cycle;
  cycle.target = target;
  cycle.contact = contact;
  cycle.made_at = at;
  cycle.clock.status = ClockStatus::running;
  cycle.clock.cycle = static_cast<std::uint16_t>(before ? before->clock.cycle + 1 : 1);
  cycle.clock.policy = policy_;
  cycle.clock.budget = made->budget;
  cycle.clock.due_at = due;
  cycle.clock.started_at =
      made->start == plan::StartAt::next_opening ? hours.next_open(contact).value_or(contact) : contact;
  cycle.pieces.push_back({contact, contact, state_, false, &hours, made->budget, due});
  cycles_.push_back(std::move(cycle));
  if (pauses_in(*made, state_)) change(cycles_.back(), at, policy_, made->budget);
}

void History::end(Target target, ClockStatus status, Instant at) {
  Cycle* cycle = last(target);
  if (!cycle || !cycle->is_open()) return;
  cycle->clock.used = cycle->used(at);
  cycle->clock.status = status;
  cycle->clock.ended_at = at;
  cycle->clock.owed = status == ClockStatus::missed;
  drop_bounds(target);
}

/// A new piece from `at`: another state, policy or budget.
void History::change(Cycle& cycle, Instant at, Symbol policy_id, Span budget, bool by_escalation) {
  const plan::TargetPromise* made = promise(policy_id, cycle.target);
  const plan::SlaPolicy* by = policy(policy_id);
  const calendar::Calendar& hours = plan_->calendars[by ? by->calendar : 0];
  const Instant from = std::max(at, cycle.clock.started_at);
  const Span used = cycle.used(at);
  const bool was_paused = cycle.pieces.back().paused;
  Piece piece{at, from, state_, made && pauses_in(*made, state_), &hours, budget, never};
  // Coming back from a pause with nothing left: due at the next opening, where a move would put it into the past.
  const Span left = was_paused ? std::max(budget - used, Span{}) : budget - used;
  Instant due = (left > Span{} || was_paused ? hours.add(from, left) : hours.subtract(at, -left)).value_or(never);
  const Instant bound = merged_bound(cycle.target);
  if (bound < due || (!made && bound != never)) {
    due = bound;
    piece.budget = used + hours.between(from, bound);
  }
  if (by_escalation && !was_paused && due <= at) return;
  if (piece.paused)
    drop_bounds(cycle.target);
  else
    piece.due = due;
  // Another promise warns anew; another policy has steps of its own. A pause and its end change neither.
  const bool other_policy = cycle.clock.policy != policy_id;
  const bool other_due = !was_paused && !piece.paused && cycle.clock.due_at != piece.due;
  if (other_policy || other_due || cycle.clock.budget != piece.budget) cycle.clock.warned = false;
  if (other_policy) cycle.clock.steps_done = 0;
  cycle.clock.status = piece.paused ? ClockStatus::paused : ClockStatus::running;
  cycle.clock.policy = policy_id;
  cycle.clock.budget = piece.budget;
  cycle.clock.due_at = piece.due;
  cycle.clock.used = used;
  cycle.pieces.push_back(piece);
}

void History::advance(Target target, Instant at) {
  Cycle* cycle = last(target);
  if (!cycle || cycle->clock.status != ClockStatus::running || cycle->clock.due_at >= at) return;
  // A change can put a due into the past: the breach then stands where the change was made.
  end(target, ClockStatus::missed, std::max({cycle->clock.due_at, cycle->pieces.back().from, cycle->made_at}));
}

void History::advance(Instant at) {
  for (Target target : all_targets) advance(target, at);
}

void History::set_state(const Event& event) {
  const State was = state_;
  const Instant was_since = state_since_;
  state_ = event.state;
  state_since_ = event.occurred_at;
  if (is_over(state_)) {
    if (!is_over(was)) {
      for (Target target : {Target::first_reply, Target::next_reply, Target::update}) {
        end(target, ClockStatus::cancelled, event.occurred_at);
      }
      end(Target::resolution, ClockStatus::met, event.occurred_at);
    }
    waiting_since_ = never;
    for (Cycle& cycle : cycles_) cycle.clock.owed = false;
    return;
  }
  if (was == State::resolved) {
    cycle_since_ = event.occurred_at;
    reopen(was_since, event.occurred_at);
  }
  for (Target target : all_targets) {
    Cycle* cycle = last(target);
    if (!cycle || !cycle->is_open()) continue;
    const plan::TargetPromise* made = promise(cycle->clock.policy, target);
    const bool pauses = made && pauses_in(*made, state_);
    if (pauses || cycle->pieces.back().paused)
      change(*cycle, event.occurred_at, cycle->clock.policy, cycle->clock.budget);
  }
}

void History::reopen(Instant resolved_at, Instant at) {
  const plan::SlaPolicy* now = policy(policy_);
  Cycle* before = last(Target::resolution);
  const bool continues = now && now->continue_within > Span{} && at - resolved_at <= now->continue_within && before &&
                         before->clock.status != ClockStatus::cancelled;
  if (!continues) return start(Target::resolution, at, at);
  if (before->clock.status == ClockStatus::missed) {
    before->clock.owed = true;
    return;
  }
  // The time between resolving and reopening does not count.
  before->pieces.push_back({before->clock.ended_at, before->clock.ended_at, State::resolved, true,
                            before->pieces.back().hours, before->clock.budget, never});
  before->clock.ended_at = never;
  before->clock.status = ClockStatus::paused;
  const State entered = state_;
  state_ = State::open;  // it runs on first, and is paused after, as it is decided
  change(*before, at, before->clock.policy, before->clock.budget);
  const plan::TargetPromise* made = promise(policy_, Target::resolution);
  if (made && before->clock.policy != policy_) change(*before, at, policy_, made->budget);
  state_ = entered;
}

void History::choose(const Event& event) {
  const plan::CompiledPlan* const before = plan_;
  const bool opening = !before;
  const bool by_escalation = event.actor.kind == ActorKind::time;
  for (const PinnedPlan& candidate : pinned_) {
    if (candidate.version == event.version || !plan_) plan_ = candidate.plan;
  }
  policy_ = event.symbol;
  const Instant at = event.occurred_at;
  if (opening) {
    if (!by_staff_) start(Target::first_reply, at, at);
    start(Target::resolution, at, at);
    return;
  }
  for (Target target : all_targets) {
    const plan::TargetPromise* made = promise(policy_, target);
    Cycle* cycle = last(target);
    if (cycle && cycle->is_open()) {
      if (made)
        change(*cycle, at, policy_, made->budget, by_escalation);
      else if (!cycle->clock.borrowed)
        end(target, ClockStatus::cancelled, at);
      else if (plan_ != before)
        change(*cycle, at, policy_, cycle->clock.budget);
    } else if (made && wanted(target) && has_none_open(target)) {
      Instant contact = cycle_since_;
      if (target == Target::update) contact = last_staff_message_;
      if (target == Target::first_reply || target == Target::next_reply) contact = waiting_since_;
      start(target, std::max(contact, state_since_), at, by_escalation);
    }
  }
}

void History::take(const Event& event) {
  const Instant at = event.occurred_at;
  bounds_.push_back({event.other, event.target, event.due});
  if ((event.target == Target::first_reply || event.target == Target::next_reply) && waiting_since_ == never)
    waiting_since_ = at;
  Cycle* cycle = last(event.target);
  if (cycle && cycle->is_open()) {
    const plan::TargetPromise* own = promise(cycle->clock.policy, event.target);
    return change(*cycle, at, cycle->clock.policy, own ? own->budget : cycle->clock.budget);
  }
  const plan::SlaPolicy* now = policy(policy_);
  const calendar::Calendar& hours = plan_->calendars[now ? now->calendar : 0];
  const plan::TargetPromise* made = promise(policy_, event.target);
  Cycle borrowed;
  borrowed.target = event.target;
  borrowed.contact = borrowed.made_at = borrowed.clock.started_at = at;
  borrowed.clock.status = ClockStatus::running;
  borrowed.clock.borrowed = true;
  borrowed.clock.cycle = static_cast<std::uint16_t>(cycle ? cycle->clock.cycle + 1 : 1);
  borrowed.clock.policy = policy_;
  borrowed.clock.due_at = made ? std::min(event.due, hours.add(at, made->budget).value_or(never)) : event.due;
  borrowed.clock.budget = hours.between(at, borrowed.clock.due_at);
  borrowed.pieces.push_back({at, at, state_, false, &hours, borrowed.clock.budget, borrowed.clock.due_at});
  cycles_.push_back(std::move(borrowed));
  if (made && pauses_in(*made, state_)) change(cycles_.back(), at, policy_, cycles_.back().clock.budget);
}

void History::release(const Event& event) {
  const std::vector<MergedPromise> before = bounds_;
  std::erase_if(bounds_, [&](const MergedPromise& bound) { return bound.other == event.other; });
  for (Target target : all_targets) {
    const auto lost = [&](const MergedPromise& bound) { return bound.other == event.other && bound.target == target; };
    Cycle* cycle = last(target);
    if (std::none_of(before.begin(), before.end(), lost) || !cycle || !cycle->is_open()) continue;
    if (cycle->clock.borrowed && merged_bound(target) == never) {
      end(target, ClockStatus::cancelled, event.occurred_at);
      if (target == Target::first_reply || target == Target::next_reply) waiting_since_ = never;
    } else {
      const plan::TargetPromise* made = promise(cycle->clock.policy, target);
      change(*cycle, event.occurred_at, cycle->clock.policy, made ? made->budget : cycle->clock.budget);
    }
  }
}

void History::read(const Event& event) {
  const Instant at = event.occurred_at;
  // Exactly at the due instant is still met, so only what fell due before is missed.
  advance(at);
  switch (event.kind) {
    case EventKind::opened:
      by_staff_ = replied_ = event.by_staff;
      cycle_since_ = state_since_ = at;
      if (!event.by_staff) waiting_since_ = at;
      break;
    case EventKind::customer_message:
      if (waiting_since_ == never) waiting_since_ = at;
      for (Target target : reply_targets) {
        if (wanted(target) && has_none_open(target)) start(target, waiting_since_, at);
      }
      break;
    case EventKind::agent_reply:
      replied_ = true;
      last_staff_message_ = at;
      waiting_since_ = never;
      for (Target target : {Target::first_reply, Target::next_reply, Target::update}) {
        end(target, ClockStatus::met, at);
        if (Cycle* cycle = last(target)) cycle->clock.owed = false;
      }
      if (wanted(Target::update)) start(Target::update, at, at);
      break;
    case EventKind::state_changed:
      set_state(event);
      for (Target target : reply_targets) {
        if (wanted(target) && has_none_open(target)) start(target, waiting_since_, at);
      }
      break;
    case EventKind::policy_chosen:
      choose(event);
      break;
    case EventKind::promise_taken:
      take(event);
      break;
    case EventKind::taken_up:
      if (!is_over(state_)) state_since_ = at;
      break;
    case EventKind::released_merged:
      release(event);
      break;
    case EventKind::clock_missed:
      // Says only that the due instant has passed. Whether it was one is found here.
      advance(event.target, at + microseconds(1));
      break;
    case EventKind::clock_warned:
      if (Cycle* cycle = last(event.target)) cycle->clock.warned = true;
      break;
    case EventKind::escalated:
      if (Cycle* cycle = last(event.target)) ++cycle->clock.steps_done;
      break;
    default:
      break;
  }
}

}  // namespace suki::desk
