/// `suki plan try DIR`: one imagined conversation under a plan, JSON lines in and out. See docs/plan-try.md.
#pragma once

namespace CLI {
class App;
}

namespace suki::cli {
/// Adds `try` to `plan`. When it has run, `exit_code` is 0 (every line understood), 1 (some line was not, or standard
/// input or output failed) or 2 (the plan cannot be read or has errors, which standard error tells).
void add_plan_try_command(CLI::App& plan, int& exit_code);
}  // namespace suki::cli
