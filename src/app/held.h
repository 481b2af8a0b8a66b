/// Replies and forwards that were sent and have not gone yet: for the seconds in which they can be undone, and for a
/// time that was chosen. Nothing of them is in the history before they go; then the command runs as if its writer had
/// sent it at that moment. See docs/decisions/0030-compose.md.
#pragma once

#include "app/app.h"
#include "app/held_types.h"

namespace suki::app {

struct Work;

inline constexpr int undo_seconds_default = 10;
inline constexpr int undo_seconds_max = 60;
inline constexpr Span hold_max = hours(24 * 366);  ///< bad_input: a year is further than anybody plans; chosen
inline constexpr int held_of_agent_max = 200;      ///< bad_input beyond; chosen
inline constexpr int held_batch = 50;              ///< sent between two looks

[[nodiscard]] ComposeRules compose_rules(store::Tx& tx);
/// Errors: bad_input (0 to undo_seconds_max).
[[nodiscard]] Result<ComposeRules> set_compose_rules(store::Tx& tx, const ComposeRules& rules);

/// Errors: those of App::reply and of a forward, so that nobody learns later what was wrong from the start; bad_input
/// (a time that is over or too far).
[[nodiscard]] Result<Conversation> hold(App::Shared& shared, store::Tx& tx, const Caller& caller, ConversationId id,
                                        const Hold& input);
/// At once, without any holding.
[[nodiscard]] Result<Conversation> forward(App::Shared& shared, store::Tx& tx, const Caller& caller, ConversationId id,
                                           const Forward& input);
/// It becomes its writer's draft again. Errors: not_found (it has gone, or never was), forbidden (another's).
[[nodiscard]] Result<Conversation> take_back(App::Shared& shared, store::Tx& tx, const Caller& caller,
                                             ConversationId id, std::int64_t held, const TakeBack& input);
/// Errors: as of take_back; conflict when something came after `after`.
[[nodiscard]] Result<Conversation> send_now(App::Shared& shared, store::Tx& tx, const Caller& caller, ConversationId id,
                                            std::int64_t held, const SendNow& input);
[[nodiscard]] List<Held> show_held(Work& work, const Caller& caller, ConversationId id);
[[nodiscard]] Result<HeldList> own_held(App::Shared& shared, store::Tx& tx, const Caller& caller);

// ---- by the server's waking
[[nodiscard]] Instant next_held(store::Tx& tx);  ///< never: none waits
[[nodiscard]] std::vector<std::int64_t> due_held(App::Shared& shared, store::Tx& tx, int limit);
/// Sends one whose time has come, once: it is gone in the same transaction. An error is why it cannot go; nothing has
/// changed then.
[[nodiscard]] Result<void> send_held(App::Shared& shared, store::Tx& tx, std::int64_t held);
/// It stays, and its writer is told why.
[[nodiscard]] Result<void> stop_held(App::Shared& shared, store::Tx& tx, std::int64_t held, const Error& why);
/// Whether it is for its writer to look at, and not a fault that passes.
[[nodiscard]] bool stops_held(const Error& error);

}  // namespace suki::app
