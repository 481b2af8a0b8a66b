/// For a channel and an instant: open now, or closed with what is offered, the next opening and when a reply comes.
#pragma once

#include <vector>

#include "desk/types.h"

namespace suki::desk {

struct Reachability {
  bool open = false;
  Instant closes_at = never;         ///< when open: the end of this opening (never: always open)
  Instant opens_at = never;          ///< when closed: the next opening (never: it does not open again)
  std::vector<Symbol> offered;       ///< when closed: other channels, best first, each open now or taking messages
  bool promised = false;             ///< there is a first-reply target for these facts
  Instant reply_by = never;          ///< first reply due if contacted at `at`
  Symbol policy, rule;
};
[[nodiscard]] Reachability reach(const plan::CompiledPlan& plan, Symbol channel, const plan::Facts& facts, Instant at);

}  // namespace suki::desk
