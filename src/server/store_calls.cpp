#include "server/store_calls.h"

#include <utility>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace suki::server {
namespace asio = boost::asio;

namespace {

/// Counts a thread of the store for as long as it is in a callback.
class Inside {
 public:
  explicit Inside(std::atomic<int>& count) : count_(count) { ++count_; }
  ~Inside() {
    --count_;
    count_.notify_all();
  }
  Inside(const Inside&) = delete;
  Inside& operator=(const Inside&) = delete;

 private:
  std::atomic<int>& count_;
};

/// A coroutine that waits for the store. INVARIANT (left before it ends): whatever belongs to the io_context is let go
/// of on its own threads or while `Inside` counts, however long the store keeps its callback. Then wait_until_left()
/// makes the io_context's end safe.
template <class Handler>
class Waiting : public std::enable_shared_from_this<Waiting<Handler>> {
 public:
  explicit Waiting(Handler handler)
      : alive_(asio::make_work_guard(asio::get_associated_executor(handler))), handler_(std::move(handler)) {}

  void finish(Result<void> result) {
    asio::post(alive_.get_executor(), [self = this->shared_from_this(), result = std::move(result)]() mutable {
      Handler handler = std::move(self->handler_);
      const auto alive = std::move(self->alive_);
      self.reset();
      handler(std::move(result));
    });
  }

 private:
  decltype(asio::make_work_guard(asio::get_associated_executor(std::declval<Handler&>()))) alive_;
  Handler handler_;
};

/// Starts the work; the handler is called on its own executor, which is kept alive meanwhile.
struct StartInStore {
  store::Store* store;
  Access access;
  std::shared_ptr<std::atomic<int>> count;

  template <class Handler>
  void operator()(Handler handler, store::Store::Work work) const {
    // std::function wants what can be copied; a handler can only be moved.
    const auto waiting = std::make_shared<Waiting<Handler>>(std::move(handler));
    auto done = [waiting, count = count](Result<void> result) {
      const Inside inside(*count);
      waiting->finish(std::move(result));
    };
    try {
      if (access == Access::write) {
        store->write(std::move(work), std::move(done));
      } else {
        store->read(std::move(work), std::move(done));
      }
    } catch (const std::exception& error) {
      // Thrown from here it would end the thread, and with it the server.
      waiting->finish(fail(ErrorCode::internal, error.what()));
    }
  }
};

}  // namespace

asio::awaitable<Result<void>> in_store(StoreCalls& calls, Access access, store::Store::Work work) {
  StartInStore start{&calls.store_, access, calls.inside_};
  Result<void> result = co_await asio::async_initiate<const asio::use_awaitable_t<>&, void(Result<void>)>(
      start, asio::use_awaitable, std::move(work));
  co_return result;
}

void StoreCalls::wait_until_left() const {
  for (int inside = *inside_; inside > 0; inside = *inside_) inside_->wait(inside);
}

}  // namespace suki::server
