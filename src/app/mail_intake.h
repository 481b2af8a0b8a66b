/// The door for mails: each becomes a message, is known already, or is kept in quarantine, and none is lost. See
/// docs/decisions/0032-quarantine.md.
#pragma once

#include <string>

#include "app/app.h"

namespace suki::app {

/// Marks are kept in this data folder from now on. Errors: io.
[[nodiscard]] Result<void> watch_reading(App& app, const std::string& data_dir);

/// The same as App::deliver_mail in transactions of its own, for callers that have none: a mail at which the first one
/// fails goes to quarantine in a second. That the store takes it there tells that the fault was the mail's. Waits.
[[nodiscard]] Result<App::Delivered> take_mail(App& app, store::Store& store, const std::string& raw);
/// That second step, for callers that do not wait. `error`: what the first gave; it comes back when the mail is not at
/// fault.
[[nodiscard]] Result<App::Delivered> keep_failed(App& app, store::Tx& tx, const std::string& raw, const Error& error);

}  // namespace suki::app
