/// Rule lists: which conditions can hold, which rules can ever be reached, and that a list ends in a named default.
#pragma once

#include <array>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "plan/context.h"
#include "plan/facts.h"

namespace suki::plan {

/// One rule as sets: for each fact key that it looks at, the values that will do. A key without a set: any value, also
/// an unknown one; with a set: only a known one of these.
struct RuleShape {
  const Node* node = nullptr;
  std::string id;
  std::array<std::optional<std::set<std::string>>, fact_key_count> allowed;
  bool unsure = false;  ///< part of its condition was reported: nothing is concluded from the rest
};

[[nodiscard]] RuleShape shape_of(const Context& context, const Node& rule);
/// Can some facts match both?
[[nodiscard]] bool may_overlap(const RuleShape& a, const RuleShape& b);

/// Reports conditions that never hold, rules that earlier ones hide (alone, or several together), and, where
/// `needs_default`, a last rule with a condition.
void check_rules(Context& context, const std::vector<RuleShape>& rules, bool needs_default);

}  // namespace suki::plan
