/// A small shop for tests, built by hand: every kind of promise, pause, start and escalation that a plan can hold.
#pragma once

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "calendar/calendar.h"
#include "desk/conversation.h"
#include "plan/symbols.h"

namespace suki::desk::testing {

/// 2026-11-23 is a Monday. at(0, 9) is Monday 09:00 UTC, at(1, 9, 30) Tuesday 09:30.
inline Instant at(int day, int hour, int minute = 0) {
  return Instant{1'795'392'000'000'000} + days(day) + hours(hour) + minutes(minute);
}

/// Open on these weekdays (0: Monday) between these hours, in UTC.
inline calendar::Calendar weekly(std::initializer_list<int> weekdays, int from, int to) {
  calendar::Schedule schedule;
  for (int day : weekdays) {
    schedule.week[static_cast<std::size_t>(day)].push_back({{from * 3600}, {to * 3600}});
  }
  return calendar::Calendar::compile(schedule, calendar::fixed_zone("UTC", 0), make_date(2026, 1, 1),
                                     make_date(2028, 1, 1))
      .value();
}

class Shop {
 public:
  Shop();
  Symbol operator()(std::string_view slug) { return symbols.intern(slug); }
  [[nodiscard]] plan::SlaPolicy& policy(std::string_view id);
  [[nodiscard]] plan::TargetPromise& promise(std::string_view policy_id, Target target);
  [[nodiscard]] Plans plans() const { return {plan, plan, PlanVersion{1}}; }

  plan::Symbols symbols;
  plan::CompiledPlan plan;

 private:
  void add_promise(plan::SlaPolicy& to, Target target, Span budget, Span warn, bool pending, bool on_hold,
                   plan::StartAt start = plan::StartAt::contact);
};

inline void Shop::add_promise(plan::SlaPolicy& to, Target target, Span budget, Span warn, bool pending, bool on_hold,
                              plan::StartAt start) {
  plan::TargetPromise promise;
  promise.budget = budget;
  promise.warn_before = warn;
  promise.paused_in_pending = pending;
  promise.paused_in_on_hold = on_hold;
  promise.start = start;
  to.targets[static_cast<std::size_t>(target)] = promise;
}

inline Shop::Shop() {
  Shop& s = *this;
  plan.calendars = {calendar::Calendar::always(), weekly({0, 1, 2, 3, 4}, 9, 17), weekly({0, 1, 2, 3, 4, 5}, 8, 20)};
  plan.calendar_ids = {Symbol{}, s("office"), s("long")};
  plan.channels = {{s("form"), plan::ChannelKind::form, 1, {}, 0}, {s("email"), plan::ChannelKind::email, 0, {}, 0}};
  plan.teams = {{s("front"), {}, 1, 0}, {s("workshop"), {}, 1, 0}, {s("chiefs"), {}, 1, 0}};
  plan.topics = {{s("question"), s("front"), {}}, {s("repair"), s("workshop"), {}}, {s("refund"), {}, {}}};
  plan.priorities = {{s("urgent"), 0}, {s("high"), 1}, {s("normal"), 2}};
  plan.segments = {s("vip")};
  plan.languages = {s("fil"), s("en")};
  plan.hold_reasons = {s("parts")};
  plan.default_topic = s("question");
  plan.default_priority = s("normal");
  plan.default_team = s("front");
  plan.default_language = s("fil");

  plan::SlaPolicy standard{s("standard"), 1, {}, {}};
  add_promise(standard, Target::first_reply, hours(4), hours(1), false, false);
  add_promise(standard, Target::next_reply, hours(8), hours(1), false, false);
  add_promise(standard, Target::update, hours(16), {}, true, true);
  add_promise(standard, Target::resolution, hours(24), hours(4), true, true);
  auto& first_steps = standard.targets[0]->escalations;
  first_steps.push_back({s("nudge"), -minutes(30), plan::Step::notify_assignee, {}});
  first_steps.push_back({s("lift"), {}, plan::Step::raise_priority, {}});
  first_steps.push_back({s("chiefs-see"), hours(1), plan::Step::notify_team, s("chiefs")});
  standard.targets[3]->escalations.push_back({s("chiefs-take"), hours(2), plan::Step::assign_team, s("chiefs")});

  plan::SlaPolicy fast{s("fast"), 2, {}, hours(6)};
  add_promise(fast, Target::first_reply, hours(1), minutes(15), true, true, plan::StartAt::next_opening);
  add_promise(fast, Target::next_reply, hours(2), {}, true, false, plan::StartAt::next_opening);
  add_promise(fast, Target::resolution, hours(8), hours(2), true, true, plan::StartAt::next_opening);
  fast.targets[0]->escalations.push_back({s("fast-lift"), -minutes(20), plan::Step::raise_priority, {}});

  plan::SlaPolicy bare{s("bare"), 0, {}, {}};
  add_promise(bare, Target::resolution, hours(48), {}, false, true);
  add_promise(bare, Target::update, hours(5), hours(1), false, true);

  plan.policies = {standard, fast, bare};
  const auto clause = [](plan::FactKey key, Symbol value) { return plan::Condition{{{key, false, {value}}}}; };
  plan.sla_rules = {{s("urgent-fast"), clause(plan::FactKey::priority, s("urgent")), 1},
                    {s("refund-bare"), clause(plan::FactKey::topic, s("refund")), 2},
                    {s("vip-fast"), clause(plan::FactKey::segment, s("vip")), 1},
                    {s("everyone"), {}, 0}};
  plan.assignment_rules = {
      {s("repairs"), clause(plan::FactKey::topic, s("repair")), s("workshop"), plan::Routing::least_load, true},
      {s("rest"), {}, s("front"), plan::Routing::least_load, true}};
  plan.auto_replies = {{s("thanks"), {}, plan::ReplyOn::received},
                       {s("closed-now"), {}, plan::ReplyOn::received_closed},
                       {s("done"), {}, plan::ReplyOn::resolved},
                       {s("back"), {}, plan::ReplyOn::reopened}};
}

inline plan::SlaPolicy& Shop::policy(std::string_view id) {
  for (plan::SlaPolicy& candidate : plan.policies) {
    if (symbols.text(candidate.id) == id) return candidate;
  }
  SUKI_UNREACHABLE("the shop has this policy");
}

inline plan::TargetPromise& Shop::promise(std::string_view policy_id, Target target) {
  return *policy(policy_id).targets[static_cast<std::size_t>(target)];
}

/// One conversation, its whole history, and what each command gave.
class Desk {
 public:
  explicit Desk(const Shop& shop, Instant opened = at(0, 9)) : shop_(shop), now(opened) {
    conversation.id = ConversationId{1};
  }

  Refusal give(const Command& command, const plan::Facts& facts = {}) {
    Conversation in_place = conversation;
    Out out_in_place;
    const Refusal refusal = decide(plans(), conversation, command, facts, now, out);
    EXPECT_EQ(decide_and_apply(plans(), in_place, command, facts, now, out_in_place), refusal);
    for (const Event& event : out.events) {
      apply(conversation, event);
      events.push_back(event);
    }
    EXPECT_TRUE(in_place == conversation) << "decide and apply in one";
    EXPECT_TRUE(out_in_place.events == out.events && out_in_place.effects == out.effects);
    if (refusal == Refusal::none && command.kind == CommandKind::repin) pinned = in_force;
    return refusal;
  }
  Refusal give(CommandKind kind, ActorKind by, Symbol symbol = {}) {
    Command command;
    command.kind = kind;
    command.actor = {by, by == ActorKind::agent ? AgentId{7} : AgentId{}};
    command.symbol = symbol;
    return give(command);
  }
  Refusal open(Symbol channel, ActorKind by = ActorKind::customer) {
    plan::Facts facts;
    facts.set(plan::FactKey::channel, channel);
    Command command;
    command.kind = CommandKind::open;
    command.actor.kind = by;
    command.message = MessageId{1};
    return give(command, facts);
  }
  Refusal write() { return give(CommandKind::customer_message, ActorKind::customer); }
  Refusal reply() { return give(CommandKind::agent_reply, ActorKind::agent); }
  Refusal wake() { return give(CommandKind::wake, ActorKind::time); }
  Refusal set(State state, Symbol reason = {}) {
    Command command;
    command.kind = CommandKind::set_state;
    command.actor = {ActorKind::agent, AgentId{7}};
    command.state = state;
    command.symbol = reason;
    return give(command);
  }
  [[nodiscard]] const Clock& clock(Target target) const {
    return conversation.clocks[static_cast<std::size_t>(target)];
  }
  [[nodiscard]] Plans plans() const {
    return {in_force ? *in_force : shop_.plan, pinned ? *pinned : shop_.plan, version};
  }

 private:
  const Shop& shop_;

 public:
  Instant now;
  const plan::CompiledPlan* in_force = nullptr;  ///< null: the shop's
  const plan::CompiledPlan* pinned = nullptr;
  PlanVersion version{1};
  Conversation conversation;
  std::vector<Event> events;
  Out out;
};

}  // namespace suki::desk::testing
