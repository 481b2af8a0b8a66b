/// A document as a located tree: what planfile/ makes from bytes and plan/ takes. Knows nothing of YAML.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/diagnostics.h"

namespace suki::plan {

enum class NodeKind : std::uint8_t { null, boolean, number, text, list, map };
[[nodiscard]] const char* describe(NodeKind kind);  ///< "a list": for messages

/// `place` is where the value starts; a map entry also knows where its key stands.
struct Node {
  NodeKind kind = NodeKind::null;
  Place place;
  std::string scalar;   ///< the text as written, for boolean, number and text
  bool quoted = false;  ///< a quoted scalar is always text
  struct Entry;
  std::vector<Entry> entries;  ///< of a map, in the order written; duplicate keys never get here
  std::vector<Node> items;     ///< of a list

  [[nodiscard]] const Node* find(std::string_view key) const;  ///< of a map; null when absent
};
struct Node::Entry {
  std::string key;
  Place place;
  Node value;
};

/// A plan folder: plan.yaml as a tree, and the other files that it names (Markdown, .ics), as bytes.
struct Folder {
  Node root;
  struct File {
    std::string name;
    std::string bytes;
  };
  std::vector<File> files;  ///< by name
  /// Files that the plan names and that could not be had; check() reports each where it is named.
  struct Missing {
    std::string name, code, message;
  };
  std::vector<Missing> missing;

  [[nodiscard]] const std::string* find_file(std::string_view name) const;  ///< its bytes; null when it is not there
};

}  // namespace suki::plan
