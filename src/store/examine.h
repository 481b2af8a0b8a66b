/// What a store is, without becoming its owner and without changing anything: also beside a server that has it.
#pragma once

#include <string>

#include "base/result.h"
#include "store/place.h"

namespace suki::store {

struct Examined {
  std::string engine;     ///< "SQLite 3.40.1", "PostgreSQL 15.18"
  int engine_number = 0;  ///< of PostgreSQL, as it counts itself: 150018; 0: SQLite
  int step = 0;           ///< the last step of its tables; 0: there are none yet
  int step_known = 0;     ///< of this program
};
/// Errors: unavailable (the database does not answer), io (it cannot be read). No error holds a password.
[[nodiscard]] Result<Examined> examine(const std::string& folder, const Place& place);

/// Where the owner of `folder` serves customers ("http://127.0.0.1:8080"); "" when its lock does not say.
[[nodiscard]] std::string find_served(const std::string& folder);

}  // namespace suki::store
