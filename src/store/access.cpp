/// Who may get in: sessions as their owners see them, invites, reset links, the second step.
#include "store/hash.h"
#include "store/sql.h"
#include "store/tx.h"

namespace suki::store {
namespace {

using Num = std::int64_t;
using Text = std::string;
using InviteRow = std::tuple<Num, Text, Text, Text, Text, Num, Num, Num, Num, Num, Num>;

#define SUKI_INVITE_COLUMNS "id, name, email, role, language, made_by, made_at, expires_at, used_at, revoked_at, joined"

constexpr std::size_t session_id_length = 32;

InviteRecord to_invite(Sql& sql, InviteRow&& row) {
  InviteRecord r;
  r.id = std::get<0>(row);
  r.name = std::move(std::get<1>(row));
  r.email = std::move(std::get<2>(row));
  r.role = std::move(std::get<3>(row));
  r.language = std::move(std::get<4>(row));
  r.made_by = AgentId(std::get<5>(row));
  r.made_at = Instant{std::get<6>(row)};
  r.expires_at = Instant{std::get<7>(row)};
  r.used_at = Instant{std::get<8>(row)};
  r.revoked_at = Instant{std::get<9>(row)};
  r.joined = AgentId(std::get<10>(row));
  for (auto& [team] : sql.rows<Text>("select team from invite_teams where invite = :id order by team", r.id))
    r.teams.push_back(std::move(team));
  return r;
}

}  // namespace

// ---- sessions

std::vector<SessionView> Tx::sessions(AgentId agent, std::string_view asker) {
  const std::string mine = asker.empty() ? "" : sha256_hex(asker);
  std::vector<SessionView> result;
  for (auto& [hash, started, used, expires, address, device] : sql_.rows<Text, Num, Num, Num, Text, Text>(
           "select token_hash, started_at, last_used, expires_at, address, device from sessions where agent = :agent "
           "order by last_used desc, token_hash",
           agent))
    result.push_back({hash.substr(0, session_id_length), agent, Instant{started}, Instant{used}, Instant{expires},
                      std::move(address), std::move(device), hash == mine});
  return result;
}

bool Tx::remove_session(AgentId agent, const std::string& id) {
  if (id.size() != session_id_length) return false;
  if (sql_.number("select count(*) from sessions where agent = :agent and substr(token_hash, 1, 32) = :id", agent,
                  id) == 0)
    return false;
  sql_.run("delete from sessions where agent = :agent and substr(token_hash, 1, 32) = :id", agent, id);
  return true;
}

void Tx::remove_other_sessions(AgentId agent, std::string_view token) {
  sql_.run("delete from sessions where agent = :agent and token_hash <> :hash", agent, sha256_hex(token));
}

void Tx::saw_session(std::string_view token, Instant at, const std::string& address) {
  sql_.run("update sessions set last_used = :at, address = :address where token_hash = :hash and last_used < :since",
           at, address, sha256_hex(token), at);
}

// ---- invites

std::int64_t Tx::add_invite(std::string_view token, const InviteRecord& r) {
  writing().must_be_alone();
  const std::int64_t id = sql_.number("select coalesce(max(id), 0) from invites") + 1;
  sql_.run("insert into invites (" SUKI_INVITE_COLUMNS
           ", token_hash) values (:id, :name, :email, :role, :language, :made_by, :made_at, :expires_at, :used_at, "
           ":revoked_at, :joined, :hash)",
           id, r.name, r.email, r.role, r.language, r.made_by, r.made_at, r.expires_at, r.used_at, r.revoked_at,
           r.joined, sha256_hex(token));
  for (const Text& team : r.teams)
    sql_.run("insert into invite_teams (invite, team) values (:id, :team) on conflict do nothing", id, team);
  return id;
}

std::optional<InviteRecord> Tx::find_invite(std::string_view token) {
  auto row = sql_.row<Num, Text, Text, Text, Text, Num, Num, Num, Num, Num, Num>(
      "select " SUKI_INVITE_COLUMNS " from invites where token_hash = :hash", sha256_hex(token));
  if (!row) return std::nullopt;
  return to_invite(sql_, std::move(*row));
}

std::optional<InviteRecord> Tx::find_invite(std::int64_t id) {
  auto row = sql_.row<Num, Text, Text, Text, Text, Num, Num, Num, Num, Num, Num>(
      "select " SUKI_INVITE_COLUMNS " from invites where id = :id", id);
  if (!row) return std::nullopt;
  return to_invite(sql_, std::move(*row));
}

std::vector<InviteRecord> Tx::invites(int limit) {
  std::vector<InviteRecord> result;
  for (InviteRow& row : sql_.rows<Num, Text, Text, Text, Text, Num, Num, Num, Num, Num, Num>(
           "select " SUKI_INVITE_COLUMNS " from invites order by id desc limit :limit", limit))
    result.push_back(to_invite(sql_, std::move(row)));
  return result;
}

std::int64_t Tx::count_open_invites(Instant now) {
  return sql_.number(
      "select count(*) from invites where used_at = :never and revoked_at = :neither and expires_at > :now", never,
      never, now);
}

void Tx::update_invite(const InviteRecord& r) {
  sql_.run(
      "update invites set name = :name, email = :email, used_at = :used, revoked_at = :revoked, joined = :joined where "
      "id = :id",
      r.name, r.email, r.used_at, r.revoked_at, r.joined, r.id);
}

void Tx::forget_old_invites(Instant ended_before) {
  sql_.run("delete from invite_teams where invite in (select id from invites where expires_at < :before)",
           ended_before);
  sql_.run("delete from invites where expires_at < :before", ended_before);
}

// ---- reset links

void Tx::add_reset_link(std::string_view token, const ResetLinkRecord& r) {
  sql_.run(
      "insert into reset_links (token_hash, agent, made_by, made_at, expires_at) values (:hash, :agent, :by, :at, "
      ":expires)",
      sha256_hex(token), r.agent, r.made_by, r.made_at, r.expires_at);
}

std::optional<ResetLinkRecord> Tx::find_reset_link(std::string_view token) {
  auto row = sql_.row<Num, Num, Num, Num>(
      "select agent, made_by, made_at, expires_at from reset_links where token_hash = :hash", sha256_hex(token));
  if (!row) return std::nullopt;
  return ResetLinkRecord{AgentId(std::get<0>(*row)), AgentId(std::get<1>(*row)), Instant{std::get<2>(*row)},
                         Instant{std::get<3>(*row)}};
}

void Tx::remove_reset_links(AgentId agent) {
  sql_.run("delete from reset_links where agent = :agent", agent);
}

void Tx::remove_reset_links_before(Instant now) {
  sql_.run("delete from reset_links where expires_at <= :now", now);
}

// ---- the second step

std::optional<SecondStepRecord> Tx::find_second_step(AgentId agent) {
  auto row =
      sql_.row<Text, Num, Num>("select secret, confirmed_at, last_step from second_steps where agent = :agent", agent);
  if (!row) return std::nullopt;
  return SecondStepRecord{agent, std::move(std::get<0>(*row)), Instant{std::get<1>(*row)}, std::get<2>(*row)};
}

void Tx::set_second_step(const SecondStepRecord& r) {
  sql_.run(
      "insert into second_steps (agent, secret, confirmed_at, last_step) values (:agent, :secret, :at, :step) on "
      "conflict (agent) do update set secret = excluded.secret, confirmed_at = excluded.confirmed_at, last_step = "
      "excluded.last_step",
      r.agent, r.secret, r.confirmed_at, r.last_step);
}

void Tx::remove_second_step(AgentId agent) {
  sql_.run("delete from recovery_codes where agent = :agent", agent);
  sql_.run("delete from second_steps where agent = :agent", agent);
}

void Tx::set_recovery_codes(AgentId agent, const std::vector<std::string>& codes) {
  sql_.run("delete from recovery_codes where agent = :agent", agent);
  for (const Text& code : codes)
    sql_.run("insert into recovery_codes (agent, code_hash) values (:agent, :hash)", agent, sha256_hex(code));
}

bool Tx::use_recovery_code(AgentId agent, std::string_view code) {
  const std::string hash = sha256_hex(code);
  if (sql_.number("select count(*) from recovery_codes where agent = :agent and code_hash = :hash", agent, hash) == 0)
    return false;
  sql_.run("delete from recovery_codes where agent = :agent and code_hash = :hash", agent, hash);
  return true;
}

std::int64_t Tx::count_recovery_codes(AgentId agent) {
  return sql_.number("select count(*) from recovery_codes where agent = :agent", agent);
}

}  // namespace suki::store
