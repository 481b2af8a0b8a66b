#include "pages/pages.h"

#include <algorithm>

namespace suki::pages {

// Made at build time by cmake/SukiEmbed.cmake.
std::span<const Page> embedded_web();

std::span<const Page> all_pages() {
  return embedded_web();
}

const Page* find_page(std::string_view path) {
  return find_page(all_pages(), path);
}

const Page* find_page(std::span<const Page> table, std::string_view path) {
  const auto found = std::ranges::lower_bound(table, path, {}, &Page::path);
  return found != table.end() && found->path == path ? &*found : nullptr;
}

}  // namespace suki::pages
