#include "app/view.h"

#include <algorithm>

#include "app/channels.h"
#include "catalogue/catalogue.h"

namespace suki::app {

using desk::EventKind;
using plan::FactKey;

AgentNames::AgentNames(store::Tx& tx) {
  for (const auto& [id, name] : tx.account_names()) names_[id] = name;
}

std::string AgentNames::find(AgentId agent) const {
  const auto found = names_.find(agent);
  return found != names_.end() ? found->second : "";
}

const char* name_of(store::MessageKind kind) {
  switch (kind) {
    case store::MessageKind::customer:
      return "customer";
    case store::MessageKind::reply:
      return "reply";
    case store::MessageKind::automatic:
      return "automatic";
    case store::MessageKind::note:
      return "note";
  }
  return "";
}

std::string author_of(const store::MessageRecord& message, const std::string& language) {
  return message.kind == store::MessageKind::automatic ? catalogue::message(language, "app.author.automatic")
                                                       : message.author;
}

namespace {

Named name_fact(const Work& work, const desk::Conversation& state, FactKey key, const std::string& language) {
  const Symbol symbol = state.facts.get(key);
  return {work.plan->slug(symbol), work.plan->name(symbol, language)};
}

std::string kind_of_channel(const Work& work, Symbol channel) {
  const plan::Channel* found = work.plan->compiled->find_channel(channel);
  return found != nullptr ? name_of(found->kind) : work.plan->slug(channel);
}

}  // namespace

Row to_row(const Work& work, const AgentNames& agents, const store::ListRow& from, const std::string& language) {
  const store::ConversationRecord& record = from.record;
  const desk::Conversation& state = record.state;
  Row row;
  row.id = to_text(state.id.value);
  row.erased = record.erased_at.us != 0;
  row.subject = row.erased ? catalogue::message(language, "app.conversation.erased") : from.subject;
  row.preview = from.preview;
  row.customer = from.customer_erased           ? catalogue::message(language, "app.customer.erased")
                 : !from.customer_name.empty()  ? from.customer_name
                 : !from.customer_email.empty() ? from.customer_email
                                                : catalogue::message(language, "app.customer.unknown");
  row.state = desk::name_of(state.state);
  row.channel = kind_of_channel(work, state.facts.get(FactKey::channel));
  row.channel_id = work.plan->slug(state.facts.get(FactKey::channel));
  row.topic = name_fact(work, state, FactKey::topic, language);
  row.priority = name_fact(work, state, FactKey::priority, language);
  row.team = name_fact(work, state, FactKey::team, language);
  if (state.assignee) row.assignee = Named{to_text(state.assignee.value), agents.find(state.assignee)};
  if (state.facts.get(FactKey::segment)) row.segment = name_fact(work, state, FactKey::segment, language);
  if (record.next_due != never) {
    const desk::Clock& clock = state.clocks[static_cast<std::size_t>(record.next_target)];
    row.next_due = NextDue{desk::name_of(record.next_target), to_time(record.next_due), desk::name_of(clock.status),
                           clock.warned && clock.status == desk::ClockStatus::running};
  }
  row.at_risk = record.at_risk;
  row.breached = record.breached;
  row.unanswered = record.unanswered;
  row.opened_at = format_instant(state.opened_at);
  row.last_at = format_instant(record.last_at);
  row.last_number = state.last_number;
  return row;
}

ClockView to_clock_view(desk::Target target, const desk::Clock& clock, const plan::CompiledPlan& pinned, Instant now) {
  ClockView view;
  view.target = desk::name_of(target);
  view.cycle = clock.cycle;
  view.status = desk::name_of(clock.status);
  view.started_at = to_time(clock.started_at);
  view.due_at = to_time(clock.due_at);
  view.ended_at = to_time(clock.ended_at);
  const Span used = desk::used_at(clock, pinned, now);
  view.budget_s = clock.budget.us / seconds(1).us;
  view.used_s = used.us / seconds(1).us;
  view.left_s = std::max<std::int64_t>(0, view.budget_s - view.used_s);
  view.at_risk = clock.warned && clock.status == desk::ClockStatus::running;
  return view;
}

TimelineEvent to_timeline(const Work& work, const AgentNames& agents, const desk::Event& event,
                          const std::string& customer, const std::string& language) {
  TimelineEvent shown;
  shown.number = event.number;
  shown.kind = desk::name_of(event.kind);
  shown.at = format_instant(event.occurred_at);
  shown.late = event.late;
  switch (event.actor.kind) {
    case desk::ActorKind::customer:
      shown.actor = customer;
      break;
    case desk::ActorKind::agent:
      // Whoever wrote in another system may have no account here.
      shown.actor =
          event.actor.agent ? agents.find(event.actor.agent) : catalogue::message(language, "app.author.staff");
      break;
    case desk::ActorKind::system:
      shown.actor = catalogue::message(language, "app.author.system");
      break;
    case desk::ActorKind::time:
      shown.actor = catalogue::message(language, "app.author.time");
      break;
  }
  const std::string name = work.plan->name(event.symbol, language);
  switch (event.kind) {
    case EventKind::opened:
      shown.what = "channel";
      shown.value = name;
      break;
    case EventKind::state_changed:
      shown.what = desk::name_of(event.state);
      shown.value = name;
      break;
    case EventKind::topic_changed:
      shown.what = "topic";
      shown.value = name;
      break;
    case EventKind::priority_changed:
      shown.what = "priority";
      shown.value = name;
      break;
    case EventKind::segment_changed:
      shown.what = "segment";
      shown.value = name;
      break;
    case EventKind::language_changed:
      shown.what = "language";
      shown.value = work.plan->slug(event.symbol);
      break;
    case EventKind::assigned:
      shown.what = "agent";
      shown.value = agents.find(event.agent);
      break;
    case EventKind::team_assigned:
      shown.what = "team";
      shown.value = name;
      break;
    case EventKind::policy_chosen:
      shown.what = "policy";
      shown.value = name;
      break;
    case EventKind::escalated:
      shown.what = desk::name_of(event.target);
      shown.value = name;
      break;
    case EventKind::merged_into:
    case EventKind::took_merged:
    case EventKind::promise_taken:
    case EventKind::unmerged:
    case EventKind::released_merged:
      shown.what = "conversation";
      shown.value = to_text(event.other.value);
      break;
    case EventKind::clock_started:
    case EventKind::clock_paused:
    case EventKind::clock_resumed:
    case EventKind::clock_moved:
    case EventKind::clock_warned:
    case EventKind::clock_met:
    case EventKind::clock_missed:
    case EventKind::clock_cancelled:
      shown.what = desk::name_of(event.target);
      if (event.due != never) shown.value = format_instant(event.due);
      break;
    case EventKind::customer_message:
    case EventKind::agent_reply:
    case EventKind::automatic_reply:
    case EventKind::note:
    case EventKind::taken_up:
      break;
  }
  return shown;
}

Result<Pinned> find_pinned(Work& work, const std::vector<desk::Event>& events) {
  Pinned pinned;
  for (const desk::Event& event : events) {
    if (event.kind != EventKind::policy_chosen) continue;
    const bool known = std::any_of(pinned.plans.begin(), pinned.plans.end(),
                                   [&](const desk::PinnedPlan& plan) { return plan.version == event.version; });
    if (known) continue;
    SUKI_TRY(PlanPtr plan, work.shared.plans.find(work.tx, event.version));
    pinned.plans.push_back({event.version, plan->compiled.get()});
    pinned.keep.push_back(std::move(plan));
  }
  return pinned;
}

}  // namespace suki::app
