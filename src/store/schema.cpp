#include "store/schema.h"

#include <algorithm>
#include <stdexcept>
#include <vector>

#include <fmt/format.h>

#include "base/assert.h"
#include "base/text.h"
#include "store/codec.h"
#include "store/files.h"
#include "store/search.h"
#include "store/sql.h"

namespace suki::store {
namespace {

/// Step 14: what was only within `core`.
void fill_list_columns(Sql& sql) {
  using Num = std::int64_t;
  constexpr int slice = 1'000;
  for (Num after = 0;;) {
    const auto rows = sql.rows<Num, std::string>(
        "select id, core from conversations where id > :after order by id limit :limit", after, slice);
    for (const auto& [id, core] : rows) {
      const plan::Facts facts = decode_conversation(core).facts;
      sql.run(
          "update conversations set team = :team, topic = :topic, priority = :priority, segment = :segment where id = "
          ":id",
          facts.get(plan::FactKey::team), facts.get(plan::FactKey::topic), facts.get(plan::FactKey::priority),
          facts.get(plan::FactKey::segment), id);
      after = id;
    }
    if (static_cast<int>(rows.size()) < slice) return;
  }
}

void fill_step_14(Sql& sql) {
  fill_list_columns(sql);
  make_search(sql);
}

/// Step 17: teams were held for all time; from now on by dated records, whose beginning stands in the input log.
void fill_roster(Sql& sql) {
  using Num = std::int64_t;
  const Num at = sql.number("select coalesce(max(at), 0) from input_log");
  Num position = sql.number("select coalesce(max(value), 0) from counters where name = 'position'");
  const auto log = [&](const desk::RosterInput& input) {
    sql.run(
        "insert into input_log (position, at, conversation, in_force, command) values (:position, :at, 0, 0, :command)",
        ++position, at, encode(input));
  };
  const auto count = [&sql](const char* name, Num last) {
    sql.run(
        "insert into counters (name, value) values (:name, :value) on conflict (name) do update set value = "
        "excluded.value",
        name, last);
  };
  const Num before = position;
  Num id = 0;
  for (const auto& [agent, slug] :
       sql.rows<Num, std::string>("select agent, team from account_teams order by agent, team")) {
    const auto team =
        sql.row<Num>("select symbol from symbol_names where slug = :slug order by since desc limit 1", slug);
    if (!team) continue;  // no plan ever had it
    desk::RosterInput input;
    input.change = desk::RosterChange::membership;
    input.agent = AgentId(agent);
    input.id = ++id;
    input.team = Symbol(static_cast<std::uint32_t>(std::get<0>(*team)));
    sql.run(
        "insert into memberships (id, agent, team, from_at, until_at, set_at, set_by) values (:id, :agent, :team, "
        ":from, :until, :at, 0)",
        id, input.agent, input.team, input.from, input.until, at);
    log(input);
  }
  for (const auto& [agent, present] : sql.rows<Num, Num>("select id, present from accounts order by id")) {
    desk::RosterInput input;
    input.agent = AgentId(agent);
    input.state = {present != 0 ? desk::Presence::online : desk::Presence::offline, desk::PresenceCause::chosen,
                   present != 0, Instant{at}};
    sql.run(
        "insert into presences (agent, presence, cause, wants_work, since_at) values (:agent, :presence, :cause, "
        ":wants, :since)",
        input.agent, input.state.presence, input.state.cause, input.state.wants_work, input.state.since);
    log(input);
  }
  if (id > 0) count("membership", id);
  if (position > before) count("position", position);
}

// Numbers are BIGINT, no column is NULL (0 and '' say "none"), ids come from `counters`: so the same SQL runs on
// PostgreSQL. Texts that can be erased lie in *_texts, customers, raw_mails, mail_html, attachments,
// blobs, uploads and drafts; `events` and `input_log` hold numbers only.
const Migration all[] = {
    {1, R"sql(
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
    // Which mails a process has in hand, so that the next one takes them over.
    {10, R"sql(
alter table outbox add column claimed bigint not null default 0;
)sql"},
    // Roles. Somebody must be able to make owners: of the managers the one who came first.
    {12, R"sql(
alter table accounts rename column manager to role;
update accounts set role = 2 where id = (select min(id) from accounts where role = 1 and removed = 0);
)sql"},
    // Lists by team, topic and flags, counts by sheet, filters under a name. Indexes hold only the
    // rows that their lists show.
    {14, R"sql(
alter table conversations add column team bigint not null default 0;
alter table conversations add column topic bigint not null default 0;
alter table conversations add column priority bigint not null default 0;
alter table conversations add column segment bigint not null default 0;
drop index conversations_by_due;
drop index conversations_by_assignee;
drop index conversations_by_former;
drop table tallies;
create table tallies (sheet bigint not null, a bigint not null, b bigint not null, n bigint not null,
  primary key (sheet, a, b));
create table saved_views (id bigint primary key, owner bigint not null references accounts (id), team bigint not null,
  name text not null, conditions text not null, place bigint not null, removed_at bigint not null);
create index saved_views_by_owner on saved_views (owner, place, id);
)sql",
     fill_step_14, R"sql(
create index conversations_by_former on conversations (continues) where continues <> 0;
create index conversations_by_due on conversations (next_due, id) where unsolved = 1;
create index conversations_open on conversations (next_due, id) where state = 0;
create index conversations_by_assignee on conversations (assignee, next_due, id) where unsolved = 1;
create index conversations_by_team on conversations (team, next_due, id) where unsolved = 1;
create index conversations_by_topic on conversations (topic, next_due, id) where unsolved = 1;
create index conversations_at_risk on conversations (next_due, id) where unsolved = 1 and at_risk = 1;
create index conversations_breached on conversations (next_due, id) where unsolved = 1 and breached = 1;
create index saved_views_shared on saved_views (team) where team <> 0;
insert into tallies (sheet, a, b, n) select 0, state, 0, count(*) from conversations group by state;
insert into tallies (sheet, a, b, n) select 1, assignee, 0, count(*) from conversations where unsolved = 1
  group by assignee;
insert into tallies (sheet, a, b, n) select 2, 1, 0, count(*) from conversations where unsolved = 1 and at_risk = 1;
insert into tallies (sheet, a, b, n) select 2, 2, 0, count(*) from conversations where unsolved = 1 and breached = 1;
insert into tallies (sheet, a, b, n) select 3, team, 0, count(*) from conversations where unsolved = 1 group by team;
insert into tallies (sheet, a, b, n) select 4, topic, 0, count(*) from conversations where unsolved = 1 group by topic;
insert into tallies (sheet, a, b, n) select 5, assignee, channel, count(*) from conversations
  where state = 0 and assignee <> 0 group by assignee, channel;
)sql"},
    // What is being written, the content of files once by its SHA-256, HTML of mails made safe.
    {15, R"sql(
create table drafts (agent bigint not null references accounts (id),
  conversation bigint not null references conversations (id), kind bigint not null, revision bigint not null,
  writer text not null, seen bigint not null, at bigint not null, body text not null, uploads text not null,
  primary key (agent, conversation, kind));
create index drafts_by_conversation on drafts (conversation);
create table blobs (digest text primary key, bytes blob not null);
create table uploads (token_hash text primary key, agent bigint not null, name text not null, type text not null,
  size bigint not null, digest text not null, at bigint not null);
create index uploads_by_agent on uploads (agent, at);
create index uploads_by_digest on uploads (digest);
alter table attachments add column digest text not null default '';
create index attachments_by_digest on attachments (digest);
create table mail_html (message bigint primary key references messages (id), revision bigint not null,
  html text not null);
create index mail_html_by_revision on mail_html (revision, message);
insert into mail_html (message, revision, html) select message, 0, '' from raw_mails;
create index conversations_by_customer on conversations (customer, id);
)sql",
     move_attachments, R"sql(
alter table attachments drop column bytes;
)sql"},
    // Who may get in, and who did what: devices of sessions, invites, reset links, second steps,
    // and the audit log.
    {16, R"sql(
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
)sql"},
    // Erasing. `erasures` holds ids, codes and instants: who was erased stays known by number alone,
    // and by the instant of the first conversation, so that a restored store can erase again.
    {17, R"sql(
alter table customers add column erased_at bigint not null default 0;
alter table conversations add column erased_at bigint not null default 0;
create index conversations_to_forget on conversations (last_at, id) where unsolved = 0 and erased_at = 0;
create index requests_by_conversation on requests (conversation);
create table erasures (customer bigint primary key references customers (id), reason bigint not null,
  asked_by bigint not null, asked_at bigint not null, done_at bigint not null, first_conversation bigint not null,
  first_at bigint not null, conversations bigint not null, messages bigint not null, files bigint not null,
  mails bigint not null);
create index erasures_by_time on erasures (asked_at, customer);
create index erasures_not_done on erasures (asked_at, customer) where done_at = 0;
create table retention_days (day bigint primary key, plan_version bigint not null, conversations bigint not null,
  customers bigint not null, messages bigint not null, files bigint not null, mails bigint not null);
)sql"},
    // Teams as dated records, shifts and absences, presence. Numbers and instants only.
    {18, R"sql(
create table memberships (id bigint primary key, agent bigint not null references accounts (id), team bigint not null,
  from_at bigint not null, until_at bigint not null, set_at bigint not null, set_by bigint not null);
create index memberships_by_agent on memberships (agent, from_at, id);
create index memberships_by_team on memberships (team, agent);
create index memberships_by_from on memberships (from_at);
create index memberships_by_until on memberships (until_at);
create table shifts (id bigint primary key, agent bigint not null references accounts (id), kind bigint not null,
  from_at bigint not null, until_at bigint not null, set_at bigint not null, set_by bigint not null);
create index shifts_by_agent on shifts (agent, from_at, id);
create index shifts_by_from on shifts (from_at);
create index shifts_by_until on shifts (until_at);
create table presences (agent bigint primary key references accounts (id), presence bigint not null,
  cause bigint not null, wants_work bigint not null, since_at bigint not null);
)sql",
     fill_roster, R"sql(
drop table account_teams;
)sql"},
    // Ways in: browsers that people logged in with, how often each was told of a change, idle sessions found by an
    // index, and which request made a record. Who has logged in before this knows no browser yet.
    {19, R"sql(
create table browsers (agent bigint not null references accounts (id), token_hash text not null,
  seen_at bigint not null, primary key (agent, token_hash));
create index browsers_by_token on browsers (token_hash);
create table access_notices (agent bigint not null references accounts (id), kind bigint not null,
  since_at bigint not null, sent bigint not null, primary key (agent, kind));
create index sessions_by_use on sessions (last_used);
alter table audit add column request text not null default '';
)sql"},
    // The outbox keeps what a mail says; its bytes are made when it is sent.
    {20, R"sql(
alter table outbox add column described bigint not null default 0;
)sql"},
    // Counts of what filters ask for; who -1: of all agents together. An index of all that they ask, so
    // that a list looks at no row that it does not show; and what one agent has had.
    {21, R"sql(
create table cells (who bigint not null, state bigint not null, topic bigint not null, team bigint not null,
  priority bigint not null, segment bigint not null, channel bigint not null, flags bigint not null, n bigint not null,
  primary key (who, state, topic, team, priority, segment, channel, flags));
insert into cells (who, state, topic, team, priority, segment, channel, flags, n)
  select assignee, state, topic, team, priority, segment, channel, at_risk + 2 * breached + 4 * unanswered, count(*)
  from conversations group by assignee, state, topic, team, priority, segment, channel, at_risk, breached, unanswered;
insert into cells (who, state, topic, team, priority, segment, channel, flags, n)
  select -1, state, topic, team, priority, segment, channel, flags, sum(n) from cells
  group by state, topic, team, priority, segment, channel, flags;
drop index conversations_by_last;
create index conversations_by_last on conversations (shelf, last_at, id, state, assignee, team, topic, priority, segment,
  channel, at_risk, breached, unanswered);
create index conversations_of_agent on conversations (assignee, last_at, id, state, team, topic, priority, segment,
  channel, at_risk, breached, unanswered) where assignee <> 0;
)sql"},
    // Mails. In threads: ids that conversations were asked by and do not have, conversations that a mail named and did
    // not join, further addresses of customers, delivery reports, addresses that take no mail.
    // Mailboxes that mail is fetched from, and what became of each mail there: by its bytes' digest it is known again
    // when the server numbers its mails anew, also after what it said was erased here.
    // To whom messages went and how they were laid out; replies that wait for their time; what a draft has beside its
    // words. What moved in from other systems, and how it was called there: known by the hash of that for ever, so that
    // nothing comes twice, also when it was erased. Mails that were kept apart; what is known of senders; pictures that
    // lie elsewhere, with what came when somebody asked.
    {22, R"sql(
create table mail_references (mail text not null, conversation bigint not null references conversations (id),
  primary key (mail, conversation));
create index mail_references_by_conversation on mail_references (conversation);
create table mail_links (conversation bigint primary key references conversations (id), other bigint not null,
  message bigint not null, cause bigint not null, claim bigint not null);
create index mail_links_by_other on mail_links (other, conversation);
create table customer_addresses (email text primary key, customer bigint not null references customers (id),
  was bigint not null, added_by bigint not null, at bigint not null);
create index customer_addresses_by_customer on customer_addresses (customer);
create index customer_addresses_by_was on customer_addresses (was);
create table moved_conversations (conversation bigint primary key references conversations (id), was bigint not null);
create index moved_conversations_by_was on moved_conversations (was);
create table mail_reports (report bigint primary key references messages (id), message bigint not null,
  hard bigint not null, status text not null);
create index mail_reports_by_message on mail_reports (message);
create table parked_addresses (address text primary key, status text not null, report bigint not null,
  at bigint not null);
create table mailboxes (id bigint primary key, name text not null, host text not null, port bigint not null,
  tls bigint not null, login text not null, auth bigint not null, secret text not null, provider text not null,
  token_url text not null, client_id text not null, scope text not null, folder text not null, then_do bigint not null,
  move_to text not null, older bigint not null, every_us bigint not null, channel bigint not null,
  enabled bigint not null, created_at bigint not null, removed_at bigint not null, revision bigint not null,
  uidvalidity bigint not null, last_uid bigint not null, recheck_uid bigint not null, first_at bigint not null,
  last_error text not null, error_at bigint not null, success_at bigint not null, fetched bigint not null);
create table fetched_mails (mailbox bigint not null references mailboxes (id), uidvalidity bigint not null,
  uid bigint not null, digest text not null, bytes bigint not null, state bigint not null, at bigint not null,
  primary key (mailbox, uidvalidity, uid));
create index fetched_mails_by_digest on fetched_mails (mailbox, digest);
create index fetched_mails_to_do on fetched_mails (mailbox, state, uid) where state <> 2;
create table message_mail (message bigint primary key references messages (id), forwarded bigint not null,
  held_at bigint not null, subject text not null, to_list text not null, cc_list text not null,
  bcc_list text not null, html_revision bigint not null, html text not null);
create table held_replies (id bigint primary key, conversation bigint not null references conversations (id),
  agent bigint not null references accounts (id), state bigint not null, created_at bigint not null,
  send_at bigint not null, undo bigint not null, why text not null, said text not null, uploads text not null);
create index held_replies_by_conversation on held_replies (conversation, id);
create index held_replies_by_agent on held_replies (agent, send_at, id);
create index held_replies_by_time on held_replies (send_at, id) where state = 0;
create table draft_mail (agent bigint not null references accounts (id),
  conversation bigint not null references conversations (id), kind bigint not null, said text not null,
  primary key (agent, conversation, kind));
create table imported (origin text primary key, kind bigint not null, source text not null, external_id text not null,
  tags text not null, digest text not null, conversation bigint not null, customer bigint not null,
  message bigint not null, waits bigint not null, held bigint not null, at bigint not null);
create index imported_by_conversation on imported (conversation, kind) where conversation <> 0;
create index imported_by_customer on imported (customer) where customer <> 0;
create index imported_waiting on imported (conversation) where waits = 1;
create table quarantine (id bigint primary key, digest text not null, size bigint not null, received_at bigint not null,
  tried_at bigint not null, email text not null, name text not null, subject text not null, reason bigint not null,
  detail text not null, attempts bigint not null, state bigint not null, deleted_at bigint not null);
create index quarantine_by_state on quarantine (state, received_at, id);
create index quarantine_by_digest on quarantine (digest);
create index quarantine_by_email on quarantine (email);
create index quarantine_by_received on quarantine (received_at, id);
create table mail_origins (message bigint primary key references messages (id), verdict bigint not null,
  spam bigint not null, domain text not null, spf text not null, dkim text not null, dmarc text not null,
  server text not null);
create table remote_pictures (message bigint not null references messages (id), number bigint not null,
  url text not null, state bigint not null, digest text not null, type text not null, problem text not null,
  at bigint not null, primary key (message, number));
create index remote_pictures_by_digest on remote_pictures (digest);
create index remote_pictures_wanted on remote_pictures (at, message, number) where state = 0;
create table picture_senders (agent bigint not null references accounts (id), email text not null,
  at bigint not null, primary key (agent, email));
create index picture_senders_by_email on picture_senders (email);
)sql"}};

void execute_all(Sql& sql, const char* statements, const std::function<std::string(const std::string&)>& translate) {
  std::string statement;
  for (const std::string_view line : split(statements, '\n')) {
    statement.append(line).push_back('\n');
    if (!line.ends_with(';')) continue;
    sql.execute(translate(statement));
    statement.clear();
  }
}

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

void apply(Sql& sql, const Migration& step, const std::function<std::string(const std::string&)>& translate) {
  execute_all(sql, step.sql, translate);
  if (step.fill != nullptr) step.fill(sql);
  execute_all(sql, step.then, translate);
  sql.execute(fmt::format("insert into migrations (number) values ({})", step.number));
}

void migrate(Sql& sql, const char* begin, const std::function<std::string(const std::string&)>& translate) {
  sql.execute(begin);
  sql.execute(make_migrations);
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
    apply(sql, step, translate);
    sql.execute("commit");
  }
}

}  // namespace suki::store
