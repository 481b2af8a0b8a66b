#include "cli/openapi.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "server/openapi.h"

namespace suki::cli {

void add_openapi_command(CLI::App& app, int& exit_code) {
  app.add_subcommand("openapi", "Print the API's OpenAPI 3.1 document")->callback([&exit_code] {
    fmt::print("{}", server::openapi_document());
    exit_code = 0;
  });
}

}  // namespace suki::cli
