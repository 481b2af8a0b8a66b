#include <fmt/format.h>

#include "doctor/checks.h"
#include "zones/zones.h"

namespace suki::doctor {
namespace {

constexpr const char* why = "business hours are counted in the time zones of these tables";
constexpr const char* cure = "apt-get install --reinstall tzdata; another folder: TZDIR";

/// Its rule is the same since 2007 and written in the file's footer: 2050-07-01 is four hours behind, 2050-01-01 five.
constexpr const char* known_zone = "America/New_York";
constexpr Instant july_2050{2'540'246'400'000'000}, january_2050{2'524'608'000'000'000};

}  // namespace

Findings check_zones(const std::string& zone_folder, const std::vector<std::string>& needed) {
  const auto known = zones::load_zone(known_zone, zone_folder);
  if (!known.ok())
    return {
        {"zones", Level::error, "zones-missing", fmt::format("{}: {}", zone_folder, known.error().detail), why, cure}};
  Findings all;
  const auto hours = [&](Instant at) { return calendar::offset_at(*known, at) / 3'600; };
  if (hours(july_2050) != -4 || hours(january_2050) != -5)
    all.push_back({"zones", Level::error, "zones-end-early",
                   fmt::format("{} in {} has other times in 2050 than its rule gives", known_zone, zone_folder), why,
                   cure});
  const std::string version = zones::read_version(zone_folder);
  if (version.empty())
    all.push_back({"zones", Level::warning, "zones-of-unknown-release",
                   fmt::format("{} does not tell its release (tzdata.zi)", zone_folder),
                   "nobody can tell whether a plan was made with these tables or with others", cure});
  for (const std::string& name : needed)
    if (const auto zone = zones::load_zone(name, zone_folder); !zone.ok())
      all.push_back({"zones", Level::warning, "zone-missing",
                     fmt::format("{}, which the plan in force uses, is not in {}", name, zone_folder),
                     "the plan goes on with the table that it keeps, but cannot be adopted again here", cure});
  if (all.empty()) all.push_back(fine("zones", fmt::format("tzdata {} in {}", version, zone_folder)));
  return all;
}

}  // namespace suki::doctor
