/// `suki mail test` and `suki mail dkim`: whether mail gets out, and signed as its domain says.
#pragma once

#include <string>
#include <vector>

#include "app/app.h"
#include "base/result.h"
#include "mail/dkim.h"
#include "mail/trial.h"
#include "store/store.h"

namespace CLI {
class App;
}

namespace suki::cli {

/// The verb "mail-trial": {"to", "language"}, gives {"from", "to", "data"} of the mail of a trial. Errors: bad_input,
/// conflict ("no_sender").
[[nodiscard]] Result<std::string> write_mail_trial(app::App& app, store::Store& store, const std::string& body);

/// Keys by their files. Errors: io, bad_input; both name the file.
[[nodiscard]] Result<std::vector<mail::DkimKey>> read_dkim_keys(const std::vector<std::string>& files);

/// A step a line, with what to do about the one that failed.
[[nodiscard]] std::string trial_to_text(const mail::Trial& trial);

/// Adds `test` and `dkim` under `mail`.
void add_mail_out_commands(CLI::App& mail, int& exit_code);

}  // namespace suki::cli
