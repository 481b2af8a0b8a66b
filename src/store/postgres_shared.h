/// What the connections of one store on PostgreSQL share: numbers to give, locks, and the order of commits.
#pragma once

#include <array>
#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "store/locks.h"
#include "store/postgres_sql.h"
#include "store/store.h"
#include "store/writing.h"

namespace suki::store {

[[nodiscard]] Error unavailable(std::string_view what);
[[nodiscard]] Error to_error(const PostgresError& error);

struct PostgresShared {
  using Clock = std::chrono::steady_clock;
  using Tell = std::function<void(const std::vector<Change>&)>;
  PostgresShared(std::string its_url, const PostgresLimits& its_limits, Tell its_tell)
      : url(std::move(its_url)), limits(its_limits), tell(std::move(its_tell)) {}

  const std::string url;
  const PostgresLimits limits;
  const Tell tell;
  Locks locks;
  std::array<std::atomic<std::int64_t>, counter_count> given{};
  std::atomic<std::uint64_t> generation = 1;  ///< rises with each transaction that runs alone; see Kept
  std::atomic<bool> closing = false;
  std::atomic<bool> taken_over = false;  ///< by another process: nothing is written any more

  // ---- only under Lock::commit: one commit after the other, in the order of places
  std::int64_t position = 0;  ///< the last place given
  /// Our number as owner, by chance: nobody else has it. 0: not yet. And the next, should we have to become it again.
  std::int64_t owner = 0, next_owner = 0;
  std::int64_t commit = 0;  ///< number of the last commit that was tried; the database keeps that of the last one done
  std::array<std::int64_t, counter_count> saved{};
  struct Open {
    std::int64_t commit;
    std::vector<Change> changes;
  };
  std::optional<Open> open;  ///< the last commit broke off: nobody knows yet whether it was done

  /// Becomes the owner of the database, or stays it under a new number; waits for whoever is committing. After it,
  /// every commit of an owner or a connection before is either done or will never be. Reads the numbers above. False:
  /// another process has become the owner. Throws SqlError.
  [[nodiscard]] bool become_owner(PostgresLink& link);
  /// Tries once whether the open commit was done. Nothing: it cannot be found out now.
  [[nodiscard]] std::optional<bool> find_out();
  /// Goes on trying for as long as it may take.
  [[nodiscard]] std::optional<bool> find_out_patiently();

  /// In the order in which it is called; tell_all() then tells.
  void will_tell(std::vector<Change> changes);
  void tell_all();

 private:
  std::mutex to_tell_mutex_, telling_;
  std::deque<std::vector<Change>> to_tell_;
};

/// A connection that comes back by itself.
class PostgresLine {
 public:
  PostgresLine(const PostgresShared& shared, PostgresSql::For use) : shared_(shared), use_(use) {}
  /// Null: there is none now; `why` says more. Tries to connect at most so often.
  [[nodiscard]] PostgresSql* get(Error& why);
  /// The connection is broken. Tries for as long as one attempt to connect may take, for the case that the server was
  /// only started again.
  void reconnect();
  void drop() { sql_.reset(); }

 private:
  void connect();
  const PostgresShared& shared_;
  PostgresSql::For use_;
  std::unique_ptr<PostgresSql> sql_;
  PostgresLink::Until next_try_{};
  Error why_;
};

}  // namespace suki::store
