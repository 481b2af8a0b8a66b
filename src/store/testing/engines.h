/// Stores for tests, on every engine. PostgreSQL is started once for a whole test program, in a temporary folder,
/// behind a socket there; each test has a database of its own.
#pragma once

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

#include "store/store.h"

namespace suki::store_testing {

/// "sqlite" and "postgres"; for parameterised tests. SUKI_TEST_STORE=NAME leaves only that one. Without an installed
/// PostgreSQL only "sqlite" is there, and standard error says so.
[[nodiscard]] std::vector<std::string> engines();
[[nodiscard]] bool has_postgres();
/// For the other tests: SUKI_TEST_STORE, or "sqlite". Without an installed PostgreSQL the program ends with 77, which
/// says that it was left out.
[[nodiscard]] std::string engine();

/// A data folder and, on PostgreSQL, a database that is new; both are gone at the end.
class TestPlace {
 public:
  explicit TestPlace(std::string engine);
  ~TestPlace();
  TestPlace(const TestPlace&) = delete;
  TestPlace& operator=(const TestPlace&) = delete;
  [[nodiscard]] const std::string& engine() const { return engine_; }
  [[nodiscard]] const std::string& folder() const { return folder_; }  ///< not the data folder, but where it lies
  [[nodiscard]] store::Options options() const;
  /// One statement or several, behind the store's back; how many rows the last one changed. A failure ends the program.
  int run(const std::string& sql) const;
  /// For commands that are told the data folder alone: makes it, with the line in it that names the database.
  void settle() const;
  [[nodiscard]] std::string explain(const std::string& sql) const;  ///< see dump.h
  /// Every table in its order of creation, its rows in order and its columns by name, as lines: equal for equal stores
  /// of whatever engine. Without what only one engine keeps (`owner` and `commit` of counters).
  [[nodiscard]] std::string dump() const;

 private:
  std::string engine_, folder_, database_;
};

/// A server of PostgreSQL that a test may do anything to.
class PostgresServer {
 public:
  /// `durable`: with fsync.
  explicit PostgresServer(bool durable = false);
  ~PostgresServer();
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;
  [[nodiscard]] std::string url(const std::string& database) const;
  void run(const std::string& database, const std::string& sql) const;  ///< ends the program when it fails
  void start();
  void stop();    ///< in order: clients are cut off
  void crash();   ///< all at once, as if killed
  void freeze();  ///< every process of it stands still: connections stay, and nothing answers
  void thaw();
  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  [[nodiscard]] std::vector<pid_t> processes() const;
  void end(int signal);
  std::string folder_;
  bool durable_;
  pid_t pid_ = -1;
};

}  // namespace suki::store_testing
