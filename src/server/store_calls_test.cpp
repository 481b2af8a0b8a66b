#include "server/store_calls.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>

namespace suki::server {
namespace asio = boost::asio;

namespace {

/// Does no work; calls back on a thread of its own. Keeps the callbacks, which a store may do as long as it likes.
class KeepingStore final : public store::Store {
 public:
  KeepingStore() : thread_([this] { call_back(); }) {}
  ~KeepingStore() override {
    {
      const std::scoped_lock lock(mutex_);
      over_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }
  void read(Work, Done done) override {
    {
      const std::scoped_lock lock(mutex_);
      queue_.push_back(done);
      kept_.push_back(std::move(done));
    }
    changed_.notify_all();
  }
  void write(Work work, Done done) override { read(std::move(work), std::move(done)); }
  void on_commit(std::function<void(const std::vector<store::Change>&)>) override {}
  [[nodiscard]] std::size_t kept() const {
    const std::scoped_lock lock(mutex_);
    return kept_.size();
  }

 private:
  void call_back() {
    for (;;) {
      Done done;
      {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return over_ || !queue_.empty(); });
        if (queue_.empty()) return;
        done = std::move(queue_.front());
        queue_.pop_front();
      }
      done({});
    }
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Done> queue_;
  std::vector<Done> kept_;
  bool over_ = false;
  std::thread thread_;
};

store::Store::Work nothing() {
  return [](store::Tx&) -> Result<void> { return {}; };
}

asio::awaitable<void> ask(StoreCalls& calls, int times, int& answered) {
  for (int i = 0; i < times; ++i) {
    const Result<void> result = co_await in_store(calls, Access::read, nothing());
    answered += result.ok();
  }
}

}  // namespace

TEST(StoreCalls, TheServerEndsHoweverLongTheStoreKeepsWhatItWasGiven) {
  KeepingStore store;
  StoreCalls calls(store);
  int answered = 0;
  asio::io_context io;
  asio::co_spawn(io, ask(calls, 3, answered), asio::detached);
  io.run_for(std::chrono::seconds(10));  // over as soon as nothing is left to do
  EXPECT_TRUE(io.stopped()) << "a callback that is kept holds the server's work";
  EXPECT_EQ(answered, 3);
  EXPECT_EQ(store.kept(), 3u);
}

/// Says something under the thread and the address sanitizer: whatever the store's thread still does after the last
/// callback, it does not do it to a server that is gone.
TEST(StoreCalls, TheStoreDoesNotTouchAServerThatHasEnded) {
  KeepingStore store;
  int answered = 0;
  for (int i = 0; i < 500; ++i) {
    std::optional<asio::io_context> io(std::in_place);
    StoreCalls calls(store);
    asio::co_spawn(asio::make_strand(*io), ask(calls, 2, answered), asio::detached);
    io->run();
    calls.wait_until_left();
    io.reset();
  }
  EXPECT_EQ(answered, 1'000);
}

}  // namespace suki::server
