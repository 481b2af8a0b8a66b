// Getting in: invites, links for a new password, one's own password and sessions, and what managers see of them.
#include "app/access.h"
#include "app/people.h"
#include "app/second_step.h"
#include "server/client.h"
#include "server/jobs.h"
#include "server/limits.h"
#include "server/table.h"

namespace suki::server {
namespace {

using app::App;
using store::Tx;

/// Of the path, where the caller may touch how that person gets in.
Result<AgentId> agent_of(Tx& tx, const Call& call) {
  SUKI_TRY(const std::int64_t id, call.id(0));
  SUKI_CHECK(app::check_may_manage(tx, call.caller, AgentId(id)));
  return AgentId(id);
}

// ---- by a link

Result<Entered> join(App& app, Tx& tx, const Call& call, const app::Join& input) {
  SUKI_TRY(const AgentId agent, app::join(app, tx, call.parameters.at(0), input, call.password_hash));
  const app::Actor actor{store::AuditActor::agent, agent, call.request.address, call.request.id};
  app::record(app, tx, actor, {"invite.join", "account", agent.value});
  app::record(app, tx, actor, {"session.start", "account", agent.value});
  Entered entered;
  SUKI_TRY(entered.session, app.start_session(tx, agent,
                                              {call.request.address, short_device(call.request.user_agent), false,
                                               call.request.browser_token}));
  entered.https = call.request.https;
  return entered;
}

Result<Nothing> reset(App& app, Tx& tx, const Call& call, const app::ResetPassword&) {
  SUKI_TRY(const AgentId agent, app::reset_password(app, tx, call.parameters.at(0), call.password_hash));
  app::record(app, tx, {store::AuditActor::nobody, {}, call.request.address, call.request.id},
              {"password.reset", "account", agent.value});
  return Nothing{};
}

void add_links(std::vector<Route>& all) {
  all.push_back(
      with<Nothing, app::JoinView>({.method = Method::get,
                                    .pattern = "/api/v1/public/join/{token}",
                                    .permission = Permission::anyone,
                                    .summary = "An invite, by its link: who is asked to join, or that it is over.",
                                    .rate = Rate::link,
                                    .problems = {404}},
                                   [](App& app, Tx& tx, const Call& call, const Nothing&) {
                                     return app::show_invite(app, tx, call.parameters.at(0));
                                   }));
  all.push_back(with<app::Join, Entered>(
      {.method = Method::post,
       .pattern = "/api/v1/public/join/{token}",
       .permission = Permission::anyone,
       .access = Access::write,
       .summary = "Joins: makes the account and logs in. 409 invite_used, invite_revoked or invite_expired.",
       .body_bytes_max = 4 * 1024,
       .rate = Rate::link,
       .problems = {404, 409}},
      join));
  all.back().response_schema = [](boost::json::object& components) {
    json::add_schema<app::Session>(components, json::Use::response);
    return json::name_of_struct<app::Session>();
  };
  Route ask{.method = Method::post,
            .pattern = "/api/v1/public/reset",
            .permission = Permission::anyone,
            .access = Access::write,
            .summary = "Asks for a link to choose a new password, by mail. The answer is the same whoever asks.",
            .status = 204,
            .body_bytes_max = 4 * 1024,
            .rate = Rate::log_in,
            .special = Special::ask_reset,
            .problems = {503}};
  ask.request_schema = [](boost::json::object& components) {
    json::add_schema<app::AskReset>(components, json::Use::request);
    return json::name_of_struct<app::AskReset>();
  };
  all.push_back(std::move(ask));
  all.push_back(
      with<Nothing, app::ResetView>({.method = Method::get,
                                     .pattern = "/api/v1/public/reset/{token}",
                                     .permission = Permission::anyone,
                                     .summary = "Whose password the link sets anew. 404: it is unknown, used, or over.",
                                     .rate = Rate::link,
                                     .problems = {404}},
                                    [](App& app, Tx& tx, const Call& call, const Nothing&) {
                                      return app::show_reset(app, tx, call.parameters.at(0));
                                    }));
  all.push_back(with<app::ResetPassword, Nothing>(
      {.method = Method::post,
       .pattern = "/api/v1/public/reset/{token}",
       .permission = Permission::anyone,
       .access = Access::write,
       .summary = "Sets the password and ends all sessions of that person. The second step stays.",
       .status = 204,
       .body_bytes_max = 4 * 1024,
       .rate = Rate::link,
       .problems = {404}},
      reset));
}

// ---- one's own

void add_own(std::vector<Route>& all) {
  all.push_back(with<app::ChangePassword, Nothing>(
      {.method = Method::post,
       .pattern = "/api/v1/account/password",
       .permission = Permission::session,
       .access = Access::write,
       .summary = "Changes one's own password; the other sessions end.",
       .status = 204,
       .body_bytes_max = 4 * 1024,
       .audit = {"password.change", "account"},
       .before_second_step = true},
      [](App& app, Tx& tx, const Call& call, const app::ChangePassword&) -> Result<Nothing> {
        call.touched = call.caller.agent.value;
        SUKI_CHECK(app::change_password(app, tx, call.caller.agent, call.request.session_token, call.password_hash));
        return Nothing{};
      }));
  all.push_back(
      with<Nothing, app::SessionList>({.method = Method::get,
                                       .pattern = "/api/v1/account/sessions",
                                       .permission = Permission::session,
                                       .summary = "One's own sessions, the last used first.",
                                       .before_second_step = true},
                                      [](App&, Tx& tx, const Call& call, const Nothing&) -> Result<app::SessionList> {
                                        return app::sessions(tx, call.caller.agent, call.request.session_token);
                                      }));
  all.push_back(with<Nothing, Nothing>({.method = Method::delete_,
                                        .pattern = "/api/v1/account/sessions",
                                        .permission = Permission::session,
                                        .access = Access::write,
                                        .summary = "Ends all of one's own sessions but this one.",
                                        .status = 204,
                                        .audit = {"session.end_others", "account"},
                                        .before_second_step = true},
                                       [](App&, Tx& tx, const Call& call, const Nothing&) -> Result<Nothing> {
                                         call.touched = call.caller.agent.value;
                                         app::end_other_sessions(tx, call.caller.agent, call.request.session_token);
                                         return Nothing{};
                                       }));
  all.push_back(with<Nothing, Nothing>({.method = Method::delete_,
                                        .pattern = "/api/v1/account/sessions/{id}",
                                        .permission = Permission::session,
                                        .access = Access::write,
                                        .summary = "Ends one of one's own sessions.",
                                        .status = 204,
                                        .problems = {404},
                                        .audit = {"session.end", "account"},
                                        .before_second_step = true},
                                       [](App&, Tx& tx, const Call& call, const Nothing&) -> Result<Nothing> {
                                         call.touched = call.caller.agent.value;
                                         SUKI_CHECK(app::end_session_of(tx, call.caller.agent, call.parameters.at(0)));
                                         return Nothing{};
                                       }));
}

// ---- the manager

Result<app::InviteMade> make_invite(App& app, Tx& tx, const Call& call, const app::NewInvite& input) {
  SUKI_TRY(app::MadeInvite made, app::make_invite(app, tx, call.caller, input));
  call.touched = made.id;
  return std::move(made.answer);
}

void add_invites(std::vector<Route>& all) {
  all.push_back(with<app::NewInvite, app::InviteMade>(
      {.method = Method::post,
       .pattern = "/api/v1/invites",
       .permission = Permission::manage_people,
       .access = Access::write,
       .summary = "Invites somebody. The link is in the answer and nowhere else; it is mailed where that is possible.",
       .status = 201,
       .body_bytes_max = 4 * 1024,
       .problems = {409},
       .audit = {"invite.make", "invite"}},
      make_invite));
  all.push_back(
      with<Nothing, app::Invite>({.method = Method::delete_,
                                  .pattern = "/api/v1/invites/{id}",
                                  .permission = Permission::manage_people,
                                  .access = Access::write,
                                  .summary = "Revokes an invite: its link says so.",
                                  .problems = {404, 409},
                                  .audit = {"invite.revoke", "invite", 0}},
                                 [](App& app, Tx& tx, const Call& call, const Nothing&) -> Result<app::Invite> {
                                   SUKI_TRY(const std::int64_t id, call.id(0));
                                   return app::revoke_invite(app, tx, id);
                                 }));
}

void add_people(std::vector<Route>& all) {
  all.push_back(with<Nothing, app::AccessOverview>(
      {.method = Method::get,
       .pattern = "/api/v1/access",
       .permission = Permission::manage_people,
       .summary = "Everybody's way in: sessions, second step, invites."},
      [](App& app, Tx& tx, const Call&, const Nothing&) { return app::access_overview(app, tx); }));
  all.push_back(with<app::AccessRules, app::AccessRules>(
      {.method = Method::put,
       .pattern = "/api/v1/access/rules",
       .permission = Permission::manage_settings,
       .access = Access::write,
       .summary = "Whether everybody must have a second step: who has none can then only set it up.",
       .body_bytes_max = 4 * 1024,
       .audit = {"second_step.require", "rule"}},
      [](App&, Tx& tx, const Call& call, const app::AccessRules& input) -> Result<app::AccessRules> {
        call.touched = input.second_step_required ? 1 : 0;
        app::require_second_step(tx, input.second_step_required);
        return input;
      }));
}

/// How a manager opens or shuts another's way in. Each needs the manager's own password once more, so that a desk that
/// was left open is not enough; and the person hears of it by mail.
void add_rescue(std::vector<Route>& all) {
  all.push_back(with<app::PresentPassword, app::LinkMade>(
      {.method = Method::post,
       .pattern = "/api/v1/access/{id}/reset-link",
       .permission = Permission::manage_people,
       .access = Access::write,
       .summary = "A link by which that person chooses a new password; in this answer alone. They are told by mail.",
       .status = 201,
       .body_bytes_max = 4 * 1024,
       .problems = {404},
       .audit = {"reset_link.make", "account", 0}},
      [](App& app, Tx& tx, const Call& call, const app::PresentPassword&) -> Result<app::LinkMade> {
        SUKI_TRY(const AgentId agent, agent_of(tx, call));
        return app::make_reset_link(app, tx, agent, call.caller.agent);
      }));
  all.push_back(with<app::PresentPassword, Nothing>(
      {.method = Method::post,
       .pattern = "/api/v1/access/{id}/sessions/end",
       .permission = Permission::manage_people,
       .access = Access::write,
       .summary = "Ends all sessions of that person, who is told by mail.",
       .status = 204,
       .body_bytes_max = 4 * 1024,
       .problems = {404},
       .audit = {"session.end_person", "account", 0}},
      [](App& app, Tx& tx, const Call& call, const app::PresentPassword&) -> Result<Nothing> {
        SUKI_TRY(const AgentId agent, agent_of(tx, call));
        SUKI_CHECK(app::end_sessions_of(app, tx, agent));
        return Nothing{};
      }));
  all.push_back(with<app::PresentPassword, Nothing>(
      {.method = Method::post,
       .pattern = "/api/v1/access/{id}/second-step/off",
       .permission = Permission::manage_people,
       .access = Access::write,
       .summary = "Takes away the second step of somebody who lost it; they are told by mail.",
       .status = 204,
       .body_bytes_max = 4 * 1024,
       .problems = {404},
       .audit = {"second_step.reset", "account", 0}},
      [](App& app, Tx& tx, const Call& call, const app::PresentPassword&) -> Result<Nothing> {
        SUKI_TRY(const AgentId agent, agent_of(tx, call));
        SUKI_CHECK(app::reset_second_step(app, tx, agent));
        return Nothing{};
      }));
}

}  // namespace

std::vector<Route> access_routes() {
  std::vector<Route> all;
  add_links(all);
  add_own(all);
  add_invites(all);
  add_people(all);
  add_rescue(all);
  return all;
}

}  // namespace suki::server
