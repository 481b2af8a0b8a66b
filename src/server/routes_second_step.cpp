// One's own second step.
#include "app/second_step.h"
#include "server/jobs.h"
#include "server/table.h"

namespace suki::server {
namespace {

using app::App;
using store::Tx;

AgentId me(const Call& call) {
  call.touched = call.caller.agent.value;
  return call.caller.agent;
}

}  // namespace

std::vector<Route> second_step_routes() {
  std::vector<Route> all;
  all.push_back(with<Nothing, app::SecondStep>(
      {.method = Method::get,
       .pattern = "/api/v1/account/second-step",
       .permission = Permission::session,
       .summary = "Whether one's own second step is on, and how many recovery codes are left.",
       .before_second_step = true},
      [](App&, Tx& tx, const Call& call, const Nothing&) -> Result<app::SecondStep> {
        return app::second_step(tx, call.caller.agent);
      }));
  all.push_back(with<app::PresentPassword, app::SecondStepStart>(
      {.method = Method::post,
       .pattern = "/api/v1/account/second-step",
       .permission = Permission::session,
       .access = Access::write,
       .summary = "Begins to set up the second step: a secret for an authenticator app. In force once confirmed.",
       .status = 201,
       .body_bytes_max = 4 * 1024,
       .problems = {409},
       .audit = {"second_step.begin", "account"},
       .before_second_step = true},
      [](App& app, Tx& tx, const Call& call, const app::PresentPassword&) {
        return app::begin_second_step(app, tx, me(call));
      }));
  all.push_back(with<app::SecondStepCode, app::RecoveryCodes>(
      {.method = Method::post,
       .pattern = "/api/v1/account/second-step/confirm",
       .permission = Permission::session,
       .access = Access::write,
       .summary = "Puts it in force with a first code. The recovery codes are in this answer alone.",
       .body_bytes_max = 4 * 1024,
       .problems = {409},
       .audit = {"second_step.on", "account"},
       .before_second_step = true},
      [](App& app, Tx& tx, const Call& call, const app::SecondStepCode& input) {
        return app::confirm_second_step(app, tx, me(call), input.code);
      }));
  all.push_back(with<app::PresentPassword, app::RecoveryCodes>(
      {.method = Method::post,
       .pattern = "/api/v1/account/second-step/recovery-codes",
       .permission = Permission::session,
       .access = Access::write,
       .summary = "Ten new recovery codes; those before are void.",
       .body_bytes_max = 4 * 1024,
       .problems = {409},
       .audit = {"second_step.codes", "account"}},
      [](App& app, Tx& tx, const Call& call, const app::PresentPassword&) {
        return app::new_recovery_codes(app, tx, me(call));
      }));
  all.push_back(with<app::PresentPassword, Nothing>(
      {.method = Method::post,
       .pattern = "/api/v1/account/second-step/off",
       .permission = Permission::session,
       .access = Access::write,
       .summary = "Takes one's own second step away.",
       .status = 204,
       .body_bytes_max = 4 * 1024,
       .problems = {404},
       .audit = {"second_step.off", "account"}},
      [](App&, Tx& tx, const Call& call, const app::PresentPassword&) -> Result<Nothing> {
        SUKI_CHECK(app::remove_second_step(tx, me(call)));
        return Nothing{};
      }));
  return all;
}

}  // namespace suki::server
