#include <algorithm>
#include <array>
#include <optional>

#include "plan/conditions.h"
#include "plan/semantics.h"
#include "plan/validate.h"
#include "plan/values.h"

namespace suki::plan {
namespace {

constexpr std::string_view occasion_by_hand = "by_hand";
constexpr std::array<std::string_view, 6> known_placeholders{"customer", "business", "number",
                                                             "topic",    "reply_by", "link"};

std::optional<Span> budget_at(const Node& node, std::string_view key) {
  const Node* value = node.find(key);
  if (value == nullptr) return std::nullopt;
  auto span = read_budget(value->scalar);
  return span ? std::optional(*span) : std::nullopt;
}

const calendar::Calendar* find_calendar(const std::vector<BuiltCalendar>& calendars, std::string_view id) {
  for (const auto& calendar : calendars) {
    if (calendar.decl.id == id && calendar.compiled) return &*calendar.compiled;
  }
  return nullptr;
}

void check_target(Context& context, const Node::Entry& target) {
  const auto within = budget_at(target.value, "within");
  const auto warn = budget_at(target.value, "warn");
  if (within && warn && *warn >= *within) {
    context.error(target.value.find("warn")->place, "bad-warning",
                  fmt::format("the warning of {} comes before its clock starts", target.key),
                  "make warn shorter than within");
  }
}

void check_reach(Context& context, const Node& policy, const Node& targets,
                 const std::vector<BuiltCalendar>& calendars) {
  const Node* name = policy.find("calendar");
  const auto* calendar = name != nullptr ? find_calendar(calendars, name->scalar) : nullptr;
  if (calendar == nullptr) return;
  const Instant from = asking_from(context);
  if (!ever_opens(*calendar, from)) {
    context.error(name->place, "never-opens",
                  fmt::format("the calendar \"{}\" never opens, so no promise could come due", name->scalar),
                  "give it hours");
    return;
  }
  for (const auto& target : targets.entries) {
    const auto within = budget_at(target.value, "within");
    if (within && !calendar->add(from, *within)) {
      context.error(target.value.find("within")->place, "never-due",
                    fmt::format("the calendar \"{}\" never has that much working time", name->scalar),
                    "promise less, or give it hours");
    }
  }
}

void check_escalation(Context& context, const Node& step, const Node* targets) {
  const Node* target = step.find("target");
  const Node* team = step.find("team");
  const auto action = scalar_at(step, "do");
  if (action == "assign_team" && team == nullptr) {
    context.error(place_of_key(step, "do"), "missing-key", "assign_team needs the key \"team\"",
                  "say which team gets it");
  } else if (team != nullptr && (action == "notify_assignee" || action == "raise_priority")) {
    context.error(place_of_key(step, "team"), "misplaced-key", fmt::format("\"team\" has no meaning for {}", action),
                  "remove it");
  }
  if (action == "raise_priority" && items_at(context.folder.root, {"priorities"}).size() == 1) {
    context.warning(step.find("do")->place, "no-effect", "there is only one priority, so there is nothing to raise");
  }
  if (target == nullptr || targets == nullptr || targets->kind != NodeKind::map) return;
  const bool known = target->scalar == "first_reply" || target->scalar == "next_reply" || target->scalar == "update" ||
                     target->scalar == "resolution";
  const Node* watched = targets->find(target->scalar);
  if (watched == nullptr) {
    if (known) {
      context.error(target->place, "missing-target",
                    fmt::format("this policy promises no {}, so there is nothing to watch", target->scalar),
                    "add the target, or remove the escalation");
    }
    return;
  }
  const auto within = budget_at(*watched, "within");
  const Node* at = step.find("at");
  const auto offset = at != nullptr ? read_offset(at->scalar) : Result<Span>(Span{});
  if (within && offset && -*offset >= *within) {
    context.error(at->place, "bad-offset",
                  fmt::format("\"{}\" is before the clock of {} starts", at->scalar, target->scalar),
                  "make it shorter than within");
  }
}

void warn_of_unused_policies(Context& context) {
  std::set<std::string> used;
  for (const auto& rule : items_at(context.folder.root, {"sla", "rules"})) {
    used.insert(scalar_at(rule, "policy"));
    if (!context.ids.contains(scalar_at(rule, "policy")))
      return;  // reported; perhaps it means the one that looks unused
  }
  for (const auto& policy : items_at(context.folder.root, {"sla", "policies"})) {
    const Node* id = policy.find("id");
    if (id == nullptr || used.contains(id->scalar)) continue;
    context.warning(id->place, "unused-policy", fmt::format("no rule leads to the policy \"{}\"", id->scalar),
                    "add a rule, or remove it");
  }
}

std::vector<RuleShape> shapes_of(const Context& context, std::span<const Node> rules) {
  std::vector<RuleShape> out;
  for (const auto& rule : rules) {
    if (rule.kind == NodeKind::map) out.push_back(shape_of(context, rule));
  }
  return out;
}

const Node* find_policy(const Context& context, std::string_view id) {
  for (const auto& policy : items_at(context.folder.root, {"sla", "policies"})) {
    if (scalar_at(policy, "id") == id) return &policy;
  }
  return nullptr;
}

/// A reply that tells when the answer comes, for facts under which nothing is promised.
void check_reply_by(Context& context, const Node& reply, const Place& place) {
  const auto rules = items_at(context.folder.root, {"sla", "rules"});
  if (rules.empty()) {
    context.warning(place, "nothing-promised", "{reply_by} is empty: the plan promises no first reply",
                    "add an sla with a first_reply");
    return;
  }
  const auto shape = shape_of(context, reply);
  for (const auto& rule : rules) {
    if (!may_overlap(shape, shape_of(context, rule))) continue;
    const Node* policy = find_policy(context, scalar_at(rule, "policy"));
    const Node* targets = policy != nullptr ? policy->find("targets") : nullptr;
    if (targets == nullptr || targets->find("first_reply") != nullptr) continue;
    context.warning(place, "nothing-promised",
                    fmt::format("{{reply_by}} is empty under the sla rule \"{}\": its policy promises no first reply",
                                scalar_at(rule, "id")),
                    "give the reply a narrower when, or the policy a first_reply");
    return;
  }
}

void check_reply_texts(Context& context, const Node& reply) {
  const bool by_hand = scalar_at(reply, "on") == occasion_by_hand;
  if (by_hand && reply.find("subject") != nullptr)
    context.warning(place_of_key(reply, "subject"), "no-effect",
                    "a reply that agents take by hand goes under the conversation's subject");
  std::vector<std::string> known(known_placeholders.begin(), known_placeholders.end());
  if (by_hand) known.emplace_back("agent");  // nobody else is there when a machine answers
  std::optional<Place> tells_when;
  for (const char* key : {"subject", "body"}) {
    const Node* node = reply.find(key);
    if (node == nullptr) continue;
    check_placeholders(context, *node, known, [&](const std::string& word, const Place& place) {
      if (word == "reply_by" && !tells_when) tells_when = place;
    });
  }
  if (tells_when) check_reply_by(context, reply, *tells_when);
}

}  // namespace

void check_placeholders(Context& context, const Node& text, const std::vector<std::string>& known,
                        const std::function<void(const std::string& word, const Place& place)>& told) {
  for (const auto& [language, words] : read_text(context, &text).by_language) {
    const Node* own = text.kind == NodeKind::map ? text.find(language) : nullptr;
    const Place& place = own != nullptr ? own->place : text.place;
    for (const auto& word : placeholders_of(words)) {
      if (told) told(word, place);
      if (std::find(known.begin(), known.end(), word) != known.end()) continue;
      context.error(place, "unknown-placeholder", fmt::format("unknown placeholder {{{}}}", word),
                    did_you_mean(word, known, fmt::format("the placeholders are {{{}}}", fmt::join(known, "}, {"))));
    }
    if (text.kind != NodeKind::map || text.find("file") != nullptr) break;  // one text for all languages
  }
}

std::vector<std::string> placeholders_of(std::string_view text) {
  std::vector<std::string> out;
  for (std::size_t open = text.find('{'); open != std::string_view::npos; open = text.find('{', open + 1)) {
    std::size_t end = open + 1;
    while (end < text.size() && ((text[end] >= 'a' && text[end] <= 'z') || text[end] == '_')) ++end;
    if (end < text.size() && text[end] == '}' && end > open + 1)
      out.emplace_back(text.substr(open + 1, end - open - 1));
  }
  return out;
}

void check_policies(Context& context, const std::vector<BuiltCalendar>& calendars) {
  for (const auto& policy : items_at(context.folder.root, {"sla", "policies"})) {
    const Node* targets = policy.find("targets");
    if (targets != nullptr && targets->kind == NodeKind::map) {
      if (targets->entries.empty())
        context.error(targets->place, "empty-list", "a policy without targets promises nothing");
      for (const auto& target : targets->entries) check_target(context, target);
      check_reach(context, policy, *targets, calendars);
      if (policy.find("continue_within") != nullptr && targets->find("resolution") == nullptr) {
        context.warning(place_of_key(policy, "continue_within"), "no-effect",
                        "continue_within has no effect without a resolution target");
      }
    }
    for (const auto& step : items_at(policy, {"escalations"})) check_escalation(context, step, targets);
  }
  warn_of_unused_policies(context);
}

void check_rule_lists(Context& context) {
  const Node& root = context.folder.root;
  check_rules(context, shapes_of(context, items_at(root, {"sla", "rules"})), true);
  check_rules(context, shapes_of(context, items_at(root, {"assignment", "rules"})), true);
  // Replies compete only with those that answer the same thing, and need no default: no reply is an answer too.
  std::map<std::string, std::vector<RuleShape>> by_occasion;
  for (const auto& reply : items_at(root, {"replies"})) {
    if (reply.kind == NodeKind::map) by_occasion[scalar_at(reply, "on")].push_back(shape_of(context, reply));
  }
  // Those taken by hand do not compete: an agent sees all of them.
  by_occasion.erase(std::string(occasion_by_hand));
  for (const auto& [occasion, shapes] : by_occasion) check_rules(context, shapes, false);
}

void check_replies(Context& context) {
  for (const auto& reply : items_at(context.folder.root, {"replies"})) check_reply_texts(context, reply);
}

}  // namespace suki::plan
