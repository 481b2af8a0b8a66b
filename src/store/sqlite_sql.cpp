#include "store/sqlite_sql.h"

#include <deque>
#include <unordered_map>

#include <fmt/format.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

namespace suki::store {
namespace {

/// Pages of 4 KiB that the log may hold before it is folded into the file: about 40 MB. Chosen: fewer, larger folds.
constexpr int wal_pages = 10'000;
constexpr int cache_kib = 32 * 1024;  ///< of the writer; readers have an eighth. Chosen against the 64 MiB of the whole

[[noreturn]] void tell(const soci::soci_error& error) {
  constexpr int full = 13;  // SQLITE_FULL, in the low byte
  const auto* const known = dynamic_cast<const soci::sqlite3_soci_error*>(&error);
  if (known != nullptr && (known->result() & 0xff) == full) throw StorageFull(error.what());
  throw SqlError(error.what());
}

/// Where SOCI reads a parameter from or writes a cell to. Typed by what was declared: SOCI's dynamic rows guess.
struct Slot {
  ValueType type;
  long long number = 0;
  std::string text;
  std::unique_ptr<soci::blob> blob;

  Slot(ValueType of, soci::session& session) : type(of) {
    if (type == ValueType::bytes) blob = std::make_unique<soci::blob>(session);
  }
  void set(const Value& value) {
    number = value.number;
    if (type == ValueType::text) text.assign(value.text);
    if (type != ValueType::bytes) return;
    blob->trim(0);
    blob->write(0, value.text.data(), value.text.size());
  }
  Value get() {
    if (type == ValueType::bytes) {
      text.resize(blob->get_len());
      if (!text.empty()) blob->read(0, text.data(), text.size());
    }
    return {number, text};
  }
  void use(soci::statement& statement) {
    if (type == ValueType::number) statement.exchange(soci::use(number));
    if (type == ValueType::text) statement.exchange(soci::use(text));
    if (type == ValueType::bytes) statement.exchange(soci::use(*blob));
  }
  void into(soci::statement& statement) {
    if (type == ValueType::number) statement.exchange(soci::into(number));
    if (type == ValueType::text) statement.exchange(soci::into(text));
    if (type == ValueType::bytes) statement.exchange(soci::into(*blob));
  }
};

struct Prepared {
  std::deque<Slot> params, columns;  // where SOCI was told that they are
  soci::statement statement;
  std::vector<Value> row;

  Prepared(soci::session& session, const char* sql, const Shape& shape) : statement(session) {
    for (const ValueType type : shape.columns) columns.emplace_back(type, session).into(statement);
    for (const ValueType type : shape.params) params.emplace_back(type, session).use(statement);
    row.resize(columns.size());
    statement.alloc();
    statement.prepare(sql);
    statement.define_and_bind();
  }
  void set(std::span<const Value> values) {
    for (std::size_t i = 0; i < values.size(); ++i) params[i].set(values[i]);
  }
};

}  // namespace

struct SqliteSql::Parts {
  soci::session session;
  std::unordered_map<const char*, std::unique_ptr<Prepared>> statements;

  explicit Parts(const std::string& file) : session(soci::sqlite3, fmt::format("dbname=\"{}\" timeout=10", file)) {}
  Prepared& prepare(const char* sql, const Shape& shape, std::span<const Value> params) {
    auto& kept = statements[sql];
    if (!kept) kept = std::make_unique<Prepared>(session, sql, shape);
    kept->set(params);
    return *kept;
  }
};

SqliteSql::SqliteSql(const std::string& file, For use) try : parts_(std::make_unique<Parts>(file)) {
  if (use == For::filling) {
    execute("pragma journal_mode = off");
    execute("pragma synchronous = off");
  } else {
    execute("pragma journal_mode = wal");
    execute("pragma synchronous = full");
    execute("pragma foreign_keys = on");
  }
  // What is deleted is overwritten with zeros. Debian's SQLite does so anyway; another build may not.
  if (use != For::filling) execute("pragma secure_delete = on");
  execute("pragma temp_store = memory");
  execute(fmt::format("pragma wal_autocheckpoint = {}", wal_pages));
  execute(fmt::format("pragma cache_size = -{}", use == For::reading ? cache_kib / 8 : cache_kib));
  if (use == For::reading) execute("pragma query_only = on");
} catch (const soci::soci_error& error) {
  tell(error);
}

SqliteSql::~SqliteSql() = default;

void SqliteSql::execute(const std::string& sql) try { parts_->session << sql; } catch (const soci::soci_error& error) {
  tell(error);
}

void SqliteSql::do_run(const char* sql, const Shape& shape, std::span<const Value> params) try {
  parts_->prepare(sql, shape, params).statement.execute(true);
} catch (const soci::soci_error& error) {
  tell(error);
}

void SqliteSql::do_query(const char* sql, bool, const Shape& shape, std::span<const Value> params,
                         const TakeRow& take) try {
  Prepared& prepared = parts_->prepare(sql, shape, params);
  // To the end always: a statement left in the middle would hold its snapshot.
  for (bool more = prepared.statement.execute(true); more; more = prepared.statement.fetch()) {
    for (std::size_t i = 0; i < prepared.row.size(); ++i) prepared.row[i] = prepared.columns[i].get();
    take(prepared.row.data());
  }
} catch (const soci::soci_error& error) {
  tell(error);
}

}  // namespace suki::store
