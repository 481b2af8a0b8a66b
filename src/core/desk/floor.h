/// The floor: agents at work with their load and queues. route() says who gets what, in which order, and why.
#pragma once

#include <cstdint>
#include <vector>

#include "desk/types.h"

namespace suki::desk {

struct FloorAgent {
  AgentId id;
  bool present = false;
  Instant shift_until = never;                 ///< takes nothing new at or after this
  Instant idle_since;                          ///< when the last conversation left, or presence began
  std::uint64_t last_taken = 0;                ///< counter for round robin
  std::vector<Symbol> teams, skills;           ///< sorted
  struct Load { Symbol channel; std::uint16_t count; };
  std::vector<Load> load;                      ///< open conversations by channel
};

struct Waiting {
  ConversationId conversation;
  plan::Facts facts;                           ///< channel, topic, team ...
  Instant due = never;                         ///< earliest open due
  Instant since;
};

enum class WhyNot : std::uint8_t { none, absent, shift_over, other_team, lacks_skill, at_capacity, more_loaded, less_idle, later_turn };
struct Candidate { AgentId agent; WhyNot why_not; };   ///< none: the one chosen
struct Route { ConversationId conversation; AgentId agent; Symbol rule; };

struct Floor {
  std::vector<FloorAgent> agents;              ///< by id
  std::vector<Waiting> queue;                  ///< kept in order: due, then age (since), then id
  std::uint64_t turn = 0;
};

void set_present(Floor&, AgentId, bool present, Instant now);
void enqueue(Floor&, const Waiting&);
void remove(Floor&, ConversationId);
void took(Floor&, AgentId, Symbol channel, Instant now);      ///< load + 1
void released(Floor&, AgentId, Symbol channel, Instant now);  ///< load - 1

/// Gives waiting conversations to agents as long as some agent can take one; updates the floor; appends to routes.
/// Ties: the plan's routing, then the lower agent id.
void route(const plan::CompiledPlan&, Floor&, Instant now, std::vector<Route>& routes);
/// For one waiting conversation: every agent with the reason it is not chosen (or none for the one that is).
void explain_route(const plan::CompiledPlan&, const Floor&, const Waiting&, Instant now, std::vector<Candidate>& out);
[[nodiscard]] const char* name_of(WhyNot why);

}  // namespace suki::desk
