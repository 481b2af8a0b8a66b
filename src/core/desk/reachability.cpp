#include "desk/reachability.h"

#include <algorithm>

#include "desk/conversation.h"

namespace suki::desk {

namespace {

void promise(const plan::CompiledPlan& plan, const plan::Facts& facts, Instant at, Reachability& answer) {
  const plan::SlaRule* rule = plan.choose_sla(facts);
  if (!rule) return;
  const plan::SlaPolicy& policy = plan.policies[rule->policy];
  answer.rule = rule->id;
  answer.policy = policy.id;
  const auto& target = policy.targets[static_cast<std::size_t>(Target::first_reply)];
  if (!target) return;
  answer.promised = true;
  answer.reply_by = promise_at(plan, policy, *target, at).due;
}

struct Opening {
  bool open = false, unstaffed = false;
  Instant turns_at = never;
};

/// How often hours and roster may miss each other before nobody looks further: a roster of months, all outside the
/// hours. Chosen.
constexpr int openings_looked_at_max = 400;

Opening opening(const plan::CompiledPlan& plan, const plan::Channel& channel, std::span<const Answerers> answerers,
                Instant at) {
  const calendar::Calendar& hours = plan.calendars[channel.hours];
  const bool in_hours = hours.is_open(at);
  const auto known = std::find_if(answerers.begin(), answerers.end(),
                                  [&channel](const Answerers& one) { return one.channel == channel.id; });
  if (takes_messages(channel.kind) || known == answerers.end())
    return {in_hours, false, (in_hours ? hours.next_close(at) : hours.next_open(at)).value_or(never)};
  if (in_hours) {
    const Cover cover = cover_at(known->members, at);
    if (cover.answered) return {true, false, std::min(hours.next_close(at).value_or(never), cover.until)};
  }
  Instant when = at;
  for (int i = 0; i < openings_looked_at_max && when != never; ++i) {
    when = hours.next_open(when).value_or(never);
    if (when == never) break;
    const Instant due = next_cover(known->members, when);
    if (due == when) return {false, in_hours, when};
    when = due;
  }
  return {false, in_hours, never};
}

}  // namespace

bool takes_messages(plan::ChannelKind kind) {
  return kind == plan::ChannelKind::form || kind == plan::ChannelKind::email;
}

Reachability reach(const plan::CompiledPlan& plan, Symbol channel, const plan::Facts& facts, Instant at,
                   std::span<const Answerers> answerers) {
  Reachability answer;
  const plan::Channel* asked = plan.find_channel(channel);
  if (!asked) return answer;
  const Opening now = opening(plan, *asked, answerers, at);
  answer.open = now.open;
  answer.unstaffed = now.unstaffed;
  if (answer.open) {
    answer.closes_at = now.turns_at;
  } else {
    answer.opens_at = now.turns_at;
    for (Symbol id : asked->offered_when_closed) {
      const plan::Channel* other = plan.find_channel(id);
      if (!other || id == channel) continue;
      if (takes_messages(other->kind) || opening(plan, *other, answerers, at).open) answer.offered.push_back(id);
    }
  }
  plan::Facts known = facts;
  known.set(plan::FactKey::channel, channel);
  promise(plan, facts_at_opening(plan, known), at, answer);
  return answer;
}

}  // namespace suki::desk
