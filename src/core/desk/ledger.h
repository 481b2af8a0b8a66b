/// Clocks recomputed from history alone, and explained: which stretches counted, which did not, and why.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "desk/conversation.h"

namespace suki::desk {

struct LedgerClock {
  Target target;
  Clock clock;
  Symbol policy;
};

/// A plan version that the conversation pinned at some time.
struct PinnedPlan {
  PlanVersion version;
  const plan::CompiledPlan* plan;
};

/// Every clock that ever ran, ordered by target then cycle: a pure function of the events, the pinned plan and `now`.
/// Looks at what people did (opened, messages, states, the policy chosen, merges) and never at a clock_* event, so that
/// it proves them. Warnings and steps taken are counted from clock_warned and escalated. `pinned` holds every version
/// named by a policy_chosen event; the short form is for a conversation that was never repinned.
[[nodiscard]] std::vector<LedgerClock> clocks_from_history(std::span<const Event> events,
                                                           std::span<const PinnedPlan> pinned, Instant now);
[[nodiscard]] std::vector<LedgerClock> clocks_from_history(std::span<const Event> events,
                                                           const plan::CompiledPlan& pinned, Instant now);

enum class Why : std::uint8_t { counted, outside_hours, waiting_for_opening, paused_pending, paused_on_hold, ended };
struct Stretch {
  Instant from, to;
  Why why;
  Span counted;  ///< working time in it
  Span left;     ///< of the budget, at `to`
};
/// The stretches of one clock from its contact to its end or due instant, whichever is later (a paused one: to `now`),
/// at most stretches_max (the rest is summed into the last). Adjacent stretches touch. What lies after `now` is what
/// will count if nothing changes. Empty when there is no such clock.
inline constexpr std::size_t stretches_max = 500;
[[nodiscard]] std::vector<Stretch> explain_clock(std::span<const Event> events, std::span<const PinnedPlan> pinned,
                                                 Target target, std::uint16_t cycle, Instant now);
[[nodiscard]] std::vector<Stretch> explain_clock(std::span<const Event> events, const plan::CompiledPlan& pinned,
                                                 Target target, std::uint16_t cycle, Instant now);
[[nodiscard]] const char* name_of(Why why);

}  // namespace suki::desk
