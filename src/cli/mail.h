/// `suki mail`: mail from the command line, as mail servers call it.
#pragma once

namespace CLI {
class App;
}

namespace suki::cli {
/// Adds `deliver` under `mail`. `exit_code` gets one of sysexits.h when the command has run.
void add_mail_commands(CLI::App& mail, int& exit_code);
}  // namespace suki::cli
