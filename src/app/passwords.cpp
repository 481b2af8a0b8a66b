/// New passwords: by a link, and by the one in use.
#include "app/access.h"
#include "app/link_mail.h"
#include "app/presence.h"
#include "base/text.h"
#include "catalogue/catalogue.h"

namespace suki::app {
namespace {

std::string reset_url(const Work& work, const std::string& token) {
  return work.shared.host.site_url + "/desk/reset/" + token;
}

/// Everybody whom `who` may mean: the log-in itself, else all with that address.
std::vector<store::AccountRecord> find_accounts(store::Tx& tx, const std::string& who) {
  const std::string wanted = to_lower_ascii(trim(who));
  std::vector<store::AccountRecord> found;
  if (auto account = tx.find_account(wanted); account && !account->removed) {
    found.push_back(std::move(*account));
    return found;
  }
  if (wanted.find('@') == std::string::npos) return found;
  for (store::AccountRecord& account : tx.accounts())
    if (!account.removed && account.email == wanted) found.push_back(std::move(account));
  return found;
}

std::string add_link(const Work& work, AgentId agent, AgentId by, Span length) {
  std::string token = work.shared.host.random_token(32);
  work.tx.remove_reset_links_before(work.now);
  work.tx.add_reset_link(token, {agent, by, work.now, work.now + length});
  return token;
}

}  // namespace

Result<void> ask_reset(App& app, store::Tx& tx, const std::string& who, const std::string& address) {
  SUKI_TRY(const Work work, Work::begin(app.shared(), tx));
  const Actor actor{store::AuditActor::nobody, {}, address};
  const auto accounts = find_accounts(tx, who);
  if (accounts.empty()) record(app, tx, actor, {"reset_link.ask"}, false);
  for (const store::AccountRecord& account : accounts) {
    const bool can_mail = !account.email.empty();
    bool sent = false;
    if (can_mail) {
      const std::string token = add_link(work, account.id, {}, reset_by_mail);
      const std::string until =
          catalogue::say_instant(account.language, work.now + reset_by_mail, work.plan->plan.business.time_zone);
      sent = send_link(work, {account.name,
                              account.email,
                              account.language,
                              "app.access.reset_subject",
                              "app.access.reset_body",
                              {{"name", account.name},
                               {"login", account.login},
                               {"business", work.plan->plan.business.name},
                               {"link", reset_url(work, token)},
                               {"until", until}}});
    }
    record(app, tx, actor, {"reset_link.ask", "account", account.id.value}, sent);
  }
  return {};
}

Result<LinkMade> make_reset_link(App& app, store::Tx& tx, AgentId agent, AgentId by) {
  SUKI_TRY(const Work work, Work::begin(app.shared(), tx));
  const auto account = tx.find_account(agent);
  if (!account || account->removed) return fail(ErrorCode::not_found, "no such account");
  const std::string token = add_link(work, agent, by, reset_by_hand);
  return LinkMade{reset_url(work, token), format_instant(work.now + reset_by_hand)};
}

namespace {

Result<store::AccountRecord> find_reset(App& app, store::Tx& tx, const std::string& token) {
  const auto link = tx.find_reset_link(token);
  if (!link || link->expires_at <= app.shared().host.now()) return fail(ErrorCode::not_found, "no such link");
  auto account = tx.find_account(link->agent);
  if (!account || account->removed) return fail(ErrorCode::not_found, "no such link");
  return std::move(*account);
}

}  // namespace

Result<ResetView> show_reset(App& app, store::Tx& tx, const std::string& token) {
  SUKI_TRY(const store::AccountRecord account, find_reset(app, tx, token));
  return ResetView{account.login, account.name, account.language};
}

Result<AgentId> reset_password(App& app, store::Tx& tx, const std::string& token, const std::string& password_hash) {
  SUKI_TRY(store::AccountRecord account, find_reset(app, tx, token));
  account.password_hash = password_hash;
  tx.update_account(account);
  tx.remove_sessions(account.id);
  leave(app.shared(), tx, account.id);
  tx.remove_reset_links(account.id);
  return account.id;
}

Result<void> change_password(App&, store::Tx& tx, AgentId agent, const std::string& session_token,
                             const std::string& password_hash) {
  auto account = tx.find_account(agent);
  if (!account || account->removed) return fail(ErrorCode::unauthorized, "no session");
  account->password_hash = password_hash;
  tx.update_account(*account);
  tx.remove_other_sessions(agent, session_token);
  tx.remove_reset_links(agent);
  return {};
}

}  // namespace suki::app
