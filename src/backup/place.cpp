#include "backup/place.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include <fmt/format.h>

#include "store/place.h"
#include "store/postgres.h"
#include "store/postgres_owner.h"
#include "store/postgres_sql.h"
#include "store/schema.h"
#include "store/search.h"
#include "store/sqlite_sql.h"

namespace suki::backup {
namespace {

namespace fs = std::filesystem;
using store::PostgresLink;
using store::PostgresSql;
using store::SqliteSql;

// A page of rows, or a batch of them, on a busy database. Chosen.
constexpr std::chrono::minutes answer_max{10};

Error failed(const std::string& path) {
  return fail(ErrorCode::io, fmt::format("{}: {}", path, std::strerror(errno)));
}
Error database_failed(const std::exception& error) {
  return fail(ErrorCode::unavailable, fmt::format("the database cannot be used: {}", error.what()));
}

std::unique_ptr<PostgresSql> connect(const std::string& url, PostgresSql::For use) {
  return std::make_unique<PostgresSql>(
      std::make_unique<PostgresLink>(url, "suki copy",
                                     PostgresLink::Clock::now() + store::PostgresLimits{}.connect_max),
      use, answer_max);
}

/// 0: there are no tables of ours.
int find_step(store::Sql& sql, const char* find_migrations) {
  if (sql.number(find_migrations) == 0) return 0;
  return static_cast<int>(sql.number("select coalesce(max(number), 0) from migrations"));
}
constexpr const char* sqlite_migrations =
    "select count(*) from sqlite_master where type = 'table' and name = 'migrations'";
constexpr const char* postgres_migrations =
    "select count(*) from information_schema.tables where table_schema = current_schema() and table_name = "
    "'migrations'";

class OpenSource final : public Source {
 public:
  OpenSource(std::unique_ptr<store::Sql> sql, int step) {
    sql_ = std::move(sql);
    step_ = step;
  }
};

class SqliteTarget final : public Target {
 public:
  SqliteTarget(const std::string& data_dir, int step) : folder_(data_dir), made_(data_dir + "/suki.db.new") {
    remove_made();
    const int file = ::open(made_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0) throw std::runtime_error(failed(made_).detail);
    ::close(file);
    sql_ = std::make_unique<SqliteSql>(made_, SqliteSql::For::filling);
    sql_->execute("begin");
    make_tables(step, [](const std::string& text) { return text; });
  }
  ~SqliteTarget() override {
    sql_.reset();
    if (!kept_) remove_made();
  }
  void flush() override {}
  Result<void> keep() override {
    const auto wrong = sql_->rows<std::string>("select \"table\" from pragma_foreign_key_check limit 1");
    if (!wrong.empty())
      return fail(ErrorCode::bad_input,
                  fmt::format("table {} refers to what is not there", std::get<0>(wrong.front())));
    make_search();
    sql_->execute("commit");
    sql_.reset();
    const int file = ::open(made_.c_str(), O_RDWR | O_CLOEXEC);
    if (file < 0) return failed(made_);
    const bool synced = ::fsync(file) == 0;
    ::close(file);
    if (!synced) return failed(made_);
    if (std::rename(made_.c_str(), (folder_ + "/suki.db").c_str()) != 0) return failed(made_);
    kept_ = true;
    return store::sync_folder(folder_);
  }

 private:
  void remove_made() const {
    for (const char* ending : {"", "-wal", "-shm", "-journal"}) ::unlink((made_ + ending).c_str());
  }
  std::string folder_, made_;
  bool kept_ = false;
};

class PostgresTarget final : public Target {
 public:
  PostgresTarget(const std::string& url, int step, std::unique_ptr<store::PostgresOwner> owner)
      : owner_(std::move(owner)) {
    auto sql = connect(url, PostgresSql::For::writing);
    postgres_ = sql.get();
    sql_ = std::move(sql);
    store::check_encoding(*postgres_);
    sql_->execute("begin");
    make_tables(step, store::to_postgres);
  }
  void flush() override {
    postgres_->keep_request();
    postgres_->flush_writes();
  }
  Result<void> keep() override {
    make_search();
    flush();
    sql_->execute("commit");
    return {};
  }

 private:
  std::unique_ptr<store::PostgresOwner> owner_;
  PostgresSql* postgres_ = nullptr;
};

/// The first table or view in the way, of whomever; "" none.
std::string find_in_the_way(store::Sql& sql) {
  const auto found = sql.rows<std::string>(
      "select cast(table_name as text) from information_schema.tables where table_schema = current_schema() order by "
      "table_name limit 1");
  return found.empty() ? "" : std::get<0>(found.front());
}

}  // namespace

void Target::make_tables(int step, const Translate& translate) {
  step_ = step;
  sql_->execute(store::make_migrations);
  for (const store::Migration& migration : store::migrations())
    if (migration.number <= step) store::apply(*sql_, migration, translate);
  const std::vector<Table>& tables = tables_at(step);
  for (auto table = tables.rbegin(); table != tables.rend(); ++table) sql_->execute("delete from " + table->name);
}

void Target::make_search() {
  if (step_ >= store::search_step) store::fill_search(*sql_);
}

Result<std::unique_ptr<Source>> Source::open(const std::string& data_dir, const std::string& url) try {
  std::unique_ptr<store::Sql> sql;
  int step = 0;
  if (url == store::sqlite_url) {
    const std::string file = data_dir + "/suki.db";
    if (!fs::exists(file)) return fail(ErrorCode::io, fmt::format("there is no store in {}", data_dir));
    sql = std::make_unique<SqliteSql>(file, SqliteSql::For::reading);
    sql->execute("begin");
    step = find_step(*sql, sqlite_migrations);
  } else {
    sql = connect(url, PostgresSql::For::reading);
    step = find_step(*sql, postgres_migrations);
  }
  if (step == 0) return fail(ErrorCode::io, fmt::format("there is no store of suki in {}", store::shown(url)));
  if (!is_step(step))
    return fail(ErrorCode::conflict, "what is stored was made by a later version of suki; use that version");
  return std::unique_ptr<Source>(std::make_unique<OpenSource>(std::move(sql), step));
} catch (const std::exception& error) {
  return database_failed(error);
}

Result<std::unique_ptr<Target>> Target::make(const std::string& data_dir, const std::string& url, int step) try {
  if (url == store::sqlite_url) {
    if (fs::exists(data_dir + "/suki.db"))
      return fail(ErrorCode::conflict, fmt::format("there is a store in {} already", data_dir));
    return std::unique_ptr<Target>(std::make_unique<SqliteTarget>(data_dir, step));
  }
  SUKI_TRY(auto owner, store::PostgresOwner::take(url, {}));
  {
    const auto look = connect(url, PostgresSql::For::reading);
    const std::string table = find_in_the_way(*look);
    if (!table.empty())
      return fail(ErrorCode::conflict,
                  fmt::format("{} is not empty: it has a table {}; take a new database", store::shown(url), table));
  }
  return std::unique_ptr<Target>(std::make_unique<PostgresTarget>(url, step, std::move(owner)));
} catch (const std::exception& error) {
  return database_failed(error);
}

}  // namespace suki::backup
