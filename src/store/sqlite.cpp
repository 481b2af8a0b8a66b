/// SQLite: one writer thread that commits many requests together, each in a savepoint of its own; readers on snapshots.
#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <mutex>
#include <thread>

#include <fmt/format.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include "base/text.h"
#include "store/lock.h"
#include "store/queue.h"
#include "store/schema.h"
#include "store/sql.h"
#include "store/tx.h"

namespace suki::store {
namespace {

/// Pages of 4 KiB that the log may hold before it is folded into the file: about 40 MB. Chosen: fewer, larger folds.
constexpr int wal_pages = 10'000;
constexpr int cache_kib = 32 * 1024;  ///< of the writer; readers have an eighth. Chosen against the 64 MiB of the whole

struct Connection {
  soci::session session;
  Sql sql{session};

  Connection(const std::string& file, bool reader)
      : session(soci::sqlite3, fmt::format("dbname=\"{}\" timeout=10", file)) {
    session << "pragma journal_mode = wal";
    session << "pragma synchronous = full";
    session << "pragma foreign_keys = on";
    session << "pragma temp_store = memory";
    session << fmt::format("pragma wal_autocheckpoint = {}", wal_pages);
    session << fmt::format("pragma cache_size = -{}", reader ? cache_kib / 8 : cache_kib);
    if (reader) session << "pragma query_only = on";
  }
};

Error to_error(const std::exception& error) {
  return fail(ErrorCode::io, fmt::format("store: {}", error.what()));
}

/// Runs the work; an exception becomes an Error. `broken`: the database said no, so the group may have to be run again.
Result<void> perform(const Store::Work& work, Tx& tx, bool& broken) {
  try {
    return work(tx);
  } catch (const soci::soci_error& error) {
    broken = true;
    return to_error(error);
  } catch (const std::exception& error) {
    return fail(ErrorCode::internal, error.what());
  }
}

void migrate(Connection& connection) {
  soci::session& session = connection.session;
  session << "create table if not exists migrations (number bigint primary key)";
  long long done = 0;
  session << "select coalesce(max(number), 0) from migrations", soci::into(done);
  const auto all = migrations();
  if (done > all.back().number)
    throw std::runtime_error(fmt::format("the data folder is of a later version (step {})", done));
  for (const Migration& migration : all) {
    if (migration.number <= done) continue;
    session << "begin immediate";
    std::string statement;
    for (const std::string_view line : split(migration.sql, '\n')) {
      statement.append(line).push_back('\n');
      if (!line.ends_with(';')) continue;
      session << statement;
      statement.clear();
    }
    session << fmt::format("insert into migrations (number) values ({})", migration.number);
    session << "commit";
  }
}

constexpr std::pair<const char*, std::int64_t Counters::*> counter_names[] = {
    {"position", &Counters::position}, {"conversation", &Counters::conversation},
    {"message", &Counters::message},   {"customer", &Counters::customer},
    {"agent", &Counters::agent},       {"attachment", &Counters::attachment},
    {"outbox", &Counters::outbox},     {"turn", &Counters::turn}};

Counters load_counters(Sql& sql) {
  Counters counters;
  for (const auto& [name, value] : sql.rows<std::string, long long>("select name, value from counters"))
    for (const auto& [known, member] : counter_names)
      if (name == known) counters.*member = value;
  return counters;
}

void save_counters(Sql& sql, const Counters& before, const Counters& now) {
  for (const auto& [name, member] : counter_names)
    if (before.*member != now.*member)
      sql.run(
          "insert into counters (name, value) values (:name, :value) "
          "on conflict (name) do update set value = excluded.value",
          name, now.*member);
}

class SqliteStore final : public Store {
 public:
  SqliteStore(const Options& options, FolderLock lock)
      : options_(options),
        lock_(std::move(lock)),
        file_(options.data_dir + "/suki.db"),
        writer_(file_, false),
        writes_(options.write_queue_max),
        reads_(options.write_queue_max) {
    migrate(writer_);
    // A committed group leaves the counters exactly as they are in memory; only a lost commit reads them again.
    counters_ = load_counters(writer_.sql);
    for (std::size_t i = 0; i < std::max<std::size_t>(1, options.readers); ++i)
      readers_.push_back(std::make_unique<Connection>(file_, true));
    threads_.emplace_back([this] { write_loop(); });
    for (auto& reader : readers_) threads_.emplace_back([this, &reader] { read_loop(*reader); });
  }

  ~SqliteStore() override {
    writes_.close();
    reads_.close();
    for (std::thread& thread : threads_) thread.join();
  }

  void write(Work work, Done done) override { push(writes_, std::move(work), std::move(done)); }
  void read(Work work, Done done) override { push(reads_, std::move(work), std::move(done)); }
  void on_commit(std::function<void(const std::vector<Change>&)> subscriber) override {
    const std::scoped_lock lock(subscriber_mutex_);
    subscriber_ = std::move(subscriber);
  }

 private:
  struct Request {
    Work work;
    Done done;
    Result<void> result;
  };

  void push(Queue<Request>& queue, Work work, Done done) {
    // The queue takes the request only when there is room; `done` is needed for the refusal.
    Request request{std::move(work), std::move(done), {}};
    if (!queue.push(request)) request.done(fail(ErrorCode::busy, "the store's queue is full, or it is closing"));
  }

  void write_loop() {
    std::vector<Request> group;
    while (writes_.pop(group, options_.group_max)) {
      std::vector<Change> changes;
      if (!commit(group.data(), group.size(), changes)) {
        // The group as a whole could not be written. One after the other: each stands or falls alone.
        for (Request& request : group) commit(&request, 1, changes);
      }
      if (!changes.empty()) tell(changes);
      for (Request& request : group) request.done(std::move(request.result));
      group.clear();
    }
  }

  /// Held while it is called, so that whoever takes a subscriber away knows that it is not running.
  void tell(const std::vector<Change>& changes) {
    const std::scoped_lock lock(subscriber_mutex_);
    if (subscriber_) subscriber_(changes);
  }

  /// One transaction. False: nothing of it was written, and each result says so.
  bool commit(Request* requests, std::size_t count, std::vector<Change>& changes) {
    const Counters before = counters_;
    const std::size_t changes_before = changes.size();
    try {
      writer_.sql.run("begin immediate");
      for (std::size_t i = 0; i < count; ++i) run_in_savepoint(requests[i], changes);
      save_counters(writer_.sql, before, counters_);
      writer_.sql.run("commit");
      return true;
    } catch (const std::exception& error) {
      undo();
      counters_ = before;
      changes.resize(changes_before);
      for (std::size_t i = 0; i < count; ++i) requests[i].result = to_error(error);
      return false;
    }
  }

  void run_in_savepoint(Request& request, std::vector<Change>& changes) {
    const Counters before = counters_;
    // A list of its own: append_input joins a request's changes to one conversation into one.
    std::vector<Change> mine;
    Tx tx(writer_.sql, &counters_, &mine);
    bool broken = false;
    writer_.sql.run("savepoint request");
    request.result = perform(request.work, tx, broken);
    if (!request.result.ok()) {
      // Throws when SQLite has already undone the whole transaction (disk full): then the group is run again.
      writer_.sql.run("rollback to request");
      counters_ = before;
    } else {
      changes.insert(changes.end(), mine.begin(), mine.end());
    }
    writer_.sql.run("release request");
  }

  void undo() {
    try {
      writer_.sql.run("rollback");
    } catch (const std::exception&) {
      // There was no transaction left to undo.
    }
  }

  void read_loop(Connection& connection) {
    std::vector<Request> one;
    while (reads_.pop(one, 1)) {
      Request& request = one.front();
      Tx tx(connection.sql, nullptr, nullptr);
      bool broken = false;
      try {
        connection.sql.run("begin");
        request.result = perform(request.work, tx, broken);
        connection.sql.run("rollback");
      } catch (const std::exception& error) {
        request.result = to_error(error);
      }
      request.done(std::move(request.result));
      one.clear();
    }
  }

  Options options_;
  FolderLock lock_;
  std::string file_;
  Connection writer_;
  Counters counters_;
  std::vector<std::unique_ptr<Connection>> readers_;
  Queue<Request> writes_, reads_;
  std::mutex subscriber_mutex_;
  std::function<void(const std::vector<Change>&)> subscriber_;
  std::vector<std::thread> threads_;
};

}  // namespace

Counters& Tx::counters() {
  SUKI_ASSERT(counters_ != nullptr);
  return *counters_;
}

Result<std::unique_ptr<Store>> Store::open(const Options& options) {
  if (sodium_init() < 0) return fail(ErrorCode::internal, "libsodium does not start");
  if (options.data_dir.empty() || options.data_dir.find('"') != std::string::npos)
    return fail(ErrorCode::bad_input, "data: the folder's name is empty or holds a quote");
  std::error_code error;
  const bool fresh = std::filesystem::create_directories(options.data_dir, error);
  if (error) return fail(ErrorCode::io, fmt::format("{}: {}", options.data_dir, error.message()));
  // Customers' words are in there: for nobody else on the machine.
  if (fresh && ::chmod(options.data_dir.c_str(), 0700) != 0)
    return fail(ErrorCode::io, fmt::format("{}: {}", options.data_dir, std::strerror(errno)));
  auto lock = FolderLock::take(options.data_dir);
  if (!lock.ok()) return lock.error();
  // The folder may have been made by somebody with wider rights; SQLite gives its other files the rights of this one.
  const std::string file = options.data_dir + "/suki.db";
  const int made = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (made < 0) return fail(ErrorCode::io, fmt::format("{}: {}", file, std::strerror(errno)));
  ::close(made);
  try {
    return std::unique_ptr<Store>(std::make_unique<SqliteStore>(options, std::move(*lock)));
  } catch (const std::exception& failure) {
    return to_error(failure);
  }
}

}  // namespace suki::store
