/// Things of plans as numbers. A symbol is one thing (a topic, a team, a policy ...) for ever; its slug is what the
/// plan calls it, and may change from one plan version to the next (`was:`). A store keeps who was called what since
/// when, so that every version is compiled to the same symbols.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/ids.h"

namespace suki::plan {

/// The names as of one plan version. Grows only. Symbol{n} is the n-th thing ever named (from 1); Symbol{} is "none".
class Symbols {
 public:
  /// The thing of this name; a new one when nothing is called so now, although something may have been. Amortised
  /// O(length).
  Symbol intern(std::string_view slug);
  [[nodiscard]] Symbol find(std::string_view slug) const;  ///< Symbol{} when nothing is called so now
  /// The same; else what was called so last, before it was renamed.
  [[nodiscard]] Symbol find_by_any_name(std::string_view slug) const;
  /// "" for none; `symbol` must come from here. Two may have one text: then find() gives the one that has the name now,
  /// and the other is of an earlier plan.
  [[nodiscard]] std::string_view text(Symbol symbol) const;
  [[nodiscard]] std::size_t size() const { return slugs_.size(); }

  /// From now on `symbol` is called `slug`; whatever was called so before has no name that finds it, until it gets one.
  /// Several renames may come in any order (a swap too) when all symbols were looked up before the first.
  void rename(Symbol symbol, std::string_view slug);

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view s) const { return std::hash<std::string_view>{}(s); }
  };
  using Index = std::unordered_map<std::string, Symbol, Hash, std::equal_to<>>;
  std::vector<std::string> slugs_;
  Index index_, former_;  ///< no slug is in both
};

}  // namespace suki::plan
