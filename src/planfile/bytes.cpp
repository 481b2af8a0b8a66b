#include <fmt/format.h>

#include "base/text.h"
#include "planfile/locator.h"
#include "planfile/yaml.h"

namespace suki::planfile {
namespace {

using Bytes = std::string_view;

Diagnostic whole_file(const std::string& file, std::string code, std::string message, std::string help) {
  return {Severity::error, {file, 0, 0}, std::move(code), std::move(message), std::move(help)};
}

/// Names the encoding when the bytes are clearly another one than UTF-8. YAML 1.2.2, 5.2: a first character that is
/// ASCII shows by its NUL bytes.
const char* other_encoding(Bytes bytes) {
  const auto starts = [&](Bytes with) { return bytes.starts_with(with); };
  if (starts({"\x00\x00\xFE\xFF", 4}) || starts({"\xFF\xFE\x00\x00", 4})) return "UTF-32";
  if (starts("\xFE\xFF") || starts("\xFF\xFE")) return "UTF-16";
  if (bytes.size() < 4) return nullptr;
  if (bytes[0] == 0 && bytes[1] == 0 && bytes[2] == 0 && bytes[3] != 0) return "UTF-32";
  if (bytes[0] != 0 && bytes[1] == 0 && bytes[2] == 0 && bytes[3] == 0) return "UTF-32";
  if (bytes[0] == 0 && bytes[1] != 0 && bytes[2] == 0) return "UTF-16";
  if (bytes[0] != 0 && bytes[1] == 0 && bytes[3] == 0) return "UTF-16";
  return nullptr;
}

/// Length of the UTF-8 character at `at`, 0 when it is none (also surrogates, overlong forms, over U+10FFFF).
std::size_t character_length(Bytes bytes, std::size_t at) {
  const auto lead = static_cast<unsigned char>(bytes[at]);
  const std::size_t length = lead < 0x80   ? 1
                             : lead < 0xC0 ? 0
                             : lead < 0xE0 ? 2
                             : lead < 0xF0 ? 3
                             : lead < 0xF8 ? 4
                                           : 0;
  if (length == 0 || at + length > bytes.size()) return 0;
  return is_utf8(bytes.substr(at, length)) ? length : 0;
}

bool is_forbidden_control(unsigned char c) {
  return (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7F;
}

/// The first byte of a kind is told, not each one: a binary file would give thousands.
void check_characters(Bytes bytes, Locator& locator, Diagnostics& out) {
  bool told_control = false;
  for (std::size_t i = 0; i < bytes.size();) {
    const auto length = character_length(bytes, i);
    if (length == 0) {
      out.add({Severity::error, locator.at(i), "not-utf8",
               fmt::format("byte 0x{:02X} is not UTF-8", static_cast<unsigned char>(bytes[i])),
               "save the file as UTF-8"});
      return;
    }
    if (const auto c = static_cast<unsigned char>(bytes[i]); !told_control && is_forbidden_control(c)) {
      out.add(
          {Severity::error, locator.at(i), "control-character",
           c == 0 ? std::string("a NUL byte in the file") : fmt::format("control character 0x{:02X} in the file", c),
           "remove it"});
      told_control = true;
    }
    i += length;
  }
}

/// A line that begins with a tab: YAML indents with spaces only, and editors hide the difference.
void check_tabs(Bytes bytes, Locator& locator, Diagnostics& out) {
  constexpr int told_max = 5;  // a file indented with tabs throughout needs no line of report for each of its lines
  int told = 0;
  for (std::size_t i = 0; i < bytes.size() && told < told_max; ++i) {
    const bool line_starts = i == 0 || bytes[i - 1] == '\n' || bytes[i - 1] == '\r';
    if (!line_starts || bytes[i] != '\t') continue;
    const auto text = bytes.find_first_not_of(" \t", i);
    if (text == Bytes::npos || bytes[text] == '\n' || bytes[text] == '\r') continue;
    out.add({Severity::error, locator.at(i), "tab-indent", "a tab indents this line", "indent with spaces"});
    ++told;
  }
}

}  // namespace

Diagnostics check_bytes(Bytes bytes, const std::string& file) {
  Diagnostics out;
  if (bytes.size() > yaml_bytes_max) {
    out.add(whole_file(file, "too-large",
                       fmt::format("the file has {} bytes; the limit is {}", bytes.size(), yaml_bytes_max),
                       "move long texts to Markdown files"));
    return out;
  }
  if (const char* encoding = other_encoding(bytes)) {
    out.add(whole_file(file, "not-utf8", fmt::format("the file is {}", encoding), "save it as UTF-8"));
    return out;
  }
  Locator locator(bytes, file);
  check_characters(bytes, locator, out);
  if (!out.has_errors()) check_tabs(bytes, locator, out);
  return out;
}

}  // namespace suki::planfile
