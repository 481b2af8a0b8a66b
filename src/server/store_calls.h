/// The store as one server's coroutines use it. Includes Asio: for this room's sources only.
#pragma once

#include <atomic>
#include <memory>

#include <boost/asio/awaitable.hpp>

#include "server/routes.h"
#include "store/store.h"

namespace suki::server {

class StoreCalls {
 public:
  explicit StoreCalls(store::Store& store) : store_(store) {}
  /// Called when the server's io_context has run out and before it is destroyed: the store's threads may still be on
  /// their way out of the last callbacks. Returns once none of them will touch the io_context any more.
  void wait_until_left() const;
  /// For the thread that has seen all coroutines end, only.
  Result<void> write_and_wait(store::Store::Work work) { return store_.write_and_wait(std::move(work)); }
  [[nodiscard]] store::Store::Waiting waiting() const { return store_.waiting(); }

  friend boost::asio::awaitable<Result<void>> in_store(StoreCalls& calls, Access access, store::Store::Work work);

 private:
  store::Store& store_;
  /// Threads of the store that are in a callback now. Kept by the callbacks too, which may outlive the server.
  std::shared_ptr<std::atomic<int>> inside_ = std::make_shared<std::atomic<int>>(0);
};

/// Runs `work` on the store's threads and comes back on the coroutine's own executor. The coroutine's frame, and what
/// `work` refers to in it, stays until the store has called back: nothing ends a coroutine from outside.
boost::asio::awaitable<Result<void>> in_store(StoreCalls& calls, Access access, store::Store::Work work);

}  // namespace suki::server
