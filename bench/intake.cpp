// Conversations created a second through the use cases, each durable: rules, clocks, automatic reply and outgoing mail.
//   Beside, in the same run: the very rows that came of it, with their indexes, written again by a bare program
//   (SQLite's C interface, prepared statements, WAL, synchronous FULL) in as many commits. Usage: intake [conversations
//   (10000)] [at once (64)]
#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <sstream>
#include <string>
#include <vector>

#include "app/app.h"
#include "app/host.h"
#include "planfile/planfile.h"
#include "store/store.h"

namespace {

using namespace suki;
using Clock = std::chrono::steady_clock;

[[noreturn]] void die(const std::string& why) {
  std::fprintf(stderr, "intake: %s\n", why.c_str());
  std::exit(1);
}
double since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

struct Taken {
  double seconds = 0;
  long commits = 0;
};

/// `at_once` requests are always on their way; each is followed by the next when it is durable.
Taken create(const std::string& folder, int count, int at_once) {
  auto opened = store::Store::open({.data_dir = folder});
  if (!opened.ok()) die(opened.error().detail);
  store::Store& store = **opened;
  app::App app(store, app::system_host());
  if (!app.start().ok()) die("no start");
  auto read = planfile::read_folder(SUKI_SOURCE_DIR "/plans/appliance-shop");
  std::vector<app::App::PlanFile> plan;
  for (const auto& file : read.files) plan.push_back({file.name, file.bytes});
  const auto adopted = store.write_and_wait([&](store::Tx& tx) -> Result<void> {
    auto version = app.adopt(tx, plan, "bench", "bench");
    if (!version.ok()) return version.error();
    return {};
  });
  if (!adopted.ok()) die(adopted.error().detail);
  Taken taken;
  std::atomic<long> commits = 0;
  app.on_changed([&](const std::vector<app::Changed>&) { ++commits; });
  std::mutex mutex;
  std::condition_variable changed;
  int running = 0;
  const auto start = Clock::now();
  for (int i = 0; i < count; ++i) {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return running < at_once; });
    ++running;
    lock.unlock();
    store.write(
        [&app, i](store::Tx& tx) -> Result<void> {
          const std::string n = std::to_string(i);
          auto made = app.create_by_form(
              tx,
              {"r" + n, "Customer " + n, "c" + n + "@example.net", "repair-cooling", "The refrigerator does not cool",
               "Since yesterday evening it hums but stays warm. There is food in it. Number " + n, "en"});
          if (!made.ok()) return made.error();
          return {};
        },
        [&](Result<void> result) {
          if (!result.ok()) die(result.error().detail);
          const std::lock_guard hold(mutex);
          --running;
          changed.notify_one();
        });
  }
  std::unique_lock lock(mutex);
  changed.wait(lock, [&] { return running == 0; });
  taken.seconds = since(start);
  taken.commits = commits;
  return taken;
}

struct Database {
  sqlite3* handle = nullptr;
  explicit Database(const std::string& file) {
    if (sqlite3_open(file.c_str(), &handle) != SQLITE_OK) die("cannot open " + file);
    run("pragma journal_mode = wal; pragma synchronous = full; pragma wal_autocheckpoint = 10000; pragma cache_size = "
        "-32768");
  }
  ~Database() { sqlite3_close(handle); }
  void run(const std::string& sql) {
    if (sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
      die(sql + ": " + sqlite3_errmsg(handle));
  }
  sqlite3_stmt* prepare(const std::string& sql) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(handle, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK)
      die(sql + ": " + sqlite3_errmsg(handle));
    return statement;
  }
};

struct Table {
  sqlite3_stmt* insert = nullptr;
  std::vector<std::vector<sqlite3_value*>> rows;
};

/// All rows of `from` into an empty database of the same tables and indexes, a slice of each table in each commit.
double write_again(const std::string& from, const std::string& to, long commits, long& row_count) {
  Database source(from), target(to);
  std::vector<std::string> tables;
  sqlite3_stmt* all =
      source.prepare("select sql, type, name from sqlite_master where sql is not null and name not like 'search_index%' order by type desc");
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
        if (sqlite3_step(table.insert) != SQLITE_DONE) die(sqlite3_errmsg(target.handle));
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

}  // namespace

int main(int argc, char** argv) {
  const int count = argc > 1 ? std::atoi(argv[1]) : 10'000, at_once = argc > 2 ? std::atoi(argv[2]) : 64;
  if (count < 1 || at_once < 1) die("usage: intake [conversations] [at once]");
  std::string folder = (std::filesystem::temp_directory_path() / "suki-intake-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) die("no temporary folder");
  const Taken taken = create(folder + "/data", count, at_once);
  long rows = 0;
  const double bare = write_again(folder + "/data/suki.db", folder + "/bare.db", taken.commits, rows);
  std::filesystem::remove_all(folder);
  const double reached = count / taken.seconds, limit = count / bare;
  std::printf("%d conversations, %d at once: %ld commits of %.1f, %.1f rows each conversation\n", count, at_once,
              taken.commits, static_cast<double>(count) / static_cast<double>(taken.commits),
              static_cast<double>(rows) / count);
  std::printf(
      "{\"bench\":\"intake\",\"figure\":\"conversations created, each durable\",\"unit\":\"per "
      "second\",\"goal\":%.0f,\"reached\":%.0f,"
      "\"beside\":{\"the same rows by a bare program\":%.0f},\"ratio\":%.2f}\n",
      limit / 3, reached, limit, reached / limit);
}
