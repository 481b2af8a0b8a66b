// What the plan says, for those who answer for it.
#include "server/jobs.h"
#include "server/table.h"

namespace suki::server {

using store::Tx;

std::vector<Route> manager_routes() {
  std::vector<Route> all;
  all.push_back(with<Nothing, app::PlanDocument>(
      {.method = Method::get,
       .pattern = "/api/v1/plan",
       .permission = Permission::read_plan,
       .summary = "The plan in force as a readable document.",
       .problems = {404}},
      [](app::App& app, Tx& tx, const Call& call, const Nothing&) { return app.plan_document(tx, call.caller); }));
  all.push_back(with<Nothing, app::ChannelsNow>(
      {.method = Method::get,
       .pattern = "/api/v1/channels",
       .permission = Permission::answer,
       .summary = "Every channel: open or closed, until when, and what is offered instead."},
      [](app::App& app, Tx& tx, const Call& call, const Nothing&) { return app.channels_now(tx, call.caller); }));
  return all;
}

}  // namespace suki::server
