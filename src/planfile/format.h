/// `suki plan fmt`: plan.yaml in one layout. Only white space changes; comments, order and quoting stay.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace suki::planfile {

/// What it does: two spaces for each level, list items two deeper than their key, one space behind "-" and "key:", no
/// blanks at line ends, at most one empty line in a row, none at the start, LF line ends, no byte order mark, one line
/// end at the end. Block texts, texts over several lines and bracketed lists over several lines move as a whole.
/// What it does not: wrap, sort, quote, align comments.
/// The result is parsed again and must be the same tree, with the same bytes but white space, and formatting it again
/// must change nothing; else: bad_plan, with `bytes` untouched. Errors: bad_plan also when `bytes` are not a plan's
/// YAML. Cost O(bytes).
[[nodiscard]] Result<std::string> format_yaml(std::string_view bytes);

/// Writes beside `path`, makes it durable, and renames over it, so that a crash leaves the old or the new. Keeps the
/// mode. Errors: io.
[[nodiscard]] Result<void> replace_file(const std::filesystem::path& path, std::string_view bytes);

}  // namespace suki::planfile
