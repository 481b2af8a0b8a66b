#include "plan/context.h"

namespace suki::plan {

std::span<const Node> items_at(const Node& root, std::initializer_list<std::string_view> path) {
  const Node* node = &root;
  for (const auto key : path) {
    node = node->find(key);
    if (node == nullptr) return {};
  }
  return node->items;
}

std::string scalar_at(const Node& node, std::string_view key) {
  const Node* value = node.find(key);
  return value != nullptr ? value->scalar : std::string();
}

std::vector<std::string> scalars_at(const Node& node, std::string_view key) {
  std::vector<std::string> out;
  if (const Node* list = node.find(key)) {
    for (const auto& item : list->items) out.push_back(item.scalar);
  }
  return out;
}

Place place_of_key(const Node& node, std::string_view key) {
  for (const auto& entry : node.entries) {
    if (entry.key == key) return entry.place;
  }
  return node.place;
}

}  // namespace suki::plan
