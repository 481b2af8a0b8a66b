/// The real clock and the system's randomness, for everything but tests.
#pragma once

#include "app/app.h"

namespace suki::app {
[[nodiscard]] Host system_host();
}  // namespace suki::app
