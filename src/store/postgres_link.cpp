#include "store/postgres_link.h"

#include <endian.h>
#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <deque>
#include <unordered_map>
#include <vector>

#include <fmt/format.h>

#include "base/assert.h"
#include "base/text.h"
#include "store/place.h"

namespace suki::store {
namespace {

// Object ids of pg_type.dat, which never change.
constexpr Oid oid_of(ValueType type) {
  return type == ValueType::number ? 20 : type == ValueType::text ? 25 : 17;
}
constexpr const char* array_of(ValueType type) {
  return type == ValueType::number ? "bigint[]" : type == ValueType::text ? "text[]" : "bytea[]";
}

void put32(std::string& into, std::uint32_t value) {
  const std::uint32_t big = htobe32(value);
  into.append(reinterpret_cast<const char*>(&big), sizeof big);
}

/// ":name" becomes "$1" and so on, in the order of appearance; not in quotes, and not the "::" of a cast.
std::string number_places(std::string_view sql) {
  std::string result;
  int count = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < sql.size(); ++i) {
    const auto is_letter = [&](std::size_t at) { return at < sql.size() && sql[at] >= 'a' && sql[at] <= 'z'; };
    if (sql[i] == '\'') quoted = !quoted;
    const bool cast = (i > 0 && sql[i - 1] == ':') || (i + 1 < sql.size() && sql[i + 1] == ':');
    if (quoted || sql[i] != ':' || cast || !is_letter(i + 1)) {
      result += sql[i];
      continue;
    }
    result += fmt::format("${}", ++count);
    while (is_letter(i + 1) || (i + 1 < sql.size() && sql[i + 1] == '_')) ++i;
  }
  return result;
}

/// "insert into t (a, b) values (:a, :b)" for any number of rows: each parameter becomes the array of a column.
std::string many_rows(std::string_view sql, std::span<const ValueType> types) {
  const auto values = sql.find(" values (");
  SUKI_ASSERT(sql.starts_with("insert into ") && values != std::string_view::npos && sql.ends_with(')'));
  std::string arrays;
  for (std::size_t i = 0; i < types.size(); ++i)
    arrays += fmt::format("{}${}::{}", i == 0 ? "" : ", ", i + 1, array_of(types[i]));
  return fmt::format("{} select * from unnest({})", sql.substr(0, values), arrays);
}

PostgresError::Kind kind_of(std::string_view state) {
  if (state == "40001" || state == "40P01" || state == "55P03") return PostgresError::Kind::again;
  if (state.starts_with("53") || state == "57014" || state == "58030") return PostgresError::Kind::short_of;
  return PostgresError::Kind::refused;
}
/// The server says good-bye: crash or shutdown, of itself or of this connection.
bool is_loss(std::string_view state) {
  return state.starts_with("08") || state == "57P01" || state == "57P02" || state == "57P03" || state == "57P05" ||
         state == "25P03" || state == "53300";
}

/// libpq's texts have several lines.
std::string one_line(std::string_view text) {
  std::string line;
  for (const std::string_view part : split(trim(text), '\n')) {
    if (!line.empty()) line += ' ';
    line += trim(part);
  }
  return line;
}

struct FreeResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Answer = std::unique_ptr<PGresult, FreeResult>;

}  // namespace

PostgresRows::PostgresRows(std::span<const ValueType> types) {
  for (const ValueType type : types) columns_.push_back({type, {}, {}});
}

void PostgresRows::add(std::span<const Value> row) {
  SUKI_ASSERT(row.size() == columns_.size());
  for (std::size_t i = 0; i < row.size(); ++i) {
    Column& column = columns_[i];
    column.starts.push_back(column.bytes.size());
    if (column.type == ValueType::number) {
      put32(column.bytes, 8);
      const std::uint64_t big = htobe64(static_cast<std::uint64_t>(row[i].number));
      column.bytes.append(reinterpret_cast<const char*>(&big), sizeof big);
    } else {
      put32(column.bytes, static_cast<std::uint32_t>(row[i].text.size()));
      column.bytes.append(row[i].text);
    }
  }
  ++rows_;
}

void PostgresRows::cut(std::size_t rows) {
  for (Column& column : columns_) {
    if (rows >= column.starts.size()) continue;
    column.bytes.resize(column.starts[rows]);
    column.starts.resize(rows);
  }
  rows_ = std::min(rows_, rows);
}

void PostgresRows::append(PostgresRows&& later) {
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    Column& column = columns_[i];
    const std::size_t shift = column.bytes.size();
    column.bytes += later.columns_[i].bytes;
    for (const std::size_t start : later.columns_[i].starts) column.starts.push_back(start + shift);
  }
  rows_ += later.rows_;
}

struct PostgresLink::Parts {
  struct FreeConnection {
    void operator()(PGconn* connection) const { PQfinish(connection); }
  };
  struct Statement {
    std::string name;
    enum { unknown, asked, ready } state = unknown;
  };
  /// What the next answer belongs to.
  struct Awaited {
    enum { sync, done, rows, prepared } kind = done;
    Statement* statement = nullptr;
    std::vector<ValueType> columns;
    TakeRow take;
  };

  std::unique_ptr<PGconn, FreeConnection> connection;
  std::unordered_map<std::string, Statement> statements;  ///< by text; nodes stay where they are
  std::unordered_map<const char*, Statement*> single, many;
  std::deque<Awaited> awaited;
  bool unsynced = false;
  bool broken = false;

  [[noreturn]] void lose(const std::string& why) {
    broken = true;
    throw PostgresLost(one_line(why));
  }
  void must(int sent) {
    if (sent != 1) lose(PQerrorMessage(connection.get()));
  }

  void connect(const std::string& url, const std::string& name, Until until);
  /// Waits for the socket; false when the time is over.
  bool wait(short events, Until until) const;
  Statement& prepare(const std::string& text, std::span<const Oid> types);
  void send_prepared(const Statement& statement, std::span<const char* const> values, std::span<const int> lengths);
  void sync();
  void push(Until until);
  void take(Until until);
  void take_one(const Answer& answer, std::exception_ptr& failure);
  void take_rows(const Answer& answer, const Awaited& what) const;
};

namespace {
/// One row of parameters, as libpq wants them.
struct Encoded {
  std::vector<std::uint64_t> numbers;
  std::vector<const char*> values;
  std::vector<int> lengths;

  Encoded(std::span<const ValueType> types, std::span<const Value> params) : numbers(params.size()) {
    SUKI_ASSERT(types.size() == params.size());
    for (std::size_t i = 0; i < params.size(); ++i) {
      numbers[i] = htobe64(static_cast<std::uint64_t>(params[i].number));
      const bool number = types[i] == ValueType::number;
      // An empty text is no NULL.
      const char* text = params[i].text.data() != nullptr ? params[i].text.data() : "";
      values.push_back(number ? reinterpret_cast<const char*>(&numbers[i]) : text);
      lengths.push_back(number ? 8 : static_cast<int>(params[i].text.size()));
    }
  }
};
}  // namespace

void PostgresLink::Parts::connect(const std::string& url, const std::string& name, Until until) {
  // The server must not go on for long for a client that is gone, nor promise less than a commit on disk.
  constexpr const char* settings =
      "-c synchronous_commit=on -c default_transaction_isolation=read\\ committed -c "
      "idle_in_transaction_session_timeout=60s -c client_min_messages=warning -c statement_timeout=0 -c lock_timeout=0";
  const Line line = line_to(url);
  // What stands before the address holds where the address says nothing.
  std::vector<const char*> keys, values;
  const auto add = [&](const char* key, const char* value) {
    keys.push_back(key);
    values.push_back(value);
  };
  if (line.elsewhere && !line.said) add("sslmode", line.mode.c_str());
  if (!line.authorities.empty()) add("sslrootcert", line.authorities.c_str());
  add("dbname", url.c_str());
  add("application_name", name.c_str());
  add("client_encoding", "UTF8");
  add("options", settings);
  add(nullptr, nullptr);
  const auto fail_to_connect = [&](std::string why) {
    if (line.elsewhere && !line.said)
      why +=
          " (to another machine suki goes by TLS alone, with a certificate that proves its name: sslrootcert in the "
          "address names the file of who signed it; sslmode in the address asks for less)";
    lose(why);
  };
  connection.reset(PQconnectStartParams(keys.data(), values.data(), 1));
  if (!connection) throw PostgresLost("out of memory");
  for (PostgresPollingStatusType state = PGRES_POLLING_WRITING; state != PGRES_POLLING_OK;
       state = PQconnectPoll(connection.get())) {
    if (state == PGRES_POLLING_FAILED || PQstatus(connection.get()) == CONNECTION_BAD)
      fail_to_connect(PQerrorMessage(connection.get()));
    if (!wait(state == PGRES_POLLING_READING ? POLLIN : POLLOUT, until))
      lose("the database does not answer to connecting");
  }
  if (PQsetnonblocking(connection.get(), 1) != 0 || PQenterPipelineMode(connection.get()) != 1)
    lose(PQerrorMessage(connection.get()));
  PQsetNoticeProcessor(
      connection.get(), [](void*, const char*) {}, nullptr);
}

bool PostgresLink::Parts::wait(short events, Until until) const {
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now()).count();
    pollfd socket{PQsocket(connection.get()), events, 0};
    const int ready = ::poll(&socket, 1, static_cast<int>(std::clamp<long>(left + 1, 0, 60'000)));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return true;  // libpq will say what is wrong with the socket
    if (ready == 0 && left <= 0) return false;
  }
}

PostgresLink::Parts::Statement& PostgresLink::Parts::prepare(const std::string& text, std::span<const Oid> types) {
  Statement& statement = statements[text];
  if (statement.name.empty()) statement.name = fmt::format("s{}", statements.size());
  if (statement.state != Statement::unknown) return statement;
  must(PQsendPrepare(connection.get(), statement.name.c_str(), text.c_str(), static_cast<int>(types.size()),
                     types.data()));
  statement.state = Statement::asked;
  awaited.push_back({Awaited::prepared, &statement, {}, {}});
  return statement;
}

void PostgresLink::Parts::send_prepared(const Statement& statement, std::span<const char* const> values,
                                        std::span<const int> lengths) {
  const std::vector<int> binary(values.size(), 1);
  must(PQsendQueryPrepared(connection.get(), statement.name.c_str(), static_cast<int>(values.size()), values.data(),
                           lengths.data(), binary.data(), 1));
  unsynced = true;
}

void PostgresLink::Parts::sync() {
  if (!unsynced) return;
  must(PQpipelineSync(connection.get()));
  awaited.push_back({Awaited::sync, nullptr, {}, {}});
  unsynced = false;
}

/// Reads while it writes: else both sides could wait for the other to read.
void PostgresLink::Parts::push(Until until) {
  for (int left = PQflush(connection.get()); left != 0; left = PQflush(connection.get())) {
    if (left < 0) lose(PQerrorMessage(connection.get()));
    if (!wait(POLLIN | POLLOUT, until)) lose("the database does not answer");
    if (PQconsumeInput(connection.get()) != 1) lose(PQerrorMessage(connection.get()));
  }
}

void PostgresLink::Parts::take(Until until) {
  std::exception_ptr failure;
  while (!awaited.empty()) {
    while (PQisBusy(connection.get()) != 0) {
      if (!wait(POLLIN, until)) lose("the database does not answer");
      if (PQconsumeInput(connection.get()) != 1) lose(PQerrorMessage(connection.get()));
    }
    const Answer answer(PQgetResult(connection.get()));
    if (answer) take_one(answer, failure);  // none: only the end of one statement's answers
    if (!answer && PQstatus(connection.get()) == CONNECTION_BAD) lose(PQerrorMessage(connection.get()));
  }
  if (!failure) return;
  // What was asked to be prepared behind a failure is not.
  for (auto& [text, statement] : statements)
    if (statement.state == Statement::asked) statement.state = Statement::unknown;
  std::rethrow_exception(failure);
}

void PostgresLink::Parts::take_one(const Answer& answer, std::exception_ptr& failure) {
  const ExecStatusType status = PQresultStatus(answer.get());
  const Awaited what = std::move(awaited.front());
  awaited.pop_front();
  if (status == PGRES_PIPELINE_SYNC) {
    SUKI_ASSERT(what.kind == Awaited::sync);
    return;
  }
  if (status == PGRES_PIPELINE_ABORTED) return;
  if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) {
    if (what.kind == Awaited::prepared) what.statement->state = Statement::ready;
    if (what.kind == Awaited::rows && !failure) take_rows(answer, what);
    return;
  }
  const char* state = PQresultErrorField(answer.get(), PG_DIAG_SQLSTATE);
  const std::string message = one_line(PQresultErrorMessage(answer.get()));
  if (state == nullptr || is_loss(state)) lose(message);
  if (!failure) failure = std::make_exception_ptr(PostgresError(kind_of(state), state, message));
}

void PostgresLink::Parts::take_rows(const Answer& answer, const Awaited& what) const {
  const int count = PQntuples(answer.get()), columns = PQnfields(answer.get());
  // A shape that does not fit is our mistake, and would be read as another type in silence.
  SUKI_ASSERT(columns == static_cast<int>(what.columns.size()));
  for (int c = 0; c < columns; ++c) SUKI_ASSERT(PQftype(answer.get(), c) == oid_of(what.columns[c]));
  std::vector<Value> row(what.columns.size());
  for (int r = 0; r < count; ++r) {
    for (int c = 0; c < columns; ++c) {
      const char* bytes = PQgetvalue(answer.get(), r, c);
      if (what.columns[c] == ValueType::number) {
        std::uint64_t big = 0;
        std::memcpy(&big, bytes, sizeof big);
        row[c] = {static_cast<std::int64_t>(be64toh(big)), {}};
      } else {
        row[c] = {0, {bytes, static_cast<std::size_t>(PQgetlength(answer.get(), r, c))}};
      }
    }
    what.take(row.data());
  }
}

PostgresLink::PostgresLink(const std::string& url, const std::string& name, Until until)
    : parts_(std::make_unique<Parts>()) {
  parts_->connect(url, name, until);
}

PostgresLink::~PostgresLink() = default;

void PostgresLink::run(const char* sql, const Shape& shape, std::span<const Value> params) {
  query(sql, shape, params, {});
}

void PostgresLink::query(const char* sql, const Shape& shape, std::span<const Value> params, TakeRow take) {
  Parts::Statement*& statement = parts_->single[sql];
  if (statement == nullptr || statement->state == Parts::Statement::unknown) {
    std::vector<Oid> types;
    for (const ValueType type : shape.params) types.push_back(oid_of(type));
    statement = &parts_->prepare(number_places(sql), types);
  }
  const Encoded encoded(shape.params, params);
  parts_->send_prepared(*statement, encoded.values, encoded.lengths);
  parts_->awaited.push_back({take ? Parts::Awaited::rows : Parts::Awaited::done,
                             nullptr,
                             {shape.columns.begin(), shape.columns.end()},
                             std::move(take)});
}

void PostgresLink::append(const char* sql, const PostgresRows& rows) {
  if (rows.size() == 0) return;
  std::vector<ValueType> types;
  for (const auto& column : rows.columns_) types.push_back(column.type);
  Parts::Statement*& statement = parts_->many[sql];
  if (statement == nullptr || statement->state == Parts::Statement::unknown)
    statement = &parts_->prepare(many_rows(sql, types), {});
  std::vector<std::string> arrays;
  for (const auto& column : rows.columns_) {
    // One dimension, no NULL in it, type of the elements, their count, the first index; see array_recv().
    std::string& array = arrays.emplace_back();
    for (const std::uint32_t word :
         {1u, 0u, static_cast<std::uint32_t>(oid_of(column.type)), static_cast<std::uint32_t>(rows.size()), 1u})
      put32(array, word);
    array += column.bytes;
  }
  std::vector<const char*> values;
  std::vector<int> lengths;
  for (const std::string& array : arrays) {
    values.push_back(array.data());
    lengths.push_back(static_cast<int>(array.size()));
  }
  parts_->send_prepared(*statement, values, lengths);
  parts_->awaited.emplace_back();
}

void PostgresLink::execute(const std::string& sql) {
  parts_->must(PQsendQueryParams(parts_->connection.get(), sql.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 1));
  parts_->unsynced = true;
  parts_->awaited.emplace_back();
}

void PostgresLink::flush(Until until) {
  if (parts_->broken) throw PostgresLost("the connection to the database is broken");
  parts_->sync();
  parts_->push(until);
  parts_->take(until);
}

void PostgresLink::send() {
  parts_->sync();
  if (PQflush(parts_->connection.get()) < 0) parts_->lose(PQerrorMessage(parts_->connection.get()));
}

bool PostgresLink::is_alive() {
  if (parts_->broken || PQstatus(parts_->connection.get()) != CONNECTION_OK) return false;
  pollfd socket{PQsocket(parts_->connection.get()), POLLIN, 0};
  if (::poll(&socket, 1, 0) <= 0) return true;
  return PQconsumeInput(parts_->connection.get()) == 1 && PQstatus(parts_->connection.get()) == CONNECTION_OK;
}

bool PostgresLink::is_idle() const {
  return parts_->awaited.empty();
}

bool PostgresLink::watch(int wake) {
  for (;;) {
    pollfd both[] = {{PQsocket(parts_->connection.get()), POLLIN, 0}, {wake, POLLIN, 0}};
    if (::poll(both, 2, -1) < 0 && errno != EINTR) return false;
    if (both[1].revents != 0) return true;
    if (both[0].revents != 0 && !is_alive()) return false;
  }
}

}  // namespace suki::store
