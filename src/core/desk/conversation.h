/// One conversation: decide() turns a command into events and effects, apply() folds an event into the state.
/// Neither knows a clock, a store or a text. The server and the simulator run these same functions.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "desk/types.h"

namespace suki::desk {

/// One target running in one cycle. A cache of what the history says (see ledger.h).
struct Clock {
  ClockStatus status = ClockStatus::cancelled;
  std::uint16_t cycle = 0;      ///< 0: this target never ran
  std::uint8_t steps_done = 0;  ///< escalation steps already taken
  bool warned = false;
  bool owed = false;       ///< missed, and what was promised has still not been done
  bool borrowed = false;   ///< runs only because a merged conversation had promised it
  Symbol policy;           ///< whose promise it is
  Instant started_at;      ///< where the budget counts from (StartAt already applied)
  Instant due_at = never;  ///< never while paused
  Instant ended_at = never;
  Instant running_since;
  Instant told = never;     ///< first and next reply: the latest due that the customer was told
  Instant next_at = never;  ///< when time alone changes this clock next
  Span budget;
  Span used;  ///< working time up to running_since (running) or in all (paused, ended)
  friend bool operator==(const Clock&, const Clock&) = default;
};

/// What a conversation merged into this one had promised. Ends with the clock that it bounds.
struct MergedPromise {
  ConversationId other;
  Target target = Target::first_reply;
  Instant due = never;
  friend bool operator==(const MergedPromise&, const MergedPromise&) = default;
};
inline constexpr std::size_t merged_promises_max = 8;  ///< open at once in one conversation; chosen, not measured

struct Conversation {
  ConversationId id;
  std::uint32_t last_number = 0;  ///< 0: does not exist yet
  State state = State::open;
  bool started_by_staff = false;
  bool first_reply_done = false;  ///< a person on the staff has written (or staff started it)
  bool merged = false;            ///< it lives on in `merged_into`
  ConversationId merged_into;
  Symbol hold_reason;
  plan::Facts facts;  ///< channel, topic, priority, segment, language, team
  AgentId assignee;
  PlanVersion pinned;
  Symbol policy;  ///< within the pinned version
  Instant opened_at;
  Instant last_event_at;
  Instant waiting_since = never;  ///< oldest unanswered customer message
  Instant last_staff_message_at = never;
  Instant state_since;
  Instant cycle_since;  ///< opening or last reopening: where a new resolution cycle counts from
  std::uint8_t merged_promise_count = 0;
  std::array<MergedPromise, merged_promises_max> merged_promises;  ///< the first merged_promise_count
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
///
/// - A conversation opened by a customer starts first_reply and resolution at `open`; `open` may carry the message, or
/// the
///   host sends customer_message next. Facts left open become the plan's defaults (see facts_at_opening).
/// - A customer who writes to a closed conversation is refused with closed_for_good: the host opens a new one.
///   To a merged one: merged_away, the host takes it to `merged_into`. Closed accepts only note, wake.
/// - First reply is the first agent_reply. Resolving or closing without one cancels first and next reply; if the
/// customer
///   writes again before any person did, a new first_reply cycle starts. Update starts with each agent_reply while
///   unresolved, and is cancelled by resolving.
/// - A customer's message to pending, on_hold or resolved sets it open. Leaving resolved starts a new resolution cycle,
/// or
///   within the policy's continue_within (elapsed time) continues the last: met runs on, missed stays missed.
/// - After a breach nothing moves any more: its later steps stay at due + offset, and happen only while it is still
/// owed.
/// - A target that the policy did not have before counts from its original start, or from the last change of state when
///   that is later.
/// - A merged conversation keeps its clocks as they are until unmerged: whoever lists clocks leaves it out.
/// - A change of team takes the conversation from its assignee (members of teams are not known here).
/// - open_imported starts no clock and chooses no policy; take_up chooses it, and what the conversation still calls for
///   counts from then. Resolved, it only has its policy for when the customer writes again.
/// - repin: command.version must be in_force_version. Pass the old version as `pinned` in that call.
[[nodiscard]] Refusal decide(const Plans& plans, const Conversation& conversation, const Command& command,
                             const plan::Facts& facts, Instant now, Out& out);

/// decide() and apply() in one, on the caller's conversation: accepted, it is as apply() of each of out.events would
/// leave it; refused, it is as it was. `facts` may be conversation.facts. Saves a copy of the conversation and the
/// second fold: for a host that has nothing to do between deciding and applying.
[[nodiscard]] Refusal decide_and_apply(const Plans& plans, Conversation& conversation, const Command& command,
                                       const plan::Facts& facts, Instant now, Out& out);

/// Folds one event. `event.number` must be last_number + 1. O(1), no allocation. Needs no plan: events carry what
/// matters.
void apply(Conversation& conversation, const Event& event);

/// The next instant at which time alone changes something (warning, breach, escalation step); never when nothing does.
/// A breach wakes one microsecond after the due instant, since at the due instant itself it can still be met. O(1).
[[nodiscard]] Instant next_wake(const Conversation& conversation);
[[nodiscard]] inline Instant next_wake(const Conversation& conversation, const plan::CompiledPlan&) {
  return next_wake(conversation);
}

/// Facts as a new conversation would hold them: what is missing or not in the plan becomes the plan's default (topic,
/// priority, language), an unknown segment becomes none, and the team is the one of the assignment rule, else of the
/// topic, else the plan's. `rule` (may be null) receives the assignment rule. O(rules), no allocation.
[[nodiscard]] plan::Facts facts_at_opening(const plan::CompiledPlan& plan, plan::Facts facts,
                                           const plan::AssignmentRule** rule = nullptr);
/// Where a promise made at `contact` counts from, and its due instant (never: its calendar does not open again).
struct Promised {
  Instant from, due;
};
[[nodiscard]] Promised promise_at(const plan::CompiledPlan& plan, const plan::SlaPolicy& policy,
                                  const plan::TargetPromise& promise, Instant contact);

/// By target: the due instants still open, for take_merged.
[[nodiscard]] std::array<Instant, plan::target_count> open_dues(const Conversation& conversation);
/// Working time used by `at` (for an ended or paused clock: in all).
[[nodiscard]] Span used_at(const Clock& clock, const plan::CompiledPlan& pinned, Instant at);

[[nodiscard]] const char* name_of(State state);  // "open", "pending", "on_hold", "resolved", "closed"
[[nodiscard]] const char* name_of(ClockStatus status);
[[nodiscard]] const char* name_of(EventKind kind);
[[nodiscard]] const char* name_of(EffectKind kind);
[[nodiscard]] const char* name_of(CommandKind kind);
[[nodiscard]] const char* name_of(Refusal refusal);
[[nodiscard]] const char* name_of(ActorKind kind);
[[nodiscard]] const char* name_of(Choice choice);
[[nodiscard]] const char* name_of(Target target);  // "first_reply" ...
[[nodiscard]] const char* name_of(plan::Step step);
[[nodiscard]] std::optional<State> find_state(std::string_view name);  // also "on-hold"

}  // namespace suki::desk
