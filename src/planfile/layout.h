/// Where YAML's structure lies in the lines of a file: for the formatter. Internal to this room.
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

namespace suki::planfile {

/// Lines and columns count from 0 here.
struct Layout {
  enum class Inside : unsigned char {
    structure,  ///< begins with a key, a list item, a comment, or is blank
    flow,       ///< goes on with a bracketed list or a quoted or plain text from a line above
    block,      ///< content of a | or > text
  };
  std::vector<Inside> lines;
  std::set<std::pair<std::size_t, std::size_t>> keys;  ///< line and column of every key
};

/// `lines` are those of `bytes`, without their ends. None when the bytes are not YAML.
[[nodiscard]] std::optional<Layout> find_layout(std::string_view bytes, const std::vector<std::string_view>& lines);

}  // namespace suki::planfile
