/// What goes on under another id when one plan version follows another: what its `was:` says, held against the version
/// in force. Conversations are not looked at here; they hold symbols, and a renamed thing keeps its symbol (symbols.h).
#pragma once

#include <string>
#include <vector>

#include "base/diagnostics.h"
#include "plan/model.h"
#include "plan/symbols.h"

namespace suki::plan {

struct Renamed {
  std::string from, to;
  friend bool operator==(const Renamed&, const Renamed&) = default;
};
struct CarryOver {
  std::vector<Renamed> renames;  ///< to be done at once, ordered by `from`: names may move on or swap
  Diagnostics diagnostics;       ///< bad-rename; with errors the versions cannot follow each other
};

/// A `was:` counts once: when `before` has the old id, and did not itself say the same `was:` already. So it may stay
/// in the plan for ever, and a plan that comes from elsewhere may name ids that were never in force here. Errors: it
/// would make a thing of one kind into one of another, or two things that `before` tells apart into one; an id is also
/// a language of the plan (languages are never renamed). O(ids x log ids).
[[nodiscard]] CarryOver carry_over(const Plan& before, const Plan& now);

/// Gives the things their new names. `symbols` is as of the version before; compile the new one with it afterwards.
void rename_all(const std::vector<Renamed>& renames, Symbols& symbols);

}  // namespace suki::plan
