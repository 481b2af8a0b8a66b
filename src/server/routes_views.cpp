// Views that agents keep.
#include "app/search.h"
#include "app/views.h"
#include "server/jobs.h"
#include "server/limits.h"
#include "server/table.h"

namespace suki::server {

using store::Tx;

std::vector<Route> views_routes() {
  std::vector<Route> all;
  all.push_back(with<Nothing, app::SavedViews>(
      {.method = Method::get,
       .pattern = "/api/v1/views",
       .permission = Permission::answer,
       .summary = "The views that one keeps and those of one's teams, with exact counts."},
      [](app::App& app, Tx& tx, const Call& call, const Nothing&) { return app::saved_views(app, tx, call.caller); }));
  all.push_back(with<app::NewView, app::SavedViews>(
      {.method = Method::post,
       .pattern = "/api/v1/views",
       .permission = Permission::answer,
       .access = Access::write,
       .summary = "Keeps a view, the last in one's order; all of them come back. 409 conflict when there are 50.",
       .status = 201,
       .body_bytes_max = limits::body_bytes_default,
       .problems = {409}},
      [](app::App& app, Tx& tx, const Call& call, const app::NewView& input) {
        return app::save_view(app, tx, call.caller, input);
      }));
  all.push_back(
      with<app::ViewOrder, app::SavedViews>({.method = Method::put,
                                             .pattern = "/api/v1/views/order",
                                             .permission = Permission::answer,
                                             .access = Access::write,
                                             .summary = "Puts one's own views in another order.",
                                             .body_bytes_max = limits::body_bytes_default},
                                            [](app::App& app, Tx& tx, const Call& call, const app::ViewOrder& input) {
                                              return app::order_views(app, tx, call.caller, input);
                                            }));
  all.push_back(with<app::ViewChange, app::SavedViews>(
      {.method = Method::patch,
       .pattern = "/api/v1/views/{id}",
       .permission = Permission::answer,
       .access = Access::write,
       .summary = "Changes, removes or brings back a view of one's own.",
       .body_bytes_max = limits::body_bytes_default,
       .problems = {404, 409}},
      [](app::App& app, Tx& tx, const Call& call, const app::ViewChange& input) -> Result<app::SavedViews> {
        SUKI_TRY(const std::int64_t id, call.id(0));
        return app::change_view(app, tx, call.caller, SavedViewId{id}, input);
      }));
  all.push_back(with<Nothing, app::SearchResult>(
      {.method = Method::get,
       .pattern = "/api/v1/search",
       .permission = Permission::answer,
       .summary = "Conversations by the words of their messages, notes, subjects and senders.",
       .query = {{"q", "Words, \"phrases\", beginnings*, -without; or the number of a conversation."},
                 {"state", "One or several with commas between, as the next four."},
                 {"team", "Ids of the plan."},
                 {"assignee", "Ids of agents, me, nobody."},
                 {"topic", "Ids of the plan."},
                 {"channel", "Ids of the plan."},
                 {"from", "First day, as 2026-11-25 (UTC)."},
                 {"to", "Last day."},
                 {"order", "best (default) or newest."},
                 {"cursor", "`next` of the page before."}},
       .problems = {400},
       .audit = {"conversation.search"}},
      [](app::App& app, Tx& tx, const Call& call, const Nothing&) {
        const auto of = [&](const char* name) { return std::string(call.request.find_query(name)); };
        return app::search(app, tx, call.caller,
                           {of("q"), of("state"), of("team"), of("assignee"), of("topic"), of("channel"), of("from"),
                            of("to"), of("order"), of("cursor")});
      }));
  return all;
}

}  // namespace suki::server
