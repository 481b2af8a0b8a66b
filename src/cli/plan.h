/// `suki plan check`, `fmt` and `schema`.
#pragma once

namespace CLI {
class App;
}

namespace suki::cli {
/// Adds the subcommands to `plan`. When one has run, `exit_code` is 0 (fine; warnings and advice allowed), 1 (the plan
/// has errors, or --check found it not formatted) or 2 (the folder cannot be read or written).
void add_plan_commands(CLI::App& plan, int& exit_code);
}  // namespace suki::cli
