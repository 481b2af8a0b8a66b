#include "app/permissions.h"

namespace suki::app {
namespace {

constexpr Act all[] = {
    {Permission::answer, "answer", Role::agent, "see and answer conversations"},
    {Permission::read_roster, "read_roster", Role::agent, "see colleagues, their presence and shifts"},
    {Permission::read_plan, "read_plan", Role::manager, "read the plan in force"},
    {Permission::adopt, "adopt", Role::manager, "put a plan in force"},
    {Permission::manage_roster, "manage_roster", Role::manager, "set shifts, breaks and absences"},
    {Permission::manage_people, "manage_people", Role::manager, "add, change and remove staff, their teams and skills"},
    {Permission::manage_owners, "manage_owners", Role::owner, "make somebody an owner, or change and remove one"},
    {Permission::manage_settings, "manage_settings", Role::owner, "change settings of the whole desk"},
    {Permission::read_audit, "read_audit", Role::owner, "read and export the audit log"},
    {Permission::export_customer, "export_customer", Role::manager, "take a customer's data out"},
    {Permission::erase_customer, "erase_customer", Role::owner, "erase a customer's data"},
    {Permission::manage_mail, "manage_mail", Role::manager, "see mails that did not go out, and try the way out"},
    {Permission::quarantine, "quarantine", Role::manager, "look at mails in quarantine, deliver and delete them"},
};

}  // namespace

std::span<const Act> acts() {
  return all;
}

bool may(Role role, Permission permission) {
  for (const Act& act : all)
    if (act.permission == permission) return role >= act.least;
  return true;
}

const char* name_of(Permission permission) {
  if (permission == Permission::anyone) return "anyone";
  for (const Act& act : all)
    if (act.permission == permission) return act.name;
  return "session";
}

std::vector<std::string> permissions_of(Role role) {
  std::vector<std::string> names;
  for (const Act& act : all)
    if (role >= act.least) names.emplace_back(act.name);
  return names;
}

const char* name_of(Role role) {
  switch (role) {
    case Role::agent:
      return "agent";
    case Role::manager:
      return "manager";
    case Role::owner:
      return "owner";
  }
  return "agent";
}

std::optional<Role> find_role(std::string_view name) {
  for (const Role role : roles)
    if (name == name_of(role)) return role;
  return std::nullopt;
}

}  // namespace suki::app
