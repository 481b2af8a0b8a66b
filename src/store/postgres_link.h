/// One connection to PostgreSQL, through libpq: statements are prepared once and sent many at a time, and every wait
/// has an end. (Why not through SOCI: docs/decisions.)
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "store/sql.h"

namespace suki::store {

/// Why a statement failed decides what is done next.
class PostgresError : public SqlError {
 public:
  enum class Kind {
    refused,  ///< the statement is wrong, or breaks a rule of the tables: it would be again
    again,    ///< it met another transaction: may be run again from the start
    short_of  ///< disk, memory, time: the database lives, but cannot do this now
  };
  PostgresError(Kind kind, std::string state, const std::string& what)
      : SqlError(what), kind_(kind), state_(std::move(state)) {}
  [[nodiscard]] Kind kind() const { return kind_; }
  [[nodiscard]] const std::string& state() const { return state_; }  ///< SQLSTATE, five characters

 private:
  Kind kind_;
  std::string state_;
};
/// The connection is gone, or does not answer: what was on its way is done or not, nobody knows.
class PostgresLost : public SqlError {
 public:
  using SqlError::SqlError;
};

/// Rows of parameters of one statement, in the database's own binary form.
class PostgresRows {
 public:
  explicit PostgresRows(std::span<const ValueType> types);
  void add(std::span<const Value> row);
  void cut(std::size_t rows);  ///< keeps only the first ones
  void append(PostgresRows&& later);
  [[nodiscard]] std::size_t size() const { return rows_; }

 private:
  friend class PostgresLink;
  struct Column {
    ValueType type;
    std::string bytes;  ///< each value after its length in four bytes: what an array holds
    std::vector<std::size_t> starts;
  };
  std::vector<Column> columns_;
  std::size_t rows_ = 0;
};

class PostgresLink {
 public:
  using Clock = std::chrono::steady_clock;
  using Until = Clock::time_point;
  using TakeRow = std::function<void(const Value* cells)>;

  /// Connects; PostgresLost. `name` is what the server shows of this connection.
  PostgresLink(const std::string& url, const std::string& name, Until until);
  ~PostgresLink();
  PostgresLink(const PostgresLink&) = delete;
  PostgresLink& operator=(const PostgresLink&) = delete;

  /// Queues a statement; it is sent with the next flush. `sql` must be a literal.
  /// run: one row of parameters, nothing comes back. query: one row, and what comes back goes to `take`. append:
  /// "insert into t (...) values (:a, ...)", all rows at once.
  void run(const char* sql, const Shape& shape, std::span<const Value> params);
  void query(const char* sql, const Shape& shape, std::span<const Value> params, TakeRow take);
  void append(const char* sql, const PostgresRows& rows);
  void execute(const std::string& sql);  ///< made at run time, without parameters
  /// Sends all and waits for the answers. Throws the first failure, PostgresError or PostgresLost; what was queued
  /// behind it was not done.
  void flush(Until until);
  /// Sends all and does not wait; the next flush takes the answers.
  void send();
  /// False: the server has closed it. Does not wait and asks nothing.
  [[nodiscard]] bool is_alive();
  [[nodiscard]] bool is_idle() const;  ///< nothing is queued or on its way
  /// Waits until the connection breaks (false) or somebody writes to `wake` (true).
  bool watch(int wake);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace suki::store
