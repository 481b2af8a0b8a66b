/// Staff: accounts, passwords, sessions.
#include <algorithm>
#include <utility>

#include <sodium.h>

#include "app/access_notice.h"
#include "app/channels.h"
#include "app/common_passwords.h"
#include "app/people.h"
#include "app/presence.h"
#include "app/roster_work.h"
#include "app/second_step.h"
#include "app/turn.h"
#include "base/reason.h"
#include "base/text.h"
#include "catalogue/catalogue.h"

namespace suki::app {
namespace {

constexpr Span session_length = hours(12);     ///< a working day; chosen. The cookie lives as long
constexpr std::size_t password_min = 12;       ///< code points of a new one: OWASP ASVS 4.0.3, 2.1.1
constexpr std::size_t password_new_max = 128;  ///< likewise, 2.1.2
constexpr std::size_t password_max = 1'000;    ///< bytes of any; so that hashing stays cheap

App::Account to_account(const store::AccountRecord& r) {
  return {r.id, r.login, r.name, r.language, r.email, r.password_hash, r.role, r.present};
}
Session to_session(store::Tx& tx, const store::AccountRecord& r, const std::string& csrf) {
  return {to_text(r.id.value), r.login, r.name, name_of(r.role), permissions_of(r.role),
          r.language,          r.email, csrf,   r.present,       lacks_second_step(tx, r.id)};
}

Result<void> check_login(const std::string& login) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
  };
  if (login.empty() || login.size() > 64 || !std::all_of(login.begin(), login.end(), fits))
    return because(bad_input("login", "must be 1 to 64 of a-z, 0-9, dot, dash and underscore"), "bad_login");
  return {};
}

struct Entered {
  store::AccountRecord account;
  store::SessionRecord session;
};
Result<Entered> enter(App::Shared& shared, store::Tx& tx, const std::string& token) {
  const Instant now = shared.host.now();
  const auto session = tx.find_session(token);
  if (!session || session->expires_at <= now || session->last_used + shared.host.session_idle <= now)
    return fail(ErrorCode::unauthorized, "no session");
  auto account = tx.find_account(session->agent);
  if (!account || account->removed) return fail(ErrorCode::unauthorized, "no session");
  return Entered{std::move(*account), *session};
}

}  // namespace

Result<App::Account> App::find_account(store::Tx& tx, const std::string& login) {
  const auto account = tx.find_account(login);
  if (!account || account->removed) return fail(ErrorCode::not_found, "no such account");
  return to_account(*account);
}

Result<std::vector<App::Account>> App::accounts(store::Tx& tx) {
  std::vector<Account> result;
  for (const auto& account : tx.accounts())
    if (!account.removed) result.push_back(to_account(account));
  return result;
}

bool App::check_password(const std::string& hash, const std::string& password) {
  if (password.size() > password_max) return false;
  return crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

std::string App::hash_password(const std::string& password) {
  // argon2id, libsodium's limits for interactive use: 64 MiB, about 50 ms.
  char hash[crypto_pwhash_STRBYTES];
  const int done = crypto_pwhash_str(hash, password.data(), password.size(), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                                     crypto_pwhash_MEMLIMIT_INTERACTIVE);
  SUKI_ASSERT(done == 0);
  return hash;
}

Result<std::string> App::hash_new_password(const std::string& password) {
  // No more is asked of it than its length, and that it is not tried first: rules about kinds of characters make
  // passwords no harder to guess.
  const std::size_t length = is_utf8(password) ? count_code_points(password) : 0;
  if (length < password_min || length > password_new_max)
    return because(bad_input("password", "must have 12 to 128 characters"), "password_length");
  if (is_common_password(password))
    return because(bad_input("password", "is one of the most common"), "password_common");
  return hash_password(password);
}

namespace {

Result<void> check_language(const std::string& language) {
  const auto known = catalogue::languages();
  if (std::find(known.begin(), known.end(), language) == known.end())
    return bad_input("language", "must be one of en, fil");
  return {};
}

Result<void> check_places(const Work& work, const App::NewAccount& input) {
  const plan::CompiledPlan& plan = *work.plan->compiled;
  for (const std::string& team : input.teams)
    if (!plan.find_team(work.plan->symbols.find(team)))
      return because(bad_input("teams", "the plan has no team \"" + team + "\""), "unknown_team");
  for (const std::string& skill : input.skills) {
    const Symbol symbol = work.plan->symbols.find(skill);
    if (!symbol || std::find(plan.skills.begin(), plan.skills.end(), symbol) == plan.skills.end())
      return bad_input("skills", "the plan has no skill \"" + skill + "\"");
  }
  return {};
}

/// A notice sent there would come back in as a customer's mail.
Result<std::string> check_staff_email(const Work& work, const std::string& text) {
  SUKI_TRY(std::string email, check_email("email", text));
  if (!email.empty() && is_own_address(*work.plan, email))
    return because(bad_input("email", "is where customers write to"), "email_of_channel");
  return email;
}

}  // namespace

Result<AgentId> App::create_account(store::Tx& tx, const NewAccount& input) {
  SUKI_ASSERT(!input.password_hash.empty());
  SUKI_CHECK(check_login(input.login));
  SUKI_CHECK(check_present("name", input.name));
  SUKI_CHECK(check_text("name", input.name, name_max));
  SUKI_TRY(Work work, Work::begin(*shared_, tx));
  SUKI_CHECK(check_places(work, input));
  store::AccountRecord account;
  SUKI_TRY(account.email, check_staff_email(work, input.email));
  account.language = input.language.empty() ? work.plan->plan.business.languages.front() : input.language;
  if (!input.language.empty()) SUKI_CHECK(check_language(input.language));
  if (tx.find_account(input.login)) return because(fail(ErrorCode::conflict, "login: is taken"), "login_taken");
  account.login = input.login;
  account.name = input.name;
  account.password_hash = input.password_hash;
  account.role = input.role;
  account.idle_since = work.now;
  account.skills = input.skills;
  const AgentId id = tx.add_account(account);
  for (const std::string& team : input.teams) join_team(work, id, work.plan->symbols.find(team), {});
  return id;
}

Result<void> App::set_email(store::Tx& tx, const std::string& login, const std::string& email) {
  SUKI_TRY(const Work work, Work::begin(*shared_, tx));
  auto account = tx.find_account(login);
  if (!account || account->removed) return fail(ErrorCode::not_found, "no such account");
  const std::string before = account->email;
  SUKI_TRY(account->email, check_staff_email(work, email));
  tx.update_account(*account);
  tell_of_email(*shared_, tx, *account, before, the_operator());
  return {};
}

Result<void> App::set_password(store::Tx& tx, const std::string& login, const std::string& password_hash) {
  auto account = tx.find_account(login);
  if (!account || account->removed) return fail(ErrorCode::not_found, "no such account");
  account->password_hash = password_hash;
  tx.update_account(*account);
  tx.remove_sessions(account->id);
  tx.remove_reset_links(account->id);
  leave(*shared_, tx, account->id);
  return {};
}

Result<void> App::remove_account(store::Tx& tx, const std::string& login) {
  auto account = tx.find_account(login);
  if (!account || account->removed) return fail(ErrorCode::not_found, "no such account");
  SUKI_CHECK(check_owner_stays(tx, account->id, account->role, true));
  leave(*shared_, tx, account->id);
  account->removed = true;
  account->password_hash.clear();
  account->email.clear();
  tx.update_account(*account);
  tx.remove_sessions(account->id);
  tx.remove_reset_links(account->id);
  tx.remove_second_step(account->id);
  tx.forget_access_of(account->id);
  SUKI_TRY(Work work, Work::begin(*shared_, tx));
  leave_roster(work, account->id);
  for (auto mine = tx.list(store::View::mine, account->id, nullptr, page_max); !mine.empty();
       mine = tx.list(store::View::mine, account->id, nullptr, page_max)) {
    for (const store::ListRow& row : mine) {
      SUKI_TRY(Turn turn, Turn::load(work, row.record.state.id));
      desk::Command command;
      command.kind = desk::CommandKind::assign_agent;
      SUKI_CHECK(turn.run(command));
      SUKI_CHECK(turn.finish());
    }
  }
  return {};
}

Result<App::NewSession> App::start_session(store::Tx& tx, AgentId agent, const Device& device) {
  const auto account = tx.find_account(agent);
  if (!account || account->removed) return fail(ErrorCode::not_found, "no such account");
  const Instant now = shared_->host.now();
  // Who comes back another day says anew that they take work.
  if (const auto before = tx.find_presence(agent); before && before->presence == desk::Presence::offline)
    leave(*shared_, tx, agent);
  NewSession session;
  session.length = session_length;
  session.token = shared_->host.random_token(32);
  const std::string csrf = shared_->host.random_token(18);
  tx.add_session(session.token,
                 {agent, csrf, now + session_length, now, device.address, device.name, device.second_step});
  session.session = to_session(tx, *account, csrf);
  if (device.browser) session.browser = know_browser(*shared_, tx, agent, device);
  return session;
}

Result<App::ActiveSession> App::find_session(store::Tx& tx, const std::string& token) {
  SUKI_TRY(const Entered entered, enter(*shared_, tx, token));
  const store::AccountRecord& account = entered.account;
  return ActiveSession{{account.id, account.role, account.language}, to_session(tx, account, entered.session.csrf)};
}

Result<void> App::end_old_sessions(store::Tx& tx) {
  const Instant now = shared_->host.now();
  tx.remove_sessions_before(now, now - shared_->host.session_idle);
  for (const AgentId agent : tx.present_without_session()) leave(*shared_, tx, agent);
  return {};
}

Result<Instant> App::next_session_end(store::Tx& tx) {
  return tx.next_session_end(shared_->host.session_idle);
}

Result<void> App::end_session(store::Tx& tx, const std::string& token) {
  SUKI_TRY(Entered entered, enter(*shared_, tx, token));
  tx.remove_session(token);
  // Whoever leaves takes no more work; another open browser says so itself when it is used.
  leave(*shared_, tx, entered.account.id);
  return {};
}

Result<Session> App::set_preferences(store::Tx& tx, const std::string& token, const Preferences& preferences) {
  SUKI_TRY(Entered entered, enter(*shared_, tx, token));
  if (preferences.language) {
    SUKI_CHECK(check_language(*preferences.language));
    entered.account.language = *preferences.language;
    tx.update_account(entered.account);
  }
  if (preferences.name) {
    SUKI_CHECK(check_present("name", *preferences.name));
    SUKI_CHECK(check_text("name", *preferences.name, name_max));
    entered.account.name = std::string(trim(*preferences.name));
    tx.update_account(entered.account);
  }
  if (preferences.email) {
    SUKI_TRY(const Work work, Work::begin(*shared_, tx));
    SUKI_TRY(std::string email, check_staff_email(work, *preferences.email));
    // What was sent to the address before opens nothing any more.
    if (email != entered.account.email) tx.remove_reset_links(entered.account.id);
    const std::string before = std::exchange(entered.account.email, std::move(email));
    tx.update_account(entered.account);
    tell_of_email(*shared_, tx, entered.account, before,
                  {store::AuditActor::agent, entered.account.id, entered.session.address});
  }
  if (preferences.present) {
    SUKI_CHECK(choose_work(*shared_, tx, entered.account.id, *preferences.present));
    entered.account.present = *preferences.present;
  }
  return to_session(tx, entered.account, entered.session.csrf);
}

}  // namespace suki::app
