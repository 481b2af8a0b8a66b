#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/app.h"
#include "base/result.h"
#include "cli/data_place.h"
#include "store/store.h"

namespace CLI {
class App;
}

namespace suki::cli {

/// The verb "verify": one slice of the check, asked and answered in JSON.
[[nodiscard]] Result<std::string> verify_slice(app::App& app, store::Store& store, const std::string& body);
/// The verb "verify-contents": likewise, of files and mails.
[[nodiscard]] Result<std::string> verify_contents(app::App& app, store::Store& store, const std::string& body);
struct Verified {
  bool ok = false;
  std::int64_t conversations = 0, difference_count = 0;
  std::vector<std::string> differences;  ///< the first ones
};
/// Checks everything, with progress on a terminal. Errors: the data folder cannot be used.
[[nodiscard]] Result<Verified> verify_all(const DataPlace& place);
void print_verified(const Verified& verified);
/// `suki verify`
void add_verify_command(CLI::App& app, int& exit_code);

}  // namespace suki::cli
