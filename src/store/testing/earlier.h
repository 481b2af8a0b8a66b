/// Back to what earlier versions have stored: statements for TestPlace::run.
#pragma once

#include <string>
#include <vector>

namespace suki::store_testing {

/// As step 3 of the tables left it, for TestPlace::run on `engine`. The rows stay, but for those of files.
[[nodiscard]] inline std::vector<std::string> back_to_step_3(const std::string& engine) {
  return {
      "drop table drafts",
      "drop table mail_html",
      "drop table uploads",
      "drop table blobs",
      "drop index conversations_by_customer",
      "drop index attachments_by_digest",
      "delete from attachments",
      "alter table attachments drop column digest",
      std::string("alter table attachments add column bytes ") + (engine == "postgres" ? "bytea" : "blob") +
          " not null default ''",
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
      "delete from migrations where number > 3"};
}

}  // namespace suki::store_testing
