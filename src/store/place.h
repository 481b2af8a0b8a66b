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

/// `given`: what was said now; "" nothing. Errors: bad_input (no such kind of store), conflict (the folder keeps
/// another one), io. No error holds a password.
[[nodiscard]] Result<Place> find_place(const std::string& folder, const std::string& given);
/// Writes it to <folder>/store, for its owner's eyes. Called when the store could be opened.
[[nodiscard]] Result<void> keep_place(const std::string& folder, const Place& place);
/// Without its password.
[[nodiscard]] std::string shown(const std::string& url);

}  // namespace suki::store
