/// Invariants of our own code: on in release, never reachable from input.
#pragma once

namespace suki {
[[noreturn]] void assertion_failed(const char* expression, const char* file, int line) noexcept;
}

#define SUKI_ASSERT(expression) \
  (static_cast<bool>(expression) ? void(0) : ::suki::assertion_failed(#expression, __FILE__, __LINE__))
