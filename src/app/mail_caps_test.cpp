/// Two desks that answer automatically, and write to each other, come to an end.
#include "app/mail_caps.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>

#include "app/testing.h"
#include "base/text.h"
#include "mail/mail.h"

namespace suki::app {
namespace {

/// What a relay on the way does to a mail's header: leaves these fields out.
std::string without(const std::string& raw, const std::vector<std::string>& fields) {
  std::string kept;
  const std::size_t body = raw.find("\r\n\r\n");
  bool drops = false;
  for (std::size_t at = 0; at < body;) {
    const std::size_t end = raw.find("\r\n", at) + 2;
    const std::string line = raw.substr(at, end - at);
    if (line[0] != ' ' && line[0] != '\t') {
      const std::string name = to_lower_ascii(line.substr(0, line.find(':')));
      drops = std::find(fields.begin(), fields.end(), name) != fields.end();
    }
    if (!drops) kept += line;
    at = end;
  }
  return kept + raw.substr(body + 2);
}

class Desk {
 public:
  Desk(const std::string& address, const Instant& now, std::string name) : now_(now), name_(std::move(name)) {
    auto store = store::Store::open(place_.options());
    SUKI_ASSERT(store.ok());
    store_ = std::move(*store);
    Host host;
    host.now = [this] { return now_; };
    host.random_token = [this](std::size_t) { return name_ + std::to_string(++tokens_); };
    app_ = std::make_unique<App>(*store_, host);
    SUKI_ASSERT(app_->start().ok());
    std::string plan = plan_yaml;
    plan.replace(plan.find("help@shop.example"), 17, address);
    SUKI_ASSERT(
        store_
            ->write_and_wait([&](store::Tx& tx) -> Result<void> {
              SUKI_TRY([[maybe_unused]] const auto version, app_->adopt(tx, {{"plan.yaml", plan}}, "test", "first"));
              return {};
            })
            .ok());
  }
  ~Desk() {
    app_.reset();
    store_.reset();
  }
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;

  void take(const std::string& raw) {
    EXPECT_TRUE(store_
                    ->write_and_wait([&](store::Tx& tx) -> Result<void> {
                      SUKI_TRY([[maybe_unused]] const auto delivered, app_->deliver_mail(tx, raw));
                      return {};
                    })
                    .ok());
  }
  /// What goes out now.
  std::vector<std::string> give() {
    std::vector<std::string> mails;
    EXPECT_TRUE(store_
                    ->write_and_wait([&](store::Tx& tx) -> Result<void> {
                      SUKI_TRY(const auto claimed, app_->claim_outgoing(tx, 100));
                      for (const App::OutgoingMail& mail : claimed) {
                        SUKI_TRY(std::string bytes, app_->outgoing_bytes(tx, mail.outbox_id));
                        mails.push_back(std::move(bytes));
                        SUKI_CHECK(app_->mail_sent(tx, mail.outbox_id));
                      }
                      return {};
                    })
                    .ok());
    return mails;
  }

 private:
  const Instant& now_;
  std::string name_;
  int tokens_ = 0;
  store_testing::TestPlace place_{store_testing::engine()};
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<App> app_;
};

class TwoDesks : public testing::Test {
 protected:
  /// Somebody writes to the one with the other's address; then the two are left alone. How many mails they send.
  int play(const std::vector<std::string>& left_out, Span between = seconds(5)) {
    one.take(
        "From: help@two.example\r\nTo: help@one.example\r\nSubject: Hello\r\nMessage-ID: <start@two.example>\r\n"
        "Date: Mon, 23 Nov 2026 10:00:00 +0800\r\n\r\nHello\r\n");
    int count = 0;
    for (int round = 0; round < 300; ++round) {
      const auto from_one = one.give(), from_two = two.give();
      if (from_one.empty() && from_two.empty()) return count;
      count += static_cast<int>(from_one.size() + from_two.size());
      now = now + between;
      for (const std::string& mail : from_one) two.take(without(mail, left_out));
      for (const std::string& mail : from_two) one.take(without(mail, left_out));
    }
    ADD_FAILURE() << "they never end";
    return count;
  }
  Instant now = *parse_instant("2026-11-23T02:00:00Z");
  Desk one{"help@one.example", now, "one"}, two{"help@two.example", now, "two"};
};

TEST_F(TwoDesks, know_each_other_by_their_marks) {
  EXPECT_LE(play({}), 3);
}

TEST_F(TwoDesks, settle_when_a_relay_takes_the_marks_away) {
  EXPECT_LE(play({"x-suki-loop", "auto-submitted", "x-auto-response-suppress"}), 3);
}

TEST_F(TwoDesks, settle_when_it_takes_every_sign_of_an_answer_away) {
  EXPECT_LE(play({"x-suki-loop", "auto-submitted", "x-auto-response-suppress", "in-reply-to", "references", "reply-to",
                  "message-id"}),
            3);
}

TEST_F(TwoDesks, settle_in_a_day_when_every_mail_takes_long_as_well) {
  EXPECT_LE(play({"x-suki-loop", "auto-submitted", "x-auto-response-suppress", "in-reply-to", "references", "reply-to",
                  "message-id"},
                 minutes(11)),
            2 * automatic_of_correspondent_max);
}

class MailCaps : public AppTest {};

TEST_F(MailCaps, hold_after_a_restart_and_end_after_a_day) {
  const auto write_in = [&](int i) {
    deliver("From: jun@example.org\r\nTo: help@shop.example\r\nSubject: Matter\r\nMessage-ID: <m" + std::to_string(i) +
            "@example.org>\r\n\r\nNumber " + std::to_string(i) + "\r\n");
    std::size_t mails = 0;
    for (const ClaimedMail& mail : outgoing()) {
      ++mails;
      (void)write([&](store::Tx& tx) -> Result<bool> {
        SUKI_CHECK(app_->mail_sent(tx, mail.outbox_id));
        return true;
      });
    }
    return mails;
  };
  int i = 0;
  EXPECT_EQ(write_in(++i), 1u);
  EXPECT_EQ(write_in(++i), 0u) << "at once";
  for (int more = 1; more < automatic_of_correspondent_max; ++more) {
    now = now + minutes(20);
    EXPECT_EQ(write_in(++i), 1u) << i;
  }
  now = now + minutes(20);
  EXPECT_EQ(write_in(++i), 0u) << "enough for a day";
  open();
  EXPECT_EQ(write_in(++i), 0u) << "also by a server that has just begun";
  EXPECT_EQ(show(i).messages.size(), 1u) << "what did not go out does not stand there either";
  now = now + hours(24);
  EXPECT_EQ(write_in(++i), 1u);
}

}  // namespace
}  // namespace suki::app
