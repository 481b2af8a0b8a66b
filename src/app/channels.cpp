#include "app/channels.h"

#include "desk/reachability.h"

namespace suki::app {

const char* name_of(plan::ChannelKind kind) {
  switch (kind) {
    case plan::ChannelKind::form:
      return "form";
    case plan::ChannelKind::email:
      return "email";
    case plan::ChannelKind::phone:
      return "phone";
    case plan::ChannelKind::walk_in:
      return "walk-in";
  }
  return "";
}

List<ChannelState> channel_states(const Work& work, const std::string& language) {
  const LoadedPlan& plan = *work.plan;
  List<ChannelState> states;
  for (const plan::ChannelDecl& channel : plan.plan.channels) {
    plan::Facts facts;
    facts.set(plan::FactKey::language, plan.symbol(language));
    const desk::Reachability reach = desk::reach(*plan.compiled, plan.symbol(channel.id), facts, work.now);
    ChannelState state;
    state.id = channel.id;
    state.kind = name_of(channel.kind);
    state.name = plan.text(channel.name, language);
    state.address = channel.address;
    state.open = reach.open;
    state.closes_at = to_time(reach.closes_at);
    state.opens_at = to_time(reach.opens_at);
    if (!reach.open) state.closed_text = plan.text(channel.text_when_closed, language);
    for (const Symbol offered : reach.offered)
      state.offered.push_back({plan.slug(offered), plan.name(offered, language)});
    // A phone that is closed rings in vain: no reply comes to somebody who was never heard.
    if (reach.open || desk::takes_messages(channel.kind)) state.reply_by = to_time(reach.reply_by);
    states.push_back(std::move(state));
  }
  return states;
}

Promise promise_for(const Work& work, Symbol channel, const plan::Facts& facts) {
  const desk::Reachability reach = desk::reach(*work.plan->compiled, channel, facts, work.now);
  return {reach.open, to_time(reach.opens_at), to_time(reach.reply_by)};
}

List<Named> name_topics(const LoadedPlan& plan, const std::string& language) {
  List<Named> topics;
  for (const plan::TopicDecl& topic : plan.plan.topics) topics.push_back({topic.id, plan.text(topic.name, language)});
  return topics;
}

Symbol find_channel(const LoadedPlan& plan, plan::ChannelKind kind) {
  for (const plan::Channel& channel : plan.compiled->channels)
    if (channel.kind == kind) return channel.id;
  return {};
}

const plan::ChannelDecl* find_sender(const LoadedPlan& plan) {
  for (const plan::ChannelDecl& channel : plan.plan.channels)
    if (channel.kind == plan::ChannelKind::email && channel.address.find('@') != std::string::npos) return &channel;
  return nullptr;
}

}  // namespace suki::app
