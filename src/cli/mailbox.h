/// `suki mailbox`: where mail is fetched from.
#pragma once

#include <string>

#include "app/app.h"
#include "base/result.h"
#include "store/store.h"

namespace CLI {
class App;
}

namespace suki::cli {

/// Adds `add`, `list`, `set`, `test`, `fetch-now` and `remove` under `mailbox`.
void add_mailbox_commands(CLI::App& mailbox, int& exit_code);

// What they do, see open_data.h.
Result<std::string> add_mailbox(app::App& app, store::Store& store, const std::string& body);
Result<std::string> list_mailboxes(app::App& app, store::Store& store, const std::string& body);
Result<std::string> set_mailbox(app::App& app, store::Store& store, const std::string& body);
Result<std::string> test_mailbox(app::App& app, store::Store& store, const std::string& body);
Result<std::string> fetch_mailbox_now(app::App& app, store::Store& store, const std::string& body);
Result<std::string> remove_mailbox(app::App& app, store::Store& store, const std::string& body);

}  // namespace suki::cli
