/// What people write in the demo: our own texts, in Filipino, Taglish and English.
#pragma once

#include <span>

namespace suki::demo {

enum class Who { customer, staff, note };
struct Line {
  Who who;
  const char* text;  ///< {name} customer, {agent}, {product}, {place}, {price}, {order}
};
enum class Language { fil, en };
struct Scene {
  const char* topic;
  Language language;
  const char* products;  ///< kind of product: "cold", "small", "any"
  const char* subject;
  std::span<const Line> lines;
  bool needs_parts = false;  ///< after the last staff line it waits for parts
};
[[nodiscard]] std::span<const Scene> scenes();

[[nodiscard]] std::span<const char* const> first_names();
[[nodiscard]] std::span<const char* const> last_names();
[[nodiscard]] std::span<const char* const> places();
[[nodiscard]] std::span<const char* const> cold_products();
[[nodiscard]] std::span<const char* const> small_products();

}  // namespace suki::demo
