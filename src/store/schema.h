/// The tables, as numbered steps forward. A released step never changes.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace suki::store {

class Sql;

struct Migration {
  int number;
  const char* sql;  ///< statements, each ended by a semicolon at the end of a line; portable to PostgreSQL but for BLOB
  /// What SQL alone cannot do, after the statements and in their transaction.
  void (*then)(Sql&) = nullptr;
};
[[nodiscard]] std::span<const Migration> migrations();

/// The order in which the tables were made, of the table that "insert into TABLE ..." names.
[[nodiscard]] std::size_t place_of_table(std::string_view insert);

/// Goes forward to the last step, each in a transaction that starts with `begin`. Throws; what a later version has made
/// is refused. `translate` makes a statement into the engine's own.
void migrate(Sql& sql, const char* begin, const std::function<std::string(const std::string&)>& translate);

}  // namespace suki::store
