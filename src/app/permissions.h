/// Who may do what: the one table from which the routes' permissions, the command line's words and the pages' choices
/// come. See docs/decisions/0012-roles.md.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/role.h"

namespace suki::app {

using store::Role;

/// What a caller must be allowed. The first two are no acts: they only say whether somebody must be known.
enum class Permission : std::uint8_t {
  anyone,           ///< no session
  session,          ///< whoever is logged in: what concerns only themselves
  answer,           ///< see conversations, reply, note, change
  read_roster,      ///< see colleagues, their presence and shifts
  read_plan,        ///< the plan in force as a document
  adopt,            ///< put a plan in force
  manage_roster,    ///< shifts of everybody
  manage_people,    ///< accounts, teams and skills of everybody; roles up to manager
  manage_owners,    ///< give and take the role owner
  manage_settings,  ///< settings of the whole desk
  read_audit,       ///< who did what
  export_customer,  ///< take a customer's data out
  erase_customer,   ///< erase a customer's data
  manage_mail,      ///< mails that did not go out, and whether the way out works
  quarantine,       ///< look at mails in quarantine, deliver and delete them
};

struct Act {
  Permission permission;
  const char* name;  ///< stable: in the API, in documents, on pages
  Role least;        ///< the first role that may; those above may, too
  const char* what;  ///< English, a few words
};
/// In the order of the enumeration; anyone and session are not in it.
[[nodiscard]] std::span<const Act> acts();

[[nodiscard]] bool may(Role role, Permission permission);  ///< anyone and session: everybody with a role
[[nodiscard]] const char* name_of(Permission permission);
[[nodiscard]] std::vector<std::string> permissions_of(Role role);  ///< names, in the table's order

inline constexpr Role roles[] = {Role::agent, Role::manager, Role::owner};
[[nodiscard]] const char* name_of(Role role);  ///< "agent", "manager", "owner"
[[nodiscard]] std::optional<Role> find_role(std::string_view name);

}  // namespace suki::app
