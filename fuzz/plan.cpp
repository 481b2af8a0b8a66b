// Any bytes are a plan.yaml: reading and checking answer, every diagnostic has a place inside the file, and a plan
// without errors can be formatted, stays the same plan, and is then formatted.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/assert.h"
#include "base/text.h"
#include "planfile/format.h"
#include "planfile/planfile.h"
#include "planfile/sources.h"
#include "planfile/yaml.h"

namespace {

/// No zone files and no shipped sets: the bytes alone decide.
suki::plan::Sources small_sources() {
  suki::plan::Sources sources;
  sources.zone = [](const std::string& name) -> suki::Result<suki::calendar::ZoneTable> {
    if (name != "Asia/Manila") return suki::fail(suki::ErrorCode::unknown_zone, name);
    return suki::calendar::fixed_zone(name, 8 * 3600);
  };
  sources.holiday_set = [](const std::string& id) -> suki::Result<std::vector<suki::calendar::Holiday>> {
    return suki::fail(suki::ErrorCode::not_found, id);
  };
  sources.ical = [](const std::string&, const std::string&) -> suki::Result<std::vector<suki::calendar::Holiday>> {
    return std::vector<suki::calendar::Holiday>{};
  };
  sources.today = suki::make_date(2026, 11, 22);
  return sources;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto sources = small_sources();
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  suki::plan::Symbols symbols;
  const auto loaded = suki::planfile::load_bytes({{"plan.yaml", bytes}}, sources, symbols);
  const auto lines = static_cast<std::uint32_t>(
      std::count_if(bytes.begin(), bytes.end(), [](char c) { return c == '\n' || c == '\r'; }) + 1);
  for (const auto& diagnostic : loaded.checked.diagnostics.list()) {
    SUKI_ASSERT(diagnostic.place.line <= lines + 1);
    SUKI_ASSERT(suki::is_utf8(diagnostic.message) && suki::is_utf8(diagnostic.help));
  }
  const bool good = !loaded.checked.diagnostics.has_errors();
  SUKI_ASSERT(loaded.checked.plan.has_value() == good);
  const auto formatted = suki::planfile::format_yaml(bytes);
  if (good) SUKI_ASSERT(formatted.ok());
  if (formatted) SUKI_ASSERT(suki::planfile::format_yaml(*formatted).value_or("") == *formatted);
  return 0;
}
