/// The three formulas of A. K. Erlang and C. Palm for one line of callers and equal agents, in steady state: Poisson
/// arrivals, exponential handling times, first come first served.
///   B   nobody waits: who finds all agents busy is lost (Erlang 1917)
///   C   everybody waits, for ever (Erlang 1917)
///   A   everybody waits as long as an exponential patience lasts (Palm 1957; Garnett, Mandelbaum, Reiman 2002)
/// Pure, without overflow or loss of digits up to agents_max. Cost O(agents), and for A a few thousand exponentials.
#pragma once

#include <cstdint>
#include <limits>

#include "base/result.h"

namespace suki::simulator {

enum class QueueModel : std::uint8_t { erlang_b, erlang_c, erlang_a };

inline constexpr double endless = std::numeric_limits<double>::infinity();
inline constexpr std::int64_t agents_max = 1'000'000;  ///< chosen: beyond any desk

/// What comes, in a unit of time of the caller's choice (seconds at the command line).
struct Demand {
  double arrivals = 0;        ///< a unit of time, > 0
  double handling = 0;        ///< mean time of one contact, > 0
  double patience = endless;  ///< mean time that somebody would wait, > 0; only A asks for it, and endless makes it C
};

/// Shares are of all who came, 0 to 1; waits over everybody, also those who do not wait or give up.
struct Service {
  std::int64_t agents = 0;
  bool stable = true;           ///< C with too few agents has no steady state: then its waits are endless
  double service_level = 0;     ///< served within the time that was asked about
  double wait_probability = 0;  ///< has to wait at all
  double wait_mean = 0;         ///< endless when not stable
  double occupancy = 0;         ///< of an agent's time
  double abandoned = 0;         ///< gave up (A)
  double blocking = 0;          ///< was lost (B)
};

/// `agents` 0 to agents_max; `within` >= 0. Relative errors stay below 1e-9. Errors: bad_input.
[[nodiscard]] Result<Service> serve(QueueModel model, const Demand& demand, std::int64_t agents, double within);

/// What must be reached: each is a limit, and one that does not apply to the model is always kept.
struct Wanted {
  double service_level = 0;  ///< at least
  double occupancy = 1;      ///< at most
  double blocking = 1;       ///< at most
};

/// The fewest agents that reach it. Errors: bad_input, and refused when agents_max do not.
[[nodiscard]] Result<Service> staff(QueueModel model, const Demand& demand, double within, const Wanted& wanted);

/// Agents on the roster so that `agents` are at work when a share `shrinkage` of paid time (0 to below 1) is spent on
/// leave, breaks, training.
[[nodiscard]] std::int64_t with_shrinkage(std::int64_t agents, double shrinkage);

}  // namespace suki::simulator
