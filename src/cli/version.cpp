#include "cli/version.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <CLI/CLI.hpp>

#include "zones/zones.h"

namespace suki::cli {

void add_version_command(CLI::App& app, int& exit_code) {
  app.add_subcommand("version", "What this is, and what it stands on here")->callback([&exit_code] {
    const std::string zones = zones::read_version(zones::zone_folder());
    fmt::print("suki {}\nSQLite {}\ntzdata {} in {}\n", SUKI_VERSION, sqlite3_libversion(),
               zones.empty() ? "of unknown release" : zones, zones::zone_folder());
    exit_code = 0;
  });
}

}  // namespace suki::cli
