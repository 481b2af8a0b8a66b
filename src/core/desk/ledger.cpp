#include "desk/ledger.h"

#include <algorithm>

#include "desk/history.h"

namespace suki::desk {

namespace {

std::vector<Cycle> cycles_of(std::span<const Event> events, std::span<const PinnedPlan> pinned, Instant now) {
  History history(pinned);
  for (const Event& event : events) history.read(event);
  history.advance(now);
  std::vector<Cycle> cycles = history.take_cycles();
  std::stable_sort(cycles.begin(), cycles.end(), [](const Cycle& a, const Cycle& b) { return a.target < b.target; });
  return cycles;
}

/// Appends stretches, joining what belongs together and summing up what is too much.
class Writer {
 public:
  explicit Writer(const Cycle& cycle) : cycle_(cycle) {}

  void add(Instant from, Instant to, Why why, Span counted, Span budget) {
    if (to <= from) return;
    used_ += counted;
    if (!out_.empty() && (out_.back().why == why || out_.size() == stretches_max)) {
      out_.back().to = to;
      out_.back().counted += counted;
      out_.back().left = budget - used_;
      return;
    }
    out_.push_back({from, to, why, counted, budget - used_});
  }

  void add_piece(const Piece& piece, Instant to) {
    if (piece.paused) {
      const Why why = piece.state == State::pending   ? Why::paused_pending
                      : piece.state == State::on_hold ? Why::paused_on_hold
                                                      : Why::ended;
      return add(piece.from, to, why, {}, piece.budget);
    }
    for (Instant at = piece.from; at < to;) {
      if (out_.size() == stretches_max) return add(at, to, out_.back().why, piece.hours->between(at, to), piece.budget);
      if (at < piece.counts_from) {
        const Instant until = std::min(piece.counts_from, to);
        add(at, until, Why::waiting_for_opening, {}, piece.budget);
        at = until;
        continue;
      }
      const bool open = piece.hours->is_open(at);
      const Instant change = (open ? piece.hours->next_close(at) : piece.hours->next_open(at)).value_or(never);
      Instant until = std::min(change, to);
      if (open) {
        add(at, until, Why::counted, until - at, piece.budget);
      } else if (at < cycle_.clock.started_at) {
        until = std::min(until, cycle_.clock.started_at);
        add(at, until, Why::waiting_for_opening, {}, piece.budget);
      } else {
        add(at, until, Why::outside_hours, {}, piece.budget);
      }
      at = until;
    }
  }

  std::vector<Stretch> take() { return std::move(out_); }

 private:
  const Cycle& cycle_;
  Span used_;
  std::vector<Stretch> out_;
};

}  // namespace

std::vector<LedgerClock> clocks_from_history(std::span<const Event> events, std::span<const PinnedPlan> pinned,
                                             Instant now) {
  std::vector<LedgerClock> clocks;
  for (const Cycle& cycle : cycles_of(events, pinned, now)) {
    Clock clock = cycle.clock;
    if (clock.status == ClockStatus::running) {
      clock.used = cycle.used(now);
      clock.running_since = now;
    }
    clocks.push_back({cycle.target, clock, clock.policy});
  }
  return clocks;
}

std::vector<LedgerClock> clocks_from_history(std::span<const Event> events, const plan::CompiledPlan& pinned,
                                             Instant now) {
  const PinnedPlan only[] = {{PlanVersion{}, &pinned}};
  return clocks_from_history(events, only, now);
}

std::vector<Stretch> explain_clock(std::span<const Event> events, std::span<const PinnedPlan> pinned, Target target,
                                   std::uint16_t cycle_number, Instant now) {
  for (const Cycle& cycle : cycles_of(events, pinned, now)) {
    if (cycle.target != target || cycle.clock.cycle != cycle_number) continue;
    const Clock& clock = cycle.clock;
    const Instant end = clock.status == ClockStatus::running  ? clock.due_at
                        : clock.status == ClockStatus::paused ? now
                                                              : clock.ended_at;
    const Instant to = end == never ? now : end;  // due never: its calendar does not open again
    Writer writer(cycle);
    for (std::size_t i = 0; i < cycle.pieces.size(); ++i) {
      const Instant next = i + 1 < cycle.pieces.size() ? cycle.pieces[i + 1].from : to;
      writer.add_piece(cycle.pieces[i], std::min(next, to));
    }
    if (clock.due_at != never) writer.add(to, clock.due_at, Why::ended, {}, clock.budget);
    return writer.take();
  }
  return {};
}

std::vector<Stretch> explain_clock(std::span<const Event> events, const plan::CompiledPlan& pinned, Target target,
                                   std::uint16_t cycle, Instant now) {
  const PinnedPlan only[] = {{PlanVersion{}, &pinned}};
  return explain_clock(events, only, target, cycle, now);
}

}  // namespace suki::desk
