/// Slugs of plans interned to numbers. A store keeps the table, so that a symbol means the same slug for ever.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/ids.h"

namespace suki::plan {

/// Grows only. Symbol{n} is the n-th slug ever interned (from 1); Symbol{} is "none".
class Symbols {
 public:
  Symbol intern(std::string_view slug);                      ///< amortised O(length)
  [[nodiscard]] Symbol find(std::string_view slug) const;    ///< Symbol{} when it was never interned
  [[nodiscard]] std::string_view text(Symbol symbol) const;  ///< "" for none; `symbol` must come from here
  [[nodiscard]] std::size_t size() const { return slugs_.size(); }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view s) const { return std::hash<std::string_view>{}(s); }
  };
  std::vector<std::string> slugs_;
  std::unordered_map<std::string, Symbol, Hash, std::equal_to<>> index_;
};

}  // namespace suki::plan
