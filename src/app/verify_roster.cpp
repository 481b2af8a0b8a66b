/// The roster played again from the input log: what is stored of teams, shifts and presence is what was entered, and
/// nothing was given by itself to somebody who could not take it then.
#include <limits>

#include <fmt/format.h>

#include "app/verify.h"

namespace suki::app {
namespace {

using Found = std::vector<Difference>;

/// Of both sides by key: what is missing, what nobody entered, and what differs.
template <class Key, class Value, class Say>
void compare(const std::map<Key, Value>& stored, const std::map<Key, Value>& played, const Say& say, Found& found) {
  for (const auto& [key, value] : played) {
    const auto at = stored.find(key);
    if (at == stored.end())
      found.push_back({{}, fmt::format("{} is missing", say(key))});
    else if (!(at->second == value))
      found.push_back({{}, fmt::format("{} is not as the input log has it", say(key))});
  }
  for (const auto& [key, value] : stored)
    if (!played.contains(key)) found.push_back({{}, fmt::format("{} comes from no input in the log", say(key))});
}

/// A command that the desk gave itself, not a person.
bool is_routing(const desk::Command& command) {
  return command.kind == desk::CommandKind::assign_agent && command.agent &&
         command.actor.kind == desk::ActorKind::system && command.occurred_at == never;
}

desk::Roster play(Work& work, Found& found) {
  constexpr int slice = 1'000;
  constexpr int told_max = 20;  ///< the first show what is wrong
  desk::Roster roster;
  bool begun = false;  // before there was a roster in the log nothing is known of who was there
  int told = 0;
  for (std::int64_t after = 0;;) {
    const auto inputs = work.tx.inputs_after(after, slice);
    for (const store::LoggedInput& input : inputs) {
      if (input.roster) {
        begun = true;
        desk::apply(roster, *input.roster);
      } else if (begun && is_routing(input.command)) {
        const desk::NoWork why = desk::no_work(roster, input.command.agent, input.at);
        if (why == desk::NoWork::none || ++told > told_max) continue;
        found.push_back(
            {input.conversation, fmt::format("at place {} of the input log it was given to agent {}, who "
                                             "could not take it: {}",
                                             input.position, input.command.agent.value, desk::name_of(why))});
      }
    }
    if (static_cast<int>(inputs.size()) < slice) return roster;
    after = inputs.back().position;
  }
}

}  // namespace

void verify_roster(Work& work, std::vector<Difference>& found) {
  const desk::Roster played = play(work, found);
  std::map<std::int64_t, desk::Membership> memberships;
  for (const store::MembershipRecord& one :
       work.tx.memberships_within(Instant{std::numeric_limits<std::int64_t>::min()}, never))
    memberships.emplace(one.id, one.membership);
  compare(
      memberships, played.memberships, [](auto id) { return fmt::format("membership {}", id); }, found);

  std::map<std::pair<AgentId, std::int64_t>, desk::Shift> stored, entered;
  for (const store::ShiftRecord& one : work.tx.shifts_within(Instant{std::numeric_limits<std::int64_t>::min()}, never))
    stored.emplace(std::pair(one.agent, one.id), one.shift);
  for (const auto& [agent, entries] : played.shifts)
    for (const auto& [id, shift] : entries) entered.emplace(std::pair(agent, id), shift);
  compare(
      stored, entered, [](const auto& key) { return fmt::format("shift {} of agent {}", key.second, key.first.value); },
      found);

  compare(
      work.tx.presences(), played.presences,
      [](AgentId agent) { return fmt::format("the presence of agent {}", agent.value); }, found);
  for (const store::AccountRecord& account : work.tx.accounts()) {
    const auto state = played.presences.find(account.id);
    const bool online = state != played.presences.end() && state->second.presence == desk::Presence::online;
    if (account.present != online)
      found.push_back({{},
                       fmt::format("agent {} counts as {}, but is {}", account.id.value,
                                   account.present ? "online" : "not online", online ? "online" : "not")});
  }
}

}  // namespace suki::app
