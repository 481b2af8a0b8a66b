/// A made-up shop for tests and benchmarks: two teams, three channels, promises in business time of Manila (fixed at
/// UTC+8, so that no zone files are read), escalations, automatic replies. The figures are chosen, not measured.
#pragma once

#include "simulator/year.h"

namespace suki::simulator {

namespace shop {
inline constexpr Symbol form{1}, email{2}, phone{3};
inline constexpr Symbol order{10}, refund{11}, repair{12};
inline constexpr Symbol urgent{20}, normal{21};
inline constexpr Symbol front{30}, workshop{31};
inline constexpr Symbol soldering{40};
inline constexpr Symbol vip{50};
inline constexpr Symbol english{60}, filipino{61};
inline constexpr Symbol waiting_for_parts{70};
inline constexpr Symbol business{80};
inline constexpr Symbol standard_policy{90}, urgent_policy{91}, standard_rule{92}, urgent_rule{93};
inline constexpr Symbol warn_team{100}, raise{101}, late_team{102};
inline constexpr Symbol repairs_rule{110}, others_rule{111}, received{120}, received_closed{121};
inline constexpr plan::CalendarIndex business_hours = 1;
}  // namespace shop

/// Monday to Friday 08:00-12:00 and 13:00-17:00, Saturday 08:00-12:00.
inline calendar::Calendar business_calendar() {
  const auto at = [](int hour) { return calendar::TimeOfDay{hour * 3600}; };
  calendar::Schedule schedule;
  for (std::size_t day = 0; day < 5; ++day) schedule.week[day] = {{at(8), at(12)}, {at(13), at(17)}};
  schedule.week[5] = {{at(8), at(12)}};
  schedule.holidays = {{make_date(2027, 1, 1), {}, ""}, {make_date(2027, 12, 25), {}, ""}};
  auto compiled = calendar::Calendar::compile(schedule, calendar::fixed_zone("Asia/Manila", 8 * 3600),
                                              make_date(2026, 1, 1), make_date(2040, 1, 1));
  SUKI_ASSERT(compiled.ok());
  return *compiled;
}

inline plan::SlaPolicy make_policy(Symbol id, Span first_reply, Span next_reply, Span update, Span resolution) {
  plan::SlaPolicy policy;
  policy.id = id;
  policy.calendar = shop::business_hours;
  const auto promise = [](Span budget, bool pauses) {
    plan::TargetPromise p;
    p.budget = budget;
    p.warn_before = Span{budget.us / 4};
    p.paused_in_pending = p.paused_in_on_hold = pauses;
    return p;
  };
  policy.targets = {promise(first_reply, false), promise(next_reply, false), promise(update, true),
                    promise(resolution, true)};
  return policy;
}

inline plan::CompiledPlan shop_plan() {
  using namespace shop;
  plan::CompiledPlan plan;
  plan.calendars = {calendar::Calendar::always(), business_calendar()};
  plan.calendar_ids = {Symbol{}, business};
  plan.channels = {{form, plan::ChannelKind::form, 0, {email}, 3},
                   {email, plan::ChannelKind::email, 0, {form}, 3},
                   {phone, plan::ChannelKind::phone, business_hours, {form, email}, 1}};
  plan.teams = {{front, {}, business_hours, 2}, {workshop, {soldering}, business_hours, 1}};
  plan.topics = {{order, front, {}}, {refund, front, {}}, {repair, workshop, {}}};
  plan.priorities = {{urgent, 0}, {normal, 1}};
  plan.segments = {vip};
  plan.languages = {english, filipino};
  plan.skills = {soldering};
  plan.hold_reasons = {waiting_for_parts};
  plan.default_topic = order;
  plan.default_priority = normal;
  plan.default_team = front;
  plan.default_language = english;

  plan.policies = {make_policy(standard_policy, hours(4), hours(8), hours(16), hours(24)),
                   make_policy(urgent_policy, hours(1), hours(2), hours(4), hours(8))};
  auto& first = *plan.policies[1].targets[0];
  first.escalations = {{warn_team, minutes(-30), plan::Step::notify_team, Symbol{}},
                       {late_team, Span{0}, plan::Step::notify_team, front}};
  plan.policies[0].targets[3]->escalations = {{raise, hours(-4), plan::Step::raise_priority, Symbol{}}};
  plan.sla_rules = {{urgent_rule, {{{plan::FactKey::priority, false, {urgent}}}}, 1}, {standard_rule, {}, 0}};
  plan.assignment_rules = {
      {repairs_rule, {{{plan::FactKey::topic, false, {repair}}}}, workshop, plan::Routing::longest_idle, true},
      {others_rule, {}, Symbol{}, plan::Routing::least_load, true}};
  plan.auto_replies = {{received, {{{plan::FactKey::channel, false, {form, email}}}}, plan::ReplyOn::received}};
  return plan;
}

inline Cause shop_cause(Symbol channel, Symbol topic, Symbol priority, Symbol language, Span between) {
  Cause cause;
  cause.facts.set(plan::FactKey::channel, channel);
  cause.facts.set(plan::FactKey::topic, topic);
  cause.facts.set(plan::FactKey::priority, priority);
  cause.facts.set(plan::FactKey::language, language);
  cause.between = between;
  return cause;
}

/// `plan` must outlive the world. About `contacts_a_year` contacts, twenty agents; a tenth asks back, some parts are
/// waited for, some reopen.
inline World shop_world(const plan::CompiledPlan& plan, Instant from, Instant to, double contacts_a_year = 100'000) {
  using namespace shop;
  World world;
  world.plan = &plan;
  world.from = from;
  world.to = to;
  world.hold_reason = waiting_for_parts;
  // 8,760 hours a year and about 2,300 of them open; shares of the contacts by cause.
  const auto every = [&](double share, double open_hours) {
    return Span{static_cast<std::int64_t>(open_hours * 3.6e9 / (contacts_a_year * share))};
  };
  world.causes = {shop_cause(form, order, normal, english, every(0.3, 8'760)),
                  shop_cause(email, refund, normal, filipino, every(0.3, 8'760)),
                  shop_cause(phone, order, urgent, filipino, every(0.25, 2'300)),
                  shop_cause(form, repair, normal, english, every(0.15, 8'760))};
  world.causes[2].hours = business_hours;
  world.causes[2].handling = minutes(5);
  for (auto& cause : world.causes) {
    cause.asks_back = 0.1;
    cause.reopens = 0.03;
  }
  world.causes[3].held = 0.1;
  for (int i = 1; i <= 20; ++i) {
    const bool repairs = i > 14;
    world.staff.push_back({AgentId{i}, repairs ? std::vector{workshop} : std::vector{front},
                           repairs ? std::vector{soldering} : std::vector<Symbol>{}, plan.calendars[business_hours]});
  }
  return world;
}

}  // namespace suki::simulator
