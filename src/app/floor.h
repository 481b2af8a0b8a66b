/// The floor as the store knows it: who is present, and what each carries.
#pragma once

#include "app/work.h"
#include "desk/floor.h"

namespace suki::app {

/// Agents who are online, with their teams and duty of now. Cost: five queries, O(agents).
[[nodiscard]] desk::Floor load_floor(Work& work);
/// The agent to whom the core gives this one conversation now; none when people are to pick it or nobody can take it.
/// The agent's turn is recorded.
[[nodiscard]] AgentId choose_agent(Work& work, const desk::Conversation& conversation);

}  // namespace suki::app
