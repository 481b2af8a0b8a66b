#include "planfile/format.h"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>
#include <system_error>
#include <vector>

#include "planfile/layout.h"
#include "planfile/yaml.h"

namespace suki::planfile {
namespace {

using plan::Node;
using Lines = std::vector<std::string_view>;
constexpr auto npos = std::string_view::npos;
constexpr std::size_t step = 2;

/// LF, CR LF and CR all end a line. Returns the bytes with LF only and without a byte order mark.
std::string with_plain_line_ends(std::string_view bytes) {
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  std::string out;
  out.reserve(bytes.size() + 1);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (bytes[i] != '\r') {
      out += bytes[i];
    } else if (i + 1 == bytes.size() || bytes[i + 1] != '\n') {
      out += '\n';
    }
  }
  if (!out.empty() && out.back() != '\n') out += '\n';
  return out;
}

Lines lines_of(std::string_view bytes) {
  Lines out;
  while (!bytes.empty()) {
    const auto end = bytes.find('\n');
    out.push_back(bytes.substr(0, end));
    bytes = end == npos ? std::string_view{} : bytes.substr(end + 1);
  }
  return out;
}

std::string_view without_end_blanks(std::string_view line) {
  const auto last = line.find_last_not_of(" \t");
  return last == npos ? std::string_view{} : line.substr(0, last + 1);
}

std::size_t indent_of(std::string_view line) {
  const auto first = line.find_first_not_of(' ');
  return first == npos ? line.size() : first;
}

class Formatter {
 public:
  Formatter(const Lines& lines, const Layout& layout) : lines_(lines), layout_(layout) {}

  std::string run() {
    for (at_ = 0; at_ < lines_.size(); ++at_) {
      if (layout_.lines[at_] == Layout::Inside::structure) {
        structure(without_end_blanks(lines_[at_]));
      } else {
        moved(lines_[at_]);
      }
    }
    while (out_.ends_with("\n\n") && !last_is_text_) out_.pop_back();
    return std::move(out_);
  }

 private:
  /// An open list or map: its column before, and after.
  struct Level {
    std::size_t before, after;
    bool is_list;
  };

  void put(std::size_t indent, std::string_view text) {
    if (!text.empty()) out_.append(indent, ' ');
    out_ += text;
    out_ += '\n';
  }

  void structure(std::string_view line) {
    last_is_text_ = false;
    if (line.empty()) {
      if (!out_.empty() && !out_.ends_with("\n\n")) out_ += '\n';
      return;
    }
    const auto indent = indent_of(line);
    const auto text = line.substr(indent);
    if (text.starts_with('#')) return put(comment_indent(indent), text);
    if (indent == 0 && (text.starts_with('%') || text.starts_with("---") || text.starts_with("...")))
      return put(0, text);
    put_structure(indent, text);
  }

  void put_structure(std::size_t column, std::string_view text) {
    std::string prefix;
    std::size_t after = 0;
    bool first = true;
    while (text == "-" || text.starts_with("- ")) {
      const auto level = open_level(column, true);
      if (first) after = level;
      first = false;
      const auto inner = text.find_first_not_of(' ', 1);
      prefix += text == "-" ? "-" : "- ";
      if (inner == npos || text[inner] == '#') {  // nothing, or only a comment, behind the dash
        if (inner != npos) prefix += text.substr(inner);
        shift_ = static_cast<std::ptrdiff_t>(level) - static_cast<std::ptrdiff_t>(column);
        return put(after, without_end_blanks(prefix));
      }
      column += inner;
      text.remove_prefix(inner);
    }
    const bool is_key = layout_.keys.contains({at_, column});
    std::size_t level = 0;
    if (is_key) {
      level = open_level(column, false);
    } else if (first) {
      close_to(column);
      level = levels_.empty() ? 0 : levels_.back().after + step;
    } else {
      level = levels_.back().after + step;
    }
    if (first) after = level;
    shift_ = static_cast<std::ptrdiff_t>(level) - static_cast<std::ptrdiff_t>(column);
    put(after, prefix + (is_key ? with_one_space_behind_key(text) : std::string(text)));
  }

  void close_to(std::size_t column) {
    while (!levels_.empty() && levels_.back().before >= column && levels_.size() > 1) levels_.pop_back();
  }

  /// The list or map whose items start in `column`: one that is open, or a new one. Returns its column afterwards.
  std::size_t open_level(std::size_t column, bool is_list) {
    while (!levels_.empty() && levels_.back().before > column) levels_.pop_back();
    // A list may stand in the column of the map around it; a key there ends the list.
    if (!is_list && !levels_.empty() && levels_.back().before == column && levels_.back().is_list) levels_.pop_back();
    if (!levels_.empty() && levels_.back().before == column && levels_.back().is_list == is_list)
      return levels_.back().after;
    levels_.push_back({column, levels_.empty() ? 0 : levels_.back().after + step, is_list});
    return levels_.back().after;
  }

  static std::string with_one_space_behind_key(std::string_view text) {
    std::size_t end = 0;
    if (text.front() == '"' || text.front() == '\'') {
      end = text.find(text.front(), 1);
      while (end != npos && text.front() == '"' && text[end - 1] == '\\') end = text.find('"', end + 1);
      if (end != npos) ++end;
    } else {
      end = text.find(": ");
      if (end == npos && text.ends_with(':')) end = text.size() - 1;
    }
    if (end == npos || end >= text.size() || text[end] != ':') return std::string(text);
    const auto value = text.find_first_not_of(' ', end + 1);
    if (value == npos || text[value] == '#') return std::string(text);  // a comment keeps its distance
    return fmt::format("{}: {}", text.substr(0, end), text.substr(value));
  }

  /// As deep as the next line of structure when the two stood equally deep; else as the open level that stood there.
  std::size_t comment_indent(std::size_t indent) {
    std::size_t next = at_ + 1;
    const auto is_skipped = [&](std::string_view line) {
      const auto text = without_end_blanks(line);
      return text.empty() || text[indent_of(text)] == '#';
    };
    while (next < lines_.size() && is_skipped(lines_[next])) ++next;
    const bool has_next = next < lines_.size();
    if (!has_next || indent_of(lines_[next]) != indent) {
      for (auto level = levels_.rbegin(); level != levels_.rend(); ++level) {
        if (level->before == indent) return level->after;
      }
    }
    return has_next ? indent_after(next) : 0;
  }

  /// Where the line `next` will stand, by trying on a copy of the open levels.
  std::size_t indent_after(std::size_t next) {
    Formatter trial(lines_, layout_);
    trial.levels_ = levels_;
    trial.at_ = next;
    const auto line = without_end_blanks(lines_[next]);
    if (layout_.lines[next] != Layout::Inside::structure) return indent_of(line);
    trial.put_structure(indent_of(line), line.substr(indent_of(line)));
    return indent_of(trial.out_);
  }

  /// A line that goes on with a text or a bracketed list moves as the line did that it belongs to.
  void moved(std::string_view line) {
    const bool block = layout_.lines[at_] == Layout::Inside::block;
    last_is_text_ = block;
    const auto blank = line.find_first_not_of(' ') == npos;
    if (!block) line = without_end_blanks(line);
    if (line.empty()) {
      out_ += '\n';
      return;
    }
    if (shift_ >= 0) {
      // A line of blanks that is shorter than the text's indentation is empty to YAML.
      if (blank) {
        out_.append(line.size() + static_cast<std::size_t>(shift_), ' ');
        out_ += '\n';
        return;
      }
      return put(static_cast<std::size_t>(shift_), line);
    }
    const auto cut = std::min(static_cast<std::size_t>(-shift_), indent_of(line));
    put(0, line.substr(cut));
  }

  const Lines& lines_;
  const Layout& layout_;
  std::size_t at_ = 0;
  std::vector<Level> levels_;
  std::ptrdiff_t shift_ = 0;
  bool last_is_text_ = false;
  std::string out_;
};

bool same(const Node& a, const Node& b) {
  if (a.kind != b.kind || a.scalar != b.scalar || a.quoted != b.quoted || a.items.size() != b.items.size() ||
      a.entries.size() != b.entries.size()) {
    return false;
  }
  for (std::size_t i = 0; i < a.items.size(); ++i) {
    if (!same(a.items[i], b.items[i])) return false;
  }
  for (std::size_t i = 0; i < a.entries.size(); ++i) {
    if (a.entries[i].key != b.entries[i].key || !same(a.entries[i].value, b.entries[i].value)) return false;
  }
  return true;
}

bool same_but_white_space(std::string_view a, std::string_view b) {
  const auto is_white = [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; };
  std::size_t i = 0, j = 0;
  while (true) {
    while (i < a.size() && is_white(a[i])) ++i;
    while (j < b.size() && is_white(b[j])) ++j;
    if (i == a.size() || j == b.size()) return i == a.size() && j == b.size();
    if (a[i++] != b[j++]) return false;
  }
}

Result<std::string> format_once(const std::string& bytes) {
  const auto lines = lines_of(bytes);
  const auto layout = find_layout(bytes, lines);
  if (!layout) return fail(ErrorCode::bad_plan, "it is not YAML");
  return Formatter(lines, *layout).run();
}

}  // namespace

Result<std::string> format_yaml(std::string_view bytes) {
  const auto before = read_yaml(bytes, "plan.yaml");
  if (!before.root || before.diagnostics.has_errors()) return fail(ErrorCode::bad_plan, "the plan has errors");
  const std::string plain = with_plain_line_ends(bytes);
  SUKI_TRY(std::string once, format_once(plain));
  const auto after = read_yaml(once, "plan.yaml");
  if (!after.root || !same(*before.root, *after.root) || !same_but_white_space(plain, once)) {
    return fail(ErrorCode::bad_plan, "formatting would change what it means; please report this plan");
  }
  SUKI_TRY(const std::string twice, format_once(once));
  if (twice != once) return fail(ErrorCode::bad_plan, "formatting does not settle; please report this plan");
  return once;
}

Result<void> replace_file(const std::filesystem::path& path, std::string_view bytes) {
  const auto failed = [&](const char* what) {
    return fail(ErrorCode::io, fmt::format("{} {}: {}", what, path.string(), std::generic_category().message(errno)));
  };
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return failed("cannot read");
  std::error_code failure;
  const auto real = std::filesystem::canonical(path, failure);  // a link stays a link
  if (failure) return fail(ErrorCode::io, fmt::format("cannot read {}: {}", path.string(), failure.message()));
  std::string temporary = real.string() + ".XXXXXX";
  const int fd = ::mkstemp(temporary.data());
  if (fd < 0) return failed("cannot write beside");
  bool good = ::fchmod(fd, info.st_mode & 07777U) == 0;
  for (std::size_t done = 0; good && done < bytes.size();) {
    const auto wrote = ::write(fd, bytes.data() + done, bytes.size() - done);
    if (wrote < 0 && errno == EINTR) continue;
    good = wrote > 0;
    if (good) done += static_cast<std::size_t>(wrote);
  }
  good = good && ::fsync(fd) == 0;
  good = ::close(fd) == 0 && good;
  good = good && ::rename(temporary.c_str(), real.c_str()) == 0;
  if (good) return {};
  const auto error = failed("cannot write");
  ::unlink(temporary.c_str());
  return error;
}

}  // namespace suki::planfile
