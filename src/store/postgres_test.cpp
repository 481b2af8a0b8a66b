/// What only PostgreSQL has: several writers at once, a server that goes away, and other processes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <functional>
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
using testing::HasSubstr;
using testing::Not;

#define SUKI_NEED_POSTGRES() \
  if (!store_testing::has_postgres()) GTEST_SKIP() << "PostgreSQL is not installed: ./dev setup test"

class PostgresTest : public testing::Test {
 protected:
  void SetUp() override {
    SUKI_NEED_POSTGRES();
    place = std::make_unique<store_testing::TestPlace>("postgres");
  }
  std::unique_ptr<Store> open() {
    auto opened = Store::open(place->options());
    EXPECT_TRUE(opened.ok()) << (opened.ok() ? "" : opened.error().detail);
    return opened.ok() ? std::move(*opened) : nullptr;
  }
  std::unique_ptr<store_testing::TestPlace> place;
};

void in_threads(int count, const std::function<void(int)>& run) {
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i) threads.emplace_back([&run, i] { run(i); });
  for (auto& thread : threads) thread.join();
}

ConversationId add_conversation(Tx& tx, const std::string& email) {
  ConversationRecord record;
  record.state.id = tx.new_conversation_id();
  record.customer = tx.add_customer({{}, "Liza", email, {}, {}});
  tx.save_conversation(record, nullptr);
  return record.state.id;
}

/// Reads one number higher, and says so in the input log.
Result<void> count_up(Tx& tx, ConversationId id) {
  auto record = tx.find_conversation(id);
  if (!record) return fail(ErrorCode::not_found, "no such conversation");
  const auto before = *record;
  ++record->state.last_number;
  tx.save_conversation(*record, &before);
  InputRecord input;
  input.conversation = id;
  tx.append_input(input);
  return {};
}

TEST_F(PostgresTest, beside_others_no_reader_ever_skips_a_position) {
  auto store = open();
  constexpr int conversations = 8, rounds = 60;
  ASSERT_TRUE(store
                  ->write_and_wait([](Tx& tx) -> Result<void> {
                    for (int i = 0; i < conversations; ++i) add_conversation(tx, std::to_string(i));
                    return {};
                  })
                  .ok());
  std::mutex mutex;
  std::vector<std::int64_t> told;
  store->on_commit([&](const std::vector<Change>& changes) {
    const std::lock_guard hold(mutex);
    for (const Change& change : changes) told.push_back(change.position);
  });
  std::atomic<bool> stop = false;
  std::thread reader([&] {
    Client client(place->options().url);
    std::int64_t last = 0;
    for (bool once_more = true; once_more;) {
      once_more = !stop;
      for (const std::string& text :
           client.ask(fmt::format("select position from input_log where position > {} order by position", last))) {
        ASSERT_EQ(std::stoll(text), last + 1) << "a reader that goes by positions would never see it";
        ++last;
      }
    }
    EXPECT_EQ(last, conversations * rounds);
  });
  in_threads(conversations, [&](int i) {
    for (int round = 0; round < rounds; ++round) {
      const auto done = store->write_and_wait([i, round](Tx& tx) -> Result<void> {
        tx.beside_others();
        SUKI_CHECK(count_up(tx, ConversationId(i + 1)));
        // Some are undone after they had a place.
        if (round % 5 == 0 && tx.find_request(fmt::format("{} {}", i, round)) == std::nullopt && round % 2 == 1)
          return fail(ErrorCode::refused, "no");
        return {};
      });
      if (!done.ok()) {
        ASSERT_EQ(done.error().code, ErrorCode::refused) << done.error().detail;
        ASSERT_TRUE(store->write_and_wait([i](Tx& tx) { return count_up(tx, ConversationId(i + 1)); }).ok());
      }
    }
  });
  stop = true;
  reader.join();
  EXPECT_TRUE(std::is_sorted(told.begin(), told.end())) << "told in the order of positions";
  EXPECT_EQ(std::set<std::int64_t>(told.begin(), told.end()).size(), told.size());
  ASSERT_FALSE(told.empty());
  EXPECT_EQ(told.back(), conversations * rounds);
}

TEST_F(PostgresTest, beside_others_nothing_that_was_read_is_overwritten) {
  auto store = open();
  ASSERT_TRUE(store
                  ->write_and_wait([](Tx& tx) -> Result<void> {
                    add_conversation(tx, "one");
                    add_conversation(tx, "two");
                    return {};
                  })
                  .ok());
  in_threads(8, [&](int thread) {
    for (int i = 0; i < 25; ++i) {
      // In both orders, so that they wait for each other in circles.
      const ConversationId first(1 + (thread + i) % 2), second(2 - (thread + i) % 2);
      const auto done = store->write_and_wait([=](Tx& tx) -> Result<void> {
        tx.beside_others();
        SUKI_CHECK(count_up(tx, first));
        return count_up(tx, second);
      });
      ASSERT_TRUE(done.ok()) << done.error().detail;
    }
  });
  ASSERT_TRUE(store
                  ->read_and_wait([](Tx& tx) -> Result<void> {
                    for (const int id : {1, 2}) {
                      EXPECT_EQ(tx.find_conversation(ConversationId(id))->state.last_number, 200u);
                      EXPECT_EQ(tx.inputs(ConversationId(id)).size(), 200u);
                    }
                    return {};
                  })
                  .ok());
}

TEST_F(PostgresTest, beside_others_what_is_looked_for_is_made_once) {
  auto store = open();
  std::atomic<int> made = 0;
  in_threads(8, [&](int thread) {
    for (int i = 0; i < 20; ++i) {
      bool mine = false;
      const auto done = store->write_and_wait([&, thread, i](Tx& tx) -> Result<void> {
        tx.beside_others();
        mine = false;
        const std::string key = std::to_string(i);
        if (tx.find_request(key)) return {};
        if (!tx.find_customer_by_email(key)) tx.add_customer({{}, std::to_string(thread), key, {}, {}});
        tx.add_request(key, {ConversationId(1), {}}, Instant{});
        mine = true;
        return {};
      });
      ASSERT_TRUE(done.ok()) << done.error().detail;
      made += mine;
    }
  });
  EXPECT_EQ(made, 20);
  Client client(place->options().url);
  EXPECT_EQ(client.ask("select count(*) from customers").at(0), "20");
  EXPECT_EQ(client.ask("select count(*) from requests").at(0), "20");
}

TEST_F(PostgresTest, work_that_says_nothing_runs_alone) {
  auto store = open();
  std::atomic<int> inside = 0;
  in_threads(6, [&](int thread) {
    for (int i = 0; i < 30; ++i) {
      const auto done = store->write_and_wait([&, thread](Tx& tx) -> Result<void> {
        if (thread % 3 != 0) {
          tx.beside_others();
          // Kept or read, it is what the last one that ran alone has written.
          const std::string value = tx.setting("n");
          (void)tx.find_request("r" + std::to_string(thread));
          EXPECT_EQ(tx.setting("n"), value);
          EXPECT_EQ(inside, 0);
          return {};
        }
        const std::string value = tx.setting("n");
        EXPECT_EQ(++inside, 1);
        tx.set_setting("n", std::to_string(std::atoi(value.c_str()) + 1));
        --inside;
        return {};
      });
      ASSERT_TRUE(done.ok()) << done.error().detail;
    }
  });
  ASSERT_TRUE(store
                  ->write_and_wait([](Tx& tx) -> Result<void> {
                    tx.beside_others();
                    EXPECT_EQ(tx.setting("n"), "60");
                    return {};
                  })
                  .ok());
}

TEST_F(PostgresTest, a_database_has_one_owner_and_a_second_is_told_who) {
  auto first = open();
  store_testing::TestPlace other("sqlite");  // another folder, perhaps on another machine
  Options options = place->options();
  options.data_dir = other.options().data_dir;
  options.postgres.owner_patience = milliseconds(0);
  auto second = Store::open(options);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, ErrorCode::busy);
  char host[256] = {};
  ::gethostname(host, sizeof host - 1);
  EXPECT_THAT(second.error().detail, HasSubstr(fmt::format("process {} on {}, since 20", ::getpid(), host)));
  EXPECT_FALSE(std::filesystem::exists(options.data_dir + "/store")) << "what could not be opened is not kept";
  first.reset();
  options.postgres.owner_patience = milliseconds(5'000);
  EXPECT_TRUE(Store::open(options).ok());
}

TEST_F(PostgresTest, an_owner_whose_connection_broke_takes_the_lock_again) {
  auto first = open();
  Client client(place->options().url);
  const std::string holder =
      "select l.pid from pg_locks l join pg_database d on d.oid = l.database where l.locktype = 'advisory' and "
      "l.granted and d.datname = current_database()";
  const std::string before = client.ask(holder).at(0);
  client.ask("select pg_terminate_backend(" + before + ")");
  std::vector<std::string> now;
  while (now.empty() || now[0] == before) now = client.ask(holder);
  ASSERT_TRUE(first
                  ->write_and_wait([](Tx& tx) -> Result<void> {
                    tx.set_setting("a", "1");
                    return {};
                  })
                  .ok());
}

TEST_F(PostgresTest, an_owner_that_was_replaced_writes_nothing_more) {
  auto store = open();
  const auto set = [&](const std::string& name) {
    return store->write_and_wait([name](Tx& tx) -> Result<void> {
      tx.set_setting(name, "1");
      return {};
    });
  };
  ASSERT_TRUE(set("before").ok());
  Client client(place->options().url);
  client.ask("update counters set value = 4711 where name = 'owner'");  // what another owner does first
  for (int i = 0; i < 2; ++i) {
    const auto refused = set("after");
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
    EXPECT_THAT(refused.error().detail, HasSubstr("another process has taken it over"));
  }
  EXPECT_EQ(client.ask("select name from settings"), std::vector<std::string>{"before"});
}

TEST_F(PostgresTest, a_database_that_takes_too_long_is_unavailable_until_it_does_not) {
  Options options = place->options();
  options.postgres.answer_max = milliseconds(400);
  auto store = std::move(*Store::open(options));
  const auto set = [&] {
    return store->write_and_wait([](Tx& tx) -> Result<void> {
      tx.set_setting("a", tx.setting("a") + "x");
      return {};
    });
  };
  ASSERT_TRUE(set().ok());
  Client client(place->options().url);
  client.ask("begin");
  client.ask("lock table settings in access exclusive mode");
  const auto refused = set();
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
  EXPECT_THAT(refused.error().detail, HasSubstr("statement timeout"));
  const auto unread = store->read_and_wait([](Tx& tx) -> Result<void> {
    (void)tx.setting("a");
    return {};
  });
  ASSERT_FALSE(unread.ok());
  EXPECT_EQ(unread.error().code, ErrorCode::unavailable);
  client.ask("rollback");
  ASSERT_TRUE(set().ok());
  EXPECT_EQ(client.ask("select value from settings"), std::vector<std::string>{"xx"});
}

TEST(Postgres, a_database_that_is_not_there_is_unavailable_and_its_password_is_not_told) {
  SUKI_NEED_POSTGRES();
  store_testing::TestPlace place("sqlite");
  Options options = place.options();
  options.url = "postgres://suki:geheim@/shop?host=" + place.folder();
  const auto store = Store::open(options);
  ASSERT_FALSE(store.ok());
  EXPECT_EQ(store.error().code, ErrorCode::unavailable);
  EXPECT_THAT(store.error().detail, HasSubstr(place.folder()));
  EXPECT_THAT(store.error().detail, Not(HasSubstr("geheim")));
}

TEST(Postgres, a_database_of_another_encoding_is_refused) {
  SUKI_NEED_POSTGRES();
  store_testing::PostgresServer server;
  server.run("postgres", "create database latin encoding 'LATIN1' template template0");
  store_testing::TestPlace place("sqlite");
  Options options = place.options();
  options.url = server.url("latin");
  const auto store = Store::open(options);
  ASSERT_FALSE(store.ok());
  EXPECT_THAT(store.error().detail, HasSubstr("LATIN1"));
}

}  // namespace
}  // namespace suki::store
