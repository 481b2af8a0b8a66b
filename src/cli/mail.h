/// `suki mail`: mail from the command line, as mail servers call it.
#pragma once

#include <string>

#include "app/app.h"
#include "base/result.h"
#include "store/store.h"

namespace CLI {
class App;
}

namespace suki::cli {
/// The verb "deliver": the mail itself, as it came.
[[nodiscard]] Result<std::string> deliver_mail(app::App& app, store::Store& store, const std::string& raw);
/// Adds `deliver` under `mail`. `exit_code` gets one of sysexits.h when the command has run.
void add_mail_commands(CLI::App& mail, int& exit_code);
}  // namespace suki::cli
