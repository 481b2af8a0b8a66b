#include "app/common_passwords.h"

#include <algorithm>
#include <string>
#include <vector>

#include "base/text.h"
#include "pages/pages.h"

namespace suki::pages {
std::span<const Page> embedded_common_passwords();  // made by suki_embed
}

namespace suki::app {
namespace {

/// In the order of their bytes, as the file has them.
const std::vector<std::string_view>& common() {
  static const std::vector<std::string_view> all = [] {
    std::vector<std::string_view> lines;
    for (const pages::Page& file : pages::embedded_common_passwords())
      for (const std::string_view line : split(file.body, '\n'))
        if (!line.empty()) lines.push_back(line);
    std::sort(lines.begin(), lines.end());
    return lines;
  }();
  return all;
}

bool is_listed(std::string_view word) {
  return std::binary_search(common().begin(), common().end(), word);
}

/// Bytes beyond ASCII are parts of letters.
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (static_cast<unsigned char>(c) & 0x80u) != 0;
}

bool is_repeated(std::string_view text) {
  constexpr std::size_t unit_max = 4;  // "abcdabcdabcd"
  for (std::size_t unit = 1; unit <= unit_max && unit < text.size(); ++unit) {
    std::size_t i = unit;
    while (i < text.size() && text[i] == text[i - unit]) ++i;
    if (i == text.size()) return true;
  }
  return false;
}

}  // namespace

bool is_common_password(std::string_view password) {
  const std::string text = to_lower_ascii(password);
  if (is_listed(text) || is_repeated(text)) return true;
  const auto first = std::find_if(text.begin(), text.end(), is_letter);
  if (first == text.end()) return true;
  const auto last = std::find_if(text.rbegin(), text.rend(), is_letter).base();
  return is_listed(std::string(first, last));
}

}  // namespace suki::app
