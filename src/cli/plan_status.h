/// `suki plan status`: the plan in force, and whether this machine would compile it to the same times now.
#pragma once

#include <string>

#include "app/app.h"
#include "base/result.h"
#include "store/store.h"

namespace CLI {
class App;
}

namespace suki::cli {

/// Adds `status` under `plan`. Exit code: 0 told, 1 no plan is in force, 2 the data folder cannot be used.
void add_plan_status_command(CLI::App& plan, int& exit_code);

/// What it does, see open_data.h; `body` is empty.
Result<std::string> tell_plan_status(app::App& app, store::Store& store, const std::string& body);

}  // namespace suki::cli
