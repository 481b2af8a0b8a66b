/// `suki demo`: a data folder with a living desk to try.
#pragma once

namespace CLI {
class App;
}

namespace suki::cli {
/// When it has run, `exit_code` is 0, or 1 (the folder is in use, cannot be written, or the plan has errors).
void add_demo_command(CLI::App& app, int& exit_code);
}  // namespace suki::cli
