/// What stores have in common: requests wait in bounded queues for the store's threads, and one subscriber is told.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
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
  std::chrono::steady_clock::time_point since = std::chrono::steady_clock::now();
};

class QueuedStore : public Store {
 public:
  void write(Work work, Done done) final { push(Kind::writes, std::move(work), std::move(done)); }
  void read(Work work, Done done) final { push(Kind::reads, std::move(work), std::move(done)); }
  [[nodiscard]] Waiting waiting() const final { return {writes_.size(), reads_.size()}; }
  void on_commit(std::function<void(const std::vector<Change>&)> subscriber) final;

 protected:
  using Kind = Observer::Queue;
  explicit QueuedStore(const Options& options)
      : writes_(options.write_queue_max), reads_(options.write_queue_max), observer_(options.observer) {}
  void tell(const std::vector<Change>& changes);
  // What the observer is told by the threads that take requests out of a queue.
  void taken(Kind kind, const std::vector<Request>& requests) const;
  void wrote(std::size_t requests, std::chrono::steady_clock::time_point since) const;

  Queue<Request> writes_, reads_;

 private:
  void push(Kind kind, Work work, Done done);
  std::shared_ptr<Observer> observer_;
  std::mutex subscriber_mutex_;
  std::function<void(const std::vector<Change>&)> subscriber_;
};

/// Runs the work; what it throws becomes an error: what the database said `io`, all else `internal`.
[[nodiscard]] Result<void> perform(const Store::Work& work, Tx& tx);
[[nodiscard]] Error to_error(const std::exception& error);

}  // namespace suki::store
