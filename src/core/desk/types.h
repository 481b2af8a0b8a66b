/// The words of one conversation: states, commands, events, effects. Plain values, no text: names, subjects and bodies
/// live in rows outside, known here by id only.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "plan/compiled.h"
#include "plan/facts.h"

namespace suki::desk {

using plan::Target;

/// Revision of these rules, recorded with each clock event. Raise it when a change could give other clocks.
inline constexpr std::uint16_t rules_revision = 1;

/// A warning, breach or step recorded more than this behind its instant is marked late. Chosen, not measured.
inline constexpr Span late_after = minutes(1);

enum class State : std::uint8_t { open, pending, on_hold, resolved, closed };
enum class ClockStatus : std::uint8_t { running, paused, met, missed, cancelled };
enum class ActorKind : std::uint8_t { customer, agent, system, time };

struct Actor {
  ActorKind kind = ActorKind::system;
  AgentId agent;  ///< for ActorKind::agent
  friend bool operator==(const Actor&, const Actor&) = default;
};

enum class CommandKind : std::uint8_t {
  open,              ///< a new conversation; facts.channel/topic/priority/language/segment, opened by actor
  customer_message,  ///< message
  agent_reply,       ///< message; public, of a person
  automatic_reply,   ///< message; public, of a machine: touches no clock
  note,              ///< message
  set_state,         ///< state; symbol = reason when on_hold
  set_topic,         ///< symbol
  set_priority,      ///< symbol
  set_segment,       ///< symbol (none: no segment)
  set_language,      ///< symbol
  assign_agent,      ///< agent (none: nobody)
  assign_team,       ///< symbol
  merge_into,        ///< other: this conversation ends in that one
  take_merged,       ///< other, dues: this one takes over what `other` still promised (desk::open_dues of it)
  unmerge,           ///< other: undo of merge_into, on the merged one
  release_merged,    ///< other: undo of take_merged, on the target
  repin,          ///< plan version `version` becomes the pinned one (adoption chose so); due may only move with notice
  wake,           ///< time has come: warnings, breaches, escalation steps up to now
  open_imported,  ///< as open, of what was led elsewhere until now: the plan has promised nothing before take_up
  take_up,  ///< what was imported is served by the plan from now on: its clocks count from here, and nobody is told
};

struct Command {
  CommandKind kind = CommandKind::wake;
  Actor actor;
  State state = State::open;
  Symbol symbol;
  AgentId agent;
  MessageId message;
  ConversationId other;
  PlanVersion version;
  /// For take_merged, by target: the dues that the other one still had open; never where it had none.
  std::array<Instant, plan::target_count> dues{never, never, never, never};
  /// Imported history: when it happened. never: it happens now. Importing computes clocks and performs no effect.
  Instant occurred_at = never;
};

enum class EventKind : std::uint8_t {
  opened,  ///< symbol = channel; `by_staff` tells who started
  customer_message,
  agent_reply,
  automatic_reply,
  note,
  state_changed,     ///< state; symbol = hold reason
  topic_changed,     ///< symbol
  priority_changed,  ///< symbol
  segment_changed,
  language_changed,
  assigned,       ///< agent
  team_assigned,  ///< symbol
  policy_chosen,  ///< symbol = policy (none: no promise), rule = SLA rule, version = pinned plan version
  // Clock events carry target, cycle, rules and next_at; `other` is set where a merge caused them.
  clock_started,  ///< due, span = budget, from = where it counts from, symbol = policy
  clock_paused,   ///< used
  clock_resumed,  ///< due, used, from = where it counts on from
  clock_moved,    ///< due, span = new budget, used, from, symbol = policy (policy, topic, priority or merge changed it)
  clock_warned,   ///< at risk from now
  clock_met,      ///< used
  clock_missed,   ///< used; due = the due instant, which is occurred_at unless a change put it into the past
  clock_cancelled,  ///< used
  escalated,        ///< symbol = step; `late` when done more than late_after behind its instant
  merged_into,      ///< other
  took_merged,      ///< other
  promise_taken,    ///< other, target, due: what `other` promised holds here too
  unmerged,         ///< other
  released_merged,  ///< other
  taken_up,         ///< the plan serves what was imported: nothing is promised for the time before
};

struct Event {
  std::uint32_t number = 0;  ///< 1, 2, 3 ... in its conversation
  EventKind kind = EventKind::opened;
  Target target = Target::first_reply;
  State state = State::open;
  bool by_staff = false;
  bool late = false;
  std::uint16_t cycle = 0;  ///< 1, 2 ... of this target
  std::uint16_t rules = 0;  ///< rules_revision, on clock events
  Actor actor;
  Symbol symbol;
  Symbol rule;  ///< the rule of the plan that caused it, where one did
  AgentId agent;
  MessageId message;
  ConversationId other;
  PlanVersion version;
  Instant occurred_at;  ///< never before the last event's
  Instant recorded_at;
  Instant due = never;      ///< never while paused
  Instant from;             ///< clock events: where counting starts, or goes on
  Instant next_at = never;  ///< clock events: when time alone changes this clock next
  Span span;                ///< clock events: the budget
  Span used;                ///< clock events: working time used so far
  friend bool operator==(const Event&, const Event&) = default;
};

enum class EffectKind : std::uint8_t {
  send_automatic_reply,   ///< symbol = auto reply; to the customer
  notify_agent,           ///< agent, symbol = escalation step, target
  notify_team,            ///< team, symbol = escalation step, target
  notify_customer_moved,  ///< a promise told to the customer moves later: target, due
  route,                  ///< the conversation wants an agent: the floor should look at it
};

struct Effect {
  EffectKind kind = EffectKind::route;
  Symbol symbol;
  Symbol team;
  AgentId agent;
  Target target = Target::first_reply;
  std::uint32_t event = 0;  ///< for notify_agent and notify_team: number of the step's event
  Instant due = never;
  friend bool operator==(const Effect&, const Effect&) = default;
};

/// Why the rules said no. One list; names are stable: they are API codes and catalogue keys.
enum class Refusal : std::uint8_t {
  none,
  already_open,
  not_open_yet,
  closed_for_good,
  same_value,
  unknown_topic,
  unknown_priority,
  unknown_team,
  unknown_segment,
  unknown_language,
  unknown_channel,
  reason_required,
  unknown_reason,
  merged_away,
  not_merged,
  cannot_merge_itself,
  too_many_merged,
  out_of_order,
  customer_cannot,
  unknown_version,
};

/// Which rule decided what, for explain: "sla rule vip-refund chose policy gold".
enum class Choice : std::uint8_t { sla_policy, team, auto_reply, start_of_clock, escalation };
struct Explanation {
  Choice choice;
  Symbol rule;                          ///< Symbol{}: the default; for escalation the step
  Symbol result;                        ///< policy, team, automatic reply; for start_of_clock the policy
  Target target = Target::first_reply;  ///< for start_of_clock and escalation
};

/// The caller's buffer: cleared by decide() at its start, never shrunk, so that the steady state allocates nothing.
struct Out {
  std::vector<Event> events;
  std::vector<Effect> effects;
  std::vector<Explanation> explanations;
  void clear() {
    events.clear();
    effects.clear();
    explanations.clear();
  }
};

}  // namespace suki::desk
