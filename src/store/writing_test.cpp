/// Writes in groups, from many threads, up to the instant somebody kills the program. On every engine.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <future>
#include <memory>
#include <mutex>
#include <thread>

#include "store/tx.h"
#include "store_testing/opening_case.h"

namespace suki::store {
namespace {

class Writers : public store_testing::OpeningCase {};

/// Holds the writer until told to go on, so that what follows becomes one group.
class Gate {
 public:
  void hold(Store& store) {
    store.write(
        [this](Tx&) -> Result<void> {
          std::unique_lock lock(mutex_);
          reached_ = true;
          changed_.notify_all();
          changed_.wait(lock, [this] { return open_; });
          return {};
        },
        [](Result<void>) {});
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return reached_; });
  }
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool reached_ = false, open_ = false;
};

TEST_P(Writers, in_one_group_a_failed_request_takes_only_its_own_writes_with_it) {
  Options options;
  options.writers = 1;
  auto store = open(options);
  Gate gate;
  gate.hold(*store);
  Result<void> refused, thrown, broken;
  const auto keep = [](Result<void>& into) { return [&into](Result<void> r) { into = std::move(r); }; };
  store->write(
      [](Tx& tx) -> Result<void> {
        tx.set_setting("before", "x");
        return {};
      },
      [](Result<void> r) { EXPECT_TRUE(r.ok()); });
  store->write(
      [](Tx& tx) -> Result<void> {
        tx.set_setting("refused", "x");
        tx.new_message_id();
        return fail(ErrorCode::refused, "no");
      },
      keep(refused));
  store->write(
      [](Tx& tx) -> Result<void> {
        tx.set_setting("thrown", "x");
        throw std::runtime_error("oops");
      },
      keep(thrown));
  store->write(
      [](Tx& tx) -> Result<void> {
        tx.set_setting("broken", "x");
        tx.set_texts(ConversationId(404), "of a conversation that is not there", "");
        return {};
      },
      keep(broken));
  std::int64_t message = 0;
  store->write(
      [&](Tx& tx) -> Result<void> {
        tx.set_setting("after", "x");
        message = tx.new_message_id().value;
        return {};
      },
      [](Result<void> r) { EXPECT_TRUE(r.ok()); });
  gate.open();
  ASSERT_TRUE(set(*store, "last", "x").ok());
  EXPECT_EQ(refused.error().code, ErrorCode::refused);
  EXPECT_EQ(thrown.error().code, ErrorCode::internal);
  EXPECT_EQ(broken.error().code, ErrorCode::io);
  for (const char* there : {"before", "after", "last"}) EXPECT_EQ(get(*store, there), "x") << there;
  for (const char* gone : {"refused", "thrown", "broken"}) EXPECT_EQ(get(*store, gone), "") << gone;
  EXPECT_EQ(message, 1) << "an undone request uses up no number";
}

TEST_P(Writers, over_its_limit_the_queue_says_busy_at_once_and_the_rest_is_done) {
  Options options;
  options.write_queue_max = 3;
  options.writers = 1;  // else another one takes what waits
  auto store = open(options);
  Gate gate;
  gate.hold(*store);
  std::atomic<int> ok = 0, busy = 0;
  for (int i = 0; i < 5; ++i)
    store->write(
        [i](Tx& tx) -> Result<void> {
          tx.set_setting(std::to_string(i), "x");
          return {};
        },
        [&](Result<void> r) { r.ok()                              ? ++ok
                              : r.error().code == ErrorCode::busy ? ++busy
                                                                  : 0; });
  EXPECT_EQ(busy, 2);
  gate.open();
  store.reset();
  EXPECT_EQ(ok, 3);
}

TEST_P(Writers, closing_finishes_what_was_queued) {
  auto store = open();
  std::atomic<int> done = 0;
  for (int i = 0; i < 500; ++i)
    store->write(
        [i](Tx& tx) -> Result<void> {
          tx.set_setting("k" + std::to_string(i), "x");
          return {};
        },
        [&](Result<void> r) { done += r.ok(); });
  store.reset();
  EXPECT_EQ(done, 500);
  EXPECT_EQ(get(*open(), "k499"), "x");
}

TEST_P(Writers, many_threads_write_and_read_and_none_is_lost) {
  auto store = open();
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&store, t] {
      for (int i = 0; i < 50; ++i) {
        const std::string name = std::to_string(t) + "-" + std::to_string(i);
        ASSERT_TRUE(set(*store, name, name).ok());
        ASSERT_EQ(get(*store, name), name) << "what was acknowledged is seen by every later reader";
      }
    });
  for (auto& thread : threads) thread.join();
  ASSERT_TRUE(store
                  ->read_and_wait([](Tx& tx) -> Result<void> {
                    EXPECT_EQ(tx.count_rows("settings"), 200);
                    return {};
                  })
                  .ok());
}

TEST_P(Writers, a_reader_sees_one_snapshot) {
  auto store = open();
  ASSERT_TRUE(set(*store, "a", "1").ok());
  ASSERT_TRUE(store
                  ->read_and_wait([&](Tx& tx) -> Result<void> {
                    EXPECT_EQ(tx.setting("a"), "1");
                    EXPECT_TRUE(set(*store, "a", "2").ok());
                    EXPECT_EQ(tx.setting("a"), "1");
                    return {};
                  })
                  .ok());
  EXPECT_EQ(get(*store, "a"), "2");
}

TEST_P(Writers, a_reader_cannot_write) {
  auto store = open();
  const auto result = store->read_and_wait([](Tx& tx) -> Result<void> {
    tx.set_setting("a", "1");
    return {};
  });
  EXPECT_FALSE(result.ok());
  EXPECT_EQ(get(*store, "a"), "");
}

TEST_P(Writers, positions_rise_without_holes_and_each_group_is_told_after_it_is_durable) {
  auto store = open();
  std::vector<Change> told;
  store->on_commit(
      [&](const std::vector<Change>& changes) { told.insert(told.end(), changes.begin(), changes.end()); });
  for (int i = 1; i <= 3; ++i) {
    const auto result = store->write_and_wait([&](Tx& tx) -> Result<void> {
      InputRecord input;
      input.conversation = ConversationId(i);
      tx.append_input(input);
      if (i == 2) return fail(ErrorCode::refused, "no");
      return {};
    });
    EXPECT_EQ(result.ok(), i != 2);
  }
  ASSERT_EQ(told.size(), 2u);
  EXPECT_EQ(told[0].position, 1);
  EXPECT_EQ(told[1].position, 2);
  EXPECT_EQ(told[1].conversation, ConversationId(3));
}

TEST_P(Writers, a_subscriber_that_was_taken_away_is_not_called_though_writing_goes_on) {
  auto store = open();
  const auto append = [](Tx& tx) -> Result<void> {
    InputRecord input;
    input.conversation = ConversationId(1);
    tx.append_input(input);
    return {};
  };
  for (int i = 0; i < 20; ++i) {
    auto here = std::make_unique<std::size_t>(0);  // gone when the subscriber is: a late call would be seen
    store->on_commit([&here](const std::vector<Change>& changes) { *here += changes.size(); });
    std::promise<void> done;
    for (int write = 0; write < 3; ++write) store->write(append, [](const Result<void>&) {});
    store->on_commit({});
    here.reset();
    store->write(append, [&](const Result<void>& result) {
      EXPECT_TRUE(result.ok());
      done.set_value();
    });
    done.get_future().wait();
  }
}

/// A child writes and tells each acknowledged number through a pipe until it is killed in the middle of its work.
TEST_P(Writers, killed_in_the_middle_nothing_acknowledged_is_lost) {
  for (int round = 0; round < 5; ++round) {
    int pipe_ends[2];
    ASSERT_EQ(::pipe(pipe_ends), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      ::close(pipe_ends[0]);
      Options options;
      options.group_max = 7;
      auto opened = try_open(options);
      if (!opened.ok()) ::_exit(3);
      for (int i = 0;; ++i)
        (*opened)->write(
            [round, i](Tx& tx) -> Result<void> {
              tx.set_setting(std::to_string(round) + "-" + std::to_string(i), "x");
              return {};
            },
            [i, out = pipe_ends[1]](Result<void> r) {
              if (r.ok() && ::write(out, &i, sizeof i) != sizeof i) ::_exit(4);
            });
    }
    ::close(pipe_ends[1]);
    std::vector<int> acknowledged;
    int i = 0;
    // The number at which it is killed differs from round to round, so that it falls into different steps of a commit.
    while (acknowledged.size() < 20u + 13u * static_cast<unsigned>(round) &&
           ::read(pipe_ends[0], &i, sizeof i) == sizeof i)
      acknowledged.push_back(i);
    ::kill(child, SIGKILL);
    while (::read(pipe_ends[0], &i, sizeof i) == sizeof i) acknowledged.push_back(i);
    ::close(pipe_ends[0]);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "exit " << WEXITSTATUS(status);
    ASSERT_GE(acknowledged.size(), 20u);
    auto store = open();
    ASSERT_NE(store, nullptr);
    ASSERT_TRUE(store
                    ->read_and_wait([&](Tx& tx) -> Result<void> {
                      for (const int n : acknowledged) {
                        const bool there = tx.setting(std::to_string(round) + "-" + std::to_string(n)) == "x";
                        EXPECT_TRUE(there) << n;
                      }
                      return {};
                    })
                    .ok());
  }
}

INSTANTIATE_TEST_SUITE_P(Engines, Writers, testing::ValuesIn(store_testing::engines()),
                         [](const auto& engine) { return engine.param; });

}  // namespace
}  // namespace suki::store
