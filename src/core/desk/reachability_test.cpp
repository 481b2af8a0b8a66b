// What a customer is told before writing, and that decide() then promises the same.
#include "desk/reachability.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "desk/conversation.h"

namespace suki::desk {
namespace {

constexpr Symbol form{1}, email{2}, phone{3}, walk_in{4}, unknown{9};
constexpr Symbol general{10}, repair{11}, urgent{20}, normal{21}, vip{30}, english{40}, front{50}, workshop{51};
constexpr Symbol vip_rule{60}, urgent_rule{61}, standard_rule{62}, team_rule{63}, assign_rule{64}, gold{70}, fast{71},
    standard{72}, no_promise{73};
constexpr plan::CalendarIndex always = 0, weekdays = 1, evenings = 2, closed_down = 3;

calendar::Calendar open_on_weekdays(int from_hour, int to_hour, std::size_t day_count = 5) {
  calendar::Schedule schedule;
  for (std::size_t day = 0; day < day_count; ++day) schedule.week[day] = {{{from_hour * 3600}, {to_hour * 3600}}};
  auto compiled = calendar::Calendar::compile(schedule, calendar::fixed_zone("UTC", 0), make_date(2026, 1, 1),
                                              make_date(2027, 12, 31));
  SUKI_ASSERT(compiled.ok());
  return *compiled;
}

plan::SlaPolicy replies_within(Symbol id, Span budget, plan::CalendarIndex calendar,
                               plan::StartAt start = plan::StartAt::contact) {
  plan::SlaPolicy policy;
  policy.id = id;
  policy.calendar = calendar;
  plan::TargetPromise promise;
  promise.budget = budget;
  promise.start = start;
  policy.targets[0] = promise;
  return policy;
}

/// Phone on weekdays 09-17, walk-in in the evenings 17-20, form and e-mail answered on weekdays.
plan::CompiledPlan shop() {
  plan::CompiledPlan plan;
  plan.calendars = {calendar::Calendar::always(), open_on_weekdays(9, 17), open_on_weekdays(17, 20),
                    open_on_weekdays(9, 17, 0)};
  plan.calendar_ids = {Symbol{}, Symbol{90}, Symbol{91}, Symbol{92}};
  plan.channels = {{form, plan::ChannelKind::form, weekdays, {phone, email}, 0},
                   {email, plan::ChannelKind::email, weekdays, {}, 0},
                   {phone, plan::ChannelKind::phone, weekdays, {walk_in, form, unknown, phone}, 1},
                   {walk_in, plan::ChannelKind::walk_in, evenings, {}, 1}};
  plan.teams = {{front, {}, weekdays, 0}};
  plan.topics = {{general, front, {}}, {repair, front, {}}};
  plan.priorities = {{urgent, 0}, {normal, 1}};
  plan.segments = {vip};
  plan.languages = {english};
  plan.default_topic = general;
  plan.default_priority = normal;
  plan.default_team = front;
  plan.default_language = english;
  plan.policies = {replies_within(gold, hours(1), always),
                   replies_within(fast, hours(2), weekdays, plan::StartAt::next_opening),
                   replies_within(standard, hours(10), weekdays), plan::SlaPolicy{}};
  plan.policies[3].id = no_promise;
  plan.sla_rules = {{vip_rule, {{{plan::FactKey::segment, false, {vip}}}}, 0},
                    {urgent_rule, {{{plan::FactKey::priority, false, {urgent}}}}, 1},
                    {standard_rule, {}, 2}};
  return plan;
}

Instant at(const char* text) {
  return *parse_instant(text);
}
std::string shown(Instant instant) {
  return format_instant(instant);
}

plan::Facts with(plan::FactKey key, Symbol value) {
  plan::Facts facts;
  facts.set(key, value);
  return facts;
}

TEST(Reach, during_hours_the_phone_is_open_until_it_closes) {
  const auto answer = reach(shop(), phone, {}, at("2026-11-23T10:00:00Z"));  // a Monday
  EXPECT_TRUE(answer.open);
  EXPECT_EQ(shown(answer.closes_at), "2026-11-23T17:00:00Z");
  EXPECT_EQ(answer.opens_at, never);
  EXPECT_TRUE(answer.offered.empty()) << "what is open offers nothing else";
}

TEST(Reach, at_the_opening_it_is_open_at_the_closing_it_is_not) {
  EXPECT_TRUE(reach(shop(), phone, {}, at("2026-11-23T09:00:00Z")).open);
  EXPECT_FALSE(reach(shop(), phone, {}, at("2026-11-23T17:00:00Z")).open);
}

TEST(Reach, over_the_weekend_only_what_takes_messages_is_offered) {
  const auto answer = reach(shop(), phone, {}, at("2026-11-21T10:00:00Z"));
  EXPECT_FALSE(answer.open);
  EXPECT_EQ(answer.closes_at, never);
  EXPECT_EQ(shown(answer.opens_at), "2026-11-23T09:00:00Z");
  EXPECT_EQ(answer.offered, std::vector<Symbol>{form}) << "no shut door, no unknown channel, not the phone itself";
}

TEST(Reach, in_the_evening_the_open_door_is_offered_first) {
  EXPECT_EQ(reach(shop(), phone, {}, at("2026-11-23T18:00:00Z")).offered, (std::vector<Symbol>{walk_in, form}));
}

TEST(Reach, a_closed_form_offers_mail_but_no_phone_that_is_closed_too) {
  EXPECT_EQ(reach(shop(), form, {}, at("2026-11-21T10:00:00Z")).offered, std::vector<Symbol>{email});
}

TEST(Reach, always_open_never_closes) {
  auto plan = shop();
  plan.channels[0].hours = always;
  const auto answer = reach(plan, form, {}, at("2026-11-21T10:00:00Z"));
  EXPECT_TRUE(answer.open);
  EXPECT_EQ(answer.closes_at, never);
}

TEST(Reach, what_never_opens_again_has_no_opening) {
  auto plan = shop();
  plan.channels[2].hours = closed_down;
  const auto answer = reach(plan, phone, {}, at("2026-11-23T10:00:00Z"));
  EXPECT_FALSE(answer.open);
  EXPECT_EQ(answer.opens_at, never);
}

TEST(Reach, a_reply_is_promised_in_working_time) {
  const auto answer = reach(shop(), email, {}, at("2026-11-20T16:00:00Z"));  // a Friday: 1 h, then Monday 8 h, then 1 h
  EXPECT_TRUE(answer.promised);
  EXPECT_EQ(shown(answer.reply_by), "2026-11-24T10:00:00Z");
  EXPECT_EQ(answer.policy, standard);
  EXPECT_EQ(answer.rule, standard_rule);
}

TEST(Reach, what_is_known_of_the_customer_chooses_the_promise) {
  const auto answer = reach(shop(), email, with(plan::FactKey::segment, vip), at("2026-11-21T10:00:00Z"));
  EXPECT_EQ(shown(answer.reply_by), "2026-11-21T11:00:00Z");
  EXPECT_EQ(answer.rule, vip_rule);
}

TEST(Reach, a_rule_on_the_team_holds_for_the_team_that_the_conversation_will_get) {
  auto plan = shop();
  plan.teams.push_back({workshop, {}, weekdays, 0});
  plan.topics[1].team = workshop;
  plan.sla_rules.insert(plan.sla_rules.begin(), {team_rule, {{{plan::FactKey::team, false, {workshop}}}}, 0});
  const Instant saturday = at("2026-11-21T10:00:00Z");
  const auto repairs = reach(plan, email, with(plan::FactKey::topic, repair), saturday);
  EXPECT_EQ(repairs.rule, team_rule) << "nobody named a team: the topic does";
  EXPECT_EQ(shown(repairs.reply_by), "2026-11-21T11:00:00Z");
  EXPECT_EQ(reach(plan, email, {}, saturday).rule, standard_rule) << "the default topic goes to the front";
}

TEST(Reach, counting_from_the_next_opening_gives_the_due_from_there) {
  const auto answer = reach(shop(), email, with(plan::FactKey::priority, urgent), at("2026-11-21T10:00:00Z"));
  EXPECT_EQ(answer.policy, fast);
  EXPECT_EQ(shown(answer.reply_by), "2026-11-23T11:00:00Z");
}

TEST(Reach, a_policy_without_first_reply_promises_none) {
  auto plan = shop();
  plan.sla_rules[2].policy = 3;
  const auto answer = reach(plan, email, {}, at("2026-11-23T10:00:00Z"));
  EXPECT_FALSE(answer.promised);
  EXPECT_EQ(answer.reply_by, never);
  EXPECT_EQ(answer.policy, no_promise);
}

TEST(Reach, a_plan_without_rules_promises_nothing) {
  auto plan = shop();
  plan.sla_rules.clear();
  const auto answer = reach(plan, email, {}, at("2026-11-23T10:00:00Z"));
  EXPECT_FALSE(answer.promised);
  EXPECT_EQ(answer.policy, Symbol{});
}

TEST(Reach, an_unknown_channel_is_closed_and_promises_nothing) {
  const auto answer = reach(shop(), unknown, {}, at("2026-11-23T10:00:00Z"));
  EXPECT_FALSE(answer.open);
  EXPECT_FALSE(answer.promised);
  EXPECT_TRUE(answer.offered.empty());
}

Shift due(const char* from, const char* until, ShiftKind kind = ShiftKind::shift) {
  return {kind, at(from), at(until)};
}

TEST(Reach, a_phone_is_open_only_while_somebody_is_due_who_could_answer) {
  const Answerers staff[] = {
      {phone,
       {{due("2026-11-23T09:00:00Z", "2026-11-23T12:00:00Z"), due("2026-11-24T08:00:00Z", "2026-11-24T18:00:00Z")},
        {due("2026-11-20T13:00:00Z", "2026-11-20T15:00:00Z"), due("2026-11-23T13:00:00Z", "2026-11-23T15:00:00Z")}}}};
  const auto morning = reach(shop(), phone, {}, at("2026-11-23T10:00:00Z"), staff);
  EXPECT_TRUE(morning.open);
  EXPECT_EQ(morning.closes_at, at("2026-11-23T12:00:00Z")) << "the hours go on, nobody is there";
  const auto lunch = reach(shop(), phone, {}, at("2026-11-23T12:00:00Z"), staff);
  EXPECT_FALSE(lunch.open);
  EXPECT_TRUE(lunch.unstaffed);
  EXPECT_EQ(lunch.opens_at, at("2026-11-23T13:00:00Z"));
  EXPECT_EQ(lunch.offered, std::vector<Symbol>{form}) << "what is offered is open itself";
  const auto afternoon = reach(shop(), phone, {}, at("2026-11-23T15:00:00Z"), staff);
  EXPECT_EQ(afternoon.opens_at, at("2026-11-24T09:00:00Z")) << "both the hours and somebody";
  const auto night = reach(shop(), phone, {}, at("2026-11-24T08:30:00Z"), staff);
  EXPECT_FALSE(night.unstaffed) << "somebody is there before the hours begin: that is only closed";
}

TEST(Reach, a_shop_without_a_roster_goes_by_its_hours) {
  const Answerers nobody_known[] = {{phone, {}}};
  const Answerers no_shifts[] = {{phone, {{}, {due("2026-11-23T09:00:00Z", "2026-11-23T10:00:00Z")}}}};
  for (const std::span<const Answerers> staff : {std::span<const Answerers>(), std::span<const Answerers>(nobody_known),
                                                 std::span<const Answerers>(no_shifts)}) {
    const auto answer = reach(shop(), phone, {}, at("2026-11-23T16:00:00Z"), staff);
    EXPECT_TRUE(answer.open);
    EXPECT_EQ(answer.closes_at, at("2026-11-23T17:00:00Z"));
  }
}

TEST(Reach, what_takes_messages_needs_nobody_to_be_due) {
  const Answerers staff[] = {{form, {{due("2026-11-23T09:00:00Z", "2026-11-23T10:00:00Z")}}}};
  EXPECT_TRUE(reach(shop(), form, {}, at("2026-11-23T16:00:00Z"), staff).open);
}

TEST(Reach, a_channel_that_nobody_can_answer_is_not_offered_instead) {
  const Answerers staff[] = {
      {walk_in, {{due("2026-11-23T09:00:00Z", "2026-11-23T12:00:00Z")}}},
  };
  EXPECT_EQ(reach(shop(), phone, {}, at("2026-11-23T18:00:00Z")).offered, (std::vector<Symbol>{walk_in, form}));
  EXPECT_EQ(reach(shop(), phone, {}, at("2026-11-23T18:00:00Z"), staff).offered, std::vector<Symbol>{form});
}

RC_GTEST_PROP(ReachProperty, what_is_told_before_is_what_is_promised_after, ()) {
  auto plan = shop();
  plan.policies[2].targets[0]->budget = seconds(*rc::gen::inRange(1, 200'000));
  plan.policies[2].calendar = *rc::gen::element(always, weekdays, evenings, closed_down);
  plan.policies[1].calendar = *rc::gen::element(always, weekdays, evenings);
  if (*rc::gen::inRange(0, 5) == 0) plan.sla_rules[2].policy = 3;
  // A rule on the team, which comes from the conversation, an assignment rule, the topic or the plan.
  plan.teams.push_back({workshop, {}, weekdays, 0});
  plan.topics[1].team = *rc::gen::element(front, workshop, Symbol{});
  plan.default_team = *rc::gen::element(front, workshop);
  const auto rule_of = [](Symbol id, plan::FactKey key, Symbol value) {
    return plan::SlaRule{id, {{{key, false, {value}}}}, 1};
  };
  plan.sla_rules.insert(plan.sla_rules.begin(), rule_of(team_rule, plan::FactKey::team, workshop));
  if (*rc::gen::arbitrary<bool>()) {
    plan.assignment_rules = {{assign_rule, rule_of({}, plan::FactKey::priority, urgent).when,
                              *rc::gen::element(workshop, Symbol{}), plan::Routing::least_load, true}};
  }
  plan::Facts facts;
  facts.set(plan::FactKey::team, *rc::gen::element(Symbol{}, front, workshop, unknown));
  const Symbol channel = *rc::gen::element(form, email, phone, walk_in);
  facts.set(plan::FactKey::topic, *rc::gen::element(Symbol{}, general, repair));
  facts.set(plan::FactKey::priority, *rc::gen::element(Symbol{}, urgent, normal));
  facts.set(plan::FactKey::segment, *rc::gen::element(Symbol{}, vip, unknown));
  facts.set(plan::FactKey::language, *rc::gen::element(Symbol{}, english));
  const Instant now = at("2026-11-20T00:00:00Z") + seconds(*rc::gen::inRange(0, 14 * 86'400));

  const Reachability told = reach(plan, channel, facts, now);

  facts.set(plan::FactKey::channel, channel);
  const Plans plans{plan, plan, PlanVersion{1}};
  Conversation conversation;
  conversation.id = ConversationId{1};
  Out out;
  for (CommandKind kind : {CommandKind::open, CommandKind::customer_message}) {
    Command command;
    command.kind = kind;
    command.actor.kind = ActorKind::customer;
    if (kind == CommandKind::customer_message) command.message = MessageId{1};
    RC_ASSERT(decide(plans, conversation, command, facts, now, out) == Refusal::none);
    for (const auto& event : out.events) apply(conversation, event);
  }
  const Clock& clock = conversation.clocks[static_cast<std::size_t>(Target::first_reply)];
  RC_ASSERT(told.promised == (clock.cycle != 0));
  RC_ASSERT(told.policy == conversation.policy);
  if (told.promised) RC_ASSERT(told.reply_by == clock.due_at);
}

}  // namespace
}  // namespace suki::desk
