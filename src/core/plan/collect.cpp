#include <algorithm>

#include "plan/validate.h"
#include "plan/values.h"

namespace suki::plan {
namespace {

/// The first walk: languages and ids, so that a reference may point forward and each text can be checked.
class Collector {
 public:
  explicit Collector(Context& context) : context_(context) {}

  void run() {
    read_languages(context_.folder.root);
    collect(context_.folder.root, plan_object());
    check_renames();
  }

 private:
  /// Before all else, because every text is checked against them. Reported when the walk comes by.
  void read_languages(const Node& root) {
    const Node* business = root.find("business");
    const Node* languages = business != nullptr ? business->find("languages") : nullptr;
    if (languages == nullptr || languages->items.empty()) return;
    context_.languages_sure = std::all_of(languages->items.begin(), languages->items.end(), [](const Node& item) {
      return item.kind == NodeKind::text && is_language(item.scalar);
    });
    for (const auto& item : languages->items) {
      if (item.kind != NodeKind::list && item.kind != NodeKind::map && is_language(item.scalar) &&
          std::find(context_.languages.begin(), context_.languages.end(), item.scalar) == context_.languages.end()) {
        context_.languages.push_back(item.scalar);
      }
    }
  }

  void collect(const Node& node, const Object& shape) {
    if (node.kind != NodeKind::map) return;
    if (shape.kind) collect_id(node, *shape.kind);
    for (const auto& field : shape.fields) {
      const Node* value = field.object != nullptr ? node.find(field.key) : nullptr;
      if (value == nullptr) continue;
      if (field.type == Type::object) collect(*value, *field.object);
      for (const auto& item : value->items) {
        if (field.type == Type::objects) collect(item, *field.object);
      }
    }
  }

  void collect_id(const Node& node, Kind kind) {
    const Node* id = node.find("id");
    if (id == nullptr || id->kind != NodeKind::text || !is_slug(id->scalar)) return;
    if (const Node* was = node.find("was"); was != nullptr && was->kind == NodeKind::text)
      renames_.push_back({was, id});
    if (id->scalar == "always") {
      context_.error(id->place, "reserved-id", "\"always\" is the calendar that never closes", "choose another id");
      return;
    }
    const auto [first, is_new] = context_.ids.emplace(id->scalar, Declared{kind, id->place});
    if (is_new) return;
    context_.duplicated.insert(id->scalar);
    context_.error(id->place, "duplicate-id", fmt::format("the id \"{}\" is taken", id->scalar),
                   fmt::format("the {} in line {} has it; ids are unique in the whole plan",
                               name_of(first->second.kind), first->second.place.line));
  }

  /// Whatever has this id now was called otherwise before, so that its old name is free: names move on, or swap.
  [[nodiscard]] bool is_renamed(const std::string& id) const {
    return std::any_of(renames_.begin(), renames_.end(),
                       [&](const auto& rename) { return rename.second->scalar == id && rename.first->scalar != id; });
  }

  void check_renames() {
    for (const auto& [was, id] : renames_) {
      const auto other = context_.ids.find(was->scalar);
      if (was->scalar == id->scalar) {
        context_.error(was->place, "bad-rename", "was: names the same id", "remove it");
      } else if (other != context_.ids.end() && !is_renamed(was->scalar)) {
        context_.error(was->place, "bad-rename", fmt::format("\"{}\" is still an id", was->scalar),
                       fmt::format("the {} in line {} has it", name_of(other->second.kind), other->second.place.line));
      } else if (!context_.renamed.emplace(was->scalar, id->scalar).second) {
        context_.error(was->place, "bad-rename", fmt::format("\"{}\" was renamed twice", was->scalar));
      }
    }
  }

  Context& context_;
  std::vector<std::pair<const Node*, const Node*>> renames_;  // was, id
};

}  // namespace

void collect_ids(Context& context) {
  Collector(context).run();
}

}  // namespace suki::plan
