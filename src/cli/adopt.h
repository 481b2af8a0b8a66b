/// `suki plan adopt`: puts a plan in force.
#pragma once

#include <string>

#include "app/app.h"
#include "base/result.h"
#include "store/store.h"

namespace CLI {
class App;
}

namespace suki::cli {

/// Adds `adopt` under `plan`. Exit code: 0 in force, 1 the plan has errors, 2 a folder cannot be used.
void add_plan_adopt_command(CLI::App& plan, int& exit_code);

/// What it does, see open_data.h.
Result<std::string> adopt_plan(app::App& app, store::Store& store, const std::string& body);

}  // namespace suki::cli
