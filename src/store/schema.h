/// The tables, as numbered steps forward. A released step never changes.
#pragma once

#include <span>

namespace suki::store {

struct Migration {
  int number;
  const char* sql;  ///< statements, each ended by a semicolon at the end of a line; portable to PostgreSQL but for BLOB
};
[[nodiscard]] std::span<const Migration> migrations();

}  // namespace suki::store
