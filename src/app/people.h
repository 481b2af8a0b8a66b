/// Staff: who is here for what. Roles; the rest of an account is in accounts.cpp.
#pragma once

#include <string>

#include "app/app.h"

namespace suki::app {

/// Whether `by` (none: the operator at the command line) may change or remove this account. forbidden: only an owner
/// may touch an owner. conflict: it is the last owner and would be none afterwards.
[[nodiscard]] Result<void> check_owner_stays(store::Tx& tx, AgentId account, Role becomes, bool removed);

/// Whether `caller`, who manages people, may touch how this one gets in. forbidden: an owner, and the caller is none.
/// not_found.
[[nodiscard]] Result<void> check_may_manage(store::Tx& tx, const Caller& caller, AgentId account);

/// Errors: not_found, conflict (the last owner).
Result<void> set_role(store::Tx& tx, const std::string& login, Role role);

}  // namespace suki::app
