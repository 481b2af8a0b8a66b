#include "mail/plain_text.h"

#include <algorithm>

#include "base/text.h"
#include "mail/words.h"

namespace suki::mail {
namespace {

/// The next line without its LF; `text` begins behind it.
std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

/// "begin 644 name.ext": the name, or "".
std::string_view name_of_begin(std::string_view line) {
  if (!line.starts_with("begin ")) return {};
  line.remove_prefix(6);
  const std::size_t mode_end = line.find(' ');
  if (mode_end != 3 && mode_end != 4) return {};
  for (const char c : line.substr(0, mode_end))
    if (c < '0' || c > '7') return {};
  return trim(line.substr(mode_end + 1));
}

/// One line of a block into `out`; false: it is none. Programs leave blanks off at a line's end, so it may be short.
bool read_uu_line(std::string_view line, std::string& out) {
  if (line.empty()) return false;
  const auto value = [](char c) { return (static_cast<unsigned>(static_cast<unsigned char>(c)) - 0x20u) & 0x3fu; };
  if (line[0] < 0x20 || line[0] > 0x60) return false;
  const std::size_t count = value(line[0]);
  const std::size_t letters = (count + 2) / 3 * 4;
  // A checksum letter may follow.
  if (line.size() > letters + 2) return false;
  for (const char c : line)
    if (c < 0x20 || c > 0x60) return false;
  std::string bytes;
  for (std::size_t i = 1; i <= letters; i += 4) {
    unsigned group = 0;
    for (std::size_t k = 0; k < 4; ++k) group = group << 6 | (i + k < line.size() ? value(line[i + k]) : 0u);
    for (const int shift : {16, 8, 0}) bytes += static_cast<char>(group >> shift & 0xff);
  }
  out += bytes.substr(0, count);
  return true;
}

/// The block behind a "begin" line; `rest` then begins behind its "end". False: it is none, and `rest` is as it was.
bool read_block(std::string_view& rest, std::string& bytes) {
  std::string_view look = rest;
  bool ended = false;
  while (!look.empty()) {
    const std::string_view line = take_line(look);
    if (line == "end" && ended) {
      rest = look;
      return true;
    }
    // A line of no bytes ("`" or a blank) comes before the end.
    if (trim(line).empty() || line == "`") {
      ended = true;
      continue;
    }
    if (ended || !read_uu_line(line, bytes)) return false;
  }
  return false;
}

}  // namespace

std::string unix_lines(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = text.find('\r'); at != std::string_view::npos; at = text.find('\r')) {
    out += text.substr(0, at);
    text.remove_prefix(at + 1);
    if (!text.starts_with('\n')) out += '\n';
  }
  out += text;
  return out;
}

std::string unflow(std::string_view text, bool delete_space) {
  std::string out;
  out.reserve(text.size());
  bool flowing = false;
  std::size_t flowing_depth = 0;
  while (!text.empty()) {
    std::string_view line = take_line(text);
    const std::size_t depth = std::min(line.find_first_not_of('>'), line.size());
    line.remove_prefix(depth);
    if (line.starts_with(' ')) line.remove_prefix(1);  // stuffed
    const bool signature = line == "-- ";
    if (flowing && (signature || depth != flowing_depth)) {
      out += '\n';
      flowing = false;
    }
    if (!flowing) {
      out.append(depth, '>');
      if (depth > 0 && !line.empty()) out += ' ';
    }
    flowing = !signature && line.ends_with(' ');
    flowing_depth = depth;
    if (flowing && delete_space) line.remove_suffix(1);
    out += line;
    if (!flowing) out += '\n';
  }
  if (flowing) out += '\n';
  return out;
}

std::vector<Part> take_uuencoded(std::string& text) {
  std::vector<Part> files;
  if (text.find("begin ") == std::string::npos) return files;
  std::string kept;
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::string_view before = rest;
    const std::string_view name = name_of_begin(take_line(rest));
    std::string bytes;
    if (!name.empty() && files.size() < uuencoded_files_max && read_block(rest, bytes)) {
      files.push_back({plain_name(name), "application/octet-stream", "", false, std::move(bytes)});
      continue;
    }
    kept += before.substr(0, before.size() - rest.size());
  }
  text = std::move(kept);
  return files;
}

}  // namespace suki::mail
