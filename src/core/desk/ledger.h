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

/// Every clock that ever ran, ordered by target then cycle: a pure function of the events, the pinned plan and `now`.
[[nodiscard]] std::vector<LedgerClock> clocks_from_history(std::span<const Event> events, const plan::CompiledPlan& pinned,
                                                           Instant now);

enum class Why : std::uint8_t { counted, outside_hours, waiting_for_opening, paused_pending, paused_on_hold, ended };
struct Stretch {
  Instant from, to;
  Why why;
  Span counted;     ///< working time in it
  Span left;        ///< of the budget, at `to`
};
/// The stretches of one clock from its start to its end, its due instant or `now`, whichever is later, at most
/// stretches_max (the rest is summed into the last). Adjacent stretches touch.
inline constexpr std::size_t stretches_max = 500;
[[nodiscard]] std::vector<Stretch> explain_clock(std::span<const Event> events, const plan::CompiledPlan& pinned,
                                                 Target target, std::uint16_t cycle, Instant now);
[[nodiscard]] const char* name_of(Why why);

}  // namespace suki::desk
