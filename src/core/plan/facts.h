/// What the rules may look at, as symbols. An unknown fact is Symbol{} and matches nothing.
#pragma once

#include "base/ids.h"

namespace suki::plan {

/// Fixed keys of a condition. Order is the order of Facts::values.
enum class FactKey : std::uint8_t { channel, topic, priority, segment, language, team };
inline constexpr std::size_t fact_key_count = 6;

struct Facts {
  Symbol values[fact_key_count] = {};
  [[nodiscard]] Symbol get(FactKey key) const { return values[static_cast<std::size_t>(key)]; }
  void set(FactKey key, Symbol value) { values[static_cast<std::size_t>(key)] = value; }
  friend bool operator==(const Facts&, const Facts&) = default;
};

}  // namespace suki::plan
