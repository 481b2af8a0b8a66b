/// Invariants of our own code: on in release, never reachable from input.
#pragma once

namespace suki {
[[noreturn]] void assertion_failed(const char* expression, const char* file, int line) noexcept;
}

#define SUKI_ASSERT(expression) \
  (static_cast<bool>(expression) ? void(0) : ::suki::assertion_failed(#expression, __FILE__, __LINE__))
/// A place that is never come to; `why` is what does not hold.
#define SUKI_UNREACHABLE(why) ::suki::assertion_failed(why, __FILE__, __LINE__)
