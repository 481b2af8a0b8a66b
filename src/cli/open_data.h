/// How a command reaches a data folder: through the server that owns it, or by opening it when nobody does.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>

#include "app/app.h"
#include "base/result.h"
#include "cli/data_place.h"
#include "control/control.h"
#include "store/store.h"

namespace suki::cli {

/// A command that changes or reads the store: takes a JSON document (or a mail), gives what the command prints.
using Verb = std::function<Result<std::string>(app::App& app, store::Store& store, const std::string& body)>;

/// All verbs that a running server takes over its socket, by name. They are the very same functions that run when no
/// server does.
[[nodiscard]] const std::map<std::string, Verb>& verbs();

/// The same for the socket of the server that has `app` and `store`.
[[nodiscard]] std::map<std::string, control::Control::Handler> socket_verbs(app::App& app, store::Store& store);

/// What a verb does where there is no data folder yet. A misspelt name must not look like an empty shop.
enum class Missing : std::uint8_t { refuse, make };

/// For another command that has the folder, or a server that is just starting or stopping. Chosen, not measured.
inline constexpr std::chrono::milliseconds patience_default{2'000};

/// Has `verb` done for the data folder: by the server that serves it, else in this process. Whoever has the folder for
/// a moment is waited for, `patience` at most. Errors: the verb's own; io (no such folder), busy, conflict (`store` is
/// not where the folder keeps its store), unavailable.
[[nodiscard]] Result<std::string> perform(const DataPlace& place, const std::string& verb, const std::string& body,
                                          Missing missing = Missing::refuse,
                                          std::chrono::milliseconds patience = patience_default);

/// Prints the result or "suki: what failed" (standard error). Returns the exit code: 0, or 1 when the rules or the
/// input said no, or 2 when the data folder cannot be used.
[[nodiscard]] int report(const Result<std::string>& result);

}  // namespace suki::cli
