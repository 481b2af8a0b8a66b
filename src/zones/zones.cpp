#include "zones/zones.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/text.h"

namespace suki::zones {
namespace {

constexpr std::size_t name_bytes_max = 64;           // the longest of release 2025b has 32; chosen
constexpr std::size_t database_bytes_max = 8 << 20;  // tzdata.zi of release 2025b has 107 kB; chosen

/// Letters, digits and +-_ in parts joined by '/', each starting with a letter: no way out of the folder.
bool is_zone_name(std::string_view name) {
  if (name.empty() || name.size() > name_bytes_max) return false;
  for (const std::string_view part : split(name, '/')) {
    const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    if (part.empty() || !is_letter(part.front())) return false;
    if (!std::all_of(part.begin(), part.end(), [&](char c) {
          return is_letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '_';
        })) {
      return false;
    }
  }
  // Other views of the same database, and the machine's own setting: none of them is a zone's name.
  const std::string_view top = split(name, '/').front();
  return top != "right" && top != "posix" && name != "localtime" && name != "posixrules";
}

/// The first `bytes_max` bytes, or all of them.
Result<std::string> read_head(const std::string& path, std::size_t bytes_max) {
  std::error_code ec;
  if (!std::filesystem::is_regular_file(path, ec)) return fail(ErrorCode::not_found, path + " is not a file");
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(ErrorCode::io, path + " cannot be read");
  std::string bytes(std::min<std::uintmax_t>(bytes_max, std::filesystem::file_size(path, ec)), '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  return bytes;
}

Result<std::string> read_file(const std::string& path, std::size_t bytes_max) {
  auto bytes = read_head(path, bytes_max + 1);
  if (bytes.ok() && bytes->size() > bytes_max) return fail(ErrorCode::too_large, path + " is too large");
  return bytes;
}

}  // namespace

std::string zone_folder() {
  const char* set = std::getenv("TZDIR");
  return set != nullptr && *set != '\0' ? set : "/usr/share/zoneinfo";
}

std::string read_version(const std::string& folder) {
  if (const auto text = read_file(folder + "/+VERSION", 100); text.ok()) return std::string(trim(*text));
  const auto database = read_head(folder + "/tzdata.zi", 200);  // its first line names the release
  if (!database.ok()) return {};
  constexpr std::string_view mark = "# version ";
  const std::string_view line = std::string_view(*database).substr(0, database->find('\n'));
  return line.substr(0, mark.size()) == mark ? std::string(trim(line.substr(mark.size()))) : std::string();
}

Result<calendar::ZoneTable> load_zone(std::string_view name) {
  return load_zone(name, zone_folder());
}

Result<calendar::ZoneTable> load_zone(std::string_view name, const std::string& folder) {
  const auto unknown = [&] {
    return fail(ErrorCode::unknown_zone, "unknown time zone \"" + to_valid_utf8(name.substr(0, name_bytes_max)) + "\"");
  };
  if (!is_zone_name(name)) return unknown();
  const auto bytes = read_file(folder + "/" + std::string(name), tzif_bytes_max);
  if (!bytes.ok()) return bytes.error().code == ErrorCode::not_found ? unknown() : bytes.error();
  auto zone = parse_tzif(*bytes);
  if (!zone.ok()) return fail(zone.error().code, std::string(name) + ": " + zone.error().detail);
  zone->name = name;
  zone->version = read_version(folder);
  return zone;
}

Result<std::vector<std::string>> list_zones() {
  return list_zones(zone_folder());
}

Result<std::vector<std::string>> list_zones(const std::string& folder) {
  SUKI_TRY(const std::string database, read_file(folder + "/tzdata.zi", database_bytes_max));
  std::vector<std::string> names;
  for (const std::string_view line : split(database, '\n')) {
    // "Z name ..." declares a zone, "L target name" a link to one.
    const auto words = split(line, ' ');
    if (words.size() >= 2 && words[0] == "Z") names.emplace_back(words[1]);
    if (words.size() >= 3 && words[0] == "L") names.emplace_back(words[2]);
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace suki::zones
