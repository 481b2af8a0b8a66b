/// Browsers that people logged in with, by the SHA-256 of the token that each keeps; and how often somebody was told of
/// a change of their way in.
#include "store/hash.h"
#include "store/sql.h"
#include "store/tx.h"

namespace suki::store {
namespace {

using Num = std::int64_t;
using Text = std::string;

}  // namespace

bool Tx::is_browser(std::string_view token) {
  return sql_.number("select count(*) from browsers where token_hash = :hash", sha256_hex(token)) > 0;
}

std::int64_t Tx::count_browsers(AgentId agent) {
  return sql_.number("select count(*) from browsers where agent = :agent", agent);
}

bool Tx::saw_browser(AgentId agent, std::string_view token, Instant at, int kept_max) {
  const Text hash = sha256_hex(token);
  const bool known =
      sql_.number("select count(*) from browsers where agent = :agent and token_hash = :hash", agent, hash) > 0;
  sql_.run(
      "insert into browsers (agent, token_hash, seen_at) values (:agent, :hash, :at) on conflict (agent, token_hash) "
      "do "
      "update set seen_at = excluded.seen_at",
      agent, hash, at);
  sql_.run(
      "delete from browsers where agent = :agent and token_hash not in (select b.token_hash from browsers b where "
      "b.agent = :same order by b.seen_at desc, b.token_hash limit :kept)",
      agent, agent, kept_max);
  return known;
}

std::int64_t Tx::count_access_notice(AgentId agent, std::int64_t kind, Instant now, Span window) {
  const auto row = sql_.row<Num, Num>("select since_at, sent from access_notices where agent = :agent and kind = :kind",
                                      agent, kind);
  const bool goes_on = row && Instant{std::get<0>(*row)} + window > now;
  const Instant since = goes_on ? Instant{std::get<0>(*row)} : now;
  const Num sent = goes_on ? std::get<1>(*row) + 1 : 1;
  sql_.run(
      "insert into access_notices (agent, kind, since_at, sent) values (:agent, :kind, :since, :sent) on conflict "
      "(agent, kind) do update set since_at = excluded.since_at, sent = excluded.sent",
      agent, kind, since, sent);
  return sent;
}

void Tx::forget_access_of(AgentId agent) {
  sql_.run("delete from browsers where agent = :agent", agent);
  sql_.run("delete from access_notices where agent = :agent", agent);
}

}  // namespace suki::store
