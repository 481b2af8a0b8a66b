/// A made-up stretch of time at a desk: customers who come by chance, agents who work by their shifts, and the rules of
/// core/ between them, in virtual time. It decides nothing itself that a plan decides: it calls decide(), apply(),
/// next_wake() and route(), the functions that the server calls on the real clock.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

#include "calendar/calendar.h"
#include "desk/conversation.h"
#include "desk/floor.h"
#include "plan/compiled.h"

namespace suki::simulator {

/// One cause of contacts. They come as a Poisson process in the open time of `hours`.
struct Cause {
  plan::Facts facts;              ///< channel at least
  Span between;                   ///< mean open time from one to the next, > 0
  plan::CalendarIndex hours = 0;  ///< of the plan: when such customers come; 0: day and night

  Span handling = minutes(10);      ///< mean work for one reply; exponential, like all that follow
  double asks_back = 0;             ///< chance that a reply asks the customer for something: pending
  Span answers_after = hours_(4);   ///< mean until the customer answers
  double held = 0;                  ///< chance that a reply leaves the matter on hold
  Span held_for = hours_(24);       ///< mean until it is taken up again
  double reopens = 0;               ///< chance that a resolved customer writes again
  Span reopens_after = hours_(48);  ///< mean until then

 private:
  static constexpr Span hours_(std::int64_t n) { return suki::hours(n); }
};

struct Staff {
  AgentId id;
  std::vector<Symbol> teams, skills;
  calendar::Calendar shift = calendar::Calendar::always();  ///< present while open; what was begun is finished after it
};

struct World {
  const plan::CompiledPlan* plan = nullptr;
  PlanVersion version{1};
  std::vector<Cause> causes;
  std::vector<Staff> staff;
  Symbol hold_reason;                       ///< for Cause::held
  Instant from, to;                         ///< contacts come in [from, to)
  Instant until = never;                    ///< the host stops here at the latest, whatever is still open
  std::uint64_t contacts_max = UINT64_MAX;  ///< no more contacts than this
  std::uint64_t seed = 1;
  /// Told every event, in order. For tests and reports; costs a call an event when it is set.
  std::function<void(ConversationId, const desk::Event&)> on_event;
};

struct Verdicts {
  std::uint64_t met = 0, missed = 0, cancelled = 0;
  friend bool operator==(const Verdicts&, const Verdicts&) = default;
};

struct Year {
  std::uint64_t contacts = 0, events = 0, steps = 0;  ///< steps: entries of the agenda that were worked off
  std::uint64_t routed = 0, resolved = 0, reopened = 0, escalated = 0, refused = 0;
  std::uint64_t open_at_end = 0, open_max = 0;  ///< conversations not done; the most at one time
  std::array<Verdicts, plan::target_count> verdicts;
  std::uint64_t waited = 0;  ///< contacts whose first agent came later than they did
  Span waited_total;         ///< until the first agent, over all that got one
  std::uint64_t digest = 0;  ///< of every event in order
  Instant ended_at;
  friend bool operator==(const Year&, const Year&) = default;
};

/// Runs it. The same world gives the same year. Cost about one microsecond a contact (measured, bench/README.md);
/// memory goes with the most conversations open at one time, not with their number.
[[nodiscard]] Year run(const World& world);

}  // namespace suki::simulator
