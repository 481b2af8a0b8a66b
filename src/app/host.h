/// The real clock and the system's randomness, for everything but tests.
#pragma once

#include "app/app.h"

namespace suki::app {
[[nodiscard]] Host system_host();

/// The key that second steps are sealed with: <data_dir>/second-step.key, 32 bytes, made at the first call, mode 0600.
/// It lies beside the store and not in it, so that a copy of the store opens nobody's second step. Errors: io.
[[nodiscard]] Result<std::string> ensure_secret_key(const std::string& data_dir);
}  // namespace suki::app
