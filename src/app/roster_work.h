/// The roster for this room's other sources: what presence, floor, channels and accounts ask of it.
#pragma once

#include <map>

#include "app/people_types.h"
#include "app/wall.h"
#include "app/work.h"

namespace suki::app {

using Entries = std::map<AgentId, std::vector<desk::Shift>>;
/// What may hold, or be remembered, from `now` on until `ahead` later.
[[nodiscard]] Entries all_entries(store::Tx& tx, Instant now, Span ahead = microseconds(1));
[[nodiscard]] std::vector<desk::Shift> entries_around(store::Tx& tx, AgentId agent, Instant now);
[[nodiscard]] std::map<AgentId, std::vector<Symbol>> teams_at(store::Tx& tx, Instant now);
[[nodiscard]] PresenceView presence_view(const Work& work, AgentId agent,
                                         const std::optional<desk::PresenceState>& state,
                                         const std::vector<desk::Shift>& entries);
/// It began today, or has not begun: taken back it was never there. Days that are over stand.
[[nodiscard]] bool may_take_back(const desk::Membership& membership, const Wall& wall, Instant now);
/// From now on in this team, by the operator or with the account itself.
void join_team(const Work& work, AgentId agent, Symbol team, AgentId by);
/// Their memberships end now, what was planned is taken back.
void leave_roster(const Work& work, AgentId agent);
[[nodiscard]] ShiftView shift_view(const Wall& wall, const store::ShiftRecord& shift, Instant now);

}  // namespace suki::app
