#include <algorithm>

#include "store/hash.h"
#include "store/sql.h"
#include "store/tx.h"

namespace suki::store {
namespace {

using Num = std::int64_t;
using Text = std::string;
using Row = std::tuple<Num, Text, Text, Text, Text, Num, Num, Num, Num, Num, Text>;

#define SUKI_ACCOUNT_COLUMNS \
  "id, login, name, password_hash, language, role, present, removed, idle_since, last_taken, email"

AccountRecord to_account(const Row& row) {
  AccountRecord a;
  a.id = AgentId(std::get<0>(row));
  a.login = std::get<1>(row);
  a.name = std::get<2>(row);
  a.password_hash = std::get<3>(row);
  a.language = std::get<4>(row);
  a.role = static_cast<Role>(std::get<5>(row));
  a.present = std::get<6>(row) != 0;
  a.removed = std::get<7>(row) != 0;
  a.idle_since = Instant{std::get<8>(row)};
  a.last_taken = std::get<9>(row);
  a.email = std::get<10>(row);
  return a;
}

AccountRecord with_skills(Sql& sql, AccountRecord a) {
  for (auto& [skill] : sql.rows<Text>("select skill from account_skills where agent = :id order by skill", a.id))
    a.skills.push_back(skill);
  return a;
}

/// The same for many, by id, with one question.
void add_skills(Sql& sql, std::vector<AccountRecord>& all) {
  for (auto& [agent, skill] : sql.rows<Num, Text>("select agent, skill from account_skills order by agent, skill")) {
    const auto at = std::lower_bound(all.begin(), all.end(), agent,
                                     [](const AccountRecord& account, Num value) { return account.id.value < value; });
    if (at != all.end() && at->id.value == agent) at->skills.push_back(std::move(skill));
  }
}

void save_skills(Sql& sql, AgentId id, const AccountRecord& a) {
  sql.run("delete from account_skills where agent = :id", id);
  for (const Text& skill : a.skills)
    sql.run("insert into account_skills (agent, skill) values (:id, :skill) on conflict do nothing", id, skill);
}

}  // namespace

AgentId Tx::add_account(const AccountRecord& a) {
  writing().must_be_alone();
  const AgentId id(next(Counter::agent));
  sql_.run("insert into accounts (" SUKI_ACCOUNT_COLUMNS
           ") values (:id, :login, :name, :hash, :language, :role, :present, "
           ":removed, :idle, :taken, :email)",
           id, a.login, a.name, a.password_hash, a.language, a.role, a.present, a.removed, a.idle_since, a.last_taken,
           a.email);
  save_skills(sql_, id, a);
  return id;
}

std::optional<AccountRecord> Tx::find_account(AgentId id) {
  untouched(Lock::account, key_of(id));
  auto row = sql_.row<Num, Text, Text, Text, Text, Num, Num, Num, Num, Num, Text>(
      "select " SUKI_ACCOUNT_COLUMNS " from accounts where id = :id", id);
  if (!row) return std::nullopt;
  return with_skills(sql_, to_account(*row));
}

std::optional<AccountRecord> Tx::find_account(const std::string& login) {
  auto row = sql_.row<Num, Text, Text, Text, Text, Num, Num, Num, Num, Num, Text>(
      "select " SUKI_ACCOUNT_COLUMNS " from accounts where login = :login", login);
  if (!row) return std::nullopt;
  return with_skills(sql_, to_account(*row));
}

std::vector<AccountRecord> Tx::accounts() {
  std::vector<AccountRecord> result;
  for (const Row& row : sql_.rows<Num, Text, Text, Text, Text, Num, Num, Num, Num, Num, Text>(
           "select " SUKI_ACCOUNT_COLUMNS " from accounts order by id"))
    result.push_back(to_account(row));
  add_skills(sql_, result);
  return result;
}

std::vector<std::pair<AgentId, std::string>> Tx::account_names() {
  std::vector<std::pair<AgentId, std::string>> result;
  for (auto& [id, name] : sql_.rows<Num, Text>("select id, name from accounts order by id"))
    result.emplace_back(AgentId(id), std::move(name));
  return result;
}

std::vector<AccountRecord> Tx::present_accounts() {
  std::vector<AccountRecord> result;
  Kept* const kept = writing_ != nullptr ? writing_->kept() : nullptr;
  if (kept != nullptr && kept->nobody_is_present) return result;
  untouched(Lock::floor, 0);  // who is next depends on what others take
  for (const auto& [id, idle_since, last_taken] : sql_.rows<Num, Num, Num>(
           "select id, idle_since, last_taken from accounts where present = 1 and removed = 0 order by id")) {
    AccountRecord account;
    account.id = AgentId(id);
    account.present = true;
    account.idle_since = Instant{idle_since};
    account.last_taken = last_taken;
    result.push_back(std::move(account));
  }
  if (kept != nullptr) kept->nobody_is_present = result.empty();
  if (result.empty()) return result;
  add_skills(sql_, result);
  return result;
}

std::optional<AgentId> Tx::find_account_by_email(const std::string& email) {
  if (email.empty()) return std::nullopt;
  auto row = sql_.row<Num>("select id from accounts where email = :email and removed = 0 order by id limit 1", email);
  if (!row) return std::nullopt;
  return AgentId(std::get<0>(*row));
}

void Tx::update_turn(const AccountRecord& a) {
  sql_.run("update accounts set idle_since = :idle, last_taken = :taken where id = :id", a.idle_since, a.last_taken,
           a.id);
}

void Tx::update_account(const AccountRecord& a) {
  writing().must_be_alone();
  sql_.run(
      "update accounts set name = :name, password_hash = :hash, language = :language, role = :role, "
      "removed = :removed, idle_since = :idle, last_taken = :taken, email = :email where id = :id",
      a.name, a.password_hash, a.language, a.role, a.removed, a.idle_since, a.last_taken, a.email, a.id);
  save_skills(sql_, a.id, a);
}

std::int64_t Tx::next_turn() {
  return next(Counter::turn);
}

void Tx::add_session(std::string_view token, const SessionRecord& s) {
  sql_.run(
      "insert into sessions (token_hash, agent, csrf, expires_at, started_at, last_used, address, device, second_step) "
      "values (:hash, :agent, :csrf, :expires, :started, :used, :address, :device, :second_step)",
      sha256_hex(token), s.agent, s.csrf, s.expires_at, s.started_at, s.started_at, s.address, s.device, s.second_step);
}

std::optional<SessionRecord> Tx::find_session(std::string_view token) {
  auto row = sql_.row<Num, Text, Num, Num, Text, Text, Num, Num>(
      "select agent, csrf, expires_at, started_at, address, device, second_step, last_used from sessions where "
      "token_hash = :hash",
      sha256_hex(token));
  if (!row) return std::nullopt;
  return SessionRecord{AgentId(std::get<0>(*row)), std::get<1>(*row),         Instant{std::get<2>(*row)},
                       Instant{std::get<3>(*row)}, std::get<4>(*row),         std::get<5>(*row),
                       std::get<6>(*row) != 0,     Instant{std::get<7>(*row)}};
}

void Tx::remove_session(std::string_view token) {
  sql_.run("delete from sessions where token_hash = :hash", sha256_hex(token));
}

void Tx::remove_sessions(AgentId agent) {
  sql_.run("delete from sessions where agent = :agent", agent);
}

void Tx::remove_sessions_before(Instant now, Instant idle_since) {
  sql_.run("delete from sessions where expires_at <= :now or last_used <= :idle", now, idle_since);
}

std::vector<AgentId> Tx::present_without_session() {
  std::vector<AgentId> result;
  for (const auto& [id] :
       sql_.rows<Num>("select p.agent from presences p where p.presence <> 0 and not exists (select 1 "
                      "from sessions s where s.agent = p.agent) order by p.agent"))
    result.emplace_back(id);
  return result;
}

Instant Tx::next_session_end(Span idle) {
  const auto ends = sql_.row<Num>("select expires_at from sessions order by expires_at limit 1");
  const auto used = sql_.row<Num>("select last_used from sessions order by last_used limit 1");
  if (!ends || !used) return never;
  return std::min(Instant{std::get<0>(*ends)}, Instant{std::get<0>(*used)} + idle);
}

}  // namespace suki::store
