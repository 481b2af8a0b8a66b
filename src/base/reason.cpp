#include "base/reason.h"

#include <algorithm>

#include "base/text.h"

namespace suki {
namespace {

bool is_code(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
}

}  // namespace

Error because(Error error, std::string_view reason, const std::vector<ReasonValue>& values) {
  SUKI_ASSERT(is_code(reason));
  (error.detail += " [") += reason;
  for (const auto& [name, value] : values) {
    SUKI_ASSERT(is_code(name) && value.find_first_of(" []") == std::string::npos);
    (((error.detail += ' ') += name) += '=') += value;
  }
  error.detail += ']';
  return error;
}

Detail take_apart(std::string_view detail) {
  Detail whole{std::string(detail), {}, {}};
  const std::size_t begin = detail.rfind(" [");
  if (begin == std::string_view::npos || detail.back() != ']') return whole;
  const std::string_view inside = detail.substr(begin + 2, detail.size() - begin - 3);
  Detail parts{std::string(detail.substr(0, begin)), {}, {}};
  for (const std::string_view word : split(inside, ' ')) {
    if (parts.reason.empty()) {
      if (!is_code(word)) return whole;
      parts.reason = word;
      continue;
    }
    const std::size_t equals = word.find('=');
    if (equals == std::string_view::npos || !is_code(word.substr(0, equals))) return whole;
    parts.values.emplace_back(word.substr(0, equals), word.substr(equals + 1));
  }
  return parts;
}

}  // namespace suki
