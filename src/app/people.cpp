#include "app/people.h"

#include <algorithm>

#include "app/roster_work.h"
#include "app/second_step.h"
#include "app/wall.h"
#include "app/work.h"
#include "base/number.h"
#include "base/reason.h"
#include "base/text.h"
#include "store/words.h"

namespace suki::app {

Result<void> check_owner_stays(store::Tx& tx, AgentId account, Role becomes, bool removed) {
  if (becomes == Role::owner && !removed) return {};
  const auto all = tx.accounts();
  const auto is_owner = [](const store::AccountRecord& a) { return a.role == Role::owner && !a.removed; };
  const bool is_one =
      std::any_of(all.begin(), all.end(), [&](const auto& a) { return a.id == account && is_owner(a); });
  if (is_one && std::count_if(all.begin(), all.end(), is_owner) == 1)
    return because(fail(ErrorCode::conflict, "role: this is the last owner; make somebody else an owner first"),
                   "last_owner");
  return {};
}

Result<void> check_may_manage(store::Tx& tx, const Caller& caller, AgentId account) {
  const auto found = tx.find_account(account);
  if (!found || found->removed) return fail(ErrorCode::not_found, "no such account");
  if (found->role == Role::owner && !may(caller.role, Permission::manage_owners))
    return because(fail(ErrorCode::forbidden, "only an owner may do this to an owner"), "owners_only");
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

namespace {

/// As full-text search knows it: lower case, without accents ("Peña" is "pena"), its words apart by blanks.
std::string folded(std::string_view text) {
  std::string all;
  for (const std::string& word : store::words_of(text)) (all += ' ') += word;
  return all;
}

/// What a page of people is made of, read once for all of them.
class Directory {
 public:
  static Result<Directory> read(const Work& work, const Caller& caller) {
    SUKI_TRY(Wall wall, Wall::of(work));
    return Directory(work, caller, std::move(wall));
  }

  [[nodiscard]] const Wall& wall() const { return wall_; }
  [[nodiscard]] bool keeps_shifts() const { return keeps_shifts_; }
  [[nodiscard]] desk::Presence presence(AgentId agent) const {
    const auto at = presences_.find(agent);
    return at == presences_.end() ? desk::Presence::offline : at->second.presence;
  }

  Person person(const store::AccountRecord& account) const {
    Person person;
    person.id = to_text(account.id.value);
    person.login = account.login;
    person.name = account.name;
    person.role = name_of(account.role);
    if (may(caller_.role, Permission::manage_people)) person.email = account.email;
    for (const store::MembershipRecord& one : memberships_) {
      if (one.membership.agent != account.id) continue;
      const bool now = one.membership.holds(work_.now);
      (now ? person.teams : person.coming).push_back(team(one.membership));
    }
    std::vector<desk::Shift> entries;
    for (const store::ShiftRecord& one : shifts_) {
      if (one.agent != account.id) continue;
      entries.push_back(one.shift);
      // They come by their beginning: the first that is not over runs, or is the next.
      if (!person.shift && one.shift.kind == desk::ShiftKind::shift && one.shift.until > work_.now)
        person.shift = shift_view(wall_, one, work_.now);
    }
    const auto state = presences_.find(account.id);
    person.presence = presence_view(work_, account.id,
                                    state == presences_.end() ? std::nullopt : std::optional(state->second), entries);
    const auto held = held_.find(account.id);
    person.held = held == held_.end() ? 0 : held->second;
    return person;
  }

  /// Every word is in the name, the log-in or a team's name.
  bool matches(const store::AccountRecord& account, const std::vector<std::string>& words) const {
    std::string text = account.name + "\n" + account.login;
    for (const store::MembershipRecord& one : memberships_)
      if (one.membership.agent == account.id && one.membership.holds(work_.now))
        text += "\n" + work_.plan->name(one.membership.team, caller_.language);
    text = folded(text);
    return std::all_of(words.begin(), words.end(),
                       [&text](const std::string& word) { return text.find(word) != std::string::npos; });
  }

 private:
  Directory(const Work& work, const Caller& caller, Wall wall)
      : work_(work),
        caller_(caller),
        wall_(std::move(wall)),
        presences_(work.tx.presences()),
        memberships_(work.tx.memberships_within(work.now, never)),
        shifts_(work.tx.shifts_within(work.now - desk::roster_memory, work.now + days(35))),
        keeps_shifts_(std::any_of(shifts_.begin(), shifts_.end(),
                                  [](const auto& one) { return one.shift.kind == desk::ShiftKind::shift; })) {
    for (const store::LoadRow& row : work.tx.loads()) held_[row.agent] += row.count;
  }

  TeamNow team(const desk::Membership& m) const {
    TeamNow team{work_.plan->slug(m.team), work_.plan->name(m.team, caller_.language), {}, {}};
    if (m.from > work_.now) team.from = wall_.write(m.from).substr(0, 10);
    if (m.until != never) team.until = wall_.write(m.until).substr(0, 10);
    return team;
  }

  const Work& work_;
  const Caller& caller_;
  Wall wall_;
  std::map<AgentId, desk::PresenceState> presences_;
  std::vector<store::MembershipRecord> memberships_;
  std::vector<store::ShiftRecord> shifts_;
  bool keeps_shifts_;
  std::map<AgentId, std::int64_t> held_;
};

MembershipView membership_view(const Work& work, const Caller& caller, const Wall& wall,
                               const std::map<AgentId, std::string>& names, const store::MembershipRecord& one) {
  const desk::Membership& m = one.membership;
  MembershipView view;
  view.id = to_text(one.id);
  view.team = {work.plan->slug(m.team), work.plan->name(m.team, caller.language)};
  if (m.from != Instant{}) {
    view.from = to_time(m.from);
    view.local_from = wall.write(m.from);
  }
  if (m.until != never) {
    view.until = to_time(m.until);
    view.local_until = wall.write(m.until);
  }
  if (const auto by = names.find(one.set_by); by != names.end()) view.set_by = by->second;
  view.state = m.until <= work.now ? "past" : m.from > work.now ? "planned" : "in_force";
  view.may_take_back = may_take_back(m, wall, work.now);
  return view;
}

}  // namespace

Result<People> list_people(App& app, store::Tx& tx, const Caller& caller, const PeopleAsk& ask) {
  SUKI_TRY(const Work work, Work::begin(app.shared(), tx));
  SUKI_CHECK(check_text("q", ask.words, name_max));
  SUKI_TRY(const Directory directory, Directory::read(work, caller));
  const auto words = store::words_of(ask.words);
  // Of signs alone there is nothing to find.
  const bool nobody = words.empty() && !trim(ask.words).empty();
  std::vector<store::AccountRecord> all = tx.accounts();
  std::erase_if(all, [&](const auto& one) { return one.removed || nobody || !directory.matches(one, words); });
  const auto key = [](const store::AccountRecord& one) { return std::pair(folded(one.name), one.id); };
  std::sort(all.begin(), all.end(), [&key](const auto& a, const auto& b) { return key(a) < key(b); });
  auto at = all.begin();
  if (!ask.cursor.empty()) {
    const auto last = parse_positive(ask.cursor);
    const auto account = last ? tx.find_account(AgentId(*last)) : std::nullopt;
    if (!account) return bad_input("cursor", "is not one that was given");
    at = std::upper_bound(all.begin(), all.end(), *account,
                          [&key](const auto& a, const auto& b) { return key(a) < key(b); });
  }
  People people;
  people.now = format_instant(work.now);
  people.time_zone = work.plan->plan.business.time_zone;
  people.today = directory.wall().write(work.now).substr(0, 10);
  people.keeps_shifts = directory.keeps_shifts();
  people.found = static_cast<std::int64_t>(all.size());
  for (const store::AccountRecord& one : all) {
    people.online += directory.presence(one.id) == desk::Presence::online;
    people.away += directory.presence(one.id) == desk::Presence::away;
  }
  for (; at != all.end() && static_cast<int>(people.items.size()) < ask.limit; ++at)
    people.items.push_back(directory.person(*at));
  if (at != all.end()) people.next = people.items.back().id;
  return people;
}

Result<PersonDetail> show_person(App& app, store::Tx& tx, const Caller& caller, AgentId agent) {
  SUKI_TRY(const Work work, Work::begin(app.shared(), tx));
  const auto account = tx.find_account(agent);
  if (!account || account->removed) return fail(ErrorCode::not_found, "no such person");
  SUKI_TRY(const Directory directory, Directory::read(work, caller));
  PersonDetail detail;
  detail.now = format_instant(work.now);
  detail.time_zone = work.plan->plan.business.time_zone;
  detail.today = directory.wall().write(work.now).substr(0, 10);
  detail.person = directory.person(*account);
  std::map<AgentId, std::string> names;
  for (auto& [id, name] : tx.account_names()) names.emplace(id, std::move(name));
  auto memberships = tx.memberships(agent);
  std::reverse(memberships.begin(), memberships.end());
  for (const store::MembershipRecord& one : memberships)
    detail.memberships.push_back(membership_view(work, caller, directory.wall(), names, one));
  for (const plan::TeamDecl& team : work.plan->plan.teams)
    detail.teams.push_back({team.id, work.plan->text(team.name, caller.language)});
  detail.second_step = has_second_step(tx, agent);
  detail.may_change_role = may(caller.role, Permission::manage_people) &&
                           (account->role != Role::owner || may(caller.role, Permission::manage_owners));
  return detail;
}

Result<PersonDetail> change_person(App& app, store::Tx& tx, const Caller& caller, AgentId agent,
                                   const PersonChange& change) {
  auto account = tx.find_account(agent);
  if (!account || account->removed) return fail(ErrorCode::not_found, "no such person");
  const auto role = find_role(change.role);
  if (!role) return bad_input("role", "must be one of agent, manager, owner");
  if (account->role != *role) {
    const bool of_owner = account->role == Role::owner || *role == Role::owner;
    if (of_owner && !may(caller.role, Permission::manage_owners))
      return because(fail(ErrorCode::forbidden, "only an owner makes somebody an owner, or changes one"),
                     "owners_only");
    SUKI_CHECK(check_owner_stays(tx, account->id, *role, false));
    account->role = *role;
    tx.update_account(*account);
    tx.touch_roster();
  }
  return show_person(app, tx, caller, agent);
}

}  // namespace suki::app
