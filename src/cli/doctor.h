/// `suki doctor`.
#pragma once

#include <string>

#include "app/app.h"
#include "base/result.h"
#include "store/store.h"

namespace CLI {
class App;
}

namespace suki::cli {

/// The verb "health": what the running server, or the opened store, says of itself, as JSON.
[[nodiscard]] Result<std::string> tell_health(app::App& app, store::Store& store, const std::string& body);

void add_doctor_command(CLI::App& app, int& exit_code);

}  // namespace suki::cli
