// Staff: who is here, who belongs where, who is due when.
#include "app/people.h"
#include "app/presence.h"
#include "app/roster.h"
#include "server/jobs.h"
#include "server/table.h"

namespace suki::server {
namespace {

using store::Tx;
constexpr int limit_default = 50;
constexpr std::size_t body_max = 4 * 1024;

Result<AgentId> agent_of(const Call& call) {
  SUKI_TRY(const std::int64_t id, call.id(0));
  return AgentId(id);
}

Result<app::People> people(app::App& app, Tx& tx, const Call& call, const Nothing&) {
  SUKI_TRY(const int limit, call.limit(limit_default));
  return app::list_people(
      app, tx, call.caller,
      {std::string(call.request.find_query("q")), std::string(call.request.find_query("cursor")), limit});
}

/// A use case on the person of the address.
template <class In, class Out, Result<Out> (*Use)(app::App&, Tx&, const app::Caller&, AgentId, const In&)>
Result<Out> on_person(app::App& app, Tx& tx, const Call& call, const In& input) {
  SUKI_TRY(const AgentId agent, agent_of(call));
  return Use(app, tx, call.caller, agent, input);
}

void add_memberships(std::vector<Route>& all) {
  all.push_back(with<app::NewMembership, app::PersonDetail>(
      {.method = Method::post,
       .pattern = "/api/v1/people/{id}/memberships",
       .permission = Permission::manage_people,
       .access = Access::write,
       .summary =
           "Takes somebody into a team, from a day or from now on, for good or until a day. 409 conflict when they "
           "are in it then.",
       .status = 201,
       .body_bytes_max = body_max,
       .problems = {404, 409},
       .audit = {"team.change", "account", 0}},
      on_person<app::NewMembership, app::PersonDetail, app::add_membership>));
  all.push_back(with<app::MembershipChange, app::PersonDetail>(
      {.method = Method::patch,
       .pattern = "/api/v1/people/{id}/memberships/{membership}",
       .permission = Permission::manage_people,
       .access = Access::write,
       .summary = "Ends or corrects a membership. Days that are over stand.",
       .body_bytes_max = body_max,
       .problems = {404, 409},
       .audit = {"team.change", "account", 0}},
      [](app::App& app, Tx& tx, const Call& call, const app::MembershipChange& input) -> Result<app::PersonDetail> {
        SUKI_TRY(const AgentId agent, agent_of(call));
        SUKI_TRY(const std::int64_t id, call.id(1));
        return app::change_membership(app, tx, call.caller, agent, id, input);
      }));
  all.push_back(with<Nothing, app::PersonDetail>(
      {.method = Method::delete_,
       .pattern = "/api/v1/people/{id}/memberships/{membership}",
       .permission = Permission::manage_people,
       .access = Access::write,
       .summary = "Takes back a membership that began today or has not begun. 409 conflict: end it instead.",
       .problems = {404, 409},
       .audit = {"team.change", "account", 0}},
      [](app::App& app, Tx& tx, const Call& call, const Nothing&) -> Result<app::PersonDetail> {
        SUKI_TRY(const AgentId agent, agent_of(call));
        SUKI_TRY(const std::int64_t id, call.id(1));
        return app::remove_membership(app, tx, call.caller, agent, id);
      }));
}

void add_shifts(std::vector<Route>& all) {
  all.push_back(with<Nothing, app::Week>(
      {.method = Method::get,
       .pattern = "/api/v1/people/{id}/week",
       .permission = Permission::read_roster,
       .summary = "Shifts and absences of seven days. Others' only for those who manage the roster.",
       .query = {{"from", "The first day, as 2026-11-23; this week's Monday by default."}},
       .problems = {400, 404}},
      [](app::App& app, Tx& tx, const Call& call, const Nothing&) -> Result<app::Week> {
        SUKI_TRY(const AgentId agent, agent_of(call));
        return app::show_week(app, tx, call.caller, agent, std::string(call.request.find_query("from")));
      }));
  all.push_back(with<app::NewShift, app::ShiftView>(
      {.method = Method::post,
       .pattern = "/api/v1/people/{id}/shifts",
       .permission = Permission::manage_roster,
       .access = Access::write,
       .summary = "Enters a shift or an absence. 409 conflict when it overlaps another of its kind.",
       .status = 201,
       .body_bytes_max = body_max,
       .problems = {404, 409},
       .audit = {"shift.change", "account", 0}},
      on_person<app::NewShift, app::ShiftView, app::add_shift>));
  all.push_back(with<app::CopyWeek, app::CopiedWeek>(
      {.method = Method::post,
       .pattern = "/api/v1/people/{id}/week",
       .permission = Permission::manage_roster,
       .access = Access::write,
       .summary = "Copies the shifts that begin within a week to another, at the same times of day.",
       .status = 201,
       .body_bytes_max = body_max,
       .problems = {404},
       .audit = {"shift.change", "account", 0}},
      on_person<app::CopyWeek, app::CopiedWeek, app::copy_week>));
  all.push_back(with<Nothing, Nothing>({.method = Method::delete_,
                                        .pattern = "/api/v1/shifts/{id}",
                                        .permission = Permission::manage_roster,
                                        .access = Access::write,
                                        .summary = "Takes away a shift or an absence of today or later.",
                                        .status = 204,
                                        .problems = {404, 409},
                                        .audit = {"shift.change", "shift", 0}},
                                       [](app::App& app, Tx& tx, const Call& call, const Nothing&) -> Result<Nothing> {
                                         SUKI_TRY(const std::int64_t id, call.id(0));
                                         SUKI_CHECK(app::remove_shift(app, tx, call.caller, id));
                                         return Nothing{};
                                       }));
}

}  // namespace

std::vector<Route> people_routes() {
  std::vector<Route> all;
  all.push_back(with<Nothing, app::PresenceView>(
      {.method = Method::get,
       .pattern = "/api/v1/presence",
       .permission = Permission::session,
       .summary = "Whether one is online, and whether new work comes."},
      [](app::App& app, Tx& tx, const Call& call, const Nothing&) { return app::own_presence(app, tx, call.caller); }));
  all.push_back(with<app::NewPresence, app::PresenceView>(
      {.method = Method::post,
       .pattern = "/api/v1/presence",
       .permission = Permission::session,
       .access = Access::write,
       .summary = "Said by a page that is used, a minute at most after it was; with wants_work also the choice to take "
                  "new work or not.",
       .body_bytes_max = body_max},
      [](app::App& app, Tx& tx, const Call& call, const app::NewPresence& input) {
        return app::change_presence(app, tx, call.caller, input);
      }));
  all.push_back(with<Nothing, app::People>(
      {.method = Method::get,
       .pattern = "/api/v1/people",
       .permission = Permission::read_roster,
       .summary = "Staff by name, with teams, presence and the shift that runs or comes next.",
       .query = {{"q", "Words, each in the name, the log-in or the name of a team."},
                 {"cursor", "`next` of the page before."},
                 {"limit", "1 to 200; 50 by default."}},
       .problems = {400}},
      people));
  all.push_back(with<Nothing, app::PersonDetail>(
      {.method = Method::get,
       .pattern = "/api/v1/people/{id}",
       .permission = Permission::manage_people,
       .summary = "One member of staff with all memberships, past and planned.",
       .problems = {404}},
      [](app::App& app, Tx& tx, const Call& call, const Nothing&) -> Result<app::PersonDetail> {
        SUKI_TRY(const AgentId agent, agent_of(call));
        return app::show_person(app, tx, call.caller, agent);
      }));
  all.push_back(with<app::PersonChange, app::PersonDetail>(
      {.method = Method::patch,
       .pattern = "/api/v1/people/{id}",
       .permission = Permission::manage_people,
       .access = Access::write,
       .summary = "Gives another role. Owners are made and unmade by owners; 409 conflict: the last one stays.",
       .body_bytes_max = body_max,
       .problems = {404, 409},
       .audit = {"role.change", "account", 0}},
      on_person<app::PersonChange, app::PersonDetail, app::change_person>));
  add_memberships(all);
  add_shifts(all);
  return all;
}

}  // namespace suki::server
