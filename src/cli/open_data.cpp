#include "cli/open_data.h"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>

#include "app/host.h"
#include "cli/adopt.h"
#include "cli/audit.h"
#include "cli/plan_status.h"
#include "cli/user.h"
#include "cli/verify.h"
#include "control/control.h"

namespace suki::cli {

const std::map<std::string, Verb>& verbs() {
  static const std::map<std::string, Verb> all{
      {"adopt", adopt_plan},
      {"user-add", add_user},
      {"user-list", list_users},
      {"user-password", set_password},
      {"user-email", set_email},
      {"user-remove", remove_user},
      {"plan-status", tell_plan_status},
      {"user-reset-link", make_reset_link},
      {"user-second-step-off", second_step_off},
      {"user-sessions-end", end_sessions},
      {"audit-export", export_audit},
      {"audit-verify", verify_audit},
      {"verify", verify_slice},
  };
  return all;
}

Result<std::string> perform(const std::string& data_dir, const std::string& verb, const std::string& body) {
  auto answer = control::ask(control::socket_path(data_dir), verb, body);
  if (answer.ok() || answer.error().code != ErrorCode::not_found ||
      std::filesystem::exists(control::socket_path(data_dir))) {
    return answer;
  }
  SUKI_TRY(const auto store, store::Store::open({.data_dir = data_dir}));
  app::App app(*store, app::system_host());
  SUKI_CHECK(app.start());
  return verbs().at(verb)(app, *store, body);
}

int report(const Result<std::string>& result) {
  if (result.ok()) {
    fmt::print("{}", *result);
    return 0;
  }
  fmt::print(stderr, "suki: {}\n", result.error().detail);
  switch (result.error().code) {
    case ErrorCode::io:
    case ErrorCode::busy:
    case ErrorCode::internal:
      return 2;
    default:
      return 1;
  }
}

}  // namespace suki::cli
