/// SQLite: one writer thread that commits many requests together, each in a savepoint of its own; readers on snapshots.
#include "store/sqlite.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <mutex>
#include <thread>

#include <fmt/format.h>

#include "store/queued.h"
#include "store/schema.h"
#include "store/sqlite_sql.h"
#include "store/tx.h"

namespace suki::store {
namespace {

/// In memory as committed; a group that is lost takes them back.
struct Counters {
  std::int64_t position = 0;
  std::array<std::int64_t, counter_count> given{};
};

Counters load_counters(Sql& sql) {
  Counters counters;
  for (const auto& [name, value] : sql.rows<std::string, std::int64_t>("select name, value from counters")) {
    if (name == position_name) counters.position = value;
    for (std::size_t i = 0; i < counter_count; ++i)
      if (name == counter_names[i]) counters.given[i] = value;
  }
  return counters;
}

void save_counters(Sql& sql, const Counters& before, const Counters& now) {
  const auto save = [&sql](const char* name, std::int64_t old_value, std::int64_t value) {
    if (old_value != value)
      sql.run(
          "insert into counters (name, value) values (:name, :value) "
          "on conflict (name) do update set value = excluded.value",
          name, value);
  };
  save(position_name, before.position, now.position);
  for (std::size_t i = 0; i < counter_count; ++i) save(counter_names[i], before.given[i], now.given[i]);
}

/// Of the log of writes, which holds pages as they were before until it is cut.
struct Folding {
  bool wanted = false, done = false;
};

class SqliteWriting final : public Writing {
 public:
  SqliteWriting(Counters& counters, Folding& folding) : counters_(counters), folding_(folding) {}
  std::int64_t next(Counter counter) override { return ++counters_.given[static_cast<std::size_t>(counter)]; }
  void fold_log() override { folding_.wanted = true; }
  bool log_is_folded() override { return std::exchange(folding_.done, false); }

 private:
  Counters& counters_;
  Folding& folding_;
};

constexpr const char* busy_timeout = "pragma busy_timeout = 10000";

class SqliteStore final : public QueuedStore {
 public:
  SqliteStore(const Options& options, FolderLock lock)
      : QueuedStore(options),
        lock_(std::move(lock)),
        group_max_(options.group_max),
        file_(options.data_dir + "/suki.db"),
        writer_(file_, SqliteSql::For::writing) {
    migrate(writer_, "begin immediate", [](const std::string& sql) { return sql; });
    // A committed group leaves the counters exactly as they are in memory; only a lost commit reads them again.
    counters_ = load_counters(writer_);
    for (std::size_t i = 0; i < std::max<std::size_t>(1, options.readers); ++i)
      readers_.push_back(std::make_unique<SqliteSql>(file_, SqliteSql::For::reading));
    threads_.emplace_back([this] { write_loop(); });
    for (auto& reader : readers_) threads_.emplace_back([this, &reader] { read_loop(*reader); });
  }

  ~SqliteStore() override {
    writes_.close();
    reads_.close();
    for (std::thread& thread : threads_) thread.join();
  }

 private:
  void write_loop() {
    std::vector<Request> group;
    while (writes_.pop(group, group_max_)) {
      taken(Kind::writes, group);
      const auto since = std::chrono::steady_clock::now();
      std::vector<Change> changes;
      if (!commit(group.data(), group.size(), changes)) {
        // The group as a whole could not be written. One after the other: each stands or falls alone.
        for (Request& request : group) commit(&request, 1, changes);
      }
      wrote(group.size(), since);
      tell(changes);
      if (std::exchange(folding_.wanted, false)) folding_.done = fold_log();
      for (Request& request : group) request.done(std::move(request.result));
      group.clear();
    }
  }

  /// One transaction. False: nothing of it was written, and each result says so.
  bool commit(Request* requests, std::size_t count, std::vector<Change>& changes) {
    const Counters before = counters_;
    const std::size_t changes_before = changes.size();
    try {
      Pending group;
      writer_.run("begin immediate");
      for (std::size_t i = 0; i < count; ++i) run_in_savepoint(requests[i], group, changes);
      group.settle_counts(writer_);
      group.settle_words(writer_);
      save_counters(writer_, before, counters_);
      writer_.run("commit");
      return true;
    } catch (const std::exception& error) {
      undo();
      counters_ = before;
      changes.resize(changes_before);
      for (std::size_t i = 0; i < count; ++i) requests[i].result = to_error(error);
      return false;
    }
  }

  /// What it counts, and the words that it has for search, are written with the whole group: `group` gets them.
  void run_in_savepoint(Request& request, Pending& group, std::vector<Change>& changes) {
    const Counters before = counters_;
    SqliteWriting writing(counters_, folding_);
    writing.earlier = &group;
    Tx tx(writer_, &writing);
    std::vector<Change> mine;  // a list of its own: one notice for each conversation of a request
    writer_.run("savepoint request");
    request.result = perform(
        [&](Tx& its) -> Result<void> {
          SUKI_CHECK(request.work(its));
          writing.pending.settle_inputs(writer_, counters_.position, mine);
          return {};
        },
        tx);
    if (!request.result.ok()) {
      // Throws when SQLite has already undone the whole transaction (disk full): then the group is run again.
      writer_.run("rollback to request");
      counters_ = before;
    } else {
      group.add_shared(writing.pending);
      changes.insert(changes.end(), mine.begin(), mine.end());
    }
    writer_.run("release request");
  }

  /// False: a reader is in the way, and nobody waits for it.
  bool fold_log() {
    try {
      writer_.execute("pragma busy_timeout = 100");
      const bool folded = writer_.number("pragma wal_checkpoint(truncate)") == 0;
      writer_.execute(busy_timeout);
      return folded;
    } catch (const std::exception&) {
      return false;
    }
  }

  void undo() {
    try {
      writer_.run("rollback");
    } catch (const std::exception&) {
      // There was no transaction left to undo.
    }
  }

  void read_loop(Sql& sql) {
    std::vector<Request> one;
    while (reads_.pop(one, 1)) {
      taken(Kind::reads, one);
      Request& request = one.front();
      Tx tx(sql, nullptr);
      try {
        sql.run("begin");
        request.result = perform(request.work, tx);
        sql.run("rollback");
      } catch (const std::exception& error) {
        request.result = to_error(error);
      }
      request.done(std::move(request.result));
      one.clear();
    }
  }

  FolderLock lock_;
  std::size_t group_max_;
  std::string file_;
  SqliteSql writer_;
  Counters counters_;
  Folding folding_;  ///< of the writer's thread
  std::vector<std::unique_ptr<SqliteSql>> readers_;
  std::vector<std::thread> threads_;
};

/// Each of our connections is used by one thread, so its mutexes guard against nobody; nor are its allocations counted.
/// Measured: bench/README.md. Too late when SQLite was used before: then it stays as it is.
void configure_sqlite() {
  static std::once_flag once;
  std::call_once(once, [] {
    sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  });
}

}  // namespace

Result<std::unique_ptr<Store>> open_sqlite(const Options& options, FolderLock lock) {
  // The folder may have been made by somebody with wider rights; SQLite gives its other files the rights of this one.
  const std::string file = options.data_dir + "/suki.db";
  const int made = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (made < 0) return fail(ErrorCode::io, fmt::format("{}: {}", file, std::strerror(errno)));
  ::close(made);
  configure_sqlite();
  try {
    return std::unique_ptr<Store>(std::make_unique<SqliteStore>(options, std::move(lock)));
  } catch (const std::exception& failure) {
    return to_error(failure);
  }
}

}  // namespace suki::store
