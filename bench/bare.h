/// The limit that a figure of writing stands beside: the same rows and indexes by a bare program (SQLite's C interface,
/// prepared statements, WAL, synchronous FULL), in as many commits.
#pragma once

#include <fmt/format.h>
#include <sqlite3.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace bench {

using Clock = std::chrono::steady_clock;

[[noreturn]] inline void fail(const std::string& why) {
  std::fprintf(stderr, "bench: %s\n", why.c_str());
  std::exit(1);
}
inline double since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

struct Database {
  sqlite3* handle = nullptr;
  explicit Database(const std::string& file) {
    if (sqlite3_open(file.c_str(), &handle) != SQLITE_OK) fail("cannot open " + file);
    run("pragma journal_mode = wal; pragma synchronous = full; pragma wal_autocheckpoint = 10000; pragma cache_size = "
        "-32768");
  }
  ~Database() { sqlite3_close(handle); }
  void run(const std::string& sql) {
    if (sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
      fail(sql + ": " + sqlite3_errmsg(handle));
  }
  sqlite3_stmt* prepare(const std::string& sql) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(handle, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK)
      fail(sql + ": " + sqlite3_errmsg(handle));
    return statement;
  }
};

struct Table {
  sqlite3_stmt* insert = nullptr;
  std::vector<std::vector<sqlite3_value*>> rows;
};

/// All rows of `from` into an empty database of the same tables and indexes, a slice of each table in each commit.
inline double write_again(const std::string& from, const std::string& to, long commits, long& row_count) {
  Database source(from), target(to);
  std::vector<std::string> tables;
  sqlite3_stmt* all = source.prepare(
      "select sql, type, name from sqlite_master where sql is not null and name not like 'search_index%' order by "
      "type desc");
  while (sqlite3_step(all) == SQLITE_ROW) {
    target.run(reinterpret_cast<const char*>(sqlite3_column_text(all, 0)));
    if (std::string(reinterpret_cast<const char*>(sqlite3_column_text(all, 1))) == "table")
      tables.emplace_back(reinterpret_cast<const char*>(sqlite3_column_text(all, 2)));
  }
  sqlite3_finalize(all);
  std::vector<Table> filled;
  for (const std::string& name : tables) {
    Table table;
    sqlite3_stmt* select = source.prepare("select * from " + name);
    const int columns = sqlite3_column_count(select);
    while (sqlite3_step(select) == SQLITE_ROW) {
      auto& row = table.rows.emplace_back();
      for (int i = 0; i < columns; ++i) row.push_back(sqlite3_value_dup(sqlite3_column_value(select, i)));
    }
    sqlite3_finalize(select);
    std::string marks = "?";
    for (int i = 1; i < columns; ++i) marks += ", ?";
    table.insert = target.prepare(fmt::format("insert into {} values ({})", name, marks));
    row_count += static_cast<long>(table.rows.size());
    filled.push_back(std::move(table));
  }
  const auto start = Clock::now();
  for (long group = 0; group < commits; ++group) {
    target.run("begin immediate");
    for (Table& table : filled) {
      const auto size = static_cast<long>(table.rows.size());
      for (long i = size * group / commits; i < size * (group + 1) / commits; ++i) {
        const auto& row = table.rows[static_cast<std::size_t>(i)];
        for (std::size_t c = 0; c < row.size(); ++c) sqlite3_bind_value(table.insert, static_cast<int>(c) + 1, row[c]);
        if (sqlite3_step(table.insert) != SQLITE_DONE) fail(sqlite3_errmsg(target.handle));
        sqlite3_reset(table.insert);
      }
    }
    target.run("commit");
  }
  const double seconds = since(start);
  for (Table& table : filled) {
    sqlite3_finalize(table.insert);
    for (auto& row : table.rows)
      for (sqlite3_value* value : row) sqlite3_value_free(value);
  }
  return seconds;
}

}  // namespace bench
