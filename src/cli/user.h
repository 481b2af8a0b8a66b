/// `suki user`: who may log in.
#pragma once

#include <string>

#include "app/app.h"
#include "base/result.h"
#include "store/store.h"

namespace CLI {
class App;
}

namespace suki::cli {

/// Adds `add`, `list`, `password`, `email`, `role`, `reset-link`, `second-step-off`, `log-out` and `remove` under
/// `user`.
void add_user_commands(CLI::App& user, int& exit_code);

// What they do, see open_data.h.
Result<std::string> add_user(app::App& app, store::Store& store, const std::string& body);
Result<std::string> list_users(app::App& app, store::Store& store, const std::string& body);
Result<std::string> set_password(app::App& app, store::Store& store, const std::string& body);
Result<std::string> set_email(app::App& app, store::Store& store, const std::string& body);
Result<std::string> set_role(app::App& app, store::Store& store, const std::string& body);
Result<std::string> make_reset_link(app::App& app, store::Store& store, const std::string& body);
Result<std::string> second_step_off(app::App& app, store::Store& store, const std::string& body);
Result<std::string> end_sessions(app::App& app, store::Store& store, const std::string& body);
Result<std::string> remove_user(app::App& app, store::Store& store, const std::string& body);

}  // namespace suki::cli
