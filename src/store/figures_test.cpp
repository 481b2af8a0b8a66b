// The whole in figures, and what an observer is told, on every engine.
#include "store/figures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <future>
#include <mutex>

#include "store/mailboxes.h"
#include "store_testing/store_case.h"

namespace suki::store {
namespace {

using desk::State;

class Counts final : public Observer {
 public:
  void waited(Queue queue, std::chrono::nanoseconds) override {
    const std::lock_guard lock(mutex_);
    ++(queue == Queue::writes ? writes : reads);
  }
  void refused(Queue) override {
    const std::lock_guard lock(mutex_);
    ++refusals;
  }
  void wrote(std::size_t requests, std::chrono::nanoseconds) override {
    const std::lock_guard lock(mutex_);
    written += requests;
    changed_.notify_all();
  }
  /// The store tells it after it has answered.
  std::size_t written_when(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(10), [&] { return written >= count; });
    return written;
  }
  std::size_t writes = 0, reads = 0, refusals = 0, written = 0;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
};

class FiguresTest : public store_testing::StoreCase {
 protected:
  void SetUp() override {
    Options options = place.options();
    options.observer = counts;
    options.write_queue_max = 4;
    open(options);
  }
  Figures figures(Instant now) {
    Figures found;
    read([&](Tx& tx) { found = tx.figures(now); });
    return found;
  }

  std::shared_ptr<Counts> counts = std::make_shared<Counts>();
};

TEST_P(FiguresTest, an_empty_store_has_nothing_late) {
  const Figures f = figures(Instant{100});
  EXPECT_EQ(f.by_state, (std::array<std::int64_t, state_count>{}));
  EXPECT_EQ(f.position, 0);
  EXPECT_EQ(f.last_input, Instant{});
  EXPECT_EQ(f.next_wake, never);
  EXPECT_EQ(f.next_mail, never);
  EXPECT_EQ(f.wakes_due, 0);
  EXPECT_EQ(f.plan, 0);
}

TEST_P(FiguresTest, each_figure_is_that_of_the_rows) {
  write([](Tx& tx) {
    const CustomerId customer = tx.add_customer({{}, "Liza", "liza@example.net", {}, {}});
    for (int i = 0; i < 4; ++i) {
      ConversationRecord record;
      record.state.id = tx.new_conversation_id();
      record.customer = customer;
      record.state.state = i == 3 ? State::closed : State::open;
      record.breached = i == 0;
      record.at_risk = i <= 1;
      record.next_wake = i == 3 ? never : Instant{50 + 10 * i};
      tx.save_conversation(record, nullptr);
      tx.append_input({0, Instant{40 + i}, record.state.id, PlanVersion(1), {}, {}});
    }
    OutboxRecord mail;
    for (const int at : {30, 20}) {
      mail.next_at = Instant{at};
      tx.add_outgoing(mail);
    }
    mail.state = MailState::failed;
    mail.next_at = Instant{10};
    tx.add_outgoing(mail);
    MailboxRecord mailbox;
    mailbox.name = "Help";
    for (const char* error : {"", "imap_login"}) {
      mailbox.id = add_mailbox(tx, mailbox);
      mailbox.last_error = error;
      save_mailbox_health(tx, mailbox);
    }
  });
  const Figures f = figures(Instant{60});
  EXPECT_EQ(f.by_state, (std::array<std::int64_t, state_count>{3, 0, 0, 0, 1}));
  EXPECT_EQ(f.breached, 1);
  EXPECT_EQ(f.at_risk, 2);
  EXPECT_EQ(f.position, 4);
  EXPECT_EQ(f.last_input, Instant{43});
  EXPECT_EQ(f.wakes_due, 2) << "exactly at its instant is due";
  EXPECT_EQ(f.next_wake, Instant{50});
  EXPECT_EQ(f.mails_waiting, 2);
  EXPECT_EQ(f.next_mail, Instant{20});
  EXPECT_EQ(f.mails_failed, 1);
  EXPECT_EQ(f.mailboxes, 2);
  EXPECT_EQ(f.mailboxes_failing, 1);
}

TEST_P(FiguresTest, the_observer_is_told_of_turns_groups_and_refusals) {
  write([](Tx& tx) { tx.set_setting("a", "1"); });
  (void)figures(Instant{});
  EXPECT_EQ(counts->written_when(1), 1u);
  EXPECT_EQ(counts->writes, 1u);
  EXPECT_EQ(counts->reads, 1u);
  EXPECT_EQ(counts->refusals, 0u);

  // All writers are held, four more wait, and there is no room for the next.
  std::promise<void> go_on;
  const std::shared_future<void> gate = go_on.get_future().share();
  std::mutex mutex;
  std::condition_variable changed;
  int inside = 0, done = 0, refused = 0;
  const auto finished = [&](const Result<void>& result) {
    const std::lock_guard lock(mutex);
    ++done;
    if (!result.ok()) ++refused;
    changed.notify_all();
  };
  const Store::Work holds = [&](Tx& tx) -> Result<void> {
    tx.beside_others();
    {
      const std::lock_guard lock(mutex);
      ++inside;
      changed.notify_all();
    }
    gate.wait();
    return {};
  };
  const Store::Work nothing = [](Tx&) -> Result<void> { return {}; };
  int sent = 0;
  const int writers = GetParam() == "postgres" ? 4 : 1;
  for (int i = 0; i < writers; ++i, ++sent) {
    store->write(holds, finished);
    std::unique_lock lock(mutex);
    ASSERT_TRUE(changed.wait_for(lock, std::chrono::seconds(10), [&] { return inside == i + 1; }));
  }
  for (int i = 0; i < 4; ++i, ++sent) store->write(nothing, finished);
  EXPECT_EQ(store->waiting().writes, 4u);
  store->write(nothing, finished);
  ++sent;
  EXPECT_EQ(counts->refusals, 1u);
  go_on.set_value();
  std::unique_lock lock(mutex);
  ASSERT_TRUE(changed.wait_for(lock, std::chrono::seconds(10), [&] { return done == sent; }));
  EXPECT_EQ(refused, 1);
  EXPECT_EQ(store->waiting().writes, 0u);
}

INSTANTIATE_TEST_SUITE_P(Engines, FiguresTest, testing::ValuesIn(store_testing::engines()),
                         [](const auto& given) { return given.param; });

}  // namespace
}  // namespace suki::store
