#include "planfile/basis.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "holidays/holidays.h"
#include "zones/zones.h"

namespace suki::planfile {
namespace {

using Days = std::vector<calendar::Holiday>;
using Key = std::pair<BasisKind, std::string>;

Error broken(const BasisPart& part, const Error& why) {
  return fail(why.code, fmt::format("{} {}: {}", name_of(part.kind), part.name, why.detail));
}

Result<calendar::ZoneTable> read_zone(const BasisPart& part) {
  auto zone = zones::read_table(part.bytes);
  if (!zone.ok()) return broken(part, zone.error());
  zone->name = part.name;
  zone->version = part.edition;
  return zone;
}

Result<Days> read_days(const BasisPart& part) {
  auto days = holidays::read_days(part.bytes);
  if (!days.ok()) return broken(part, days.error());
  return days;
}

/// What was kept, read once. Names are looked up by value: the folder of a stored plan may name anything.
struct Kept {
  std::map<std::string, calendar::ZoneTable, std::less<>> zones;
  std::map<std::string, Days, std::less<>> sets, icals;
};

template <class Map>
auto find_in(const Map& map, const std::string& name) -> Result<typename Map::mapped_type> {
  const auto found = map.find(name);
  if (found == map.end()) return fail(ErrorCode::not_found, "is not kept with this plan version: " + name);
  return found->second;
}

}  // namespace

const char* name_of(BasisKind kind) {
  switch (kind) {
    case BasisKind::zone:
      return "zone";
    case BasisKind::holiday_set:
      return "holiday_set";
    case BasisKind::ical:
      return "ical";
  }
  return "";
}

std::optional<BasisKind> find_basis_kind(std::string_view name) {
  for (const auto kind : {BasisKind::zone, BasisKind::holiday_set, BasisKind::ical}) {
    if (name == name_of(kind)) return kind;
  }
  return std::nullopt;
}

struct Recorder::Notes {
  plan::Sources from;
  std::map<Key, BasisPart> parts;

  void note(BasisKind kind, const std::string& name, std::string edition, std::string bytes) {
    parts.insert_or_assign(Key{kind, name}, BasisPart{kind, name, std::move(edition), std::move(bytes)});
  }
};

Recorder::Recorder(plan::Sources from) : notes_(std::make_shared<Notes>()), sources_(from) {
  notes_->from = std::move(from);
  if (sources_.zone) {
    sources_.zone = [notes = notes_](const std::string& name) {
      auto zone = notes->from.zone(name);
      if (zone.ok()) notes->note(BasisKind::zone, name, zone->version, zones::write_table(*zone));
      return zone;
    };
  }
  if (sources_.holiday_set) {
    sources_.holiday_set = [notes = notes_](const std::string& name) {
      auto days = notes->from.holiday_set(name);
      if (days.ok()) notes->note(BasisKind::holiday_set, name, "", holidays::write_days(*days));
      return days;
    };
  }
  if (sources_.ical) {
    sources_.ical = [notes = notes_](const std::string& file, const std::string& bytes) {
      auto days = notes->from.ical(file, bytes);
      if (days.ok()) notes->note(BasisKind::ical, file, "", holidays::write_days(*days));
      return days;
    };
  }
}

Basis Recorder::basis() const {
  Basis basis;
  for (const auto& [key, part] : notes_->parts) basis.push_back(part);
  return basis;
}

Result<plan::Sources> kept_sources(const Basis& basis, Date day) {
  const auto kept = std::make_shared<Kept>();
  for (const BasisPart& part : basis) {
    if (part.kind == BasisKind::zone) {
      SUKI_TRY(kept->zones[part.name], read_zone(part));
    } else {
      auto& days = part.kind == BasisKind::holiday_set ? kept->sets : kept->icals;
      SUKI_TRY(days[part.name], read_days(part));
    }
  }
  plan::Sources sources;
  sources.zone = [kept](const std::string& name) { return find_in(kept->zones, name); };
  sources.holiday_set = [kept](const std::string& name) { return find_in(kept->sets, name); };
  sources.ical = [kept](const std::string& file, const std::string&) { return find_in(kept->icals, file); };
  sources.today = day;
  return sources;
}

Result<BasisPart> renew(const BasisPart& part, const plan::Sources& sources) {
  if (part.kind == BasisKind::ical) return part;
  if (part.kind == BasisKind::zone) {
    SUKI_TRY(const auto zone, sources.zone(part.name));
    return BasisPart{part.kind, part.name, zone.version, zones::write_table(zone)};
  }
  SUKI_TRY(const auto days, sources.holiday_set(part.name));
  return BasisPart{part.kind, part.name, "", holidays::write_days(days)};
}

Result<Instant> find_difference(const BasisPart& part, const BasisPart& now, Instant from) {
  SUKI_ASSERT(part.kind == now.kind);
  if (part.bytes == now.bytes) return never;
  const Date first{static_cast<std::int32_t>(from.us / days(1).us)};
  if (part.kind == BasisKind::zone) {
    SUKI_TRY(const auto kept_zone, read_zone(part));
    SUKI_TRY(const auto zone, read_zone(now));
    const Instant found = calendar::find_difference(kept_zone, zone, first, calendar::horizon_max);
    return found == never ? never : std::max(found, from);
  }
  const auto by_date = [first](const Days& all) {
    std::set<std::pair<Date, std::string>> result;
    for (const auto& day : all) {
      if (day.date >= first) result.emplace(day.date, day.name);
    }
    return result;
  };
  SUKI_TRY(const auto kept_days, read_days(part));
  SUKI_TRY(const auto days_now, read_days(now));
  std::vector<std::pair<Date, std::string>> different;
  const auto before = by_date(kept_days), after = by_date(days_now);
  std::set_symmetric_difference(before.begin(), before.end(), after.begin(), after.end(),
                                std::back_inserter(different));
  return different.empty() ? never : Instant{} + days(different.front().first.days);
}

}  // namespace suki::planfile
