/// Back to what earlier versions have stored: statements for TestPlace::run.
#pragma once

#include <string>
#include <vector>

namespace suki::store_testing {

/// As step 3 of the tables left it: no columns, indexes and tables of views and search. The rows stay.
[[nodiscard]] inline std::vector<std::string> back_to_step_3() {
  return {
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
