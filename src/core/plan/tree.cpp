#include "plan/tree.h"

namespace suki::plan {

const Node* Node::find(std::string_view key) const {
  for (const auto& entry : entries) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

const std::string* Folder::find_file(std::string_view name) const {
  for (const auto& file : files) {
    if (file.name == name) return &file.bytes;
  }
  return nullptr;
}

const char* describe(NodeKind kind) {
  switch (kind) {
    case NodeKind::null:
      return "nothing";
    case NodeKind::boolean:
      return "a yes-or-no value";
    case NodeKind::number:
      return "a number";
    case NodeKind::text:
      return "text";
    case NodeKind::list:
      return "a list";
    case NodeKind::map:
      return "a map";
  }
  return "";
}

}  // namespace suki::plan
