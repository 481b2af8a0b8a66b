/// `suki quarantine`: mails that could not be delivered, by the command line.
#pragma once

#include <string>

#include "app/app.h"
#include "store/store.h"

namespace CLI {
class App;
}

namespace suki::cli {

void add_quarantine_commands(CLI::App& quarantine, int& exit_code);

// ---- what the socket and the command line alike do; bodies are JSON
[[nodiscard]] Result<std::string> quarantine_list(app::App& app, store::Store& store, const std::string& body);
[[nodiscard]] Result<std::string> quarantine_show(app::App& app, store::Store& store, const std::string& body);
[[nodiscard]] Result<std::string> quarantine_raw(app::App& app, store::Store& store,
                                                 const std::string& body);  ///< bytes
[[nodiscard]] Result<std::string> quarantine_replay(app::App& app, store::Store& store, const std::string& body);
[[nodiscard]] Result<std::string> quarantine_delete(app::App& app, store::Store& store, const std::string& body);
[[nodiscard]] Result<std::string> quarantine_restore(app::App& app, store::Store& store, const std::string& body);

/// Reads a mail in a process of its own. "": it lived; else what became of it, in a few words.
[[nodiscard]] std::string try_reading(const std::string& raw);

}  // namespace suki::cli
