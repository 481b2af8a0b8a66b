/// Strong ids: two kinds of id never mix. 0 means "none".
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace suki {

template <class Tag, class Number>
struct Id {
  Number value = 0;

  constexpr Id() = default;
  constexpr explicit Id(Number v) : value(v) {}
  constexpr explicit operator bool() const { return value != 0; }
  friend constexpr auto operator<=>(const Id&, const Id&) = default;
};

using ConversationId = Id<struct ConversationTag, std::int64_t>;
using MessageId = Id<struct MessageTag, std::int64_t>;
using CustomerId = Id<struct CustomerTag, std::int64_t>;
using AgentId = Id<struct AgentTag, std::int64_t>;
using SavedViewId = Id<struct SavedViewTag, std::int64_t>;
using PlanVersion = Id<struct PlanVersionTag, std::int32_t>;  ///< 1, 2, 3 ... in the order of adoption

/// A slug of the plan (topic, team, policy ...) interned to a number that stays the same for the life of a store.
using Symbol = Id<struct SymbolTag, std::uint32_t>;

}  // namespace suki

template <class Tag, class Number>
struct std::hash<suki::Id<Tag, Number>> {
  std::size_t operator()(const suki::Id<Tag, Number>& id) const noexcept { return std::hash<Number>{}(id.value); }
};
