#include "app/people.h"

#include <algorithm>

#include "app/work.h"

namespace suki::app {

Result<void> check_owner_stays(store::Tx& tx, AgentId account, Role becomes, bool removed) {
  if (becomes == Role::owner && !removed) return {};
  const auto all = tx.accounts();
  const auto is_owner = [](const store::AccountRecord& a) { return a.role == Role::owner && !a.removed; };
  const bool is_one =
      std::any_of(all.begin(), all.end(), [&](const auto& a) { return a.id == account && is_owner(a); });
  if (is_one && std::count_if(all.begin(), all.end(), is_owner) == 1)
    return fail(ErrorCode::conflict, "role: this is the last owner; make somebody else an owner first");
  return {};
}

Result<void> check_may_manage(store::Tx& tx, const Caller& caller, AgentId account) {
  const auto found = tx.find_account(account);
  if (!found || found->removed) return fail(ErrorCode::not_found, "no such account");
  if (found->role == Role::owner && !may(caller.role, Permission::manage_owners))
    return fail(ErrorCode::forbidden, "only an owner may do this to an owner");
  return {};
}

Result<void> set_role(store::Tx& tx, const std::string& login, Role role) {
  auto account = tx.find_account(login);
  if (!account || account->removed) return fail(ErrorCode::not_found, "no such account");
  SUKI_CHECK(check_owner_stays(tx, account->id, role, false));
  account->role = role;
  tx.update_account(*account);
  return {};
}

}  // namespace suki::app
