#include "desk/reachability.h"

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

}  // namespace

bool takes_messages(plan::ChannelKind kind) {
  return kind == plan::ChannelKind::form || kind == plan::ChannelKind::email;
}

Reachability reach(const plan::CompiledPlan& plan, Symbol channel, const plan::Facts& facts, Instant at) {
  Reachability answer;
  const plan::Channel* asked = plan.find_channel(channel);
  if (!asked) return answer;
  const calendar::Calendar& hours = plan.calendars[asked->hours];
  answer.open = hours.is_open(at);
  if (answer.open) {
    answer.closes_at = hours.next_close(at).value_or(never);
  } else {
    answer.opens_at = hours.next_open(at).value_or(never);
    for (Symbol id : asked->offered_when_closed) {
      const plan::Channel* other = plan.find_channel(id);
      if (!other || id == channel) continue;
      if (takes_messages(other->kind) || plan.calendars[other->hours].is_open(at)) answer.offered.push_back(id);
    }
  }
  plan::Facts known = facts;
  known.set(plan::FactKey::channel, channel);
  promise(plan, facts_at_opening(plan, known), at, answer);
  return answer;
}

}  // namespace suki::desk
