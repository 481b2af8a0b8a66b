/// One of the writers on PostgreSQL: takes requests in groups, each group in a transaction, each request so that it can
/// be undone alone. The order of commits, and with it of places in the input log, is given under one short lock.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "store/postgres_shared.h"
#include "store/queued.h"
#include "store/writing.h"

namespace suki::store {

class PostgresWriter {
 public:
  PostgresWriter(PostgresShared& shared, int index) : shared_(shared), index_(index), line_(shared, For::writing) {}

  /// Answers all of them, in order.
  void perform(std::span<Request> requests);

 private:
  using For = PostgresSql::For;
  class OneRequest;
  enum class Ran { kept, undone, conflict, again, broken, lost };
  enum class Done {
    all,       ///< as the results say
    refused,   ///< nothing was kept, and trying again would be the same
    conflict,  ///< with other writers: nothing was kept
    broken,    ///< the database refused something: nothing was kept; of a single request, its result says it
    lost,      ///< the connection: nothing was kept
    unknown    ///< the connection, in the commit; it could not be found out whether it was done
  };
  struct Attempt {
    Done done;
    std::size_t count;  ///< requests that it was about
  };

  std::size_t perform_some(std::span<Request> requests);
  Attempt attempt(std::span<Request> requests, bool alone);
  Ran run_one(PostgresSql& sql, Request& request, bool alone, Pending& pending);
  Done commit(PostgresSql& sql, const Pending& pending);
  Done commit_in_order(PostgresSql& sql, const Pending& pending);
  Attempt end(Done done, std::size_t count, PostgresSql* sql);

  PostgresShared& shared_;
  const int index_;
  PostgresLine line_;
  Error why_;  ///< of the last attempt
  Kept kept_;
  std::uint64_t kept_generation_ = 0;

  // Of the present transaction.
  std::vector<std::pair<Counter, std::int64_t>> given_;
  std::set<std::pair<Lock, std::uint64_t>> touched_;
  bool alone_ = false;
};

}  // namespace suki::store
