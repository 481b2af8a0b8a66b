#include "store/schema.h"

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
)sql"}};

}  // namespace

std::span<const Migration> migrations() {
  return all;
}

}  // namespace suki::store
