#include "store/place.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>

#include <fmt/format.h>
#include <libpq-fe.h>

#include "base/text.h"

namespace suki::store {
namespace {

bool is_postgres(std::string_view url) {
  return url.starts_with("postgres://") || url.starts_with("postgresql://");
}

/// Everything that the address says, but passwords; nothing when libpq cannot read it. (What libpq says of such an
/// address holds parts of it, so nobody gets to see that.)
std::optional<std::map<std::string, std::string>> parts_of(const std::string& url) {
  char* why = nullptr;
  PQconninfoOption* const options = PQconninfoParse(url.c_str(), &why);
  if (why != nullptr) PQfreemem(why);
  if (options == nullptr) return std::nullopt;
  std::map<std::string, std::string> parts;
  for (const PQconninfoOption* option = options; option->keyword != nullptr; ++option)
    if (option->val != nullptr && !std::string_view(option->keyword).ends_with("password"))
      parts[option->keyword] = option->val;
  PQconninfoFree(options);
  // "postgres://me:pass/word@host" is read as the host "me" with the port "pass".
  if (const auto port = parts.find("port");
      port != parts.end() && port->second.find_first_not_of("0123456789,") != std::string::npos)
    return std::nullopt;
  return parts;
}

bool is_store(const std::string& url) {
  return url == sqlite_url || (is_postgres(url) && parts_of(url));
}

constexpr const char* must_be =
    "must be postgres://USER@HOST/DATABASE or sqlite (in a password, % and the number in hex stands for a special "
    "character: %40 for @)";

std::string file_of(const std::string& folder) {
  return folder + "/store";
}

Error failed(const std::string& path) {
  return fail(ErrorCode::io, fmt::format("{}: {}", path, std::strerror(errno)));
}

/// One of libpq's hosts: a folder of sockets, a name, an address.
bool is_this_machine(std::string_view host) {
  return host.empty() || host.front() == '/' || host.front() == '@' || host == "localhost" || host == "::1" ||
         (host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string_view::npos);
}

std::string environment(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

Line line_to(const std::string& url) {
  const auto parts = parts_of(url).value_or(std::map<std::string, std::string>{});
  const auto value = [&parts](const char* name, const char* variable) {
    const auto at = parts.find(name);
    return at != parts.end() ? at->second : environment(variable);
  };
  Line line;
  // The address that packets go to decides, where there is one beside the name.
  std::string hosts = value("hostaddr", "PGHOSTADDR");
  if (hosts.empty()) hosts = value("host", "PGHOST");
  for (const std::string_view host : split(hosts, ',')) line.elsewhere = line.elsewhere || !is_this_machine(host);
  line.mode = value("sslmode", "PGSSLMODE");
  line.said = !line.mode.empty();
  if (line.said) return line;
  line.mode = line.elsewhere ? "verify-full" : "prefer";
  constexpr const char* of_machine = "/etc/ssl/certs/ca-certificates.crt";
  const std::string home = environment("HOME");
  if (line.elsewhere && value("sslrootcert", "PGSSLROOTCERT").empty() &&
      (home.empty() || !std::filesystem::exists(home + "/.postgresql/root.crt")) && std::filesystem::exists(of_machine))
    line.authorities = of_machine;
  return line;
}

Result<void> sync_folder(const std::string& folder) {
  const int file = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return failed(folder);
  const bool done = ::fsync(file) == 0;
  ::close(file);
  if (!done) return failed(folder);
  return {};
}

std::string shown(const std::string& url) {
  const auto scheme = url.find("://");
  if (scheme == std::string::npos) return url;
  if (!parts_of(url)) return url.substr(0, scheme + 3) + "***";
  // Up to the last @: a password may hold what would end it, and too little shown is better than too much.
  const auto begin = scheme + 3, end = url.find('?', begin);
  const auto at = url.rfind('@', end), colon = url.find(':', begin);
  std::string result = url;
  if (at != std::string::npos && colon < at) result.replace(colon, at - colon, ":***");
  // libpq takes it as a parameter, too; and that of a key file ("sslpassword").
  constexpr std::string_view name = "password=";
  for (auto found = result.find(name); found != std::string::npos; found = result.find(name, found + name.size())) {
    const auto value = found + name.size(), stop = result.find('&', value);
    result.replace(value, stop == std::string::npos ? std::string::npos : stop - value, "***");
  }
  return result;
}

Result<Place> find_place(const std::string& folder, const std::string& given) {
  if (!given.empty() && !is_store(given)) return fail(ErrorCode::bad_input, fmt::format("store: {}", must_be));
  std::string kept;
  if (std::filesystem::exists(file_of(folder))) {
    std::ifstream file(file_of(folder));
    if (!std::getline(file, kept)) return fail(ErrorCode::io, file_of(folder) + " cannot be read");
    kept = trim(kept);
    if (!is_store(kept)) return fail(ErrorCode::bad_input, fmt::format("{}: {}", file_of(folder), must_be));
  } else if (std::filesystem::exists(folder + "/suki.db")) {
    kept = sqlite_url;
  }
  if (kept.empty()) return Place{given.empty() ? sqlite_url : given, false};
  if (given.empty() || given == kept) return Place{kept, true};
  if (given != sqlite_url && kept != sqlite_url && parts_of(given) == parts_of(kept)) return Place{given, false};
  return fail(ErrorCode::conflict,
              fmt::format("{} keeps its store in {}, not in {}; `suki store move` moves it there; when it is the same "
                          "store under another name, change the line in {}",
                          folder, shown(kept), shown(given), file_of(folder)));
}

Result<void> keep_place(const std::string& folder, const Place& place) {
  // A folder of its own file says it by that file.
  if (place.is_kept || place.url == sqlite_url) return {};
  return change_place(folder, place.url);
}

Result<void> change_place(const std::string& folder, const std::string& url) {
  const std::string path = file_of(folder), made = path + ".new", line = url + "\n";
  const int file = ::open(made.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return failed(made);
  const bool written =
      ::write(file, line.data(), line.size()) == static_cast<ssize_t>(line.size()) && ::fsync(file) == 0;
  if (::close(file) != 0 || !written) return failed(made);
  if (std::rename(made.c_str(), path.c_str()) != 0) return failed(path);
  return sync_folder(folder);
}

}  // namespace suki::store
