#include "plan/conditions.h"

#include <algorithm>

namespace suki::plan {
namespace {

using Values = std::set<std::string>;

/// Facts tried out at most when several rules may hide one together; beyond it the proof is not attempted. Chosen:
/// it is reached by lists of dozens of values under four keys at once.
constexpr std::size_t cells_max = 20'000;

Values domain_of(const Context& context, const ConditionKey& key) {
  const auto ids = key.kind ? context.ids_of(*key.kind) : context.languages;
  return {ids.begin(), ids.end()};
}

Values values_of(const Node& node) {
  Values out;
  if (node.kind == NodeKind::list) {
    for (const auto& item : node.items) out.insert(item.scalar);
  } else if (node.kind != NodeKind::map) {
    out.insert(node.scalar);
  }
  return out;
}

/// Is everything that matches `inner` matched by `outer` too?
bool contains(const RuleShape& outer, const RuleShape& inner) {
  for (std::size_t k = 0; k < fact_key_count; ++k) {
    if (!outer.allowed[k]) continue;
    if (!inner.allowed[k]) return false;  // inner also takes an unknown fact, outer does not
    if (!std::includes(outer.allowed[k]->begin(), outer.allowed[k]->end(), inner.allowed[k]->begin(),
                       inner.allowed[k]->end()))
      return false;
  }
  return true;
}

bool is_impossible(const RuleShape& rule) {
  return std::any_of(rule.allowed.begin(), rule.allowed.end(), [](const auto& set) { return set && set->empty(); });
}

/// Do the rules [0, index) together match all that rule `index` matches? Tries each combination of its values. A rule
/// that looks at a key which this one leaves open cannot help: there the fact may be unknown.
bool hidden_by_several(const std::vector<RuleShape>& rules, std::size_t index) {
  const RuleShape& rule = rules[index];
  std::vector<const RuleShape*> helpers;
  for (std::size_t i = 0; i < index; ++i) {
    bool helps = !rules[i].unsure;
    for (std::size_t k = 0; k < fact_key_count; ++k) helps = helps && (!rules[i].allowed[k] || rule.allowed[k]);
    if (helps) helpers.push_back(&rules[i]);
  }
  std::vector<std::size_t> keys;
  std::size_t cells = 1;
  for (std::size_t k = 0; k < fact_key_count; ++k) {
    if (!rule.allowed[k]) continue;
    keys.push_back(k);
    cells *= std::max<std::size_t>(rule.allowed[k]->size(), 1);
    if (cells > cells_max) return false;
  }
  if (helpers.size() < 2 || keys.empty()) return false;

  std::vector<Values::const_iterator> at;
  for (const auto k : keys) at.push_back(rule.allowed[k]->begin());
  while (true) {
    const bool matched = std::any_of(helpers.begin(), helpers.end(), [&](const RuleShape* helper) {
      for (std::size_t i = 0; i < keys.size(); ++i) {
        const auto& set = helper->allowed[keys[i]];
        if (set && !set->contains(*at[i])) return false;
      }
      return true;
    });
    if (!matched) return false;
    std::size_t digit = 0;
    while (digit < keys.size() && ++at[digit] == rule.allowed[keys[digit]]->end()) {
      at[digit] = rule.allowed[keys[digit]]->begin();
      ++digit;
    }
    if (digit == keys.size()) return true;
  }
}

}  // namespace

RuleShape shape_of(const Context& context, const Node& rule) {
  RuleShape shape{&rule, scalar_at(rule, "id"), {}, false};
  const Node* when = rule.find("when");
  if (when == nullptr) return shape;
  const auto keys = condition_keys();
  const auto narrow = [&](const Node::Entry& entry, bool negated) {
    bool known_key = false;
    for (std::size_t k = 0; k < keys.size(); ++k) {
      if (keys[k].key != entry.key) continue;
      known_key = true;
      const Values values = values_of(entry.value);
      const Values domain = domain_of(context, keys[k]);
      shape.unsure =
          shape.unsure || values.empty() || !std::includes(domain.begin(), domain.end(), values.begin(), values.end());
      Values& allowed = shape.allowed[k] ? *shape.allowed[k] : shape.allowed[k].emplace(domain);
      std::erase_if(allowed, [&](const std::string& id) { return values.contains(id) == negated; });
    }
    shape.unsure = shape.unsure || !known_key;
  };
  shape.unsure = when->entries.empty();
  for (const auto& entry : when->entries) {
    if (entry.key != "not") {
      narrow(entry, false);
    } else {
      for (const auto& inner : entry.value.entries) narrow(inner, true);
    }
  }
  return shape;
}

bool may_overlap(const RuleShape& a, const RuleShape& b) {
  for (std::size_t k = 0; k < fact_key_count; ++k) {
    if (!a.allowed[k] || !b.allowed[k]) continue;
    const bool common = std::any_of(a.allowed[k]->begin(), a.allowed[k]->end(),
                                    [&](const auto& id) { return b.allowed[k]->contains(id); });
    if (!common) return false;
  }
  return !is_impossible(a) && !is_impossible(b);
}

void check_rules(Context& context, const std::vector<RuleShape>& rules, bool needs_default) {
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const RuleShape& rule = rules[i];
    if (rule.unsure) continue;
    if (is_impossible(rule)) {
      context.error(place_of_key(*rule.node, "when"), "never-holds",
                    fmt::format("the condition of rule \"{}\" can never hold", rule.id),
                    "its keys leave no value over");
      continue;
    }
    const auto hider =
        std::find_if(rules.begin(), rules.begin() + static_cast<std::ptrdiff_t>(i),
                     [&](const RuleShape& earlier) { return !earlier.unsure && contains(earlier, rule); });
    if (hider != rules.begin() + static_cast<std::ptrdiff_t>(i)) {
      context.error(rule.node->place, "unreachable-rule", fmt::format("rule \"{}\" is never reached", rule.id),
                    fmt::format("rule \"{}\" in line {} matches all that it would; put the narrower rule first",
                                hider->id, hider->node->place.line));
    } else if (hidden_by_several(rules, i)) {
      context.error(rule.node->place, "unreachable-rule", fmt::format("rule \"{}\" is never reached", rule.id),
                    "the rules before it together match all that it would");
    }
  }
  if (needs_default && !rules.empty() && rules.back().node->find("when") != nullptr) {
    context.error(place_of_key(*rules.back().node, "when"), "no-default",
                  fmt::format("the last rule, \"{}\", has a condition", rules.back().id),
                  "end the list with a rule without when: it is the default");
  }
}

}  // namespace suki::plan
