/// Back to what earlier versions have stored: statements for TestPlace::run.
#pragma once

#include <string>
#include <vector>

namespace suki::store_testing {

using Statements = std::vector<std::string>;

[[nodiscard]] inline Statements joined(Statements first, const Statements& then) {
  first.insert(first.end(), then.begin(), then.end());
  return first;
}

/// As step 21 left it: mails were threaded by the messages' own ids alone; no mailboxes, no held replies, no
/// quarantine.
[[nodiscard]] inline Statements back_to_step_21() {
  Statements all;
  for (const char* table :
       {"mail_references", "mail_links", "customer_addresses", "moved_conversations", "mail_reports",
        "parked_addresses", "fetched_mails", "mailboxes", "message_mail", "held_replies", "draft_mail", "imported",
        "quarantine", "mail_origins", "remote_pictures", "picture_senders"})
    all.push_back(std::string("drop table ") + table);
  all.emplace_back("delete from counters where name in ('mailbox', 'quarantine')");
  all.emplace_back("delete from migrations where number > 21");
  return all;
}

/// As step 20 left it: filters were counted row by row.
[[nodiscard]] inline Statements back_to_step_20() {
  return joined(back_to_step_21(),
                {"drop table cells", "drop index conversations_of_agent", "drop index conversations_by_last",
                 "create index conversations_by_last on conversations (shelf, last_at, id)",
                 "delete from migrations where number > 20"});
}

/// As step 19 left it: the outbox held every mail whole.
[[nodiscard]] inline Statements back_to_step_19() {
  return joined(back_to_step_20(),
                {"alter table outbox drop column described", "delete from migrations where number > 19"});
}

/// As step 18 left it: no browsers, no counts of mails about ways in, no request ids in the audit log.
[[nodiscard]] inline Statements back_to_step_18() {
  return joined(back_to_step_19(),
                {"drop table browsers", "drop table access_notices", "drop index sessions_by_use",
                 "alter table audit drop column request", "delete from migrations where number > 18"});
}

/// As step 17 left it: teams without dates, no shifts, presence as a mark of the account. The input log forgets them.
[[nodiscard]] inline Statements back_to_step_17() {
  return joined(
      back_to_step_18(),
      {"create table account_teams (agent bigint not null references accounts (id), team text not null, primary key "
       "(agent, team))",
       "create index account_teams_by_team on account_teams (team, agent)",
       "insert into account_teams (agent, team) select m.agent, n.slug from memberships m join symbol_names n on "
       "n.symbol = m.team where n.since = (select max(l.since) from symbol_names l where l.symbol = m.team) group by "
       "m.agent, "
       "n.slug",
       "drop table memberships", "drop table shifts", "drop table presences",
       "delete from input_log where conversation = 0", "delete from counters where name in ('membership', 'shift')",
       "delete from migrations where number > 17"});
}

/// As step 16 left it.
[[nodiscard]] inline Statements back_to_step_16() {
  return joined(back_to_step_17(),
                {"drop table erasures", "drop table retention_days", "drop index conversations_to_forget",
                 "drop index requests_by_conversation", "alter table customers drop column erased_at",
                 "alter table conversations drop column erased_at", "delete from migrations where number > 16"});
}

/// As step 15 left it.
[[nodiscard]] inline Statements back_to_step_15() {
  return joined(back_to_step_16(),
                {"drop table audit", "drop table recovery_codes", "drop table second_steps", "drop table reset_links",
                 "drop table invite_teams", "drop table invites", "alter table outbox drop column secret",
                 "alter table sessions drop column started_at", "alter table sessions drop column last_used",
                 "alter table sessions drop column address", "alter table sessions drop column device",
                 "alter table sessions drop column second_step", "delete from migrations where number > 15"});
}

/// As step 14 left it, on `engine`: the rows of attachments stay, and lose their bytes.
[[nodiscard]] inline Statements back_to_step_14(const std::string& engine) {
  return joined(back_to_step_15(),
                {"drop table drafts", "drop table mail_html", "drop table uploads", "drop table blobs",
                 "drop index conversations_by_customer", "drop index attachments_by_digest",
                 "alter table attachments drop column digest",
                 std::string("alter table attachments add column bytes ") +
                     (engine == "postgres" ? "bytea not null default ''" : "blob not null default x''"),
                 "delete from migrations where number > 14"});
}

/// As step 3 left it, on `engine`. The rows stay, but for those of files.
[[nodiscard]] inline Statements back_to_step_3(const std::string& engine) {
  return joined(
      back_to_step_14(engine),
      {"delete from attachments",
       "update accounts set role = 1 where role = 2",
       "alter table accounts rename column role to manager",
       "alter table outbox drop column claimed",
       "drop index conversations_by_former",
       "drop index conversations_by_due",
       "drop index conversations_open",
       "drop index conversations_by_assignee",
       "drop index conversations_by_team",
       "drop index conversations_by_topic",
       "drop index conversations_at_risk",
       "drop index conversations_breached",
       "drop table saved_views",
       "drop table search_index",
       "drop table tallies",
       "alter table conversations drop column team",
       "alter table conversations drop column topic",
       "alter table conversations drop column priority",
       "alter table conversations drop column segment",
       "create table tallies (assignee bigint not null, state bigint not null, channel bigint not null, n bigint not "
       "null, primary key (assignee, state, channel))",
       "create index conversations_by_due on conversations (shelf, next_due, id)",
       "create index conversations_by_assignee on conversations (assignee, unsolved, next_due, id)",
       "create index conversations_by_former on conversations (continues)",
       "delete from migrations where number > 3"});
}

}  // namespace suki::store_testing
