#include "plan/compiled.h"

#include <algorithm>

namespace suki::plan {
namespace {

template <class Things>
auto find_by_id(const Things& things, Symbol id) -> const typename Things::value_type* {
  if (!id) return nullptr;
  // Plans hold tens of each kind at most: a scan of a vector beats an index, and nothing has to be kept in step.
  for (const auto& thing : things) {
    if (thing.id == id) return &thing;
  }
  return nullptr;
}

template <class Rules>
auto first_match(const Rules& rules, const Facts& facts) -> const typename Rules::value_type* {
  for (const auto& rule : rules) {
    if (matches(rule.when, facts)) return &rule;
  }
  return nullptr;
}

bool holds(const Clause& clause, const Facts& facts) {
  const Symbol value = facts.get(clause.key);
  if (!value) return false;  // unknown: neither the clause nor its opposite holds
  const bool among = std::find(clause.values.begin(), clause.values.end(), value) != clause.values.end();
  return among != clause.negated;
}

}  // namespace

bool matches(const Condition& condition, const Facts& facts) {
  return std::all_of(condition.clauses.begin(), condition.clauses.end(),
                     [&](const Clause& clause) { return holds(clause, facts); });
}

const Channel* CompiledPlan::find_channel(Symbol id) const {
  return find_by_id(channels, id);
}
const Team* CompiledPlan::find_team(Symbol id) const {
  return find_by_id(teams, id);
}
const Topic* CompiledPlan::find_topic(Symbol id) const {
  return find_by_id(topics, id);
}
const Priority* CompiledPlan::find_priority(Symbol id) const {
  return find_by_id(priorities, id);
}
const SlaPolicy* CompiledPlan::find_policy(Symbol id) const {
  return find_by_id(policies, id);
}

const SlaRule* CompiledPlan::choose_sla(const Facts& facts) const {
  return first_match(sla_rules, facts);
}

const AssignmentRule* CompiledPlan::choose_assignment(const Facts& facts) const {
  return first_match(assignment_rules, facts);
}

const AutoReply* CompiledPlan::choose_reply(ReplyOn on, const Facts& facts) const {
  for (const auto& reply : auto_replies) {
    if (reply.on == on && matches(reply.when, facts)) return &reply;
  }
  return nullptr;
}

}  // namespace suki::plan
