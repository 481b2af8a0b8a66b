/// What a command on a data folder is told of it: where the folder is, and where its store.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "store/store.h"

namespace CLI {
class App;
}

namespace suki::cli {

struct DataPlace {
  std::string dir = "data";
  std::string store{};  ///< "postgres://...", "sqlite", or "": what the folder was first used with
};

/// `--data` and `--store`, and what they are called in the environment.
void add_data_options(CLI::App& command, DataPlace& place);

/// Opens it for this process alone. Errors: those of Store::open.
[[nodiscard]] Result<std::unique_ptr<store::Store>> open_store(const DataPlace& place,
                                                               std::shared_ptr<store::Observer> observer = nullptr);

/// Everybody on the machine can read the words of a command: takes the passwords of addresses out of them, where the
/// system shows them from. The caller has its own copy.
void hide_passwords(int count, char** words);

}  // namespace suki::cli
