#include "app/channels.h"

#include "app/roster_work.h"
#include "base/text.h"
#include "desk/floor.h"
#include "desk/promises.h"

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

std::vector<desk::Answerers> answerers(const Work& work) {
  const plan::CompiledPlan& plan = *work.plan->compiled;
  std::vector<desk::Answerers> result;
  for (const plan::Channel& channel : plan.channels)
    if (!desk::takes_messages(channel.kind)) result.push_back({channel.id, {}});
  if (result.empty()) return result;
  constexpr Span ahead = days(35);  // chosen: when a closed phone opens again is told that far
  Entries entries = all_entries(work.tx, work.now, ahead);
  if (entries.empty()) return {};
  const auto teams = teams_at(work.tx, work.now);
  for (const store::AccountRecord& account : work.tx.accounts()) {
    const auto mine = teams.find(account.id);
    if (account.removed) continue;
    std::vector<Symbol> skills;
    for (const std::string& skill : account.skills)
      if (const Symbol symbol = work.plan->symbol(skill)) skills.push_back(symbol);
    std::sort(skills.begin(), skills.end());
    for (desk::Answerers& one : result) {
      plan::Facts facts;
      facts.set(plan::FactKey::channel, one.channel);
      if (desk::may_answer(plan, mine == teams.end() ? std::vector<Symbol>() : mine->second, skills,
                           desk::facts_at_opening(plan, facts)))
        one.members.push_back(entries[account.id]);
    }
  }
  return result;
}

List<ChannelState> channel_states(const Work& work, const std::string& language) {
  const LoadedPlan& plan = *work.plan;
  List<ChannelState> states;
  const auto staff = answerers(work);
  for (const plan::ChannelDecl& channel : plan.plan.channels) {
    plan::Facts facts;
    facts.set(plan::FactKey::language, plan.symbol(language));
    const desk::Reachability reach = desk::reach(*plan.compiled, plan.symbol(channel.id), facts, work.now, staff);
    ChannelState state;
    state.id = channel.id;
    state.kind = name_of(channel.kind);
    state.name = plan.text(channel.name, language);
    state.address = channel.address;
    state.open = reach.open;
    state.unstaffed = reach.unstaffed;
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
  const desk::Reachability reach = desk::reach(*work.plan->compiled, channel, facts, work.now, answerers(work));
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

namespace {

bool sends_mail(const plan::ChannelDecl& channel) {
  return channel.kind == plan::ChannelKind::email && channel.address.find('@') != std::string::npos;
}

}  // namespace

const plan::ChannelDecl* find_sender(const LoadedPlan& plan) {
  for (const plan::ChannelDecl& channel : plan.plan.channels)
    if (sends_mail(channel)) return &channel;
  return nullptr;
}

const plan::ChannelDecl* find_sender(const LoadedPlan& plan, Symbol came_by) {
  for (const plan::ChannelDecl& channel : plan.plan.channels)
    if (sends_mail(channel) && plan.symbol(channel.id) == came_by) return &channel;
  return find_sender(plan);
}

const plan::ChannelDecl* channel_at(const LoadedPlan& plan, std::string_view email) {
  std::string address = to_lower_ascii(email);
  const auto at = address.rfind('@'), plus = address.find('+');
  const bool tagged = plus != std::string::npos && at != std::string::npos && plus < at;
  for (const bool without_tag : {false, true}) {
    if (without_tag && !tagged) break;
    if (without_tag) address.erase(plus, at - plus);
    for (const plan::ChannelDecl& channel : plan.plan.channels) {
      if (channel.kind != plan::ChannelKind::email) continue;
      if (to_lower_ascii(channel.address) == address) return &channel;
      for (const std::string& alias : channel.aliases)
        if (to_lower_ascii(alias) == address) return &channel;
    }
  }
  return nullptr;
}

}  // namespace suki::app
