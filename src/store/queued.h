/// What stores have in common: requests wait in bounded queues for the store's threads, and one subscriber is told.
#pragma once

#include <functional>
#include <mutex>
#include <vector>

#include "store/queue.h"
#include "store/store.h"

namespace suki::store {

class Tx;

struct Request {
  Store::Work work;
  Store::Done done;
  Result<void> result;
};

class QueuedStore : public Store {
 public:
  void write(Work work, Done done) final { push(writes_, std::move(work), std::move(done)); }
  void read(Work work, Done done) final { push(reads_, std::move(work), std::move(done)); }
  void on_commit(std::function<void(const std::vector<Change>&)> subscriber) final;

 protected:
  explicit QueuedStore(std::size_t queue_max) : writes_(queue_max), reads_(queue_max) {}
  void tell(const std::vector<Change>& changes);

  Queue<Request> writes_, reads_;

 private:
  static void push(Queue<Request>& queue, Work work, Done done);
  std::mutex subscriber_mutex_;
  std::function<void(const std::vector<Change>&)> subscriber_;
};

/// Runs the work; what it throws becomes an error: what the database said `io`, all else `internal`.
[[nodiscard]] Result<void> perform(const Store::Work& work, Tx& tx);
[[nodiscard]] Error to_error(const std::exception& error);

}  // namespace suki::store
