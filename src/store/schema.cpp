#include "store/schema.h"

#include <algorithm>
#include <stdexcept>
#include <vector>

#include <fmt/format.h>

#include "base/assert.h"
#include "base/text.h"
#include "store/sql.h"

namespace suki::store {
namespace {

// Numbers are BIGINT, no column is NULL (0 and '' say "none"), ids come from `counters`: so the same SQL runs on
// PostgreSQL. Texts that can be erased lie in *_texts, customers, raw_mails and attachments; `events` and `input_log`
// hold numbers only.
const Migration all[] = {{1, R"sql(
create table counters (name text primary key, value bigint not null);
create table settings (name text primary key, value text not null);
create table symbols (id bigint primary key, slug text not null unique);
create table plan_versions (number bigint primary key, adopted_at bigint not null, adopted_by text not null,
  why text not null, digest text not null);
create table plan_files (version bigint not null references plan_versions (number), name text not null,
  bytes blob not null, primary key (version, name));

create table customers (id bigint primary key, name text not null, email text not null, language bigint not null,
  segment bigint not null);
create index customers_by_email on customers (email, id);

create table accounts (id bigint primary key, login text not null unique, name text not null, password_hash text not null,
  language text not null, manager bigint not null, present bigint not null, removed bigint not null,
  idle_since bigint not null, last_taken bigint not null);
create table account_teams (agent bigint not null references accounts (id), team text not null, primary key (agent, team));
create table account_skills (agent bigint not null references accounts (id), skill text not null, primary key (agent, skill));
create table sessions (token_hash text primary key, agent bigint not null references accounts (id), csrf text not null,
  expires_at bigint not null);
create index sessions_by_agent on sessions (agent);

create table conversations (id bigint primary key, customer bigint not null references customers (id),
  continues bigint not null, core text not null, digest text not null, state bigint not null, shelf bigint not null,
  unsolved bigint not null, assignee bigint not null, channel bigint not null, next_wake bigint not null,
  next_due bigint not null, next_target bigint not null, at_risk bigint not null, breached bigint not null,
  unanswered bigint not null, last_at bigint not null);
create index conversations_by_due on conversations (shelf, next_due, id);
create index conversations_by_last on conversations (shelf, last_at, id);
create index conversations_by_assignee on conversations (assignee, unsolved, next_due, id);
create index conversations_by_age on conversations (last_at, id);
create index conversations_by_wake on conversations (next_wake, id);
create index conversations_by_former on conversations (continues);
create table conversation_texts (conversation bigint primary key references conversations (id), subject text not null,
  preview text not null);
create table tallies (assignee bigint not null, state bigint not null, channel bigint not null, n bigint not null,
  primary key (assignee, state, channel));

create table input_log (position bigint primary key, at bigint not null, conversation bigint not null,
  in_force bigint not null, command text not null);
create index input_log_by_conversation on input_log (conversation, position);
create table events (conversation bigint not null references conversations (id), number bigint not null,
  kind bigint not null, target bigint not null, state bigint not null, by_staff bigint not null, late bigint not null,
  cycle bigint not null, rules bigint not null, actor_kind bigint not null, actor_agent bigint not null,
  symbol bigint not null, rule bigint not null, agent bigint not null, message bigint not null, other bigint not null,
  version bigint not null, occurred_at bigint not null, recorded_at bigint not null, due bigint not null,
  start_at bigint not null, next_at bigint not null, span bigint not null, used bigint not null, primary key (conversation, number));

create table messages (id bigint primary key, conversation bigint not null references conversations (id),
  kind bigint not null, agent bigint not null, at bigint not null, has_raw bigint not null, mail_id text not null);
create index messages_by_conversation on messages (conversation, id);
create index messages_by_mail_id on messages (mail_id);
create table message_texts (message bigint primary key references messages (id), author text not null,
  email text not null, body text not null);
create table raw_mails (message bigint primary key references messages (id), digest text not null, bytes blob not null);
create index raw_mails_by_digest on raw_mails (digest);
create table attachments (id bigint primary key, message bigint not null references messages (id), name text not null,
  type text not null, size bigint not null, bytes blob not null);
create index attachments_by_message on attachments (message);

create table links (token_hash text primary key, conversation bigint not null references conversations (id));
create table requests (request text primary key, conversation bigint not null, message bigint not null,
  at bigint not null);
create table outbox (id bigint primary key, message bigint not null, from_address text not null,
  to_address text not null, data blob not null, state bigint not null, attempts bigint not null, next_at bigint not null,
  last_error text not null);
create index outbox_by_state on outbox (state, next_at, id);
create index outbox_by_message on outbox (message);
)sql"},
                         {2, R"sql(
alter table accounts add column email text not null default '';
create index accounts_by_email on accounts (email, id);
create index account_teams_by_team on account_teams (team, agent);
create index sessions_by_end on sessions (expires_at);
create table notices (id bigint primary key, conversation bigint not null references conversations (id),
  event bigint not null, agent bigint not null, problem bigint not null, outbox bigint not null, mail_id text not null);
create index notices_by_conversation on notices (conversation, id);
create index notices_by_outbox on notices (outbox);
create index notices_by_mail_id on notices (mail_id);
)sql"},
                         // What is called what from which plan version on, so that a renamed thing stays one thing; and
                         // what a plan version was compiled from beside its files, each content once.
                         {3, R"sql(
create table symbol_names (symbol bigint not null, since bigint not null, slug text not null,
  primary key (symbol, since));
insert into symbol_names (symbol, since, slug) select id, 0, slug from symbols;
drop table symbols;
create table basis (digest text primary key, bytes blob not null);
create table plan_basis (version bigint not null references plan_versions (number), kind text not null,
  name text not null, edition text not null, digest text not null references basis (digest),
  primary key (version, kind, name));
)sql"},
                         // Who may get in, and who did what: devices of sessions, invites, reset links, second steps,
                         // and the audit log.
                         {13, R"sql(
alter table sessions add column started_at bigint not null default 0;
alter table sessions add column last_used bigint not null default 0;
alter table sessions add column address text not null default '';
alter table sessions add column device text not null default '';
alter table sessions add column second_step bigint not null default 0;
alter table outbox add column secret bigint not null default 0;
create table invites (id bigint primary key, token_hash text not null unique, name text not null, email text not null,
  role text not null, language text not null, made_by bigint not null, made_at bigint not null, expires_at bigint not null,
  used_at bigint not null, revoked_at bigint not null, joined bigint not null);
create table invite_teams (invite bigint not null references invites (id), team text not null, primary key (invite, team));
create table reset_links (token_hash text primary key, agent bigint not null references accounts (id),
  made_by bigint not null, made_at bigint not null, expires_at bigint not null);
create index reset_links_by_agent on reset_links (agent);
create table second_steps (agent bigint primary key references accounts (id), secret text not null,
  confirmed_at bigint not null, last_step bigint not null);
create table recovery_codes (agent bigint not null references accounts (id), code_hash text not null,
  primary key (agent, code_hash));
create table audit (number bigint primary key, at bigint not null, actor bigint not null, agent bigint not null,
  act text not null, object text not null, object_id bigint not null, address text not null, done bigint not null,
  hash text not null);
create index audit_by_time on audit (at, number);
create index audit_by_agent on audit (agent, at, number);
create index audit_by_act on audit (act, at, number);
create index audit_by_object on audit (object, object_id, at, number);
)sql"}};

}  // namespace

std::span<const Migration> migrations() {
  return all;
}

std::size_t place_of_table(std::string_view insert) {
  static const std::vector<std::string> tables = [] {
    std::vector<std::string> names;
    for (const Migration& step : all)
      for (const std::string_view line : split(step.sql, '\n'))
        if (constexpr std::string_view start = "create table "; line.starts_with(start))
          names.emplace_back(line.substr(start.size(), line.find(' ', start.size()) - start.size()));
    return names;
  }();
  constexpr std::string_view start = "insert into ";
  SUKI_ASSERT(insert.starts_with(start));
  insert.remove_prefix(start.size());
  const auto at = std::find(tables.begin(), tables.end(), insert.substr(0, insert.find(' ')));
  SUKI_ASSERT(at != tables.end());
  return static_cast<std::size_t>(at - tables.begin());
}

void migrate(Sql& sql, const char* begin, const std::function<std::string(const std::string&)>& translate) {
  sql.execute(begin);
  sql.execute("create table if not exists migrations (number bigint primary key)");
  const std::int64_t done = sql.number("select coalesce(max(number), 0) from migrations");
  sql.execute("commit");
  const auto steps = migrations();
  if (done > steps.back().number)
    throw std::runtime_error(
        fmt::format("what is stored was made by a later version of suki (step {}, this one knows "
                    "{}); use that version or a later one",
                    done, steps.back().number));
  for (const Migration& step : steps) {
    if (step.number <= done) continue;
    sql.execute(begin);
    std::string statement;
    for (const std::string_view line : split(step.sql, '\n')) {
      statement.append(line).push_back('\n');
      if (!line.ends_with(';')) continue;
      sql.execute(translate(statement));
      statement.clear();
    }
    sql.execute(fmt::format("insert into migrations (number) values ({})", step.number));
    sql.execute("commit");
  }
}

}  // namespace suki::store
