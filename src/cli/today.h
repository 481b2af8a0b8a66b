#pragma once

#include <chrono>
#include <cstdint>

#include "base/time.h"

namespace suki::cli {

/// The day in UTC on which a command is run.
inline Date today() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return Date{static_cast<std::int32_t>(std::chrono::floor<std::chrono::days>(now).count())};
}

}  // namespace suki::cli
