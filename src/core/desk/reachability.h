/// For a channel and an instant: open now, or closed with what is offered, the next opening and when a reply comes.
/// What is told here is what decide() then promises: the same rules choose the policy, the same calendar gives the due.
#pragma once

#include <span>
#include <vector>

#include "desk/roster.h"
#include "desk/types.h"

namespace suki::desk {

struct Reachability {
  bool open = false;
  bool unstaffed = false;       ///< its hours say open, and nobody is due who could answer: so it is closed
  Instant closes_at = never;    ///< when open: the end of this opening (never: always open)
  Instant opens_at = never;     ///< when closed: the next opening (never: it does not open again)
  std::vector<Symbol> offered;  ///< when closed: other channels, best first, each open now or taking messages
  bool promised = false;        ///< there is a first-reply target for these facts
  Instant reply_by = never;     ///< first reply due if contacted at `at`; never: the target's calendar has no such time
  Symbol policy, rule;          ///< what chose the promise; none: no promise at all
};

/// Forms and e-mail take what is written while they are closed; a phone that is closed rings in vain.
[[nodiscard]] bool takes_messages(plan::ChannelKind kind);

/// Who could answer over a channel that takes no messages: the roster of each of them.
struct Answerers {
  Symbol channel;
  std::vector<std::vector<Shift>> members;
};

/// What a customer who comes over `channel` at `at` would be told. `facts` is what is known of the matter so far: its
/// channel is replaced by `channel`, and what is missing stands at the plan's defaults, as when a conversation opens.
/// A channel that the plan does not know is closed, offers nothing and promises nothing.
///
/// A channel that promises people in real time is open only while its hours say so *and* somebody is due who could
/// answer, as far as the roster knows (cover_at); one that is not in `answerers` goes by its hours alone. Whether they
/// sit at this desk is not asked of a phone or a counter: who talks there is often away here.
/// Cost O(rules + log stretches), and of cover_at for each opening looked at; allocates only `offered`.
[[nodiscard]] Reachability reach(const plan::CompiledPlan& plan, Symbol channel, const plan::Facts& facts, Instant at,
                                 std::span<const Answerers> answerers = {});

}  // namespace suki::desk
