/// The one place that keeps things. Work runs in transactions on the store's own threads: one writer (SQLite) or
/// several (PostgreSQL), which commit many requests together, each so that it can be undone alone; and a few readers.
/// Nothing is reported done before it is durable.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/result.h"

namespace suki::store {

class Tx;  ///< tx.h: one transaction (write), or one consistent snapshot (read); only valid inside the work

/// How long PostgreSQL may take. Chosen, not measured.
struct PostgresLimits {
  std::chrono::milliseconds connect_max{3'000};
  std::chrono::milliseconds answer_max{10'000};     ///< to one statement, or a group of them
  std::chrono::milliseconds resolve_max{20'000};    ///< to find out whether a commit whose answer was lost was done
  std::chrono::milliseconds connect_again{500};     ///< between two attempts: meanwhile unavailable, at once
  std::chrono::milliseconds owner_patience{2'000};  ///< for the server to notice that an owner was killed
};

/// Is told what the store does, for figures. Called on the store's threads and its callers': quick, and calls nothing
/// of the store.
class Observer {
 public:
  virtual ~Observer() = default;
  enum class Queue : std::uint8_t { writes, reads };
  virtual void waited(Queue queue, std::chrono::nanoseconds span) = 0;  ///< one request, for its turn
  virtual void refused(Queue queue) = 0;                                ///< one, because the queue is full
  /// So many writes in one group, from being taken out of the queue until they were durable or refused.
  virtual void wrote(std::size_t requests, std::chrono::nanoseconds span) = 0;
};

struct Options {
  std::string data_dir;  ///< created when absent; one process owns it (a lock): else busy
  /// "postgres://..." (as libpq takes it), "sqlite", or "": what the folder was first used with, at the beginning
  /// SQLite. Kept in <data_dir>/store: whoever says something else later gets conflict.
  std::string url{};
  std::size_t write_queue_max = 10'000;  ///< over it: busy, at once
  std::size_t group_max = 200;           ///< requests in one commit
  std::size_t readers = 2;
  std::size_t writers = 4;  ///< on PostgreSQL; SQLite has one
  PostgresLimits postgres{};
  std::shared_ptr<Observer> observer = nullptr;  ///< none
};

/// A conversation changed at this position of the input log; none (0): all may look different.
struct Change {
  std::int64_t position = 0;
  ConversationId conversation;
  bool staff = false;  ///< presence or roster, and no conversation
};

class Store {
 public:
  /// Opens, migrates, locks. Errors: io, unavailable (no database answers), busy (another process owns the folder or
  /// the database; detail names it), conflict (see Options::url), bad_input.
  [[nodiscard]] static Result<std::unique_ptr<Store>> open(const Options& options);
  virtual ~Store() = default;  ///< finishes what was queued

  using Work = std::function<Result<void>(Tx&)>;
  using Done = std::function<void(Result<void>)>;
  /// `work` may be run again from the start when the group has to be retried, so it must not have effects outside the
  /// transaction. An error (or exception) of `work` rolls back its savepoint alone. `done` is called once, on a thread
  /// of the store, after the commit is durable. unavailable: the database does not answer; only if it broke off in the
  /// very commit, and does not come back, nobody knows whether the work was done: ask again under the same request id.
  virtual void write(Work work, Done done) = 0;
  /// Runs `work` on a reader's thread over one snapshot; it must not write.
  virtual void read(Work work, Done done) = 0;
  /// Called on a writer's thread after each durable group that changed conversations, before the group's `done`s; one
  /// group after the other, in the order of positions. One subscriber, or {} for none, set from any thread but a
  /// writer's: once this returns, the one before is neither running nor called again.
  virtual void on_commit(std::function<void(const std::vector<Change>&)> subscriber) = 0;

  /// Requests that wait for their turn now.
  struct Waiting {
    std::size_t writes = 0, reads = 0;
  };
  [[nodiscard]] virtual Waiting waiting() const { return {}; }

  /// busy when the queue is full.
  Result<void> write_and_wait(Work work);  ///< for the command line and tests; never on a server's thread
  Result<void> read_and_wait(Work work);
};

}  // namespace suki::store
