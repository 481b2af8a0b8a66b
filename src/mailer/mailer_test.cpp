/// The outbox empties: what is sent, what is tried again, and what ends for good.
#include "mailer/mailer.h"

#include <condition_variable>
#include <mutex>

#include "app/privacy.h"
#include "app/testing.h"

namespace suki::mailer {
namespace {

using Mail = std::tuple<std::string, std::string, std::string>;  ///< from, to, data

/// The plan of the app's tests, whose team is told when the first reply is missed.
std::string plan_that_tells() {
  std::string plan = app::plan_yaml;
  const std::string step = "do: raise_priority}";
  plan.replace(plan.find(step), step.size(), "do: notify_team}");
  return plan;
}

class MailerTest : public app::AppTest {
 protected:
  MailerTest() : AppTest(plan_that_tells()) {
    agent("ana", "ana@shop.example");
    create(form());
    wait(hours(4) + seconds(1));
  }
  /// Sends what may be sent now; how many that were.
  int round() {
    const auto claimed = send_round(*app_, *store_, [this](const auto& from, const auto& to, const auto& data) {
      tried.emplace_back(from, to, data);
      return answer(to);
    });
    EXPECT_TRUE(claimed.ok());
    return claimed.ok() ? *claimed : -1;
  }
  std::string delivery() {
    for (const app::TimelineEvent& event : show(1).timeline)
      for (const app::Told& told : event.told) return told.delivery;
    return "nobody told";
  }

  std::vector<Mail> tried;
  std::function<Result<void>(const std::string& to)> answer = [](const std::string&) { return Result<void>(); };
};

TEST_F(MailerTest, the_customer_and_the_staff_get_theirs_once) {
  EXPECT_EQ(round(), 2);
  ASSERT_EQ(tried.size(), 2u);
  EXPECT_EQ(std::get<1>(tried[0]), "liza@example.net");
  EXPECT_EQ(std::get<1>(tried[1]), "ana@shop.example");
  for (const Mail& mail : tried) EXPECT_EQ(std::get<0>(mail), "help@shop.example");
  EXPECT_EQ(delivery(), "sent");
  EXPECT_EQ(show(1).messages.back().delivery, "sent");
  now = now + days(1);
  EXPECT_EQ(round(), 0);
}

TEST_F(MailerTest, what_failed_goes_again_with_the_same_bytes_and_the_rest_does_not) {
  answer = [](const std::string& to) {
    return to == "ana@shop.example" ? Result<void>(fail(ErrorCode::io, "451 try later")) : Result<void>();
  };
  EXPECT_EQ(round(), 2);
  EXPECT_EQ(delivery(), "queued");
  EXPECT_EQ(round(), 0) << "not at once";
  now = now + minutes(1);
  answer = [](const std::string&) { return Result<void>(); };
  EXPECT_EQ(round(), 1);
  ASSERT_EQ(tried.size(), 3u);
  EXPECT_EQ(tried[2], tried[1]) << "also the Message-ID";
  EXPECT_EQ(delivery(), "sent");
}

TEST_F(MailerTest, a_claim_that_was_never_reported_is_made_again) {
  ASSERT_EQ(outgoing().size(), 2u);  // claimed; then the process is gone
  EXPECT_EQ(round(), 0);
  now = now + minutes(5);
  EXPECT_EQ(round(), 2);
}

TEST_F(MailerTest, what_a_killed_sender_had_in_hand_goes_at_once_and_what_was_put_off_does_not) {
  answer = [](const std::string& to) {
    return to == "ana@shop.example" ? Result<void>(fail(ErrorCode::io, "451 try later")) : Result<void>();
  };
  ASSERT_EQ(round(), 2);
  auto other = form("r2");
  other.message = "And the lamp too.";
  create(other);
  ASSERT_EQ(outgoing().size(), 1u);  // claimed; then the process is gone
  open();
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::string> sent;
  {
    Mailer mailer(*app_, *store_, [&](const std::string&, const std::string& to, const std::string&) {
      const std::scoped_lock lock(mutex);
      sent.push_back(to);
      changed.notify_all();
      return Result<void>();
    });
    std::unique_lock lock(mutex);
    ASSERT_TRUE(changed.wait_for(lock, std::chrono::seconds(20), [&] { return !sent.empty(); }));
  }
  EXPECT_EQ(sent, std::vector<std::string>{"liza@example.net"});
}

TEST_F(MailerTest, what_was_given_up_stays_claimed_and_is_no_attempt) {
  answer = [](const std::string&) { return Result<void>(fail(ErrorCode::unavailable, "given up")); };
  EXPECT_EQ(round(), 0);
  EXPECT_EQ(tried.size(), 1u) << "the rest is left too";
  answer = [](const std::string&) { return Result<void>(); };
  EXPECT_EQ(round(), 0) << "they are claimed";
  const auto released = store_->write_and_wait([&](store::Tx& tx) { return app_->release_outgoing(tx); });
  ASSERT_TRUE(released.ok());
  tried.clear();
  EXPECT_EQ(round(), 2);
  EXPECT_EQ(delivery(), "sent");
}

TEST_F(MailerTest, who_is_erased_while_mails_are_in_hand_gets_none) {
  auto other = form("r2");
  other.email = "jo@example.net";
  create(other);
  answer = [this](const std::string& to) {
    if (to == "liza@example.net") {
      EXPECT_TRUE(write([&](store::Tx& tx) {
                    const auto jo = tx.find_customer_by_email("jo@example.net");
                    return app::erase_customer(*app_, tx, caller, jo->id, {"asked", "jo@example.net"});
                  }).ok());
    }
    return Result<void>();
  };
  EXPECT_EQ(round(), 3);
  std::vector<std::string> told;
  for (const Mail& mail : tried) told.push_back(std::get<1>(mail));
  EXPECT_EQ(told, (std::vector<std::string>{"liza@example.net", "ana@shop.example"}));
  now = now + days(1);
  EXPECT_EQ(round(), 0) << "and none later";
}

TEST_F(MailerTest, a_refusal_is_for_good_and_so_is_the_last_attempt) {
  answer = [](const std::string& to) {
    return fail(to == "ana@shop.example" ? ErrorCode::refused : ErrorCode::io, "550 no such user");
  };
  round();
  EXPECT_EQ(delivery(), "failed");
  for (int attempt = 1; attempt < attempts_max; ++attempt) {
    EXPECT_EQ(show(1).messages.back().delivery, "queued");
    now = now + hours(3);
    EXPECT_EQ(round(), 1);
  }
  EXPECT_EQ(show(1).messages.back().delivery, "failed");
  now = now + days(1);
  EXPECT_EQ(round(), 0);
}

TEST_F(MailerTest, the_thread_sends_when_it_is_called) {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::string> sent;
  const auto wait_for = [&](std::size_t count) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, std::chrono::seconds(20), [&] { return sent.size() >= count; });
  };
  {
    Mailer mailer(*app_, *store_, [&](const std::string&, const std::string& to, const std::string&) {
      const std::scoped_lock lock(mutex);
      sent.push_back(to);
      changed.notify_all();
      return Result<void>();
    });
    ASSERT_TRUE(wait_for(2)) << "what was there at the start";
    auto other = form("r2");
    other.message = "And the lamp too.";
    create(other);
    mailer.notify();
    ASSERT_TRUE(wait_for(3)) << "what comes later";
  }
  EXPECT_EQ(sent, (std::vector<std::string>{"liza@example.net", "ana@shop.example", "liza@example.net"}));
}

}  // namespace
}  // namespace suki::mailer
