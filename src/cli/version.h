/// `suki version`.
#pragma once

namespace CLI {
class App;
}

namespace suki::cli {
void add_version_command(CLI::App& app, int& exit_code);
}  // namespace suki::cli
