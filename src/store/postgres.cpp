/// PostgreSQL: a pool of writers, each with a connection of its own, and readers on snapshots.
#include "store/postgres.h"

#include <algorithm>
#include <regex>
#include <thread>

#include <fmt/format.h>

#include "store/postgres_owner.h"
#include "store/postgres_shared.h"
#include "store/postgres_writer.h"
#include "store/queued.h"
#include "store/schema.h"
#include "store/tx.h"

namespace suki::store {
namespace {

constexpr std::chrono::minutes migration_max{30};  ///< of a step over many rows; chosen

void prepare_database(const PostgresShared& shared) {
  PostgresSql sql(
      std::make_unique<PostgresLink>(shared.url, "suki", PostgresLink::Clock::now() + shared.limits.connect_max),
      PostgresSql::For::writing, migration_max);
  check_encoding(sql);
  migrate(sql, "begin", to_postgres);
}

class PostgresStore final : public QueuedStore {
 public:
  PostgresStore(const Options& options, FolderLock lock, std::unique_ptr<PostgresOwner> owner)
      : QueuedStore(options),
        lock_(std::move(lock)),
        owner_(std::move(owner)),
        shared_(options.url, options.postgres, [this](const auto& changes) { tell(changes); }),
        group_max_(options.group_max),
        writer_count_(std::clamp<std::size_t>(options.writers, 1, Locks::writers_max)) {
    prepare_database(shared_);
    PostgresLink link(shared_.url, "suki", PostgresLink::Clock::now() + shared_.limits.connect_max);
    (void)shared_.become_owner(link);
    for (std::size_t i = 0; i < counter_count; ++i) shared_.given[i] = shared_.saved[i];
    for (std::size_t i = 0; i < writer_count_; ++i)
      threads_.emplace_back([this, i] { write_loop(static_cast<int>(i)); });
    for (std::size_t i = 0; i < std::max<std::size_t>(1, options.readers); ++i)
      threads_.emplace_back([this] { read_loop(); });
  }

  ~PostgresStore() override {
    shared_.closing = true;
    writes_.close();
    reads_.close();
    for (std::thread& thread : threads_) thread.join();
  }

 private:
  void write_loop(int index) {
    PostgresWriter writer(shared_, index);
    std::vector<Request> group;
    while (writes_.pop(group, group_max_, writer_count_)) {
      taken(Kind::writes, group);
      const auto since = std::chrono::steady_clock::now();
      writer.perform(group);
      wrote(group.size(), since);
      group.clear();
    }
  }

  void read_loop() {
    PostgresLine line(shared_, PostgresSql::For::reading);
    std::vector<Request> one;
    while (reads_.pop(one, 1)) {
      taken(Kind::reads, one);
      one.front().result = read(line, one.front().work);
      one.front().done(std::move(one.front().result));
      one.clear();
    }
  }

  static Result<void> read(PostgresLine& line, const Work& work) {
    Error why;
    PostgresSql* const sql = line.get(why);
    if (sql == nullptr) return why;
    Tx tx(*sql, nullptr);
    Result<void> result;
    try {
      result = work(tx);
    } catch (const PostgresLost& error) {
      line.drop();
      return unavailable(error.what());
    } catch (const PostgresError& error) {
      result = to_error(error);
    } catch (const std::exception& error) {
      result = fail(ErrorCode::internal, error.what());
    }
    sql->undo();
    return result;
  }

  FolderLock lock_;
  std::unique_ptr<PostgresOwner> owner_;
  PostgresShared shared_;
  std::size_t group_max_, writer_count_;
  std::vector<std::thread> threads_;
};

}  // namespace

std::string to_postgres(const std::string& statement) {
  static const std::regex blob("\\bblob\\b"), text("\\btext\\b");
  return std::regex_replace(std::regex_replace(statement, blob, "bytea"), text, "text collate \"C\"");
}

void check_encoding(PostgresSql& sql) {
  std::string encoding;
  for (const auto& [name] : sql.rows<std::string>("select current_setting('server_encoding')")) encoding = name;
  sql.undo();
  if (encoding != "UTF8")
    throw std::runtime_error(fmt::format("the database's encoding is {}, and must be UTF8", encoding));
}

Result<std::unique_ptr<Store>> open_postgres(const Options& options, FolderLock lock) {
  SUKI_TRY(auto owner, PostgresOwner::take(options.url, options.postgres));
  try {
    return std::unique_ptr<Store>(std::make_unique<PostgresStore>(options, std::move(lock), std::move(owner)));
  } catch (const PostgresLost& failure) {
    return unavailable(failure.what());
  } catch (const PostgresError& failure) {
    return to_error(failure);
  } catch (const std::exception& failure) {
    return fail(ErrorCode::io, fmt::format("store: {}", failure.what()));
  }
}

}  // namespace suki::store
