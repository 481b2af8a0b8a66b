#include "planfile/sources.h"

#include <map>
#include <memory>
#include <mutex>

#include "holidays/holidays.h"
#include "ical/ical.h"
#include "zones/zones.h"

namespace suki::planfile {
namespace {

constexpr std::int32_t days_around = 3'653;  // ten years

/// Zone tables already read; a plan names the same zone again and again. Checks may run on several threads.
struct ZoneCache {
  std::string folder;
  std::mutex mutex;
  std::map<std::string, calendar::ZoneTable> tables;
};

Result<calendar::ZoneTable> cached_zone(ZoneCache& cache, const std::string& name) {
  const std::lock_guard lock(cache.mutex);
  if (const auto found = cache.tables.find(name); found != cache.tables.end()) return found->second;
  SUKI_TRY(auto table, zones::load_zone(name, cache.folder));
  cache.tables.emplace(name, table);
  return table;
}

}  // namespace

plan::Sources system_sources(Date today, const std::string& zone_folder) {
  plan::Sources sources;
  const auto cache = std::make_shared<ZoneCache>();
  cache->folder = zone_folder.empty() ? zones::zone_folder() : zone_folder;
  sources.zone = [cache](const std::string& name) { return cached_zone(*cache, name); };
  sources.holiday_set = [](const std::string& id) -> Result<std::vector<calendar::Holiday>> {
    const auto* set = holidays::find_set(id);
    if (set == nullptr) return fail(ErrorCode::not_found, id);
    return set->days;
  };
  sources.holiday_years = [](const std::string& id) -> std::optional<plan::Sources::Years> {
    const auto* set = holidays::find_set(id);
    if (set == nullptr) return std::nullopt;
    return plan::Sources::Years{set->first_year, set->last_year};
  };
  sources.ical = [today](const std::string&, const std::string& bytes) {
    return ical::read_ical(bytes, today + -days_around, today + days_around);
  };
  sources.holiday_sets = holidays::list_sets();
  sources.zones = zones::list_zones(cache->folder).value_or({});
  sources.today = today;
  return sources;
}

}  // namespace suki::planfile
