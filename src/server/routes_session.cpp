// Logging in and out, and what a person sets for themselves.
#include "app/audit.h"
#include "server/jobs.h"
#include "server/limits.h"
#include "server/table.h"

namespace suki::server {

using store::Tx;

std::vector<Route> session_routes() {
  std::vector<Route> all;
  Route log_in{.method = Method::post,
               .pattern = "/api/v1/session",
               .permission = Permission::anyone,
               .access = Access::write,
               .summary =
                   "Logs in: sets the cookie suki_session (over HTTPS __Host-suki_session), and answers with the CSRF "
                   "proof for the header X-CSRF-Token.",
               .status = 200,
               .body_bytes_max = 4 * 1024,
               .rate = Rate::log_in,
               .special = Special::log_in,
               .problems = {401, 503}};
  log_in.request_schema = [](boost::json::object& components) {
    json::add_schema<app::LogIn>(components, json::Use::request);
    return json::name_of_struct<app::LogIn>();
  };
  log_in.response_schema = [](boost::json::object& components) {
    json::add_schema<app::Session>(components, json::Use::response);
    return json::name_of_struct<app::Session>();
  };
  all.push_back(std::move(log_in));
  all.push_back(with<Nothing, app::Session>(
      {.method = Method::get,
       .pattern = "/api/v1/session",
       .permission = Permission::session,
       .summary = "Who is logged in here.",
       .before_second_step = true},
      [](app::App&, Tx&, const Call& call, const Nothing&) -> Result<app::Session> { return call.session; }));
  all.push_back(with<app::Preferences, app::Session>(
      {.method = Method::patch,
       .pattern = "/api/v1/session",
       .permission = Permission::session,
       .access = Access::write,
       .summary = "Changes one's own name, address, language or presence.",
       .body_bytes_max = 4 * 1024,
       .before_second_step = true},
      [](app::App& app, Tx& tx, const Call& call, const app::Preferences& input) -> Result<app::Session> {
        // Whoever finds a session open must not have the links for a new password sent to themselves.
        if (input.email && *input.email != call.session.email && !input.present_password)
          return fail(ErrorCode::bad_input, "present_password: is needed for another address");
        if (input.name || input.email)
          app::record(app, tx, app::actor_of(call.caller), {"account.change", "account", call.caller.agent.value});
        return app.set_preferences(tx, call.request.session_token, input);
      }));
  all.push_back(
      with<Nothing, SessionEnded>({.method = Method::delete_,
                                   .pattern = "/api/v1/session",
                                   .permission = Permission::session,
                                   .access = Access::write,
                                   .summary = "Logs out.",
                                   .status = 204,
                                   .audit = {"session.end", "account"},
                                   .before_second_step = true},
                                  [](app::App& app, Tx& tx, const Call& call, const Nothing&) -> Result<SessionEnded> {
                                    call.touched = call.caller.agent.value;
                                    SUKI_CHECK(app.end_session(tx, call.request.session_token));
                                    return SessionEnded{call.request.https};
                                  }));
  return all;
}

}  // namespace suki::server
