#include "store_testing/dump.h"

#include <libpq-fe.h>
#include <sqlite3.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <regex>
#include <vector>

namespace suki::store_testing {
namespace {

[[noreturn]] void die(const std::string& why) {
  std::fprintf(stderr, "dump: %s\n", why.c_str());
  std::abort();
}

/// Cells as text; bytes in lower hex.
using Row = std::vector<std::string>;

std::string hex(const unsigned char* bytes, std::size_t size) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < size; ++i) {
    text += digits[bytes[i] >> 4u];
    text += digits[bytes[i] & 15u];
  }
  return text;
}

/// Columns by name, rows in order.
std::string lines_of(const std::string& table, const std::vector<std::string>& columns, const std::vector<Row>& rows) {
  std::vector<std::string> lines;
  for (const Row& row : rows) {
    std::map<std::string, std::string> by_name;
    for (std::size_t i = 0; i < columns.size(); ++i) by_name[columns[i]] = row[i];
    // Numbers of PostgreSQL's own, which SQLite does not need.
    if (table == "counters" && (by_name["name"] == "owner" || by_name["name"] == "commit")) continue;
    if (table == "counters" && by_name["value"] == "0") continue;
    std::string line = table;
    for (const auto& [name, value] : by_name) line.append("\t").append(name).append("=").append(value);
    lines.push_back(std::move(line));
  }
  std::sort(lines.begin(), lines.end());
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

}  // namespace

std::string dump_sqlite(const std::string& file) {
  sqlite3* database = nullptr;
  if (sqlite3_open_v2(file.c_str(), &database, SQLITE_OPEN_READONLY, nullptr) != SQLITE_OK) die(file);
  const auto query = [&](const std::string& sql, std::vector<std::string>& columns) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(database, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK) die(sqlite3_errmsg(database));
    for (int i = 0; i < sqlite3_column_count(statement); ++i) columns.emplace_back(sqlite3_column_name(statement, i));
    std::vector<Row> rows;
    while (sqlite3_step(statement) == SQLITE_ROW) {
      Row& row = rows.emplace_back();
      for (int i = 0; i < static_cast<int>(columns.size()); ++i) {
        const auto* bytes = static_cast<const unsigned char*>(sqlite3_column_blob(statement, i));
        const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, i));
        if (sqlite3_column_type(statement, i) == SQLITE_BLOB)
          row.push_back(hex(bytes, size));
        else
          row.emplace_back(reinterpret_cast<const char*>(sqlite3_column_text(statement, i)));
      }
    }
    sqlite3_finalize(statement);
    return rows;
  };
  std::string text;
  std::vector<std::string> names;
  for (const Row& table : query("select name from sqlite_master where type = 'table' and name not like 'sqlite_%' and "
                                "name not like 'search_index%' order by name",
                                names)) {
    std::vector<std::string> columns;
    const auto rows = query("select * from " + table[0], columns);
    text += lines_of(table[0], columns, rows);
  }
  sqlite3_close(database);
  return text;
}

int run_sqlite(const std::string& file, const std::string& sql) {
  sqlite3* database = nullptr;
  if (sqlite3_open(file.c_str(), &database) != SQLITE_OK) die(file);
  if (sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) die(sqlite3_errmsg(database));
  const int changed = sqlite3_changes(database);
  sqlite3_close(database);
  return changed;
}

std::string explain_sqlite(const std::string& file, const std::string& sql) {
  sqlite3* database = nullptr;
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_open_v2(file.c_str(), &database, SQLITE_OPEN_READONLY, nullptr) != SQLITE_OK) die(file);
  if (sqlite3_prepare_v2(database, ("explain query plan " + sql).c_str(), -1, &statement, nullptr) != SQLITE_OK)
    die(sqlite3_errmsg(database));
  std::string text;
  while (sqlite3_step(statement) == SQLITE_ROW)
    text.append(reinterpret_cast<const char*>(sqlite3_column_text(statement, 3))).append("\n");
  sqlite3_finalize(statement);
  sqlite3_close(database);
  return text;
}

std::string explain_postgres(const std::string& url, const std::string& sql) {
  PGconn* const connection = PQconnectdb(url.c_str());
  // Small tables are read whole and sorted, whatever there is.
  PQclear(PQexec(connection, "set enable_seqscan = off; set enable_sort = off; set enable_bitmapscan = off"));
  static const std::regex limit("limit :[a-z_]+"), place("([^:]):[a-z_]+");
  const std::string filled = std::regex_replace(std::regex_replace(sql, limit, "limit 5"), place, "$1'0'");
  PGresult* const result = PQexec(connection, ("explain " + filled).c_str());
  if (PQresultStatus(result) != PGRES_TUPLES_OK) die(PQerrorMessage(connection));
  std::string text;
  for (int row = 0; row < PQntuples(result); ++row) text.append(PQgetvalue(result, row, 0)).append("\n");
  PQclear(result);
  PQfinish(connection);
  return text;
}

std::string dump_postgres(const std::string& url) {
  PGconn* const connection = PQconnectdb(url.c_str());
  const auto query = [&](const std::string& sql, std::vector<std::string>& columns) {
    PGresult* const result = PQexec(connection, sql.c_str());
    if (PQresultStatus(result) != PGRES_TUPLES_OK) die(PQerrorMessage(connection));
    for (int i = 0; i < PQnfields(result); ++i) columns.emplace_back(PQfname(result, i));
    std::vector<Row> rows;
    for (int r = 0; r < PQntuples(result); ++r) {
      Row& row = rows.emplace_back();
      for (int i = 0; i < PQnfields(result); ++i) {
        const std::string cell = PQgetvalue(result, r, i);
        row.push_back(PQftype(result, i) == 17 ? cell.substr(2) : cell);  // bytea comes as \x and hex
      }
    }
    PQclear(result);
    return rows;
  };
  std::string text;
  std::vector<std::string> names;
  for (const Row& table : query("select tablename from pg_tables where schemaname = 'public' and tablename <> "
                                "'search_index' order by tablename "
                                "collate \"C\"",
                                names)) {
    std::vector<std::string> columns;
    const auto rows = query("select * from " + table[0], columns);
    text += lines_of(table[0], columns, rows);
  }
  PQfinish(connection);
  return text;
}

}  // namespace suki::store_testing
