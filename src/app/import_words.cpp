#include "app/import_words.h"

#include "app/channels.h"
#include "base/text.h"

namespace suki::app {
namespace {

bool is_called(const plan::Text& name, std::string_view given) {
  for (const auto& [language, text] : name.by_language)
    if (to_lower_ascii(text) == to_lower_ascii(given)) return true;
  return false;
}

}  // namespace

ImportWords::ImportWords(Work& work) : work_(work), accounts_(work.tx.accounts()) {}

void ImportWords::note(const char* field, const std::string& given, const std::string& used) {
  mapped_.push_back({field, cut(to_valid_utf8(given), name_max), used});
}

/// By its id, or one it had before, else by its name in any language.
template <class Declared, class Has>
Symbol ImportWords::find(const std::vector<Declared>& declared, const std::string& given, Has has) const {
  if (const Symbol by_id = work_.plan->symbol(given); by_id && has(by_id)) return by_id;
  for (const Declared& one : declared)
    if (is_called(one.name, given)) return work_.plan->symbol(one.id);
  return {};
}

Symbol ImportWords::channel(const std::string& given) {
  const LoadedPlan& plan = *work_.plan;
  if (!given.empty()) {
    const Symbol found = find(plan.plan.channels, given, [&](Symbol id) { return plan.compiled->find_channel(id); });
    if (found) return found;
    for (const plan::ChannelDecl& channel : plan.plan.channels)
      if (given == name_of(channel.kind)) return plan.symbol(channel.id);
  }
  Symbol used = find_channel(plan, plan::ChannelKind::email);
  if (!used && !plan.compiled->channels.empty()) used = plan.compiled->channels.front().id;
  if (!given.empty()) note("channel", given, plan.slug(used));
  return used;
}

Symbol ImportWords::topic(const std::string& given) {
  const LoadedPlan& plan = *work_.plan;
  if (given.empty()) return {};
  const Symbol found = find(plan.plan.topics, given, [&](Symbol id) { return plan.compiled->find_topic(id); });
  if (!found) note("topic", given, plan.slug(plan.compiled->default_topic));
  return found;
}

Symbol ImportWords::team(const std::string& given) {
  const LoadedPlan& plan = *work_.plan;
  if (given.empty()) return {};
  const Symbol found = find(plan.plan.teams, given, [&](Symbol id) { return plan.compiled->find_team(id); });
  if (!found) note("team", given, "the team of its topic");
  return found;
}

Symbol ImportWords::priority(const std::string& given) {
  const LoadedPlan& plan = *work_.plan;
  if (given.empty()) return {};
  const Symbol found = find(plan.plan.priorities, given, [&](Symbol id) { return plan.compiled->find_priority(id); });
  if (!found) note("priority", given, plan.slug(plan.compiled->default_priority));
  return found;
}

Symbol ImportWords::language(const std::string& given) {
  const LoadedPlan& plan = *work_.plan;
  const std::string used = plan.language(given);
  if (!given.empty() && used != given) note("language", given, used);
  return plan.symbol(used);
}

Symbol ImportWords::hold_reason(const std::string& given) {
  const LoadedPlan& plan = *work_.plan;
  const auto& reasons = plan.compiled->hold_reasons;
  const auto has = [&](Symbol id) { return std::find(reasons.begin(), reasons.end(), id) != reasons.end(); };
  const Symbol found = given.empty() ? Symbol{} : find(plan.plan.hold_reasons, given, has);
  if (found || reasons.empty()) return found;
  note("hold_reason", given, plan.slug(reasons.front()));
  return reasons.front();
}

const store::AccountRecord* ImportWords::agent(const char* field, const std::string& given, bool must_work) {
  if (given.empty()) return nullptr;
  const std::string lower = to_lower_ascii(given);
  for (const store::AccountRecord& account : accounts_) {
    if (must_work && account.removed) continue;
    if (account.login == given || (!account.email.empty() && account.email == lower) ||
        to_lower_ascii(account.name) == lower)
      return &account;
  }
  note(field, given, "");
  return nullptr;
}

std::string ImportWords::email(const std::string& given) {
  auto email = check_email("email", given);
  if (email.ok()) return *std::move(email);
  note("email", given, "");
  return {};
}

}  // namespace suki::app
