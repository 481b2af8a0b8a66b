/// Sessions as their owners and managers see and end them.
#include "app/access.h"
#include "app/channels.h"
#include "app/presence.h"
#include "app/second_step.h"
#include "app/work.h"

namespace suki::app {

SessionList sessions(store::Tx& tx, AgentId agent, const std::string& asker_token) {
  SessionList list;
  for (const store::SessionView& s : tx.sessions(agent, asker_token))
    list.items.push_back({s.id, s.device, s.address, format_instant(s.started_at), format_instant(s.last_used),
                          format_instant(s.expires_at), s.is_asker});
  return list;
}

Result<void> end_session_of(store::Tx& tx, AgentId agent, const std::string& id) {
  if (!tx.remove_session(agent, id)) return fail(ErrorCode::not_found, "no such session");
  return {};
}

void end_other_sessions(store::Tx& tx, AgentId agent, const std::string& keep_token) {
  tx.remove_other_sessions(agent, keep_token);
}

Result<void> end_sessions_of(App& app, store::Tx& tx, AgentId agent) {
  const auto account = tx.find_account(agent);
  if (!account || account->removed) return fail(ErrorCode::not_found, "no such account");
  tx.remove_sessions(agent);
  leave(app.shared(), tx, agent);
  return {};
}

Result<AgentId> find_agent(store::Tx& tx, const std::string& login) {
  const auto account = tx.find_account(login);
  if (!account || account->removed) return fail(ErrorCode::not_found, "no such account");
  return account->id;
}

Result<AccessOverview> access_overview(App& app, store::Tx& tx) {
  SUKI_TRY(const Work work, Work::begin(app.shared(), tx));
  AccessOverview overview;
  SUKI_TRY(const auto accounts, app.accounts(tx));
  for (const App::Account& account : accounts) {
    PersonAccess person{to_text(account.id.value),
                        account.login,
                        account.name,
                        name_of(account.role),
                        has_second_step(tx, account.id),
                        0,
                        std::nullopt};
    for (const store::SessionView& session : tx.sessions(account.id, "")) {
      if (person.sessions++ == 0) person.last_used_at = to_time(session.last_used);
    }
    overview.people.push_back(std::move(person));
  }
  overview.invites = invites(app, tx);
  overview.second_step_required = is_second_step_required(tx);
  overview.can_mail = find_sender(*work.plan) != nullptr;
  return overview;
}

}  // namespace suki::app
