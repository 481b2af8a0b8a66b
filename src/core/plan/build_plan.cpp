#include <charconv>

#include "plan/build.h"
#include "plan/validate.h"

namespace suki::plan {
namespace {

class Builder {
 public:
  Builder(const Context& context, const std::vector<BuiltCalendar>& calendars)
      : context_(context), calendars_(calendars) {}

  Plan build() {
    const Node& root = context_.folder.root;
    const Node& business = *root.find("business");
    plan_.business = {scalar_at(business, "name"), scalar_at(business, "time_zone"), context_.languages,
                      read_text(context_, business.find("tone"))};
    for (const auto& calendar : calendars_) plan_.calendars.push_back(calendar.decl);
    for (const auto& node : items_at(root, {"channels"})) plan_.channels.push_back(channel(node));
    plan_.skills = all_named({"skills"});
    plan_.segments = all_named({"segments"});
    plan_.hold_reasons = all_named({"hold_reasons"});
    for (const auto& node : items_at(root, {"teams"})) {
      plan_.teams.push_back({named(node), scalars_at(node, "skills"), hours_of(node), number(node, "cover")});
    }
    for (const auto& node : items_at(root, {"topics"})) {
      plan_.topics.push_back({named(node), scalar_at(node, "team"), scalars_at(node, "skills")});
    }
    for (const auto& node : items_at(root, {"priorities"})) plan_.priorities.push_back({named(node)});
    plan_.policies = all_named({"sla", "policies"});
    for (const auto& policy : items_at(root, {"sla", "policies"})) {
      for (const auto& step : items_at(policy, {"escalations"})) plan_.escalation_steps.push_back(named(step));
    }
    plan_.sla_rules = all_named({"sla", "rules"});
    plan_.assignment_rules = all_named({"assignment", "rules"});
    for (const auto& node : items_at(root, {"replies"})) {
      plan_.auto_replies.push_back(
          {named(node), read_text(context_, node.find("subject")), read_text(context_, node.find("body"))});
    }
    plan_.renamed = context_.renamed;
    return std::move(plan_);
  }

 private:
  [[nodiscard]] Named named(const Node& node) const {
    return {scalar_at(node, "id"), node.place, read_text(context_, node.find("name"))};
  }

  [[nodiscard]] std::vector<Named> all_named(std::initializer_list<std::string_view> path) const {
    std::vector<Named> out;
    for (const auto& node : items_at(context_.folder.root, path)) out.push_back(named(node));
    return out;
  }

  static std::string hours_of(const Node& node) {
    const Node* hours = node.find("hours");
    return hours != nullptr ? hours->scalar : "always";
  }

  static std::uint16_t number(const Node& node, std::string_view key) {
    const std::string text = scalar_at(node, key);
    std::uint16_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
  }

  [[nodiscard]] ChannelDecl channel(const Node& node) const {
    ChannelDecl out;
    out.id = scalar_at(node, "id");
    out.place = node.place;
    out.name = read_text(context_, node.find("name"));
    const auto kind = scalar_at(node, "kind");
    out.kind = kind == "form"    ? ChannelKind::form
               : kind == "email" ? ChannelKind::email
               : kind == "phone" ? ChannelKind::phone
                                 : ChannelKind::walk_in;
    out.hours = hours_of(node);
    out.address = scalar_at(node, "address");
    out.aliases = scalars_at(node, "aliases");
    out.capacity = number(node, "capacity");
    out.from_name = read_text(context_, node.find("from_name"));
    out.signature = read_text(context_, node.find("signature"));
    out.sign_automatic = scalar_at(node, "sign_automatic") == "true";
    const auto quoted = scalar_at(node, "quote_history");
    out.quote_history = quoted == "none"  ? QuoteHistory::none
                        : quoted == "all" ? QuoteHistory::all
                                          : QuoteHistory::last;
    if (const Node* when_closed = node.find("when_closed")) {
      out.offer_when_closed = scalars_at(*when_closed, "offer");
      out.text_when_closed = read_text(context_, when_closed->find("text"));
    }
    return out;
  }

  const Context& context_;
  const std::vector<BuiltCalendar>& calendars_;
  Plan plan_;
};

}  // namespace

Plan build_plan(const Context& context, const std::vector<BuiltCalendar>& calendars) {
  return Builder(context, calendars).build();
}

}  // namespace suki::plan
