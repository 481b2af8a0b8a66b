/// One call of decide(): every event is applied to the conversation as soon as it is decided, so that later rules see
/// what earlier ones did, and so that decide() and apply() can never disagree.
#pragma once

#include "desk/conversation.h"
#include "desk/promises.h"

namespace suki::desk {

/// Why a policy is chosen, or chosen again. A change made by an escalation starts no second breach.
enum class Cause : std::uint8_t { opening, person, escalation, repin, import };

class Run {
 public:
  Run(const Plans& plans, Conversation& conversation, Instant recorded, bool importing, Out& out);

  /// Whether run_due would do anything.
  [[nodiscard]] bool is_due(Instant until) const;
  /// Warnings, breaches and steps up to and including `until`, each at its own instant, in order.
  void run_due(Instant until);
  /// What follows happens at `at` (never before the last event) and is done by `actor`.
  void set_moment(Instant at, const Actor& actor);
  [[nodiscard]] bool is_merged() const { return conversation_.merged; }
  /// INVARIANT (refuse first): whoever refuses has emitted nothing yet.
  Refusal execute(const Command& command, const plan::Facts& outside);

 private:
  // ---- events and effects (run.cpp)
  // An event is made where it stays: new_event() or clock_event(), then its fields, then emit() or emit_clock(). No
  // other may be begun in between.
  [[nodiscard]] Event& new_event(EventKind kind);
  [[nodiscard]] Event& clock_event(EventKind kind, Target target);
  void emit(const Event& event) { apply(conversation_, event); }
  void emit_message(EventKind kind, MessageId message);
  void emit_fact(EventKind kind, Symbol value, Symbol rule = {});
  void emit_clock(Event& event);
  void effect(const Effect& effect);
  void send_reply(plan::ReplyOn on);
  void ask_route();
  void notify_if_moved(Target target, Instant due);
  [[nodiscard]] Clock& clock(Target target) { return conversation_.clocks[static_cast<std::size_t>(target)]; }
  [[nodiscard]] bool is_open(Target target) {
    const ClockStatus status = clock(target).status;
    return status == ClockStatus::running || status == ClockStatus::paused;
  }
  [[nodiscard]] bool is_unresolved() const {
    return conversation_.state != State::resolved && conversation_.state != State::closed;
  }

  // ---- clocks (run_clocks.cpp)
  [[nodiscard]] bool needs(Target target) const;
  [[nodiscard]] Instant origin(Target target) const;
  [[nodiscard]] const MergedPromise* earliest_merged(Target target) const;
  void start(Target target, Instant contact, Cause cause = Cause::person);
  void start_if_needed(Target target);
  void pause(Target target);
  void resume(Target target);
  void sync_pause(Target target);
  void finish(Target target, EventKind kind);
  void move(Target target, Span used, Symbol policy, Cause cause, ConversationId other = {});
  void choose_policy(Cause cause);
  void adapt(Target target, Span used, Cause cause);
  void enter_state(State state, Symbol reason);
  void reopen_resolution(Instant resolved_at);

  // ---- time (run_time.cpp)
  [[nodiscard]] std::optional<Target> first_due(Instant until) const;
  void perform(const plan::EscalationStep& step, Target target);
  void raise_priority();
  [[nodiscard]] const plan::EscalationStep& step_in_force(const plan::EscalationStep& pinned, Symbol policy,
                                                          Target target) const;

  // ---- commands (decide.cpp)
  Refusal open(const Command& command, const plan::Facts& outside);
  Refusal customer_message(const Command& command, const plan::Facts& outside);
  Refusal agent_reply(const Command& command);
  Refusal set_state(const Command& command);
  Refusal set_fact(const Command& command);
  Refusal assign_agent(const Command& command);
  Refusal assign_team(const Command& command);
  Refusal repin(const Command& command);
  Refusal take_up();
  void reply(MessageId message);
  void give_to_team(Symbol team, Symbol rule);
  void refresh_facts(const plan::Facts& outside);

  // ---- merging (run_merge.cpp)
  Refusal merge_into(const Command& command);
  Refusal unmerge(const Command& command);
  Refusal take_merged(const Command& command);
  Refusal release_merged(const Command& command);
  void take_promise(Target target, Instant due, ConversationId other);
  void release_promise(Target target, ConversationId other);

  const Plans& plans_;
  const plan::CompiledPlan* pinned_;
  Conversation& conversation_;
  Instant recorded_;
  Instant at_;
  Event blank_;  // what all events of this moment have in common
  bool importing_;
  std::array<bool, plan::target_count> lost_{};  // clocks whose next item the plan no longer knows
  Out& out_;
};

}  // namespace suki::desk
