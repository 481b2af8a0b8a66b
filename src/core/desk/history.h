/// The history of one conversation read again from its causes. Written apart from decide() on purpose: where the two
/// differ, one of them is wrong.
#pragma once

#include "desk/ledger.h"

namespace suki::desk {

/// A time in which nothing about a clock changes: same state, same promise.
struct Piece {
  Instant from;
  Instant counts_from;  ///< later than `from` while a start still waits for its opening
  State state = State::open;
  bool paused = false;
  const calendar::Calendar* hours = nullptr;
  Span budget;
  Instant due = never;  ///< as it stands in this piece; never while paused
};

/// One target in one cycle.
struct Cycle {
  Target target;
  Clock clock;
  Instant contact;  ///< where it counts from, an opening apart
  Instant made_at;  ///< when it was promised: later than contact where another policy brought it
  std::vector<Piece> pieces;

  [[nodiscard]] bool is_open() const {
    return clock.status == ClockStatus::running || clock.status == ClockStatus::paused;
  }
  /// Working time in all pieces up to `at`.
  [[nodiscard]] Span used(Instant at) const;
};

class History {
 public:
  explicit History(std::span<const PinnedPlan> pinned) : pinned_(pinned) {}
  void read(const Event& event);
  /// Declares missed what fell due before `at`.
  void advance(Instant at);
  void advance(Target target, Instant at);
  [[nodiscard]] std::vector<Cycle> take_cycles() { return std::move(cycles_); }

 private:
  [[nodiscard]] const plan::SlaPolicy* policy(Symbol id) const;
  [[nodiscard]] const plan::TargetPromise* promise(Symbol policy_id, Target target) const;
  [[nodiscard]] Cycle* last(Target target);
  [[nodiscard]] bool wanted(Target target) const;
  [[nodiscard]] bool has_none_open(Target target);
  void start(Target target, Instant contact, Instant at, bool by_escalation = false);
  void end(Target target, ClockStatus status, Instant at);
  void change(Cycle& cycle, Instant at, Symbol policy_id, Span budget, bool by_escalation = false);
  void set_state(const Event& event);
  void reopen(Instant resolved_at, Instant at);
  void choose(const Event& event);
  void take(const Event& event);
  void release(const Event& event);
  [[nodiscard]] Instant merged_bound(Target target) const;
  void drop_bounds(Target target);

  std::span<const PinnedPlan> pinned_;
  const plan::CompiledPlan* plan_ = nullptr;
  std::vector<Cycle> cycles_;
  std::vector<MergedPromise> bounds_;
  State state_ = State::open;
  bool replied_ = false;
  Symbol policy_;
  Instant waiting_since_ = never, last_staff_message_ = never, cycle_since_, state_since_;
  bool by_staff_ = false;
};

}  // namespace suki::desk
