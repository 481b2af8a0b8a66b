/// Chance as a value. One stream per cause and contact, so that two plans meet the same customers: what an agent or a
/// rule does to one contact never shifts the draws of another.
/// splitmix64: Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014.
#pragma once

#include <cmath>
#include <cstdint>

#include "base/time.h"

namespace suki::simulator {

/// Scatters 64 bits; one to one.
constexpr std::uint64_t mix64(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31);
}

class Random {
 public:
  constexpr Random() = default;
  /// The stream of `cause` for the `number`-th thing of kind `kind`. Equal arguments give equal draws.
  constexpr Random(std::uint64_t seed, std::uint32_t cause, std::uint32_t kind, std::uint64_t number)
      : state_(mix64(mix64(seed + step) ^ (std::uint64_t{cause} << 32 | kind)) + mix64(number + step)) {}

  constexpr std::uint64_t next() { return mix64(state_ += step); }
  /// In [0, 1), 53 bits.
  constexpr double uniform() { return static_cast<double>(next() >> 11) * 0x1p-53; }
  constexpr bool chance(double probability) { return uniform() < probability; }
  /// Exponential with this mean, to the microsecond.
  Span exponential(Span mean) {
    return Span{static_cast<std::int64_t>(-static_cast<double>(mean.us) * std::log(1.0 - uniform()))};
  }

 private:
  static constexpr std::uint64_t step = 0x9e3779b97f4a7c15U;
  std::uint64_t state_ = 0;
};

}  // namespace suki::simulator
