#include "plan/symbols.h"

#include "base/assert.h"

namespace suki::plan {

Symbol Symbols::intern(std::string_view slug) {
  SUKI_ASSERT(!slug.empty());
  if (auto it = index_.find(slug); it != index_.end()) return it->second;
  slugs_.emplace_back(slug);
  const Symbol symbol{static_cast<std::uint32_t>(slugs_.size())};
  index_.emplace(slugs_.back(), symbol);
  return symbol;
}

Symbol Symbols::find(std::string_view slug) const {
  auto it = index_.find(slug);
  return it == index_.end() ? Symbol{} : it->second;
}

std::string_view Symbols::text(Symbol symbol) const {
  if (!symbol) return {};
  SUKI_ASSERT(symbol.value <= slugs_.size());
  return slugs_[symbol.value - 1];
}

}  // namespace suki::plan
