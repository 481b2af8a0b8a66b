/// The floor: agents at work with their load and queues. route() says who gets what, in which order, and why.
/// It never looks at names, texts or a clock. Everything here is a function of its arguments; ties go to the lower id,
/// so that two nodes, or the desk and the simulator, choose the same agent.
#pragma once

#include <cstdint>
#include <vector>

#include "desk/conversation.h"
#include "desk/queue.h"
#include "desk/roster.h"

namespace suki::desk {

struct FloorAgent {
  AgentId id;
  Presence presence = Presence::offline;
  Duty duty = Duty::unknown;          ///< what the roster says now
  Instant shift_until = never;        ///< takes nothing new at or after this
  Instant idle_since;                 ///< when a conversation was last taken or left, or presence began
  std::uint64_t last_taken = 0;       ///< turn of the last conversation taken; 0: none yet
  std::vector<Symbol> teams, skills;  ///< sorted; those of now
  struct Load {
    Symbol channel;
    std::uint16_t count;
  };
  std::vector<Load> load;  ///< open conversations by channel
};

/// Why an agent is not the one. The first that holds, in this order; stable: API codes and catalogue keys.
enum class WhyNot : std::uint8_t {
  none,  ///< the one chosen
  offline,
  away,
  on_leave,   ///< an absence in the roster
  off_shift,  ///< not due now, or the shift is over
  other_team,
  lacks_skill,  ///< of the topic or of the team
  at_capacity,  ///< of the conversation's channel
  more_loaded,  ///< could take it; least_load prefers another
  less_idle,    ///< could take it; longest_idle prefers another
  later_turn,   ///< could take it; round_robin has another before
  by_hand,      ///< the plan leaves conversations like this to be picked by people
  higher_id,    ///< could take it, as good as the chosen one, which has the lower id
};
struct Candidate {
  AgentId agent;
  WhyNot why_not = WhyNot::none;
};
struct Route {
  ConversationId conversation;
  AgentId agent;
  Symbol rule;  ///< the assignment rule that chose the routing
};

struct Floor {
  std::vector<FloorAgent> agents;  ///< by id
  Queue queue;                     ///< who waits: due, then age (since), then id
  std::uint64_t turn = 0;
};

/// The agent with this id, added (absent, in no team) when new. References end with the next ensure or removal.
/// O(agents).
FloorAgent& ensure_agent(Floor& floor, AgentId agent);
[[nodiscard]] const FloorAgent* find_agent(const Floor& floor, AgentId agent);                        ///< O(log agents)
void set_roster(Floor& floor, AgentId agent, std::vector<Symbol> teams, std::vector<Symbol> skills);  ///< any order
void set_shift(Floor& floor, AgentId agent, Instant until);  ///< never: no end known
void set_duty(Floor& floor, AgentId agent, Duty duty);       ///< as it stands when routing is asked
void remove_agent(Floor& floor, AgentId agent);              ///< unknown: nothing happens

/// The conversation as it stands in the queue: its earliest due that is still to be kept or owed, and its age since the
/// customer waits (else since it was opened).
[[nodiscard]] Waiting waiting_of(const Conversation& conversation);

/// Being online that does not change leaves idle_since alone, so that a heartbeat costs nobody a turn. Ensures the
/// agent.
void set_presence(Floor& floor, AgentId agent, Presence presence, Instant now);
/// Puts it in its place in the queue; one with the same id is replaced. O(queue).
void enqueue(Floor& floor, const Waiting& waiting);
void remove(Floor& floor, ConversationId conversation);  ///< from the queue; not there: nothing happens. O(queue)
void took(Floor& floor, AgentId agent, Symbol channel, Instant now);      ///< load + 1; ensures the agent
void released(Floor& floor, AgentId agent, Symbol channel, Instant now);  ///< load - 1, not below 0

/// All conversations that the agent holds, over every channel. O(channels).
[[nodiscard]] unsigned total_load(const FloorAgent& agent);
/// Whether this agent could take anything now, by presence and roster alone: none, offline, away, on_leave, off_shift.
[[nodiscard]] WhyNot can_work(const FloorAgent& agent, Instant now);
/// Whether the plan lets somebody with these teams and skills (sorted) take it, here or not.
[[nodiscard]] bool may_answer(const plan::CompiledPlan& plan, const std::vector<Symbol>& teams,
                              const std::vector<Symbol>& skills, const plan::Facts& facts);
/// Whether this agent could take it now, whatever the others: none, or the reason why not. No allocation.
[[nodiscard]] WhyNot fits(const plan::CompiledPlan& plan, const FloorAgent& agent, const plan::Facts& facts,
                          Instant now);

/// Gives waiting conversations to agents as long as some agent can take one; updates the floor; appends to routes.
/// First the queue's order, then the routing of the plan's assignment rule, then the lower agent id:
///   least_load    fewest conversations in all channels
///   longest_idle  those who hold nothing first, then the earliest idle_since
///   round_robin   the one whose last turn is longest ago
/// A conversation stays in the queue for people to pick when its rule is not automatic, when the plan has no assignment
/// rules, or when the plan does not know its channel.
/// Cost O(lines x (lines + agents)), a line for each set of facts in the queue, and for each one routed; no allocation
/// once routes has grown.
void route(const plan::CompiledPlan& plan, Floor& floor, Instant now, std::vector<Route>& routes);
/// route() for one change at a time: the same outcome at a fraction of the cost, when route() left nobody whom somebody
/// could take and since then only this happened: `waiting`, not in the queue, came to it / `agent` came to have more
/// room.
void route_new(const plan::CompiledPlan& plan, Floor& floor, const Waiting& waiting, Instant now,
               std::vector<Route>& routes);
void route_freed(const plan::CompiledPlan& plan, Floor& floor, AgentId agent, Instant now, std::vector<Route>& routes);
/// For one waiting conversation, taken alone: every agent by id with the reason it is not chosen (or none for the one
/// that is, at most one). out is cleared first.
void explain_route(const plan::CompiledPlan& plan, const Floor& floor, const Waiting& waiting, Instant now,
                   std::vector<Candidate>& out);
[[nodiscard]] const char* name_of(WhyNot why);  // "none", "offline", "away" ...

}  // namespace suki::desk
