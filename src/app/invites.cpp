/// Joining by invite.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "app/access.h"
#include "app/channels.h"
#include "app/link_mail.h"
#include "base/reason.h"
#include "base/text.h"
#include "catalogue/catalogue.h"

namespace suki::app {
namespace {

/// Nobody can make more of another than they are allowed.
Result<Role> read_role(const std::string& text, Role by) {
  const auto role = find_role(text);
  if (!role) return bad_input("role", "must be agent, manager or owner");
  if (*role == Role::owner && !may(by, Permission::manage_owners))
    return because(fail(ErrorCode::forbidden, "role: only an owner can invite an owner"), "owners_only");
  return *role;
}

const char* state_of(const store::InviteRecord& invite, Instant now) {
  if (invite.used_at != never) return "used";
  if (invite.revoked_at != never) return "revoked";
  return invite.expires_at <= now ? "expired" : "open";
}

Invite to_invite(const store::InviteRecord& r, Instant now, const std::map<AgentId, std::string>& names) {
  const auto name_of = [&names](AgentId id) {
    const auto found = names.find(id);
    return found == names.end() ? std::string() : found->second;
  };
  return {to_text(r.id),
          state_of(r, now),
          r.name,
          r.email,
          r.role,
          r.language,
          name_of(r.made_by),
          name_of(r.joined),
          r.teams,
          format_instant(r.made_at),
          format_instant(r.expires_at)};
}

std::map<AgentId, std::string> names_of(store::Tx& tx) {
  std::map<AgentId, std::string> names;
  for (auto& [id, name] : tx.account_names()) names.emplace(id, std::move(name));
  return names;
}

Result<store::InviteRecord> read_invite(const Work& work, const NewInvite& input, Role by) {
  store::InviteRecord invite;
  SUKI_CHECK(check_present("name", input.name));
  SUKI_CHECK(check_text("name", input.name, name_max));
  SUKI_TRY(invite.email, check_email("email", input.email));
  SUKI_TRY(const Role role, read_role(input.role, by));
  (void)role;
  for (const std::string& team : input.teams)
    if (!work.plan->compiled->find_team(work.plan->symbols.find(team)))
      return because(bad_input("teams", "the plan has no team \"" + team + "\""), "unknown_team");
  invite.language = input.language.empty() ? work.plan->plan.business.languages.front() : input.language;
  const auto known = catalogue::languages();
  if (std::find(known.begin(), known.end(), invite.language) == known.end())
    return bad_input("language", "must be one of en, fil");
  if (input.days < 1 || input.days > invite_days_max)
    return bad_input("days", fmt::format("must be from 1 to {}", invite_days_max));
  invite.name = std::string(trim(input.name));
  invite.role = input.role;
  invite.teams = input.teams;
  invite.made_at = work.now;
  invite.expires_at = work.now + days(input.days);
  return invite;
}

}  // namespace

Result<MadeInvite> make_invite(App& app, store::Tx& tx, const Caller& caller, const NewInvite& input) {
  SUKI_TRY(const Work work, Work::begin(app.shared(), tx));
  SUKI_TRY(store::InviteRecord invite, read_invite(work, input, caller.role));
  if (tx.count_open_invites(work.now) >= invites_open_max) return fail(ErrorCode::refused, "too_many_invites");
  tx.forget_old_invites(work.now - invite_kept);
  invite.made_by = caller.agent;
  const std::string token = work.shared.host.random_token(32);
  invite.id = tx.add_invite(token, invite);
  MadeInvite made;
  made.id = invite.id;
  made.answer.link = work.shared.host.site_url + "/desk/join/" + token;
  const auto names = names_of(tx);
  made.answer.invite = to_invite(invite, work.now, names);
  const std::string until =
      catalogue::say_instant(invite.language, invite.expires_at, work.plan->plan.business.time_zone);
  made.answer.mailed = send_link(work, {invite.name,
                                        invite.email,
                                        invite.language,
                                        "app.access.invite_subject",
                                        "app.access.invite_body",
                                        {{"name", invite.name},
                                         {"business", work.plan->plan.business.name},
                                         {"by", made.answer.invite.made_by},
                                         {"link", made.answer.link},
                                         {"until", until}}});
  return made;
}

std::vector<Invite> invites(App& app, store::Tx& tx) {
  const auto names = names_of(tx);
  std::vector<Invite> result;
  for (const store::InviteRecord& invite : tx.invites(invites_shown_max))
    result.push_back(to_invite(invite, app.shared().host.now(), names));
  return result;
}

Result<Invite> revoke_invite(App& app, store::Tx& tx, std::int64_t id) {
  auto invite = tx.find_invite(id);
  if (!invite) return fail(ErrorCode::not_found, "no such invite");
  const Instant now = app.shared().host.now();
  if (const std::string state = state_of(*invite, now); state != "open")
    return because(fail(ErrorCode::conflict, "invite_" + state), "invite_over");
  invite->revoked_at = now;
  tx.update_invite(*invite);
  return to_invite(*invite, now, names_of(tx));
}

Result<JoinView> show_invite(App& app, store::Tx& tx, const std::string& token) {
  SUKI_TRY(const Work work, Work::begin(app.shared(), tx));
  const auto invite = tx.find_invite(token);
  if (!invite) return fail(ErrorCode::not_found, "no such invite");
  const std::string state = state_of(*invite, work.now);
  // One that is over tells nothing of the person any more.
  const std::string name = state == "open" ? invite->name : "";
  return JoinView{state, name, invite->role, invite->language, work.plan->plan.business.name};
}

Result<AgentId> join(App& app, store::Tx& tx, const std::string& token, const Join& input,
                     const std::string& password_hash) {
  SUKI_TRY(const Work work, Work::begin(app.shared(), tx));
  auto invite = tx.find_invite(token);
  if (!invite) return fail(ErrorCode::not_found, "no such invite");
  if (const std::string state = state_of(*invite, work.now); state != "open")
    return fail(ErrorCode::conflict, "invite_" + state);
  SUKI_TRY(const Role role, read_role(invite->role, Role::owner));
  App::NewAccount account;
  account.login = input.login;
  account.name = std::string(trim(input.name));
  account.password_hash = password_hash;
  account.role = role;
  account.email = invite->email;
  account.language = input.language.empty() ? invite->language : input.language;
  // A plan adopted since may have dropped a team: nobody is kept out by that.
  for (const std::string& team : invite->teams)
    if (work.plan->compiled->find_team(work.plan->symbols.find(team))) account.teams.push_back(team);
  SUKI_TRY(const AgentId agent, app.create_account(tx, account));
  invite->used_at = work.now;
  invite->joined = agent;
  invite->name.clear();
  invite->email.clear();
  tx.update_invite(*invite);
  return agent;
}

}  // namespace suki::app
