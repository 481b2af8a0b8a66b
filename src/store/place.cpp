#include "store/place.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "base/text.h"

namespace suki::store {
namespace {

bool is_postgres(std::string_view url) {
  return url.starts_with("postgres://") || url.starts_with("postgresql://");
}

std::string file_of(const std::string& folder) {
  return folder + "/store";
}

Error failed(const std::string& path) {
  return fail(ErrorCode::io, fmt::format("{}: {}", path, std::strerror(errno)));
}

}  // namespace

std::string shown(const std::string& url) {
  const auto scheme = url.find("://");
  if (scheme == std::string::npos) return url;
  const auto begin = scheme + 3, end = url.find_first_of("/?", begin);
  const auto at = url.rfind('@', end), colon = url.find(':', begin);
  std::string result = url;
  if (at != std::string::npos && colon < at) result.replace(colon, at - colon, ":***");
  // libpq takes it as a parameter, too.
  if (const auto password = result.find("password="); password != std::string::npos) {
    const auto stop = result.find('&', password);
    result.replace(password, stop == std::string::npos ? std::string::npos : stop - password, "password=***");
  }
  return result;
}

Result<Place> find_place(const std::string& folder, const std::string& given) {
  if (!given.empty() && given != sqlite_url && !is_postgres(given))
    return fail(ErrorCode::bad_input, "store: must be postgres://USER@HOST/DATABASE or sqlite");
  std::string kept;
  if (std::filesystem::exists(file_of(folder))) {
    std::ifstream file(file_of(folder));
    if (!std::getline(file, kept)) return fail(ErrorCode::io, file_of(folder) + " cannot be read");
    kept = trim(kept);
    if (kept != sqlite_url && !is_postgres(kept))
      return fail(ErrorCode::bad_input, file_of(folder) + " must hold postgres://USER@HOST/DATABASE or sqlite");
  } else if (std::filesystem::exists(folder + "/suki.db")) {
    kept = sqlite_url;
  }
  if (kept.empty()) return Place{given.empty() ? sqlite_url : given, false};
  if (!given.empty() && given != kept)
    return fail(ErrorCode::conflict,
                fmt::format("{} keeps its store in {}, not in {}; use another folder, or, when it is the same store "
                            "under another name, change the line in {}",
                            folder, shown(kept), shown(given), file_of(folder)));
  return Place{kept, true};
}

Result<void> keep_place(const std::string& folder, const Place& place) {
  // A folder of its own file says it by that file.
  if (place.is_kept || place.url == sqlite_url) return {};
  const std::string path = file_of(folder), made = path + ".new", line = place.url + "\n";
  const int file = ::open(made.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return failed(made);
  const bool written =
      ::write(file, line.data(), line.size()) == static_cast<ssize_t>(line.size()) && ::fsync(file) == 0;
  if (::close(file) != 0 || !written) return failed(made);
  if (std::rename(made.c_str(), path.c_str()) != 0) return failed(path);
  return {};
}

}  // namespace suki::store
