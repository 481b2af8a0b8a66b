#include <algorithm>
#include <array>
#include <charconv>

#include "plan/build.h"
#include "plan/values.h"

namespace suki::plan {
namespace {

/// Index of a word in the order of its enumerator. The words come from the schema table, so it is there.
template <class Enum, std::size_t n>
Enum to_enum(const std::array<std::string_view, n>& words, std::string_view word) {
  const auto at = std::find(words.begin(), words.end(), word);
  SUKI_ASSERT(at != words.end());
  return static_cast<Enum>(at - words.begin());
}

constexpr std::array<std::string_view, 4> kinds{"form", "email", "phone", "walk-in"};
constexpr std::array<std::string_view, target_count> targets{"first_reply", "next_reply", "update", "resolution"};
constexpr std::array<std::string_view, 4> steps{"notify_assignee", "notify_team", "assign_team", "raise_priority"};
constexpr std::array<std::string_view, 3> routings{"least_load", "longest_idle", "round_robin"};
constexpr std::array<std::string_view, 5> occasions{"received", "received_closed", "resolved", "reopened", "by_hand"};

Span span_at(const Node& node, std::string_view key) {
  const Node* value = node.find(key);
  return value != nullptr ? read_budget(value->scalar).value_or(Span{}) : Span{};
}

std::uint16_t number_at(const Node& node, std::string_view key) {
  const std::string text = scalar_at(node, key);
  std::uint16_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

class Compiler {
 public:
  Compiler(const Context& context, Symbols& symbols)
      : context_(context), root_(context.folder.root), symbols_(symbols) {}

  std::shared_ptr<const CompiledPlan> compile(const std::vector<BuiltCalendar>& calendars) {
    out_->calendars.push_back(calendar::Calendar::always());
    out_->calendar_ids.emplace_back();
    for (const auto& calendar : calendars) {
      SUKI_ASSERT(calendar.compiled.has_value());
      out_->calendars.push_back(*calendar.compiled);
      out_->calendar_ids.push_back(symbol(calendar.decl.id));
    }
    compile_service();
    compile_sla();
    compile_assignment();
    compile_replies();
    if (const Node* node = root_.find("retention"))
      out_->retention = {number_at(*node, "conversation_days"), number_at(*node, "customer_days")};
    return out_;
  }

 private:
  Symbol symbol(std::string_view slug) { return slug.empty() ? Symbol{} : symbols_.intern(slug); }
  Symbol symbol_at(const Node& node, std::string_view key) { return symbol(scalar_at(node, key)); }

  std::vector<Symbol> symbols_at(const Node& node, std::string_view key) {
    std::vector<Symbol> out;
    for (const auto& slug : scalars_at(node, key)) out.push_back(symbol(slug));
    return out;
  }

  std::vector<Symbol> ids_at(std::initializer_list<std::string_view> path) {
    std::vector<Symbol> out;
    for (const auto& node : items_at(root_, path)) out.push_back(symbol_at(node, "id"));
    return out;
  }

  CalendarIndex calendar_at(const Node& node, std::string_view key) {
    const Node* name = node.find(key);
    if (name == nullptr || name->scalar == "always") return 0;
    const auto& ids = out_->calendar_ids;
    const auto at = std::find(ids.begin() + 1, ids.end(), symbol(name->scalar));
    SUKI_ASSERT(at != ids.end());
    return static_cast<CalendarIndex>(at - ids.begin());
  }

  void compile_service() {
    for (const auto& node : items_at(root_, {"channels"})) {
      const Node* when_closed = node.find("when_closed");
      out_->channels.push_back({symbol_at(node, "id"), to_enum<ChannelKind>(kinds, scalar_at(node, "kind")),
                                calendar_at(node, "hours"),
                                when_closed != nullptr ? symbols_at(*when_closed, "offer") : std::vector<Symbol>{},
                                number_at(node, "capacity")});
    }
    for (const auto& node : items_at(root_, {"teams"})) {
      out_->teams.push_back(
          {symbol_at(node, "id"), symbols_at(node, "skills"), calendar_at(node, "hours"), number_at(node, "cover")});
    }
    for (const auto& node : items_at(root_, {"topics"})) {
      out_->topics.push_back({symbol_at(node, "id"), symbol_at(node, "team"), symbols_at(node, "skills")});
    }
    for (const auto& node : items_at(root_, {"priorities"})) {
      out_->priorities.push_back({symbol_at(node, "id"), static_cast<std::uint8_t>(out_->priorities.size())});
    }
    out_->segments = ids_at({"segments"});
    out_->skills = ids_at({"skills"});
    out_->hold_reasons = ids_at({"hold_reasons"});
    for (const auto& language : context_.languages) out_->languages.push_back(symbol(language));
    out_->default_language = out_->languages.front();
    const Node& defaults = *root_.find("defaults");
    out_->default_topic = symbol_at(defaults, "topic");
    out_->default_priority = symbol_at(defaults, "priority");
    out_->default_team = symbol_at(defaults, "team");
  }

  Condition condition_of(const Node& rule) {
    Condition out;
    const Node* when = rule.find("when");
    if (when == nullptr) return out;
    const auto add = [&](const Node::Entry& entry, bool negated) {
      const auto keys = condition_keys();
      const auto key = std::find_if(keys.begin(), keys.end(), [&](const auto& k) { return k.key == entry.key; });
      SUKI_ASSERT(key != keys.end());
      Clause clause{static_cast<FactKey>(key - keys.begin()), negated, {}};
      if (entry.value.kind != NodeKind::list) clause.values.push_back(symbol(entry.value.scalar));
      for (const auto& item : entry.value.items) clause.values.push_back(symbol(item.scalar));
      out.clauses.push_back(std::move(clause));
    };
    for (const auto& entry : when->entries) {
      if (entry.key != "not") {
        add(entry, false);
      } else {
        for (const auto& inner : entry.value.entries) add(inner, true);
      }
    }
    return out;
  }

  TargetPromise promise(const Node& node, Target target) {
    TargetPromise out;
    out.budget = span_at(node, "within");
    out.warn_before = span_at(node, "warn");
    out.start = scalar_at(node, "start") == "next_opening" ? StartAt::next_opening : StartAt::contact;
    const bool work = target == Target::update || target == Target::resolution;
    const auto states = scalars_at(node, "pause_in");
    const bool said = node.find("pause_in") != nullptr;
    const auto pauses = [&](std::string_view state) {
      return said ? std::find(states.begin(), states.end(), state) != states.end() : work;
    };
    out.paused_in_pending = pauses("pending");
    out.paused_in_on_hold = pauses("on_hold");
    return out;
  }

  void compile_sla() {
    for (const auto& node : items_at(root_, {"sla", "policies"})) {
      SlaPolicy policy;
      policy.id = symbol_at(node, "id");
      policy.calendar = calendar_at(node, "calendar");
      policy.continue_within = span_at(node, "continue_within");
      for (const auto& entry : node.find("targets")->entries) {
        const auto target = to_enum<Target>(targets, entry.key);
        policy.targets[static_cast<std::size_t>(target)] = promise(entry.value, target);
      }
      for (const auto& step : items_at(node, {"escalations"})) {
        const auto target = to_enum<Target>(targets, scalar_at(step, "target"));
        policy.targets[static_cast<std::size_t>(target)]->escalations.push_back(
            {symbol_at(step, "id"), read_offset(scalar_at(step, "at")).value(),
             to_enum<Step>(steps, scalar_at(step, "do")), symbol_at(step, "team")});
      }
      for (auto& target : policy.targets) {
        if (!target) continue;
        std::stable_sort(target->escalations.begin(), target->escalations.end(),
                         [](const auto& a, const auto& b) { return a.offset < b.offset; });
      }
      out_->policies.push_back(std::move(policy));
    }
    for (const auto& node : items_at(root_, {"sla", "rules"})) {
      const SlaPolicy* policy = out_->find_policy(symbol_at(node, "policy"));
      SUKI_ASSERT(policy != nullptr);
      out_->sla_rules.push_back(
          {symbol_at(node, "id"), condition_of(node), static_cast<std::uint16_t>(policy - out_->policies.data())});
    }
  }

  void compile_assignment() {
    for (const auto& node : items_at(root_, {"assignment", "rules"})) {
      const Node* routing = node.find("routing");
      out_->assignment_rules.push_back(
          {symbol_at(node, "id"), condition_of(node), symbol_at(node, "team"),
           routing != nullptr ? to_enum<Routing>(routings, routing->scalar) : Routing::least_load,
           scalar_at(node, "automatic") == "true"});
    }
  }

  void compile_replies() {
    for (const auto& node : items_at(root_, {"replies"})) {
      out_->auto_replies.push_back(
          {symbol_at(node, "id"), condition_of(node), to_enum<ReplyOn>(occasions, scalar_at(node, "on"))});
    }
  }

  const Context& context_;
  const Node& root_;
  Symbols& symbols_;
  std::shared_ptr<CompiledPlan> out_ = std::make_shared<CompiledPlan>();
};

}  // namespace

std::shared_ptr<const CompiledPlan> build_compiled(const Context& context, const std::vector<BuiltCalendar>& calendars,
                                                   Symbols& symbols) {
  return Compiler(context, symbols).compile(calendars);
}

}  // namespace suki::plan
