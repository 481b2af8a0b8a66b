/// One conversation: decide() turns a command into events and effects, apply() folds an event into the state.
/// Neither knows a clock, a store or a text. The server and the simulator run these same functions.
#pragma once

#include <array>
#include <optional>

#include "desk/types.h"

namespace suki::desk {

/// One target running in one cycle. A cache of what the history says (see ledger.h).
struct Clock {
  ClockStatus status = ClockStatus::cancelled;
  std::uint16_t cycle = 0;          ///< 0: this target never ran
  std::uint8_t steps_done = 0;      ///< escalation steps already taken
  bool warned = false;
  Instant started_at;               ///< where the budget counts from (StartAt already applied)
  Instant due_at = never;           ///< never while paused
  Instant ended_at = never;
  Instant running_since;
  Span budget;
  Span used;                        ///< working time up to running_since (running) or in all (paused, ended)
  friend bool operator==(const Clock&, const Clock&) = default;
};

struct Conversation {
  ConversationId id;
  std::uint32_t last_number = 0;    ///< 0: does not exist yet
  State state = State::open;
  bool started_by_staff = false;
  bool merged = false;              ///< it lives on in `merged_into`
  ConversationId merged_into;
  Symbol hold_reason;
  plan::Facts facts;                ///< channel, topic, priority, segment, language, team
  AgentId assignee;
  PlanVersion pinned;
  Symbol policy;                    ///< within the pinned version
  Instant opened_at;
  Instant last_event_at;
  Instant waiting_since = never;    ///< oldest unanswered customer message
  Instant last_staff_message_at = never;
  Instant state_since;
  std::array<Clock, plan::target_count> clocks;
  friend bool operator==(const Conversation&, const Conversation&) = default;
};

/// The version in force, and the one that the conversation pinned (the same one for a new conversation).
struct Plans {
  const plan::CompiledPlan& in_force;
  const plan::CompiledPlan& pinned;
  PlanVersion in_force_version;
};

/// Appends to out (cleared first) the events and effects of `command` at `now`. Refusal::none: accepted.
/// On a refusal out is empty. `facts` is what is known from outside (segment and language of the customer) for `open`
/// and customer_message; the conversation's own facts are used otherwise. Due warnings, breaches and escalation
/// steps up to `now` come first, at their own instants. now may lie before last_event_at (a clock jumped): it is then
/// taken as last_event_at. Cost O(rules + steps); no allocation once out has grown.
[[nodiscard]] Refusal decide(const Plans& plans, const Conversation& conversation, const Command& command,
                             const plan::Facts& facts, Instant now, Out& out);

/// Folds one event. `event.number` must be last_number + 1. O(1), no allocation. Needs no plan: events carry what matters.
void apply(Conversation& conversation, const Event& event);

/// The next instant at which time alone changes something (warning, breach, escalation step); never when nothing does.
[[nodiscard]] Instant next_wake(const Conversation& conversation, const plan::CompiledPlan& pinned);

[[nodiscard]] const char* name_of(State state);        // "open", "pending", "on_hold", "resolved", "closed"
[[nodiscard]] const char* name_of(ClockStatus status);
[[nodiscard]] const char* name_of(EventKind kind);
[[nodiscard]] const char* name_of(EffectKind kind);
[[nodiscard]] const char* name_of(CommandKind kind);
[[nodiscard]] const char* name_of(Refusal refusal);
[[nodiscard]] const char* name_of(ActorKind kind);
[[nodiscard]] const char* name_of(Choice choice);
[[nodiscard]] std::optional<State> find_state(std::string_view name);

}  // namespace suki::desk
