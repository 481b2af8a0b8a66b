/// Zone tables from the system's tz database (TZif, RFC 9636), as values for core.
///
/// Read are the 64-bit data of versions 2 to 4, footer included, so that times after the last written transition are
/// right as well. Refused are version 1 files and those that count leap seconds ("right/"): instants here are POSIX.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "calendar/zone_table.h"

namespace suki::zones {

inline constexpr std::size_t tzif_bytes_max = 1 << 20;  ///< the largest of release 2025b has 3.6 kB; chosen

/// TZif bytes as a table without name and version. Errors: bad_zone_table. Never reads outside `bytes`.
[[nodiscard]] Result<calendar::ZoneTable> parse_tzif(std::string_view bytes);

/// The footer of a TZif file: "CET-1CEST,M3.5.0,M10.5.0/3", "<+01>-1". Errors: bad_zone_table.
[[nodiscard]] Result<calendar::ZoneRule> parse_posix_rule(std::string_view text);

/// The folder of the tz database: $TZDIR, else /usr/share/zoneinfo.
[[nodiscard]] std::string zone_folder();

/// A zone by its IANA name ("Asia/Manila"; also "UTC" and old names). Errors: unknown_zone (also for names that are no
/// zone names, such as "../etc/passwd" and "right/UTC"), bad_zone_table, io.
[[nodiscard]] Result<calendar::ZoneTable> load_zone(std::string_view name);
[[nodiscard]] Result<calendar::ZoneTable> load_zone(std::string_view name, const std::string& folder);

/// All names that the database declares (zones and links), sorted; read from tzdata.zi. Errors: io.
[[nodiscard]] Result<std::vector<std::string>> list_zones();
[[nodiscard]] Result<std::vector<std::string>> list_zones(const std::string& folder);
/// The release, "2025b"; empty when the folder does not tell.
[[nodiscard]] std::string read_version(const std::string& folder);

/// A table as lines of numbers, for keeping: its changes and its rule, without name and version. Equal tables give
/// equal text, on every machine.
[[nodiscard]] std::string write_table(const calendar::ZoneTable& zone);
/// The table that write_table() wrote, without name and version. Errors: bad_zone_table.
[[nodiscard]] Result<calendar::ZoneTable> read_table(std::string_view text);

}  // namespace suki::zones
