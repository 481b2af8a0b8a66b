/// What the pinned plan says of one clock. Shared by decide() and nobody outside this room.
#pragma once

#include "desk/conversation.h"

namespace suki::desk {

/// The policy's promise for `target`; null when it has none, or the plan no longer knows the policy.
[[nodiscard]] const plan::TargetPromise* find_promise(const plan::CompiledPlan& plan, Symbol policy, Target target);
/// The calendar that a policy counts in; always open when the plan no longer knows the policy.
[[nodiscard]] const calendar::Calendar& calendar_of(const plan::CompiledPlan& plan, Symbol policy);
[[nodiscard]] bool pauses(const plan::TargetPromise* promise, State state);

enum class ItemKind : std::uint8_t { none, warning, step, breach };
/// What time alone does next to a clock. `at` is where it belongs; a breach can be told only after its instant.
struct Item {
  ItemKind kind = ItemKind::none;
  Instant at = never;
  [[nodiscard]] Instant fires_at() const { return kind == ItemKind::breach ? at + microseconds(1) : at; }
};
[[nodiscard]] Item next_item(const plan::CompiledPlan& plan, const Clock& clock, Target target);

}  // namespace suki::desk
