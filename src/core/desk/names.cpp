#include "desk/conversation.h"
#include "desk/ledger.h"

namespace suki::desk {

const char* name_of(State state) {
  switch (state) {
    case State::open:
      return "open";
    case State::pending:
      return "pending";
    case State::on_hold:
      return "on_hold";
    case State::resolved:
      return "resolved";
    case State::closed:
      return "closed";
  }
  return "?";
}

const char* name_of(ClockStatus status) {
  switch (status) {
    case ClockStatus::running:
      return "running";
    case ClockStatus::paused:
      return "paused";
    case ClockStatus::met:
      return "met";
    case ClockStatus::missed:
      return "missed";
    case ClockStatus::cancelled:
      return "cancelled";
  }
  return "?";
}

const char* name_of(EventKind kind) {
  switch (kind) {
    case EventKind::opened:
      return "opened";
    case EventKind::customer_message:
      return "customer_message";
    case EventKind::agent_reply:
      return "agent_reply";
    case EventKind::automatic_reply:
      return "automatic_reply";
    case EventKind::note:
      return "note";
    case EventKind::state_changed:
      return "state_changed";
    case EventKind::topic_changed:
      return "topic_changed";
    case EventKind::priority_changed:
      return "priority_changed";
    case EventKind::segment_changed:
      return "segment_changed";
    case EventKind::language_changed:
      return "language_changed";
    case EventKind::assigned:
      return "assigned";
    case EventKind::team_assigned:
      return "team_assigned";
    case EventKind::policy_chosen:
      return "policy_chosen";
    case EventKind::clock_started:
      return "clock_started";
    case EventKind::clock_paused:
      return "clock_paused";
    case EventKind::clock_resumed:
      return "clock_resumed";
    case EventKind::clock_moved:
      return "clock_moved";
    case EventKind::clock_warned:
      return "clock_warned";
    case EventKind::clock_met:
      return "clock_met";
    case EventKind::clock_missed:
      return "clock_missed";
    case EventKind::clock_cancelled:
      return "clock_cancelled";
    case EventKind::escalated:
      return "escalated";
    case EventKind::merged_into:
      return "merged_into";
    case EventKind::took_merged:
      return "took_merged";
    case EventKind::promise_taken:
      return "promise_taken";
    case EventKind::unmerged:
      return "unmerged";
    case EventKind::released_merged:
      return "released_merged";
    case EventKind::taken_up:
      return "taken_up";
  }
  return "?";
}

const char* name_of(EffectKind kind) {
  switch (kind) {
    case EffectKind::send_automatic_reply:
      return "send_automatic_reply";
    case EffectKind::notify_agent:
      return "notify_agent";
    case EffectKind::notify_team:
      return "notify_team";
    case EffectKind::notify_customer_moved:
      return "notify_customer_moved";
    case EffectKind::route:
      return "route";
  }
  return "?";
}

const char* name_of(CommandKind kind) {
  switch (kind) {
    case CommandKind::open:
      return "open";
    case CommandKind::customer_message:
      return "customer_message";
    case CommandKind::agent_reply:
      return "agent_reply";
    case CommandKind::automatic_reply:
      return "automatic_reply";
    case CommandKind::note:
      return "note";
    case CommandKind::set_state:
      return "set_state";
    case CommandKind::set_topic:
      return "set_topic";
    case CommandKind::set_priority:
      return "set_priority";
    case CommandKind::set_segment:
      return "set_segment";
    case CommandKind::set_language:
      return "set_language";
    case CommandKind::assign_agent:
      return "assign_agent";
    case CommandKind::assign_team:
      return "assign_team";
    case CommandKind::merge_into:
      return "merge_into";
    case CommandKind::take_merged:
      return "take_merged";
    case CommandKind::unmerge:
      return "unmerge";
    case CommandKind::release_merged:
      return "release_merged";
    case CommandKind::repin:
      return "repin";
    case CommandKind::wake:
      return "wake";
    case CommandKind::open_imported:
      return "open_imported";
    case CommandKind::take_up:
      return "take_up";
  }
  return "?";
}

const char* name_of(Refusal refusal) {
  switch (refusal) {
    case Refusal::none:
      return "none";
    case Refusal::already_open:
      return "already_open";
    case Refusal::not_open_yet:
      return "not_open_yet";
    case Refusal::closed_for_good:
      return "closed_for_good";
    case Refusal::same_value:
      return "same_value";
    case Refusal::unknown_topic:
      return "unknown_topic";
    case Refusal::unknown_priority:
      return "unknown_priority";
    case Refusal::unknown_team:
      return "unknown_team";
    case Refusal::unknown_segment:
      return "unknown_segment";
    case Refusal::unknown_language:
      return "unknown_language";
    case Refusal::unknown_channel:
      return "unknown_channel";
    case Refusal::reason_required:
      return "reason_required";
    case Refusal::unknown_reason:
      return "unknown_reason";
    case Refusal::merged_away:
      return "merged_away";
    case Refusal::not_merged:
      return "not_merged";
    case Refusal::cannot_merge_itself:
      return "cannot_merge_itself";
    case Refusal::too_many_merged:
      return "too_many_merged";
    case Refusal::out_of_order:
      return "out_of_order";
    case Refusal::customer_cannot:
      return "customer_cannot";
    case Refusal::unknown_version:
      return "unknown_version";
  }
  return "?";
}

const char* name_of(ActorKind kind) {
  switch (kind) {
    case ActorKind::customer:
      return "customer";
    case ActorKind::agent:
      return "agent";
    case ActorKind::system:
      return "system";
    case ActorKind::time:
      return "time";
  }
  return "?";
}

const char* name_of(Choice choice) {
  switch (choice) {
    case Choice::sla_policy:
      return "sla_policy";
    case Choice::team:
      return "team";
    case Choice::auto_reply:
      return "auto_reply";
    case Choice::start_of_clock:
      return "start_of_clock";
    case Choice::escalation:
      return "escalation";
  }
  return "?";
}

const char* name_of(Target target) {
  switch (target) {
    case Target::first_reply:
      return "first_reply";
    case Target::next_reply:
      return "next_reply";
    case Target::update:
      return "update";
    case Target::resolution:
      return "resolution";
  }
  return "?";
}

const char* name_of(plan::Step step) {
  switch (step) {
    case plan::Step::notify_assignee:
      return "notify_assignee";
    case plan::Step::notify_team:
      return "notify_team";
    case plan::Step::assign_team:
      return "assign_team";
    case plan::Step::raise_priority:
      return "raise_priority";
  }
  return "?";
}

const char* name_of(Why why) {
  switch (why) {
    case Why::counted:
      return "counted";
    case Why::outside_hours:
      return "outside_hours";
    case Why::waiting_for_opening:
      return "waiting_for_opening";
    case Why::paused_pending:
      return "paused_pending";
    case Why::paused_on_hold:
      return "paused_on_hold";
    case Why::ended:
      return "ended";
  }
  return "?";
}

std::optional<State> find_state(std::string_view name) {
  for (State state : {State::open, State::pending, State::on_hold, State::resolved, State::closed}) {
    if (name == name_of(state)) return state;
  }
  if (name == "on-hold") return State::on_hold;
  return std::nullopt;
}

}  // namespace suki::desk
