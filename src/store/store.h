/// The one place that keeps things. Work runs in transactions on the store's own threads: one writer that commits many
/// requests together, each in a savepoint of its own, and a few readers. Nothing is reported done before it is durable.
#pragma once

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

struct Options {
  std::string data_dir;                  ///< created when absent; one process owns it (a lock): else busy
  std::size_t write_queue_max = 10'000;  ///< over it: busy, at once
  std::size_t group_max = 200;           ///< requests in one commit
  std::size_t readers = 2;
};

/// A conversation changed at this position of the input log.
struct Change {
  std::int64_t position = 0;
  ConversationId conversation;
};

class Store {
 public:
  /// Opens, migrates, locks. Errors: io, busy (another process owns the folder; detail names it).
  [[nodiscard]] static Result<std::unique_ptr<Store>> open(const Options& options);
  virtual ~Store() = default;  ///< finishes what was queued

  using Work = std::function<Result<void>(Tx&)>;
  using Done = std::function<void(Result<void>)>;
  /// `work` may be run again from the start when the group has to be retried, so it must not have effects outside the
  /// transaction. An error (or exception) of `work` rolls back its savepoint alone. `done` is called once, on the
  /// writer's thread, after the commit is durable.
  virtual void write(Work work, Done done) = 0;
  /// Runs `work` on a reader's thread over one snapshot; it must not write.
  virtual void read(Work work, Done done) = 0;
  /// Called on the writer's thread after each durable group that changed conversations, before the group's `done`s.
  /// One subscriber, or {} for none, set from any thread but the writer's: once this returns, the one before is neither
  /// running nor called again.
  virtual void on_commit(std::function<void(const std::vector<Change>&)> subscriber) = 0;

  /// busy when the queue is full.
  Result<void> write_and_wait(Work work);  ///< for the command line and tests; never on a server's thread
  Result<void> read_and_wait(Work work);
};

}  // namespace suki::store
