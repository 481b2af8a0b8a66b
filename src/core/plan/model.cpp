#include "plan/model.h"

namespace suki::plan {
namespace {

template <class Things, class Use>
bool use_if_there(const Things& things, Kind kind, std::string_view id, Use use) {
  for (const auto& thing : things) {
    if (thing.id == id) {
      use(thing.name, thing.place, kind);
      return true;
    }
  }
  return false;
}

template <class Use>
void use_named(const Plan& plan, std::string_view id, Use use) {
  const auto in = [&](const auto& things, Kind kind) { return use_if_there(things, kind, id, use); };
  (void)(in(plan.calendars, Kind::calendar) || in(plan.channels, Kind::channel) || in(plan.skills, Kind::skill) ||
         in(plan.segments, Kind::segment) || in(plan.hold_reasons, Kind::hold_reason) || in(plan.teams, Kind::team) ||
         in(plan.topics, Kind::topic) || in(plan.priorities, Kind::priority) || in(plan.policies, Kind::policy) ||
         in(plan.sla_rules, Kind::sla_rule) || in(plan.assignment_rules, Kind::assignment_rule) ||
         in(plan.escalation_steps, Kind::escalation) || in(plan.auto_replies, Kind::reply));
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
  use_named(*this, id, [&](const Text& text, const Place&, Kind) { name = text.get(language, business.languages); });
  return name.empty() ? std::string(id) : name;
}

Place Plan::place_of(std::string_view id) const {
  Place place;
  use_named(*this, id, [&](const Text&, const Place& its, Kind) { place = its; });
  return place;
}

std::optional<Kind> Plan::kind_of(std::string_view id) const {
  std::optional<Kind> kind;
  use_named(*this, id, [&](const Text&, const Place&, Kind its) { kind = its; });
  return kind;
}

}  // namespace suki::plan
