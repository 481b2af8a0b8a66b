/// `suki import`: conversations of another system, from a file.
#pragma once

#include <string>
#include <vector>

#include "app/app.h"
#include "base/result.h"
#include "cli/data_place.h"
#include "import/reader.h"
#include "store/store.h"

namespace CLI {
class App;
}

namespace suki::cli {

struct ImportAsked {
  DataPlace place{};
  std::vector<std::string> files{};
  importing::Form form = importing::Form::jsonl;
  std::string source{};   ///< what the other system is called; "": as the form says
  std::string rejects{};  ///< a file for what cannot be taken; "" none
  bool dry_run = false, hand_out = false;
  int open_days = 14;  ///< of mailboxes: see app::ImportOptions
};
struct ImportReport {
  std::string text;           ///< what is printed
  std::int64_t rejected = 0;  ///< items
};
/// Reads the files and has everything in them taken in, by the server of the folder or by itself. Errors: io (a file,
/// the folder; what was taken in before stays, and the same call goes on there), busy, unavailable, storage_full.
[[nodiscard]] Result<ImportReport> import_files(const ImportAsked& asked);

void add_import_command(CLI::App& app, int& exit_code);

// What the verbs do, see open_data.h: a batch, and the end of it.
Result<std::string> import_batch(app::App& app, store::Store& store, const std::string& body);
Result<std::string> import_take_up(app::App& app, store::Store& store, const std::string& body);

}  // namespace suki::cli
