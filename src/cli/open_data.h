/// How a command reaches a data folder: through the server that owns it, or by opening it when nobody does.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "app/app.h"
#include "base/result.h"
#include "store/store.h"

namespace suki::cli {

/// A command that changes or reads the store: takes a JSON document, gives what the command prints.
using Verb = std::function<Result<std::string>(app::App& app, store::Store& store, const std::string& body)>;

/// All verbs that a running server takes over its socket, by name, but `deliver`. They are the very same functions that
/// run when no server does.
[[nodiscard]] const std::map<std::string, Verb>& verbs();

/// Has `verb` done for the data folder. Errors: the verb's own, io, busy.
[[nodiscard]] Result<std::string> perform(const std::string& data_dir, const std::string& verb,
                                          const std::string& body);

/// Prints the result or "suki: what failed" (standard error). Returns the exit code: 0, or 1 when the rules or the
/// input said no, or 2 when the data folder cannot be used.
[[nodiscard]] int report(const Result<std::string>& result);

}  // namespace suki::cli
