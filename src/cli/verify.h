#pragma once

#include <string>

#include "app/app.h"
#include "base/result.h"
#include "store/store.h"

namespace CLI {
class App;
}

namespace suki::cli {

/// The verb "verify": one slice of the check, asked and answered in JSON.
[[nodiscard]] Result<std::string> verify_slice(app::App& app, store::Store& store, const std::string& body);
/// `suki verify`
void add_verify_command(CLI::App& app, int& exit_code);

}  // namespace suki::cli
