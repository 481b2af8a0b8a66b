/// Secrets that have to be read again (of second steps, of mailboxes): sealed by Host::secret_key, which lies beside
/// the store and not in it (XChaCha20-Poly1305), so that a copy or a backup of the store opens none of them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "app/app.h"

namespace suki::app {

[[nodiscard]] bool can_seal(App& app);  ///< false: the host has no key
/// `count` bytes, at most 32, out of the host's chance, which comes as text.
[[nodiscard]] std::string chance(App& app, std::size_t count);
/// Text (base32). `about`: whose it is, "second step 7"; a row that is moved to another does not open.
[[nodiscard]] std::string seal(App& app, std::string_view about, std::string_view secret);
/// Nothing: there is no key, it is another one, or this was sealed about something else.
[[nodiscard]] std::optional<std::string> unseal(App& app, std::string_view about, const std::string& sealed);

}  // namespace suki::app
