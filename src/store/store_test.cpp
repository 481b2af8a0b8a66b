/// Cases for every engine: they know of the store only what store.h and tx.h say.
#include "store/store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <future>
#include <memory>
#include <mutex>
#include <thread>

#include "store/codec.h"
#include "store/tx.h"
#include "store_testing/engines.h"

namespace suki::store {
namespace {

class StoreTest : public testing::TestWithParam<std::string> {
 protected:
  [[nodiscard]] Result<std::unique_ptr<Store>> try_open(Options options = {}) const {
    const Options here = place.options();
    options.data_dir = here.data_dir;
    options.url = here.url;
    return Store::open(options);
  }
  std::unique_ptr<Store> open(const Options& options = {}) {
    auto opened = try_open(options);
    EXPECT_TRUE(opened.ok()) << (opened.ok() ? "" : opened.error().detail);
    return opened.ok() ? std::move(*opened) : nullptr;
  }
  store_testing::TestPlace place{GetParam()};
};

Result<void> set(Store& store, const std::string& name, const std::string& value) {
  return store.write_and_wait([&](Tx& tx) -> Result<void> {
    tx.set_setting(name, value);
    return {};
  });
}
std::string get(Store& store, const std::string& name) {
  std::string value;
  const auto done = store.read_and_wait([&](Tx& tx) -> Result<void> {
    value = tx.setting(name);
    return {};
  });
  EXPECT_TRUE(done.ok());
  return value;
}

TEST_P(StoreTest, what_was_written_is_there_after_closing_and_opening) {
  const auto written = set(*open(), "a", "1");
  ASSERT_TRUE(written.ok()) << written.error().detail;
  EXPECT_EQ(get(*open(), "a"), "1");
}

TEST_P(StoreTest, a_folder_has_one_owner) {
  auto first = open();
  auto second = try_open();
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, ErrorCode::busy);
  EXPECT_THAT(second.error().detail, testing::HasSubstr(std::to_string(::getpid())));
}

TEST_P(StoreTest, a_folder_is_closed_to_others) {
  auto store = open();
  EXPECT_EQ(std::filesystem::status(place.options().data_dir).permissions(), std::filesystem::perms::owner_all);
  for (const auto& file : std::filesystem::directory_iterator(place.options().data_dir))
    EXPECT_EQ(file.status().permissions() & (std::filesystem::perms::group_all | std::filesystem::perms::others_all),
              std::filesystem::perms::none)
        << file.path();
}

TEST_P(StoreTest, a_check_of_the_whole_names_a_row_whose_other_is_not_there) {
  auto store = open();
  const auto wrong = [&store] {
    std::vector<std::string> found;
    const auto done = store->read_and_wait([&found](Tx& tx) -> Result<void> {
      found = tx.wrong_references();
      return {};
    });
    EXPECT_TRUE(done.ok()) << done.error().detail;
    return found;
  };
  EXPECT_THAT(wrong(), testing::IsEmpty());
  ASSERT_TRUE(store
                  ->write_and_wait([](Tx& tx) -> Result<void> {
                    OutboxRecord mail;
                    mail.message = MessageId(7);
                    tx.add_outgoing(mail);
                    return {};
                  })
                  .ok());
  EXPECT_THAT(wrong(), testing::ElementsAre("mail 1 of the outbox carries message 7, which is not there"));
}

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

TEST_P(StoreTest, in_one_group_a_failed_request_takes_only_its_own_writes_with_it) {
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

TEST_P(StoreTest, over_its_limit_the_queue_says_busy_at_once_and_the_rest_is_done) {
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

TEST_P(StoreTest, closing_finishes_what_was_queued) {
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

TEST_P(StoreTest, many_threads_write_and_read_and_none_is_lost) {
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

TEST_P(StoreTest, a_reader_sees_one_snapshot) {
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

TEST_P(StoreTest, a_reader_cannot_write) {
  auto store = open();
  const auto result = store->read_and_wait([](Tx& tx) -> Result<void> {
    tx.set_setting("a", "1");
    return {};
  });
  EXPECT_FALSE(result.ok());
  EXPECT_EQ(get(*store, "a"), "");
}

TEST_P(StoreTest, bytes_come_back_equal) {
  auto store = open();
  std::string raw;
  for (int i = 0; i < 3 * 256; ++i) raw.push_back(static_cast<char>(i));
  const std::string text = "Magandang umaga po \xF0\x9F\x8C\x9E 'quoted' \"twice\"; drop table messages;";
  ASSERT_TRUE(store
                  ->write_and_wait([&](Tx& tx) -> Result<void> {
                    ConversationRecord record;
                    record.state.id = tx.new_conversation_id();
                    record.customer = tx.add_customer({{}, text, "a@b.example", {}, {}});
                    tx.save_conversation(record, nullptr);
                    MessageRecord message;
                    message.id = tx.new_message_id();
                    message.conversation = record.state.id;
                    message.text = text;
                    tx.add_message(message);
                    tx.add_raw_mail(message.id, raw, "d1");
                    tx.add_attachment({0, message.id, "one.bin", "application/octet-stream", raw, 0});
                    tx.add_attachment({0, message.id, "empty.bin", "application/octet-stream", "", 0});
                    return {};
                  })
                  .ok());
  ASSERT_TRUE(store
                  ->read_and_wait([&](Tx& tx) -> Result<void> {
                    EXPECT_EQ(tx.raw_mail(MessageId(1)), raw);
                    EXPECT_EQ(tx.find_attachment(1)->bytes, raw);
                    EXPECT_EQ(tx.find_attachment(1)->size, 768);
                    EXPECT_EQ(tx.find_attachment(2)->bytes, "");
                    EXPECT_EQ(tx.find_message(MessageId(1))->text, text);
                    EXPECT_EQ(tx.find_raw_mail("d1"), MessageId(1));
                    EXPECT_EQ(tx.find_raw_mail("d2"), std::nullopt);
                    return {};
                  })
                  .ok());
}

TEST_P(StoreTest, what_is_no_text_is_made_one) {
  auto store = open();
  const std::string broken("a\0b\xFFz", 5), mended =
                                                "a\xEF\xBF\xBD"
                                                "b\xEF\xBF\xBDz";
  ASSERT_TRUE(set(*store, broken, broken).ok());
  EXPECT_EQ(get(*store, broken), mended);
  EXPECT_EQ(get(*store, mended), mended);
}

TEST_P(StoreTest, what_a_later_version_has_made_is_refused) {
  ASSERT_TRUE(set(*open(), "a", "1").ok());
  place.run("insert into migrations (number) values (9999)");
  const auto opened = try_open();
  ASSERT_FALSE(opened.ok());
  EXPECT_THAT(opened.error().detail, testing::HasSubstr("made by a later version of suki (step 9999"));
  place.run("delete from migrations where number = 9999");
  EXPECT_EQ(get(*open(), "a"), "1");
}

TEST_P(StoreTest, a_store_that_was_written_is_dumped_alike_on_every_engine) {
  auto store = open();
  ASSERT_TRUE(set(*store, "a", "1\ttab").ok());
  ASSERT_TRUE(store
                  ->write_and_wait([](Tx& tx) -> Result<void> {
                    tx.add_plan({{}, Instant{5}, "me", "why", "d"}, {{"plan.yaml", std::string("\0\xFF", 2)}});
                    tx.add_customer({{}, "Liza", "liza@example.net", {}, {}});
                    return {};
                  })
                  .ok());
  store.reset();
  EXPECT_THAT(place.dump(),
              testing::HasSubstr("counters\tname=customer\tvalue=1\n"
                                 "customers\temail=liza@example.net\terased_at=0\tid=1\tlanguage=0\tname=Liza"
                                 "\tsegment=0\n"));
  EXPECT_THAT(place.dump(), testing::HasSubstr("plan_files\tbytes=00ff\tname=plan.yaml\tversion=1\n"));
  EXPECT_THAT(place.dump(), testing::HasSubstr("settings\tname=a\tvalue=1\ttab\n"));
}

TEST_P(StoreTest, names_are_those_up_to_a_version_in_the_order_they_were_given) {
  auto store = open();
  const auto named = [&](int version) {
    std::string all;
    const auto done = store->read_and_wait([&](Tx& tx) -> Result<void> {
      for (const SymbolName& name : tx.symbol_names(PlanVersion(version)))
        all += std::to_string(name.symbol.value) + name.slug + std::to_string(name.since.value) + " ";
      return {};
    });
    EXPECT_TRUE(done.ok());
    return all;
  };
  ASSERT_TRUE(store
                  ->write_and_wait([](Tx& tx) -> Result<void> {
                    const PlanVersion one(1), two(2), three(3);
                    tx.add_symbol_names({{Symbol(2), one, "b"}, {Symbol(1), one, "a"}});
                    tx.add_symbol_names({{Symbol(1), two, "b"}, {Symbol(2), two, "a"}, {Symbol(3), two, "c"}});
                    tx.add_symbol_names({{Symbol(3), three, "d"}});
                    return {};
                  })
                  .ok());
  EXPECT_EQ(named(0), "");
  EXPECT_EQ(named(1), "1a1 2b1 ");
  EXPECT_EQ(named(2), "1a1 2b1 1b2 2a2 3c2 ");
  EXPECT_EQ(named(9), "1a1 2b1 1b2 2a2 3c2 3d3 ");
}

TEST_P(StoreTest, versions_keep_what_they_were_compiled_from_and_equal_contents_once) {
  auto store = open();
  const std::string bytes("zone\0\xff", 6);
  ASSERT_TRUE(
      store
          ->write_and_wait([&](Tx& tx) -> Result<void> {
            const PlanVersion one = tx.add_plan({{}, Instant{5}, "me", "first", "d1"}, {});
            const PlanVersion two = tx.add_plan({{}, Instant{6}, "me", "second", "d2"}, {});
            tx.add_plan_basis(one, {{"zone", "Asia/Manila", "2025b", "aa", bytes}});
            tx.add_plan_basis(two, {{"zone", "Asia/Manila", "2026a", "aa", bytes}, {"ical", "x", "", "bb", ""}});
            tx.set_plan_digest(two, "d3");
            return {};
          })
          .ok());
  ASSERT_TRUE(store
                  ->read_and_wait([&](Tx& tx) -> Result<void> {
                    EXPECT_EQ(tx.count_rows("basis"), 2);
                    const auto versions = tx.plan_versions();
                    EXPECT_EQ(versions.size(), 2u);
                    EXPECT_EQ(versions.at(0).digest, "d1");
                    EXPECT_EQ(versions.at(1).digest, "d3");
                    const auto first = tx.plan_basis(PlanVersion(1));
                    EXPECT_EQ(first.size(), 1u);
                    EXPECT_EQ(first.at(0).bytes, bytes);
                    EXPECT_EQ(first.at(0).edition, "2025b");
                    EXPECT_EQ(tx.plan_basis(PlanVersion(2)).size(), 2u);
                    EXPECT_TRUE(tx.plan_basis(PlanVersion(3)).empty());
                    return {};
                  })
                  .ok());
}

TEST_P(StoreTest, lists_page_by_key_and_the_tallies_agree) {
  auto store = open();
  ASSERT_TRUE(store
                  ->write_and_wait([](Tx& tx) -> Result<void> {
                    const CustomerId customer = tx.add_customer({{}, "Liza", "liza@example.net", {}, {}});
                    for (int i = 0; i < 25; ++i) {
                      ConversationRecord record;
                      record.state.id = tx.new_conversation_id();
                      record.state.state = i % 5 == 4 ? desk::State::pending : desk::State::open;
                      record.state.assignee = AgentId(i % 3);
                      record.customer = customer;
                      record.next_due = i < 3 ? never : Instant{1000 - i / 2};  // ties among them
                      record.last_at = Instant{i / 2};
                      tx.save_conversation(record, nullptr);
                      tx.set_texts(record.state.id, "subject", "");
                    }
                    const auto before = tx.find_conversation(ConversationId(1));
                    auto record = *before;
                    record.state.state = desk::State::resolved;
                    tx.save_conversation(record, &*before);
                    return {};
                  })
                  .ok());
  ASSERT_TRUE(store
                  ->read_and_wait([](Tx& tx) -> Result<void> {
                    const Tallies t = tx.tallies(AgentId(1));
                    const std::pair<View, std::int64_t> views[] = {
                        {View::open, t.open},       {View::mine, t.mine},         {View::unassigned, t.unassigned},
                        {View::waiting, t.waiting}, {View::resolved, t.resolved}, {View::closed, t.closed},
                        {View::all, t.all}};
                    EXPECT_EQ(t.open, 19);
                    EXPECT_EQ(t.all, 25);
                    for (const auto& [view, count] : views) {
                      std::vector<ListRow> all = tx.list(view, AgentId(1), nullptr, 100), paged;
                      EXPECT_EQ(static_cast<std::int64_t>(all.size()), count) << int(view);
                      for (;;) {
                        const auto page = tx.list(view, AgentId(1), paged.empty() ? nullptr : &paged.back().key, 4);
                        paged.insert(paged.end(), page.begin(), page.end());
                        if (page.size() < 4) break;
                      }
                      EXPECT_EQ(paged.size(), all.size()) << int(view);
                      for (std::size_t i = 0; i < std::min(all.size(), paged.size()); ++i)
                        EXPECT_EQ(all[i].record.state.id, paged[i].record.state.id) << int(view) << " " << i;
                    }
                    return {};
                  })
                  .ok());
}

TEST_P(StoreTest, positions_rise_without_holes_and_each_group_is_told_after_it_is_durable) {
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

TEST_P(StoreTest, a_subscriber_that_was_taken_away_is_not_called_though_writing_goes_on) {
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

TEST_P(StoreTest, a_mail_is_claimed_by_one_and_again_when_its_lease_is_over) {
  auto store = open();
  ASSERT_TRUE(store
                  ->write_and_wait([](Tx& tx) -> Result<void> {
                    OutboxRecord mail;
                    mail.to = "a@b.example";
                    mail.data = "x";
                    mail.next_at = Instant{10};
                    tx.add_outgoing(mail);
                    EXPECT_TRUE(tx.claim_outgoing(Instant{9}, Instant{100}, 5).empty());
                    EXPECT_EQ(tx.claim_outgoing(Instant{10}, Instant{100}, 5).size(), 1u);
                    EXPECT_TRUE(tx.claim_outgoing(Instant{99}, Instant{200}, 5).empty());
                    EXPECT_EQ(tx.claim_outgoing(Instant{100}, Instant{200}, 5).size(), 1u);
                    return {};
                  })
                  .ok());
}

/// A child writes and tells each acknowledged number through a pipe until it is killed in the middle of its work.
TEST_P(StoreTest, killed_in_the_middle_nothing_acknowledged_is_lost) {
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

INSTANTIATE_TEST_SUITE_P(Engines, StoreTest, testing::ValuesIn(store_testing::engines()),
                         [](const auto& engine) { return engine.param; });

TEST(Codec, a_conversation_comes_back_equal) {
  desk::Conversation c;
  c.id = ConversationId(7);
  c.last_number = 12;
  c.state = desk::State::on_hold;
  c.started_by_staff = c.first_reply_done = c.merged = true;
  c.merged_into = ConversationId(3);
  c.hold_reason = Symbol(4);
  std::uint32_t next = 5;
  for (Symbol& fact : c.facts.values) fact = Symbol(next++);
  c.assignee = AgentId(2);
  c.pinned = PlanVersion(3);
  c.policy = Symbol(20);
  c.opened_at = Instant{-5};
  c.waiting_since = Instant{17};
  c.merged_promise_count = 1;
  c.merged_promises[0] = {ConversationId(9), desk::Target::update, Instant{99}};
  c.clocks[2] = {desk::ClockStatus::paused,
                 3,
                 2,
                 true,
                 true,
                 true,
                 Symbol(8),
                 Instant{1},
                 never,
                 never,
                 Instant{2},
                 Instant{3},
                 never,
                 Span{100},
                 Span{40}};
  EXPECT_EQ(decode_conversation(encode(c)), c);
  EXPECT_EQ(decode_conversation(encode(desk::Conversation())), desk::Conversation());
  EXPECT_THROW((void)decode_conversation("1 2 x"), std::runtime_error);
  EXPECT_THROW((void)decode_conversation(""), std::runtime_error);
}

}  // namespace
}  // namespace suki::store
