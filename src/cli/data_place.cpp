#include "cli/data_place.h"

#include <CLI/CLI.hpp>
#include <cstring>
#include <string_view>

#include "store/place.h"

namespace suki::cli {

void add_data_options(CLI::App& command, DataPlace& place) {
  command.add_option("--data", place.dir, "The data folder")->envname("SUKI_DATA_DIR")->capture_default_str();
  command
      .add_option("--store", place.store,
                  "Where its store is: postgres://USER@HOST/DATABASE, or sqlite (a file in the folder). Said once, the "
                  "folder keeps it. A password belongs into PGPASSFILE or SUKI_STORE, not into a command")
      ->envname("SUKI_STORE");
}

Result<std::unique_ptr<store::Store>> open_store(const DataPlace& place, std::shared_ptr<store::Observer> observer) {
  store::Options options;
  options.data_dir = place.dir;
  options.url = place.store;
  options.observer = std::move(observer);
  return store::Store::open(options);
}

void hide_passwords(int count, char** words) {
  for (int i = 1; i < count; ++i) {
    const std::string_view word = words[i];
    const auto begin = word.find("postgres");
    if (begin == std::string_view::npos || word.find("://") == std::string_view::npos) continue;
    std::string shown = std::string(word.substr(0, begin)) + store::shown(std::string(word.substr(begin)));
    shown.resize(word.size(), ' ');  // not a byte more than there is room for
    std::memcpy(words[i], shown.data(), shown.size());
  }
}

}  // namespace suki::cli
