#include "desk/floor.h"

#include <algorithm>

namespace suki::desk {

namespace {

FloorAgent* find_mutable(Floor& floor, AgentId agent) {
  auto at = std::lower_bound(floor.agents.begin(), floor.agents.end(), agent,
                             [](const FloorAgent& a, AgentId id) { return a.id < id; });
  return at != floor.agents.end() && at->id == agent ? &*at : nullptr;
}

bool holds(const std::vector<Symbol>& sorted, Symbol wanted) {
  // A handful of entries: a straight look is faster than a search.
  for (Symbol s : sorted) {
    if (s == wanted) return true;
  }
  return false;
}

bool holds_all(const std::vector<Symbol>& sorted, const std::vector<Symbol>& wanted) {
  for (Symbol s : wanted) {
    if (!holds(sorted, s)) return false;
  }
  return true;
}

unsigned load_in(const FloorAgent& agent, Symbol channel) {
  for (const auto& load : agent.load) {
    if (load.channel == channel) return load.count;
  }
  return 0;
}

bool full(const FloorAgent& agent, const plan::Channel& channel) {
  return channel.capacity != 0 && load_in(agent, channel.id) >= channel.capacity;
}

bool is_due(const FloorAgent& agent, Instant now) {
  return agent.presence == Presence::online && takes_work(agent.duty) && now < agent.shift_until;
}

/// What the plan asks of whoever takes a conversation with these facts; looked up once, not once per agent.
struct Demand {
  const plan::AssignmentRule* rule = nullptr;
  Symbol team;
  Symbol channel;
  const plan::Channel* limits = nullptr;
  const plan::Team* team_needs = nullptr;
  const plan::Topic* topic_needs = nullptr;
  /// A channel that the plan no longer knows has no capacity to go by: people pick what came through it.
  [[nodiscard]] bool automatic() const { return rule && rule->automatic && limits; }
};

Demand demand_of(const plan::CompiledPlan& plan, const plan::Facts& facts) {
  using plan::FactKey;
  Demand demand;
  demand.rule = plan.choose_assignment(facts);
  demand.channel = facts.get(FactKey::channel);
  demand.limits = plan.find_channel(demand.channel);
  demand.topic_needs = plan.find_topic(facts.get(FactKey::topic));
  // The conversation's own team counts; a rule, the topic and the plan fill in only where it has none.
  demand.team = facts.get(FactKey::team);
  if (!demand.team && demand.rule) demand.team = demand.rule->team;
  if (!demand.team && demand.topic_needs) demand.team = demand.topic_needs->team;
  if (!demand.team) demand.team = plan.default_team;
  if (demand.team) demand.team_needs = plan.find_team(demand.team);
  return demand;
}

WhyNot fits(const Demand& demand, const FloorAgent& agent, Instant now) {
  if (const WhyNot why = can_work(agent, now); why != WhyNot::none) return why;
  if (demand.team && !holds(agent.teams, demand.team)) return WhyNot::other_team;
  if (demand.team_needs && !holds_all(agent.skills, demand.team_needs->skills)) return WhyNot::lacks_skill;
  if (demand.topic_needs && !holds_all(agent.skills, demand.topic_needs->skills)) return WhyNot::lacks_skill;
  if (demand.limits && full(agent, *demand.limits)) return WhyNot::at_capacity;
  return WhyNot::none;
}

/// fits() in the order that rules out most agents soonest; for choosing, where no reason is asked.
bool can_take(const Demand& demand, const FloorAgent& agent, Instant now) {
  if (!is_due(agent, now)) return false;
  if (full(agent, *demand.limits)) return false;
  if (demand.team && !holds(agent.teams, demand.team)) return false;
  if (demand.team_needs && !holds_all(agent.skills, demand.team_needs->skills)) return false;
  return !demand.topic_needs || holds_all(agent.skills, demand.topic_needs->skills);
}

/// What routing compares: smaller is better. Two words, because longest idle asks first whether there is work at all.
struct Rank {
  bool busy = false;
  std::int64_t value = 0;
  friend auto operator<=>(const Rank&, const Rank&) = default;
};

Rank rank_of(plan::Routing routing, const FloorAgent& agent) {
  switch (routing) {
    case plan::Routing::least_load:
      return {false, total_load(agent)};
    case plan::Routing::longest_idle:
      return {total_load(agent) > 0, agent.idle_since.us};
    case plan::Routing::round_robin:
      return {false, static_cast<std::int64_t>(agent.last_taken)};
  }
  return {};
}

WhyNot worse(plan::Routing routing) {
  switch (routing) {
    case plan::Routing::least_load:
      return WhyNot::more_loaded;
    case plan::Routing::longest_idle:
      return WhyNot::less_idle;
    case plan::Routing::round_robin:
      return WhyNot::later_turn;
  }
  return WhyNot::higher_id;
}

/// Index into floor.agents, or -1. Agents are walked by id and only a better one replaces: lower id wins ties.
int choose(const Demand& demand, const Floor& floor, Instant now) {
  if (!demand.automatic()) return -1;
  int best = -1;
  Rank best_rank;
  for (std::size_t i = 0; i < floor.agents.size(); ++i) {
    if (!can_take(demand, floor.agents[i], now)) continue;
    const Rank rank = rank_of(demand.rule->routing, floor.agents[i]);
    if (best < 0 || rank < best_rank) {
      best = static_cast<int>(i);
      best_rank = rank;
    }
  }
  return best;
}

void take(Floor& floor, FloorAgent& agent, Symbol channel, Instant now) {
  agent.last_taken = ++floor.turn;
  agent.idle_since = now;
  for (auto& load : agent.load) {
    if (load.channel == channel) {
      ++load.count;
      return;
    }
  }
  agent.load.push_back({channel, 1});
}

/// The line whose first comes before all others', among those from `begin` on; line_count() when there is none.
std::size_t first_line(const Queue& queue, std::size_t begin) {
  std::size_t first = begin;
  for (std::size_t i = begin + 1; i < queue.line_count(); ++i) {
    if (comes_before(queue.first_of(i), queue.first_of(first))) first = i;
  }
  return first;
}

}  // namespace

FloorAgent& ensure_agent(Floor& floor, AgentId agent) {
  auto at = std::lower_bound(floor.agents.begin(), floor.agents.end(), agent,
                             [](const FloorAgent& a, AgentId id) { return a.id < id; });
  if (at == floor.agents.end() || at->id != agent) {
    at = floor.agents.emplace(at);
    at->id = agent;
  }
  return *at;
}

const FloorAgent* find_agent(const Floor& floor, AgentId agent) {
  return find_mutable(const_cast<Floor&>(floor), agent);
}

void set_roster(Floor& floor, AgentId agent, std::vector<Symbol> teams, std::vector<Symbol> skills) {
  std::sort(teams.begin(), teams.end());
  std::sort(skills.begin(), skills.end());
  auto& entry = ensure_agent(floor, agent);
  entry.teams = std::move(teams);
  entry.skills = std::move(skills);
}

void set_shift(Floor& floor, AgentId agent, Instant until) {
  ensure_agent(floor, agent).shift_until = until;
}

void remove_agent(Floor& floor, AgentId agent) {
  if (auto* entry = find_mutable(floor, agent))
    floor.agents.erase(floor.agents.begin() + (entry - floor.agents.data()));
}

Waiting waiting_of(const Conversation& conversation) {
  Waiting waiting{conversation.id, conversation.facts, never, conversation.opened_at};
  if (conversation.waiting_since != never) waiting.since = conversation.waiting_since;
  for (const auto& clock : conversation.clocks) {
    // A broken promise that is still owed keeps its place: else breaching it would send the customer to the back.
    if (clock.status == ClockStatus::running || clock.owed) waiting.due = std::min(waiting.due, clock.due_at);
  }
  return waiting;
}

void set_duty(Floor& floor, AgentId agent, Duty duty) {
  ensure_agent(floor, agent).duty = duty;
}

void set_presence(Floor& floor, AgentId agent, Presence presence, Instant now) {
  auto& entry = ensure_agent(floor, agent);
  if (presence == Presence::online && entry.presence != Presence::online) entry.idle_since = now;
  entry.presence = presence;
}

void enqueue(Floor& floor, const Waiting& waiting) {
  floor.queue.erase(waiting.conversation);
  floor.queue.insert(waiting);
}

void remove(Floor& floor, ConversationId conversation) {
  floor.queue.erase(conversation);
}

void took(Floor& floor, AgentId agent, Symbol channel, Instant now) {
  take(floor, ensure_agent(floor, agent), channel, now);
}

void released(Floor& floor, AgentId agent, Symbol channel, Instant now) {
  auto* entry = find_mutable(floor, agent);
  if (!entry) return;
  for (auto& load : entry->load) {
    if (load.channel == channel && load.count > 0) {
      --load.count;
      entry->idle_since = now;
      return;
    }
  }
}

unsigned total_load(const FloorAgent& agent) {
  unsigned total = 0;
  for (const auto& load : agent.load) total += load.count;
  return total;
}

WhyNot can_work(const FloorAgent& agent, Instant now) {
  if (agent.presence == Presence::offline) return WhyNot::offline;
  if (agent.presence == Presence::away) return WhyNot::away;
  if (agent.duty == Duty::on_leave) return WhyNot::on_leave;
  return is_due(agent, now) ? WhyNot::none : WhyNot::off_shift;
}

bool may_answer(const plan::CompiledPlan& plan, const std::vector<Symbol>& teams, const std::vector<Symbol>& skills,
                const plan::Facts& facts) {
  const Demand demand = demand_of(plan, facts);
  if (demand.team && !holds(teams, demand.team)) return false;
  if (demand.team_needs && !holds_all(skills, demand.team_needs->skills)) return false;
  return !demand.topic_needs || holds_all(skills, demand.topic_needs->skills);
}

WhyNot fits(const plan::CompiledPlan& plan, const FloorAgent& agent, const plan::Facts& facts, Instant now) {
  return fits(demand_of(plan, facts), agent, now);
}

void route(const plan::CompiledPlan& plan, Floor& floor, Instant now, std::vector<Route>& routes) {
  Queue& queue = floor.queue;
  // Lines before `open` are hopeless: nobody could take their first. In one pass agents only fill up, so that stays.
  std::size_t open = 0;
  while (open < queue.line_count()) {
    const std::size_t line = first_line(queue, open);
    const Demand demand = demand_of(plan, queue.first_of(line).facts);
    for (bool left = false; !left;) {
      const Waiting& waiting = queue.first_of(line);
      const int chosen = choose(demand, floor, now);
      if (chosen < 0) {
        queue.swap_lines(line, open++);
        break;
      }
      auto& agent = floor.agents[static_cast<std::size_t>(chosen)];
      routes.push_back({waiting.conversation, agent.id, demand.rule->id});
      take(floor, agent, demand.channel, now);
      left = queue.pop(line);
      if (!left && first_line(queue, open) != line) break;
    }
  }
}

void route_new(const plan::CompiledPlan& plan, Floor& floor, const Waiting& waiting, Instant now,
               std::vector<Route>& routes) {
  // Those with the same facts could not be taken, or they would not wait: nor can this one.
  if (!floor.queue.has_line(waiting.facts)) {
    const Demand demand = demand_of(plan, waiting.facts);
    const int chosen = choose(demand, floor, now);
    if (chosen >= 0) {
      auto& agent = floor.agents[static_cast<std::size_t>(chosen)];
      routes.push_back({waiting.conversation, agent.id, demand.rule->id});
      take(floor, agent, demand.channel, now);
      return;
    }
  }
  floor.queue.insert(waiting);
}

void route_freed(const plan::CompiledPlan& plan, Floor& floor, AgentId agent, Instant now, std::vector<Route>& routes) {
  FloorAgent* const entry = find_mutable(floor, agent);
  if (!entry || !is_due(*entry, now)) return;
  Queue& queue = floor.queue;
  for (;;) {
    std::size_t best = queue.line_count();
    Demand best_demand;
    for (std::size_t i = 0; i < queue.line_count(); ++i) {
      const Waiting& first = queue.first_of(i);
      if (best < queue.line_count() && !comes_before(first, queue.first_of(best))) continue;
      const Demand demand = demand_of(plan, first.facts);
      if (!demand.automatic() || !can_take(demand, *entry, now)) continue;
      best = i;
      best_demand = demand;
    }
    if (best == queue.line_count()) return;
    routes.push_back({queue.first_of(best).conversation, agent, best_demand.rule->id});
    take(floor, *entry, best_demand.channel, now);
    queue.pop(best);
  }
}

void explain_route(const plan::CompiledPlan& plan, const Floor& floor, const Waiting& waiting, Instant now,
                   std::vector<Candidate>& out) {
  out.clear();
  const Demand demand = demand_of(plan, waiting.facts);
  const int chosen = choose(demand, floor, now);
  for (std::size_t i = 0; i < floor.agents.size(); ++i) {
    const auto& agent = floor.agents[i];
    WhyNot why = fits(demand, agent, now);
    if (why == WhyNot::none && chosen < 0) why = WhyNot::by_hand;
    if (why == WhyNot::none && static_cast<int>(i) != chosen) {
      const auto routing = demand.rule->routing;
      const auto& winner = floor.agents[static_cast<std::size_t>(chosen)];
      why = rank_of(routing, agent) == rank_of(routing, winner) ? WhyNot::higher_id : worse(routing);
    }
    out.push_back({agent.id, why});
  }
}

const char* name_of(WhyNot why) {
  switch (why) {
    case WhyNot::none:
      return "none";
    case WhyNot::offline:
      return "offline";
    case WhyNot::away:
      return "away";
    case WhyNot::on_leave:
      return "on_leave";
    case WhyNot::off_shift:
      return "off_shift";
    case WhyNot::other_team:
      return "other_team";
    case WhyNot::lacks_skill:
      return "lacks_skill";
    case WhyNot::at_capacity:
      return "at_capacity";
    case WhyNot::more_loaded:
      return "more_loaded";
    case WhyNot::less_idle:
      return "less_idle";
    case WhyNot::later_turn:
      return "later_turn";
    case WhyNot::by_hand:
      return "by_hand";
    case WhyNot::higher_id:
      return "higher_id";
  }
  return "none";
}

}  // namespace suki::desk
