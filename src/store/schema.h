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
  void (*fill)(Sql& sql) = nullptr;  ///< what they cannot do, after them, in the same transaction
  const char* then = "";             ///< statements after that
};
[[nodiscard]] std::span<const Migration> migrations();

inline constexpr const char* make_migrations = "create table if not exists migrations (number bigint primary key)";

/// The order in which the tables were made, of the table that "insert into TABLE ..." names.
[[nodiscard]] std::size_t place_of_table(std::string_view insert);

/// One step, in the transaction of the caller.
void apply(Sql& sql, const Migration& step, const std::function<std::string(const std::string&)>& translate);

/// Goes forward to the last step, each in a transaction that starts with `begin`. Throws; what a later version has made
/// is refused. `translate` makes a statement into the engine's own.
void migrate(Sql& sql, const char* begin, const std::function<std::string(const std::string&)>& translate);

}  // namespace suki::store
