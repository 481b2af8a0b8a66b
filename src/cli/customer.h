/// `suki customer`: what is kept of a customer, taken out and erased.
#pragma once

#include <string>

#include "app/app.h"
#include "base/result.h"
#include "cli/data_place.h"
#include "store/store.h"

namespace CLI {
class App;
}

namespace suki::cli {

/// Adds `export`, `erase`, `erased` and `erase-again` under `customer`.
void add_customer_commands(CLI::App& customer, int& exit_code);

/// Writes the archive of a customer to `file`, which must not exist. Nothing is left of it when it fails.
[[nodiscard]] Result<std::string> export_customer_to(const DataPlace& place, const std::string& customer,
                                                     const std::string& language, const std::string& file);
/// All who were erased, one JSON object a line.
[[nodiscard]] Result<std::string> list_erased(const DataPlace& place);
/// Erases again whom `lines`, those of list_erased(), name. Says how many there were of which kind.
[[nodiscard]] Result<std::string> erase_all_again(const DataPlace& place, const std::string& lines);

// What the verbs do, see open_data.h: a bounded step of each.
Result<std::string> customer_export_step(app::App& app, store::Store& store, const std::string& body);
Result<std::string> customer_preview(app::App& app, store::Store& store, const std::string& body);
Result<std::string> customer_erase(app::App& app, store::Store& store, const std::string& body);
Result<std::string> customer_erase_step(app::App& app, store::Store& store, const std::string& body);
Result<std::string> customer_erased(app::App& app, store::Store& store, const std::string& body);
Result<std::string> customer_erase_again(app::App& app, store::Store& store, const std::string& body);

}  // namespace suki::cli
