/// Who is here: what people say, and the signs of their pages, as desk/presence.h makes presence of them. Only what
/// changes is stored, and stands in the input log.
#pragma once

#include "app/app.h"
#include "app/people_types.h"

namespace suki::app {

/// A page of this agent is there; `active`: something was done on it. From any thread, no write.
void hear(App& app, AgentId agent, bool active);

/// Whether somebody's presence is not what the signs say. In a read: two small queries at most.
[[nodiscard]] Result<bool> is_presence_due(App& app, store::Tx& tx);
/// Stores what the signs say, and gives work to whoever came back.
Result<void> settle_presence(App& app, store::Tx& tx);

/// They choose to take new work, or not to. An act of theirs: so they are here, and active.
Result<void> choose_work(App::Shared& shared, store::Tx& tx, AgentId agent, bool wants_work);
/// They left (logged out, session over, password changed, removed): offline until they come again, and say so.
void leave(App::Shared& shared, store::Tx& tx, AgentId agent);

[[nodiscard]] Result<PresenceView> own_presence(App& app, store::Tx& tx, const Caller& caller);
Result<PresenceView> change_presence(App& app, store::Tx& tx, const Caller& caller, const NewPresence& input);

}  // namespace suki::app
