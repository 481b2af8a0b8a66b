#include "plan/symbols.h"

#include "base/assert.h"

namespace suki::plan {

Symbol Symbols::intern(std::string_view slug) {
  SUKI_ASSERT(!slug.empty());
  if (auto it = index_.find(slug); it != index_.end()) return it->second;
  slugs_.emplace_back(slug);
  const Symbol symbol{static_cast<std::uint32_t>(slugs_.size())};
  index_.emplace(slugs_.back(), symbol);
  former_.erase(slugs_.back());
  return symbol;
}

Symbol Symbols::find(std::string_view slug) const {
  auto it = index_.find(slug);
  return it == index_.end() ? Symbol{} : it->second;
}

Symbol Symbols::find_by_any_name(std::string_view slug) const {
  if (const Symbol now = find(slug)) return now;
  auto it = former_.find(slug);
  return it == former_.end() ? Symbol{} : it->second;
}

void Symbols::rename(Symbol symbol, std::string_view slug) {
  SUKI_ASSERT(symbol && symbol.value <= slugs_.size() && !slug.empty());
  std::string& text = slugs_[symbol.value - 1];
  // In a swap another may have taken the name already.
  if (auto it = index_.find(text); it != index_.end() && it->second == symbol) {
    former_.insert_or_assign(text, symbol);
    index_.erase(it);
  }
  text = slug;
  index_.insert_or_assign(text, symbol);
  former_.erase(text);
}

std::string_view Symbols::text(Symbol symbol) const {
  if (!symbol) return {};
  SUKI_ASSERT(symbol.value <= slugs_.size());
  return slugs_[symbol.value - 1];
}

}  // namespace suki::plan
