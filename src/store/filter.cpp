#include "store/filter.h"

#include <algorithm>
#include <iterator>
#include <stdexcept>

#include "base/number.h"
#include "base/text.h"

namespace suki::store {
namespace {

[[noreturn]] void refuse() {
  throw std::runtime_error("a stored filter cannot be read");
}

std::int64_t to_number(std::string_view word) {
  const auto number = parse_whole(word);
  if (!number) refuse();
  return *number;
}

std::size_t place_of(std::span<const char* const> names, std::string_view name) {
  return static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
}

}  // namespace

std::string encode(const Filter& filter) {
  std::string text;
  const auto begin = [&text](const char* name) {
    if (!text.empty()) text += ';';
    text += name;
  };
  for (std::size_t i = 0; i < facet_count; ++i) {
    if (filter.values[i].empty()) continue;
    begin(facet_names[i]);
    for (const std::int64_t value : filter.values[i]) text += ' ' + std::to_string(value);
  }
  for (std::size_t i = 0; i < flag_count; ++i) {
    if (filter.flags[i] < 0) continue;
    begin(flag_names[i]);
    text += filter.flags[i] != 0 ? " 1" : " 0";
  }
  return text;
}

Filter decode_filter(std::string_view text) {
  Filter filter;
  if (text.empty()) return filter;
  for (const std::string_view part : split(text, ';')) {
    const auto words = split(part, ' ');
    if (words.size() < 2) refuse();
    if (const std::size_t facet = place_of(facet_names, words[0]); facet < facet_count) {
      for (std::size_t i = 1; i < words.size(); ++i) filter.values[facet].push_back(to_number(words[i]));
      continue;
    }
    const std::size_t flag = place_of(flag_names, words[0]);
    if (flag == flag_count || words.size() != 2) refuse();
    filter.flags[flag] = to_number(words[1]) != 0 ? 1 : 0;
  }
  return filter;
}

}  // namespace suki::store
