#include "app/floor.h"

#include "app/roster_work.h"
#include "app/turn.h"

namespace suki::app {
namespace {

constexpr int routed_at_once_max = 50;  ///< chosen: bounds the work that one change can cause

std::vector<Symbol> to_symbols(const LoadedPlan& plan, const std::vector<std::string>& slugs) {
  std::vector<Symbol> symbols;
  for (const std::string& slug : slugs)
    if (const Symbol symbol = plan.symbol(slug)) symbols.push_back(symbol);
  return symbols;
}

void record_turn(Work& work, AgentId agent) {
  auto account = work.tx.find_account(agent);
  if (!account) return;
  account->last_taken = work.tx.next_turn();
  account->idle_since = work.now;
  work.tx.update_turn(*account);
}

}  // namespace

desk::Floor load_floor(Work& work) {
  desk::Floor floor;
  for (const store::AccountRecord& account : work.tx.present_accounts()) {
    desk::ensure_agent(floor, account.id);
    desk::set_roster(floor, account.id, {}, to_symbols(*work.plan, account.skills));
    desk::FloorAgent& agent = desk::ensure_agent(floor, account.id);
    agent.presence = desk::Presence::online;
    agent.idle_since = account.idle_since;
    agent.last_taken = static_cast<std::uint64_t>(account.last_taken);
    floor.turn = std::max(floor.turn, agent.last_taken);
  }
  if (floor.agents.empty()) return floor;
  auto teams = teams_at(work.tx, work.now);
  const Entries entries = all_entries(work.tx, work.now);
  for (desk::FloorAgent& agent : floor.agents) {
    if (const auto mine = teams.find(agent.id); mine != teams.end()) agent.teams = std::move(mine->second);
    if (const auto mine = entries.find(agent.id); mine != entries.end())
      agent.duty = desk::duty_at(mine->second, work.now).duty;
  }
  for (const store::LoadRow& row : work.tx.loads())
    for (desk::FloorAgent& agent : floor.agents)
      if (agent.id == row.agent) agent.load.push_back({row.channel, static_cast<std::uint16_t>(row.count)});
  return floor;
}

AgentId choose_agent(Work& work, const desk::Conversation& conversation) {
  desk::Floor floor = load_floor(work);
  if (floor.agents.empty()) return {};
  desk::enqueue(floor, desk::waiting_of(conversation));
  std::vector<desk::Route> routes;
  desk::route(*work.plan->compiled, floor, work.now, routes);
  if (routes.empty()) return {};
  record_turn(work, routes.front().agent);
  return routes.front().agent;
}

Result<void> route_waiting(Work& work) {
  desk::Floor floor = load_floor(work);
  if (floor.agents.empty()) return {};
  for (const store::ConversationRecord& record : work.tx.waiting_for_agent(routed_at_once_max))
    desk::enqueue(floor, desk::waiting_of(record.state));
  std::vector<desk::Route> routes;
  desk::route(*work.plan->compiled, floor, work.now, routes);
  for (const desk::Route& route : routes) {
    SUKI_TRY(Turn turn, Turn::load(work, route.conversation));
    desk::Command command;
    command.kind = desk::CommandKind::assign_agent;
    command.agent = route.agent;
    SUKI_CHECK(turn.run(command));
    record_turn(work, route.agent);
    SUKI_CHECK(turn.finish());
  }
  return {};
}

}  // namespace suki::app
