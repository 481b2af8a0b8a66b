#include "app/presence.h"

#include "app/floor.h"
#include "app/roster_work.h"
#include "app/turn.h"

namespace suki::app {
namespace {

using desk::Presence;
using desk::PresenceCause;
using desk::PresenceState;

Instant steady_of(const App::Shared& shared) {
  return shared.host.steady ? shared.host.steady() : shared.host.now();
}

/// What is so now, when they last chose `wants_work`.
PresenceState state_of(const App::Shared& shared, AgentId agent, bool wants_work) {
  const desk::PresenceNow now = desk::presence_at(wants_work, shared.hearing.find(agent), steady_of(shared));
  return {now.presence, now.cause, wants_work, shared.host.now()};
}

Result<void> save(App::Shared& shared, store::Tx& tx, AgentId agent, const PresenceState& state) {
  auto account = tx.find_account(agent);
  if (!account || account->removed) return {};
  const bool comes = state.presence == Presence::online && !account->present;
  tx.save_presence(agent, state);
  if (!comes) return {};
  account->idle_since = state.since;
  tx.update_turn(*account);
  if (!tx.plan_in_force()) return {};
  SUKI_TRY(Work work, Work::begin(shared, tx));
  return route_waiting(work);
}

/// Whose presence changes, and to what.
std::map<AgentId, PresenceState> changes(const App::Shared& shared, store::Tx& tx) {
  std::map<AgentId, PresenceState> result;
  const auto stored = tx.presences();
  const auto look = [&](AgentId agent, const PresenceState& before) {
    const PresenceState now = state_of(shared, agent, before.wants_work);
    if (now.presence != before.presence) result.emplace(agent, now);
  };
  for (const auto& [agent, before] : stored) look(agent, before);
  for (const auto& [agent, signs] : shared.hearing.all())
    if (!stored.contains(agent)) look(agent, {});
  return result;
}

}  // namespace

void hear(App& app, AgentId agent, bool active) {
  app.shared().hearing.hear(agent, steady_of(app.shared()), active);
}

Result<bool> is_presence_due(App& app, store::Tx& tx) {
  return !changes(app.shared(), tx).empty();
}

Result<void> settle_presence(App& app, store::Tx& tx) {
  for (const auto& [agent, state] : changes(app.shared(), tx)) SUKI_CHECK(save(app.shared(), tx, agent, state));
  return {};
}

Result<void> choose_work(App::Shared& shared, store::Tx& tx, AgentId agent, bool wants_work) {
  shared.hearing.hear(agent, steady_of(shared), true);
  const PresenceState before = tx.find_presence(agent).value_or(PresenceState{});
  PresenceState now = state_of(shared, agent, wants_work);
  if (before.presence == now.presence && before.wants_work == wants_work) return {};
  now.cause = PresenceCause::chosen;
  return save(shared, tx, agent, now);
}

void leave(App::Shared& shared, store::Tx& tx, AgentId agent) {
  shared.hearing.forget(agent);
  const auto before = tx.find_presence(agent);
  if (!before || (before->presence == Presence::offline && !before->wants_work)) return;
  tx.save_presence(agent, {Presence::offline, PresenceCause::left, false, shared.host.now()});
}

Result<PresenceView> own_presence(App& app, store::Tx& tx, const Caller& caller) {
  SUKI_TRY(const Work work, Work::begin(app.shared(), tx));
  return presence_view(work, caller.agent, tx.find_presence(caller.agent), entries_around(tx, caller.agent, work.now));
}

Result<PresenceView> change_presence(App& app, store::Tx& tx, const Caller& caller, const NewPresence& input) {
  hear(app, caller.agent, true);
  if (input.wants_work) {
    SUKI_CHECK(choose_work(app.shared(), tx, caller.agent, *input.wants_work));
  } else {
    const PresenceState before = tx.find_presence(caller.agent).value_or(PresenceState{});
    const PresenceState now = state_of(app.shared(), caller.agent, before.wants_work);
    if (now.presence != before.presence) SUKI_CHECK(save(app.shared(), tx, caller.agent, now));
  }
  return own_presence(app, tx, caller);
}

}  // namespace suki::app
