/// A server of PostgreSQL that stops, crashes, stands still, and cuts connections, while the store is written to.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <set>
#include <thread>

#include <fmt/format.h>

#include "store/store.h"
#include "store/tx.h"
#include "store_testing/client.h"
#include "store_testing/engines.h"

namespace suki::store {
namespace {

using std::chrono::milliseconds;
using store_testing::Client;

/// Writes from several threads all the time and remembers what it was told.
class Load {
 public:
  explicit Load(Store& store) : store_(store) {
    store.on_commit([this](const std::vector<Change>& changes) {
      for (const Change& change : changes) told_.push_back(change.position);
    });
    for (int i = 0; i < threads; ++i) threads_.emplace_back([this, i] { run(i); });
  }
  ~Load() { stop(); }
  void stop() {
    stop_ = true;
    for (auto& thread : threads_)
      if (thread.joinable()) thread.join();
    store_.on_commit({});
  }
  /// Waits until so many more are acknowledged.
  void wait_for(std::size_t more) {
    const std::size_t until = acknowledged() + more;
    while (acknowledged() < until) std::this_thread::yield();
  }
  void wait_for_refusal() {
    const std::size_t before = refused_;
    while (refused_ == before) std::this_thread::yield();
  }
  std::size_t acknowledged() {
    const std::lock_guard hold(mutex_);
    return kept_.size();
  }
  [[nodiscard]] milliseconds slowest() const { return slowest_; }
  /// What is stored is what was promised.
  void check(const std::string& url) {
    Client client(url);
    const auto stored = client.ask("select request from requests");
    const std::set<std::string> there(stored.begin(), stored.end());
    EXPECT_EQ(there.size(), stored.size());
    for (const std::string& key : kept_) EXPECT_TRUE(there.count(key)) << key << " was acknowledged";
    for (const std::string& key : gone_) EXPECT_FALSE(there.count(key)) << key << " was refused";
    // Told is what was committed, in order, once.
    const auto positions = client.ask("select position from input_log order by position");
    for (std::size_t i = 0; i < positions.size(); ++i) ASSERT_EQ(std::stoll(positions[i]), std::int64_t(i) + 1);
    EXPECT_EQ(positions.size(), there.size());
    EXPECT_EQ(told_.size(), positions.size());
    for (std::size_t i = 0; i < told_.size(); ++i) ASSERT_EQ(told_[i], std::int64_t(i) + 1);
  }

 private:
  static constexpr int threads = 4;
  void run(int thread) {
    for (int i = 0; !stop_; ++i) {
      const std::string key = fmt::format("{}-{}", thread, i);
      const auto start = std::chrono::steady_clock::now();
      const auto done = store_.write_and_wait([&](Tx& tx) -> Result<void> {
        if (i % 4 != 0) tx.beside_others();
        if (tx.find_request(key)) return fail(ErrorCode::conflict, "done twice");
        tx.add_request(key, {ConversationId(thread + 1), {}}, Instant{});
        InputRecord input;
        input.conversation = ConversationId(1 + thread * 1'000'000 + i);
        tx.append_input(input);
        return {};
      });
      const std::lock_guard hold(mutex_);
      slowest_ = std::max(slowest_, std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - start));
      if (done.ok()) {
        kept_.insert(key);
        continue;
      }
      EXPECT_EQ(done.error().code, ErrorCode::unavailable) << done.error().detail;
      if (done.error().detail.find("not known") == std::string::npos) gone_.insert(key);
      ++refused_;
    }
  }

  Store& store_;
  std::atomic<bool> stop_ = false;
  std::atomic<std::size_t> refused_ = 0;
  std::mutex mutex_;
  std::set<std::string> kept_, gone_;
  milliseconds slowest_{0};
  std::vector<std::int64_t> told_;
  std::vector<std::thread> threads_;
};

class ServerTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!store_testing::has_postgres()) GTEST_SKIP() << "PostgreSQL is not installed: ./dev setup test";
    server = std::make_unique<store_testing::PostgresServer>();
    server->run("postgres", "create database shop");
    options = place.options();
    options.url = server->url("shop");
    options.postgres.connect_max = milliseconds(300);
    options.postgres.answer_max = milliseconds(500);
    options.postgres.resolve_max = milliseconds(1'000);
    options.postgres.connect_again = milliseconds(20);
    auto opened = Store::open(options);
    ASSERT_TRUE(opened.ok()) << opened.error().detail;
    store = std::move(*opened);
  }
  std::unique_ptr<store_testing::PostgresServer> server;
  store_testing::TestPlace place{"sqlite"};
  Options options;
  std::unique_ptr<Store> store;
};

TEST_F(ServerTest, stopped_it_is_unavailable_at_once_and_comes_back_by_itself) {
  Load load(*store);
  load.wait_for(50);
  server->stop();
  load.wait_for_refusal();
  const auto unread = store->read_and_wait([](Tx& tx) -> Result<void> {
    (void)tx.last_position();
    return {};
  });
  ASSERT_FALSE(unread.ok());
  EXPECT_EQ(unread.error().code, ErrorCode::unavailable);
  server->start();
  load.wait_for(50);
  load.stop();
  EXPECT_LT(load.slowest(), milliseconds(10'000));
  load.check(options.url);
}

TEST_F(ServerTest, crashed_again_and_again_it_keeps_what_was_acknowledged_and_nothing_that_was_refused) {
  Load load(*store);
  for (int round = 0; round < 6; ++round) {
    load.wait_for(30 + 17 * static_cast<std::size_t>(round));
    server->crash();
    server->start();
  }
  load.wait_for(50);
  load.stop();
  load.check(options.url);
}

/// The commit that was on its way when it froze is done or not when it goes on; either is found out, or said to be
/// open.
TEST_F(ServerTest, frozen_it_is_unavailable_in_time_and_goes_on_without_loss) {
  Load load(*store);
  for (int round = 0; round < 3; ++round) {
    load.wait_for(40 + 11 * static_cast<std::size_t>(round));
    server->freeze();
    load.wait_for_refusal();
    server->thaw();
  }
  load.wait_for(50);
  load.stop();
  // One wait for an answer, one to find out, and the waits of the others behind it.
  EXPECT_LT(load.slowest(), milliseconds(15'000));
  load.check(options.url);
}

TEST_F(ServerTest, a_connection_that_is_cut_is_not_noticed_outside) {
  Load load(*store);
  Client client(server->url("postgres"));
  for (int round = 0; round < 10; ++round) {
    load.wait_for(20);
    client.ask("select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'suki%'");
  }
  load.wait_for(20);
  load.stop();
  load.check(options.url);
}

}  // namespace
}  // namespace suki::store
