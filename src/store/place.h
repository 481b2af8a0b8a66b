/// Where a data folder's store is: the operator says it once, and the folder keeps it.
#pragma once

#include <string>

#include "base/result.h"

namespace suki::store {

inline constexpr const char* sqlite_url = "sqlite";  ///< the file suki.db in the folder itself

struct Place {
  std::string url;  ///< sqlite_url, or "postgres://..."
  bool is_kept = false;
};

/// `given`: what was said now; "" nothing. The same store with another password is taken as it was said. Errors:
/// bad_input (no such kind of store, or an address that cannot be read), conflict (the folder keeps another one), io.
/// No error holds a password.
[[nodiscard]] Result<Place> find_place(const std::string& folder, const std::string& given);
/// Writes it to <folder>/store, for its owner's eyes. Called when the store could be opened.
[[nodiscard]] Result<void> keep_place(const std::string& folder, const Place& place);
/// The same for a folder that has kept another one until now.
[[nodiscard]] Result<void> change_place(const std::string& folder, const std::string& url);
/// The names in it are on disk after it.
[[nodiscard]] Result<void> sync_folder(const std::string& folder);
/// How the line to a database is guarded, by its address and what libpq reads from the environment.
struct Line {
  bool elsewhere = false;   ///< on another machine
  std::string mode;         ///< libpq's sslmode; elsewhere verify-full unless it was said
  bool said = false;        ///< by the address or PGSSLMODE
  std::string authorities;  ///< a file of those that may have signed, when nothing else names one; "" as libpq has it
};
/// Of a postgres:// address. Nobody is on a Unix socket or a loopback address.
[[nodiscard]] Line line_to(const std::string& url);
/// Without its passwords; of what is no address nothing is shown.
[[nodiscard]] std::string shown(const std::string& url);

}  // namespace suki::store
