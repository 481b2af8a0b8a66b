/// decide(): what each command does, or why it is refused.
#include <algorithm>

#include "base/assert.h"
#include "desk/run.h"

namespace suki::desk {

using plan::FactKey;

namespace {

bool has(const std::vector<Symbol>& list, Symbol symbol) {
  return std::find(list.begin(), list.end(), symbol) != list.end();
}

bool opens(CommandKind kind) {
  return kind == CommandKind::open || kind == CommandKind::open_imported;
}

bool customer_may(CommandKind kind) {
  return opens(kind) || kind == CommandKind::customer_message || kind == CommandKind::set_language;
}

}  // namespace

Refusal decide(const Plans& plans, const Conversation& conversation, const Command& command, const plan::Facts& facts,
               Instant now, Out& out) {
  Conversation copy = conversation;
  return decide_and_apply(plans, copy, command, facts, now, out);
}

Refusal decide_and_apply(const Plans& plans, Conversation& conversation, const Command& command,
                         const plan::Facts& facts, Instant now, Out& out) {
  out.clear();
  const bool importing = command.occurred_at != never;
  const bool exists = conversation.last_number > 0;
  if (importing && (command.occurred_at > now || (exists && command.occurred_at < conversation.last_event_at))) {
    return Refusal::out_of_order;
  }
  if (opens(command.kind) ? exists : !exists) {
    return exists ? Refusal::already_open : Refusal::not_open_yet;
  }
  const Instant at = importing ? command.occurred_at : now;
  Run run(plans, conversation, now, importing, out);
  const Instant until = exists ? std::max(at, conversation.last_event_at) : at;
  // While merged the clocks stand still for the world. Unmerging is an undo: what fell due meanwhile stands at its
  // instant.
  const bool time_runs = !conversation.merged || command.kind == CommandKind::unmerge;
  std::optional<Conversation> before;  // seldom needed: most commands come before anything is due
  if (time_runs && run.is_due(until)) {
    before = conversation;
    run.run_due(until);
  }
  run.set_moment(at, command.actor);
  const Refusal refusal = run.execute(command, facts);
  if (refusal != Refusal::none) {
    if (before) conversation = *before;
    SUKI_ASSERT(before || out.events.empty());  // INVARIANT (refuse first)
    out.clear();
    return refusal;
  }
  if (!run.is_merged()) run.run_due(until);
  return Refusal::none;
}

Refusal Run::execute(const Command& command, const plan::Facts& outside) {
  if (conversation_.merged && command.kind != CommandKind::unmerge && command.kind != CommandKind::wake) {
    return Refusal::merged_away;
  }
  if (conversation_.state == State::closed && command.kind != CommandKind::note && command.kind != CommandKind::wake) {
    return Refusal::closed_for_good;
  }
  if (command.actor.kind == ActorKind::customer && !customer_may(command.kind)) return Refusal::customer_cannot;
  switch (command.kind) {
    case CommandKind::open:
      return open(command, outside);
    case CommandKind::customer_message:
      return customer_message(command, outside);
    case CommandKind::agent_reply:
      return agent_reply(command);
    case CommandKind::automatic_reply:
      emit_message(EventKind::automatic_reply, command.message);
      return Refusal::none;
    case CommandKind::note:
      emit_message(EventKind::note, command.message);
      return Refusal::none;
    case CommandKind::set_state:
      return set_state(command);
    case CommandKind::set_topic:
    case CommandKind::set_priority:
    case CommandKind::set_segment:
    case CommandKind::set_language:
      return set_fact(command);
    case CommandKind::assign_agent:
      return assign_agent(command);
    case CommandKind::assign_team:
      return assign_team(command);
    case CommandKind::merge_into:
      return merge_into(command);
    case CommandKind::take_merged:
      return take_merged(command);
    case CommandKind::unmerge:
      return unmerge(command);
    case CommandKind::release_merged:
      return release_merged(command);
    case CommandKind::repin:
      return repin(command);
    case CommandKind::wake:
      return Refusal::none;
    case CommandKind::open_imported:
      return open(command, outside);
    case CommandKind::take_up:
      return take_up();
  }
  return Refusal::none;
}

Refusal Run::open(const Command& command, const plan::Facts& outside) {
  const plan::CompiledPlan& plan = plans_.in_force;
  const Symbol topic = outside.get(FactKey::topic);
  const Symbol priority = outside.get(FactKey::priority);
  if (!plan.find_channel(outside.get(FactKey::channel))) return Refusal::unknown_channel;
  if (topic && !plan.find_topic(topic)) return Refusal::unknown_topic;
  if (priority && !plan.find_priority(priority)) return Refusal::unknown_priority;

  const plan::AssignmentRule* rule = nullptr;
  const plan::Facts facts = facts_at_opening(plan, outside, &rule);
  const bool by_staff = command.actor.kind == ActorKind::agent;
  Event& opened = new_event(EventKind::opened);
  opened.symbol = facts.get(FactKey::channel);
  opened.by_staff = by_staff;
  emit(opened);
  const auto tell = [&](EventKind kind, FactKey key) {
    if (facts.get(key)) emit_fact(kind, facts.get(key));
  };
  tell(EventKind::topic_changed, FactKey::topic);
  tell(EventKind::priority_changed, FactKey::priority);
  tell(EventKind::segment_changed, FactKey::segment);
  tell(EventKind::language_changed, FactKey::language);
  if (const Symbol team = facts.get(FactKey::team)) {
    const Symbol by = rule && rule->team == team ? rule->id : Symbol{};
    emit_fact(EventKind::team_assigned, team, by);
    out_.explanations.push_back({Choice::team, by, team});
  }
  const bool promised = command.kind == CommandKind::open;
  choose_policy(promised ? Cause::opening : Cause::import);
  if (!promised) {
    if (command.message) emit_message(by_staff ? EventKind::agent_reply : EventKind::customer_message, command.message);
    return Refusal::none;
  }

  if (by_staff) {
    start(Target::resolution, at_);
    if (command.message) reply(command.message);
  } else {
    if (command.message) emit_message(EventKind::customer_message, command.message);
    start(Target::first_reply, at_);
    start(Target::resolution, at_);
    const plan::Channel* channel = plan.find_channel(facts.get(FactKey::channel));
    const bool closed = !plan.calendars[channel->hours].is_open(at_);
    const bool has_closed_reply = closed && plan.choose_reply(plan::ReplyOn::received_closed, facts);
    send_reply(has_closed_reply ? plan::ReplyOn::received_closed : plan::ReplyOn::received);
  }
  ask_route();
  return Refusal::none;
}

/// What is known of the customer may have changed since the last message; what is not known changes nothing.
void Run::refresh_facts(const plan::Facts& outside) {
  const Symbol language = outside.get(FactKey::language);
  if (language && language != conversation_.facts.get(FactKey::language) && has(plans_.in_force.languages, language)) {
    emit_fact(EventKind::language_changed, language);
  }
  const Symbol segment = outside.get(FactKey::segment);
  if (segment && segment != conversation_.facts.get(FactKey::segment) && has(plans_.in_force.segments, segment)) {
    emit_fact(EventKind::segment_changed, segment);
    choose_policy(Cause::person);
  }
}

Refusal Run::customer_message(const Command& command, const plan::Facts& outside) {
  refresh_facts(outside);
  emit_message(EventKind::customer_message, command.message);
  const State was = conversation_.state;
  if (was != State::open) enter_state(State::open, {});
  start_if_needed(Target::first_reply);
  start_if_needed(Target::next_reply);
  if (was == State::resolved) {
    send_reply(plan::ReplyOn::reopened);
    ask_route();
  }
  return Refusal::none;
}

void Run::reply(MessageId message) {
  emit_message(EventKind::agent_reply, message);
  finish(Target::first_reply, EventKind::clock_met);
  finish(Target::next_reply, EventKind::clock_met);
  finish(Target::update, EventKind::clock_met);
  start_if_needed(Target::update);
}

Refusal Run::agent_reply(const Command& command) {
  reply(command.message);
  return Refusal::none;
}

Refusal Run::set_state(const Command& command) {
  const bool on_hold = command.state == State::on_hold;
  const Symbol reason = on_hold ? command.symbol : Symbol{};
  if (command.state == conversation_.state && reason == conversation_.hold_reason) return Refusal::same_value;
  const std::vector<Symbol>& reasons = plans_.in_force.hold_reasons;
  if (on_hold && !reason && !reasons.empty()) return Refusal::reason_required;
  if (reason && !has(reasons, reason)) return Refusal::unknown_reason;
  const State was = conversation_.state;
  enter_state(command.state, reason);
  if (command.state == State::resolved) send_reply(plan::ReplyOn::resolved);
  if (was == State::resolved && is_unresolved()) ask_route();
  return Refusal::none;
}

Refusal Run::set_fact(const Command& command) {
  const plan::CompiledPlan& plan = plans_.in_force;
  const Symbol value = command.symbol;
  FactKey key = FactKey::topic;
  EventKind kind = EventKind::topic_changed;
  switch (command.kind) {
    case CommandKind::set_priority:
      if (!plan.find_priority(value)) return Refusal::unknown_priority;
      key = FactKey::priority;
      kind = EventKind::priority_changed;
      break;
    case CommandKind::set_segment:
      if (value && !has(plan.segments, value)) return Refusal::unknown_segment;
      key = FactKey::segment;
      kind = EventKind::segment_changed;
      break;
    case CommandKind::set_language:
      if (!has(plan.languages, value)) return Refusal::unknown_language;
      key = FactKey::language;
      kind = EventKind::language_changed;
      break;
    default:
      if (!plan.find_topic(value)) return Refusal::unknown_topic;
      break;
  }
  if (conversation_.facts.get(key) == value) return Refusal::same_value;
  emit_fact(kind, value);
  if (key != FactKey::language) choose_policy(Cause::person);
  return Refusal::none;
}

Refusal Run::assign_agent(const Command& command) {
  if (conversation_.assignee == command.agent) return Refusal::same_value;
  Event& event = new_event(EventKind::assigned);
  event.agent = command.agent;
  emit(event);
  ask_route();
  return Refusal::none;
}

void Run::give_to_team(Symbol team, Symbol rule) {
  emit_fact(EventKind::team_assigned, team, rule);
  if (conversation_.assignee) emit(new_event(EventKind::assigned));
  ask_route();
}

Refusal Run::assign_team(const Command& command) {
  if (!plans_.in_force.find_team(command.symbol)) return Refusal::unknown_team;
  if (conversation_.facts.get(FactKey::team) == command.symbol) return Refusal::same_value;
  give_to_team(command.symbol, {});
  return Refusal::none;
}

Refusal Run::repin(const Command& command) {
  if (command.version != plans_.in_force_version) return Refusal::unknown_version;
  if (command.version == conversation_.pinned) return Refusal::same_value;
  choose_policy(Cause::repin);
  return Refusal::none;
}

Refusal Run::take_up() {
  emit(new_event(EventKind::taken_up));
  choose_policy(Cause::repin);
  return Refusal::none;
}

}  // namespace suki::desk
