/// `suki openapi`.
#pragma once

namespace CLI {
class App;
}

namespace suki::cli {
void add_openapi_command(CLI::App& app, int& exit_code);
}  // namespace suki::cli
