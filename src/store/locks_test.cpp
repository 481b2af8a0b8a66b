#include "store/locks.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace suki::store {
namespace {

using std::chrono::milliseconds;
using Mode = Locks::Mode;

Locks::Clock::time_point in(milliseconds span) {
  return Locks::Clock::now() + span;
}
constexpr milliseconds at_once{0}, long_enough{60'000};
const LockKey a{Lock::conversation, 1}, b{Lock::conversation, 2}, same_number{Lock::customer, 1};

TEST(Locks, one_at_a_time_holds_a_thing_and_each_thing_is_its_own) {
  Locks locks;
  EXPECT_TRUE(locks.take(0, a, Mode::alone, in(at_once)));
  EXPECT_FALSE(locks.take(0, a, Mode::alone, in(at_once))) << "it has it already";
  EXPECT_TRUE(locks.take(1, b, Mode::alone, in(at_once)));
  EXPECT_TRUE(locks.take(1, same_number, Mode::alone, in(at_once)));
  EXPECT_THROW(locks.take(1, a, Mode::alone, in(at_once)), LockTimeout);
  locks.release(0);
  EXPECT_TRUE(locks.take(1, a, Mode::alone, in(at_once)));
}

TEST(Locks, many_share_and_whoever_wants_it_alone_waits_for_all) {
  Locks locks;
  EXPECT_TRUE(locks.take(0, a, Mode::shared, in(at_once)));
  EXPECT_TRUE(locks.take(1, a, Mode::shared, in(at_once)));
  EXPECT_THROW(locks.take(2, a, Mode::alone, in(at_once)), LockTimeout);
  locks.release(0);
  EXPECT_THROW(locks.take(2, a, Mode::alone, in(at_once)), LockTimeout);
  locks.release(1);
  EXPECT_TRUE(locks.take(2, a, Mode::alone, in(at_once)));
  EXPECT_THROW(locks.take(0, a, Mode::shared, in(at_once)), LockTimeout);
}

TEST(Locks, one_that_shares_may_come_to_hold_it_alone) {
  Locks locks;
  EXPECT_TRUE(locks.take(0, a, Mode::shared, in(at_once)));
  EXPECT_FALSE(locks.take(0, a, Mode::alone, in(at_once))) << "no new one, but alone";
  EXPECT_THROW(locks.take(1, a, Mode::shared, in(at_once)), LockTimeout);
  locks.release(0);
  EXPECT_TRUE(locks.take(1, a, Mode::shared, in(at_once)));
}

TEST(Locks, whoever_waits_gets_it_when_it_is_let_go_of) {
  Locks locks;
  locks.take(0, a, Mode::alone, in(at_once));
  std::atomic<bool> got = false;
  std::thread waiting([&] {
    locks.take(1, a, Mode::alone, in(long_enough));
    got = true;
    locks.release(1);
  });
  locks.release(0);
  waiting.join();
  EXPECT_TRUE(got);
}

/// Of two that wait for each other exactly one is told; the other gets what it waits for.
TEST(Locks, a_circle_of_waiters_is_noticed_at_once) {
  for (const Mode first : {Mode::alone, Mode::shared}) {
    Locks locks;
    std::atomic<int> conflicts = 0, done = 0, ready = 0;
    const auto run = [&](int writer, const LockKey& mine, const LockKey& others) {
      locks.take(writer, mine, first, in(long_enough));
      if (first == Mode::shared) locks.take(writer, others, first, in(long_enough));
      ++ready;
      while (ready < 2) std::this_thread::yield();
      try {
        locks.take(writer, others, Mode::alone, in(long_enough));
        ++done;
      } catch (const LockConflict&) {
        ++conflicts;
      }
      locks.release(writer);
    };
    // Shared: both hold the same thing and both want it alone.
    std::thread one([&] { run(0, a, first == Mode::shared ? a : b); });
    std::thread two([&] { run(1, first == Mode::shared ? a : b, a); });
    one.join();
    two.join();
    EXPECT_EQ(conflicts, 1);
    EXPECT_EQ(done, 1);
  }
}

TEST(Locks, a_circle_of_three_is_noticed_as_well) {
  Locks locks;
  const LockKey keys[] = {a, b, same_number};
  std::atomic<int> conflicts = 0, ready = 0;
  std::vector<std::thread> threads;
  for (int writer = 0; writer < 3; ++writer)
    threads.emplace_back([&, writer] {
      locks.take(writer, keys[writer], Mode::alone, in(long_enough));
      ++ready;
      while (ready < 3) std::this_thread::yield();
      try {
        locks.take(writer, keys[(writer + 1) % 3], Mode::alone, in(long_enough));
      } catch (const LockConflict&) {
        ++conflicts;
      }
      locks.release(writer);
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(conflicts, 1);
}

TEST(Locks, those_who_come_and_go_do_not_keep_one_waiting_who_wants_it_alone) {
  Locks locks;
  std::atomic<bool> stop = false, got = false;
  std::vector<std::thread> threads;
  for (int writer = 0; writer < 3; ++writer)
    threads.emplace_back([&, writer] {
      while (!stop) {
        locks.take(writer, a, Mode::shared, in(long_enough));
        std::this_thread::yield();
        locks.release(writer);
      }
    });
  std::thread alone([&] {
    locks.take(3, a, Mode::alone, in(long_enough));
    got = true;
    locks.release(3);
  });
  alone.join();
  stop = true;
  for (auto& thread : threads) thread.join();
  EXPECT_TRUE(got);
}

}  // namespace
}  // namespace suki::store
