/// `suki audit`: who did what.
#pragma once

#include <string>

#include "app/app.h"
#include "base/result.h"
#include "store/store.h"

namespace CLI {
class App;
}

namespace suki::cli {

/// Adds `list`, `export` and `verify` under `audit`.
void add_audit_commands(CLI::App& audit, int& exit_code);

// What they ask for, a slice at a time; see open_data.h.
Result<std::string> export_audit(app::App& app, store::Store& store, const std::string& body);
Result<std::string> verify_audit(app::App& app, store::Store& store, const std::string& body);

}  // namespace suki::cli
