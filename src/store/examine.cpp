#include "store/examine.h"

#include <sqlite3.h>

#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "store/postgres_shared.h"
#include "store/schema.h"
#include "store/sqlite_sql.h"

namespace suki::store {
namespace {

constexpr std::chrono::seconds answer_max{10};

Examined examine_sqlite(const std::string& file) {
  Examined found{.engine = fmt::format("SQLite {}", sqlite3_libversion())};
  if (!std::filesystem::exists(file)) return found;
  SqliteSql sql(file, SqliteSql::For::reading);
  if (sql.number("select count(*) from sqlite_master where name = 'migrations'") > 0)
    found.step = static_cast<int>(sql.number("select coalesce(max(number), 0) from migrations"));
  return found;
}

Examined examine_postgres(const std::string& url) {
  Examined found;
  PostgresSql sql(std::make_unique<PostgresLink>(url, "suki doctor", PostgresLink::Clock::now() + answer_max),
                  PostgresSql::For::reading, answer_max);
  for (const auto& [number, version] : sql.rows<std::int64_t, std::string>(
           "select cast(current_setting('server_version_num') as bigint), current_setting('server_version')")) {
    found.engine_number = static_cast<int>(number);
    found.engine = fmt::format("PostgreSQL {}", version);
  }
  if (sql.number("select cast(count(*) as bigint) from pg_tables where tablename = 'migrations' and schemaname = "
                 "any(current_schemas(false))") > 0)
    found.step = static_cast<int>(sql.number("select coalesce(max(number), 0) from migrations"));
  sql.undo();
  return found;
}

}  // namespace

Result<Examined> examine(const std::string& folder, const Place& place) {
  try {
    Examined found = place.url == sqlite_url ? examine_sqlite(folder + "/suki.db") : examine_postgres(place.url);
    found.step_known = migrations().back().number;
    return found;
  } catch (const PostgresLost& error) {
    return unavailable(error.what());
  } catch (const PostgresError& error) {
    return to_error(error);
  } catch (const std::exception& error) {
    return fail(ErrorCode::io, fmt::format("store: {}", error.what()));
  }
}

std::string find_served(const std::string& folder) {
  std::ifstream file(folder + "/lock");
  std::string line;
  for (int i = 0; i < 3; ++i)
    if (!std::getline(file, line)) return "";
  return line;
}

}  // namespace suki::store
