#include "plan/model.h"

namespace suki::plan {
namespace {

template <class Things, class Use>
bool use_if_there(const Things& things, std::string_view id, Use use) {
  for (const auto& thing : things) {
    if (thing.id == id) {
      use(thing.name, thing.place);
      return true;
    }
  }
  return false;
}

template <class Use>
void use_named(const Plan& plan, std::string_view id, Use use) {
  (void)(use_if_there(plan.calendars, id, use) || use_if_there(plan.channels, id, use) ||
         use_if_there(plan.skills, id, use) || use_if_there(plan.segments, id, use) ||
         use_if_there(plan.hold_reasons, id, use) || use_if_there(plan.teams, id, use) ||
         use_if_there(plan.topics, id, use) || use_if_there(plan.priorities, id, use) ||
         use_if_there(plan.policies, id, use) || use_if_there(plan.sla_rules, id, use) ||
         use_if_there(plan.assignment_rules, id, use) || use_if_there(plan.escalation_steps, id, use) ||
         use_if_there(plan.auto_replies, id, use));
}

}  // namespace

std::string_view Text::get(std::string_view language, const std::vector<std::string>& fallbacks) const {
  if (const auto found = by_language.find(std::string(language)); found != by_language.end()) return found->second;
  for (const auto& other : fallbacks) {
    if (const auto found = by_language.find(other); found != by_language.end()) return found->second;
  }
  return {};
}

std::string Plan::name_of(std::string_view id, std::string_view language) const {
  std::string name;
  use_named(*this, id, [&](const Text& text, const Place&) { name = text.get(language, business.languages); });
  return name.empty() ? std::string(id) : name;
}

Place Plan::place_of(std::string_view id) const {
  Place place;
  use_named(*this, id, [&](const Text&, const Place& its) { place = its; });
  return place;
}

}  // namespace suki::plan
