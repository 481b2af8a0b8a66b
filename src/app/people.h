/// Staff: who is here for what. Roles and lists; the rest of an account is in accounts.cpp, teams and shifts in
/// roster.h.
#pragma once

#include <string>

#include "app/app.h"
#include "app/people_types.h"

namespace suki::app {

/// Whether `by` (none: the operator at the command line) may change or remove this account. forbidden: only an owner
/// may touch an owner. conflict: it is the last owner and would be none afterwards.
[[nodiscard]] Result<void> check_owner_stays(store::Tx& tx, AgentId account, Role becomes, bool removed);

/// Whether `caller`, who manages people, may touch how this one gets in. forbidden: an owner, and the caller is none.
/// not_found.
[[nodiscard]] Result<void> check_may_manage(store::Tx& tx, const Caller& caller, AgentId account);

/// Errors: not_found, conflict (the last owner).
Result<void> set_role(store::Tx& tx, const std::string& login, Role role);

struct PeopleAsk {
  std::string words;   ///< each within the name, log-in or a team's name, whatever case and accents; "" all
  std::string cursor;  ///< `next` of the page before
  int limit = 50;
};
/// By name. Cost O(accounts x memberships), a handful of queries.
[[nodiscard]] Result<People> list_people(App& app, store::Tx& tx, const Caller& caller, const PeopleAsk& ask);
/// not_found.
[[nodiscard]] Result<PersonDetail> show_person(App& app, store::Tx& tx, const Caller& caller, AgentId agent);
/// forbidden: making or unmaking an owner is for owners. conflict: the last one.
Result<PersonDetail> change_person(App& app, store::Tx& tx, const Caller& caller, AgentId agent,
                                   const PersonChange& change);

}  // namespace suki::app
