/// YAML bytes to a located tree: the small, safe part of YAML that plans are written in. Maps, lists, and scalars; no
/// anchors, aliases, tags, merge keys, directives, nor a second document. Never opens a file.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/diagnostics.h"
#include "plan/tree.h"

namespace suki::planfile {

/// Limits on one YAML file. Chosen: the largest template is about 20 KB.
inline constexpr std::size_t yaml_bytes_max = 1U << 20U;  ///< 1 MiB
inline constexpr std::size_t yaml_depth_max = 24;         ///< lists and maps inside each other
inline constexpr std::size_t yaml_nodes_max = 50'000;

struct Yaml {
  Diagnostics diagnostics;
  /// Absent when the bytes are not YAML, or an alias stood where a value should be. Present beside errors such as a
  /// duplicate key (the first one is kept), so that everything can be reported at once.
  std::optional<plan::Node> root;
};

/// `file` names the file in places. Columns count code points from 1. Cost O(bytes).
[[nodiscard]] Yaml read_yaml(std::string_view bytes, const std::string& file);

/// Is this plain (unquoted) scalar something else than text? true, no, 12, 1.5, ~ ... YAML 1.1's words count too,
/// because other programs read them so.
[[nodiscard]] plan::NodeKind kind_of_plain(std::string_view scalar);

/// What is wrong with the bytes themselves, before any YAML: encoding, size, NUL and control characters, tabs that
/// indent. Empty when nothing is.
[[nodiscard]] Diagnostics check_bytes(std::string_view bytes, const std::string& file);

}  // namespace suki::planfile
