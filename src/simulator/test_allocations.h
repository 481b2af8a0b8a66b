/// Counts what a whole program allocates. Include it in exactly one source of a test or benchmark: it replaces global
/// new.
#pragma once

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <new>

namespace suki::simulator {
inline std::atomic<std::uint64_t> allocations{0};
}

// The other forms of new come down to these; under the address sanitizer they do not, so that what the standard library
// itself uses without an exception stands here, too. Not inlined, as g++ 12 would then take free() for a mistake.
[[gnu::noinline]] void* operator new(std::size_t size) {
  suki::simulator::allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* p = std::malloc(size ? size : 1)) return p;
  throw std::bad_alloc();
}
[[gnu::noinline]] void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  suki::simulator::allocations.fetch_add(1, std::memory_order_relaxed);
  return std::malloc(size ? size : 1);
}
[[gnu::noinline]] void operator delete(void* p) noexcept {
  std::free(p);
}
[[gnu::noinline]] void operator delete(void* p, std::size_t) noexcept {
  std::free(p);
}
