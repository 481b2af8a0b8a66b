/// Nobody has the shop's mail sent to strangers in bulk.
#include "app/mail_budget.h"

#include <gtest/gtest.h>

#include "app/testing.h"

namespace suki::app {
namespace {

const Instant start = *parse_instant("2026-11-23T02:00:00Z");

int taken(MailBudget& budget, int tries, const std::string& to, const std::string& source, Instant now,
          bool is_form = true) {
  int count = 0;
  for (int i = 0; i < tries; ++i) count += budget.take(to, is_form, source, now) ? 1 : 0;
  return count;
}

TEST(MailBudgetCounts, one_mailbox_gets_a_few_an_hour_and_not_many_a_day) {
  MailBudget budget;
  EXPECT_EQ(taken(budget, 50, "liza@example.net", "203.0.113.7", start), mails_per_recipient_hour);
  EXPECT_EQ(taken(budget, 50, "Liza@Example.NET", "198.51.100.9", start), 0) << "the same mailbox, from elsewhere";
  EXPECT_EQ(taken(budget, 50, "liza@example.net", "", start, false), 0) << "or by forged mails";
  EXPECT_EQ(taken(budget, 1, "jose@example.net", "203.0.113.7", start), 1) << "others are not held back by it";
  int in_day = mails_per_recipient_hour;
  for (int hour = 1; hour < 24; ++hour)
    in_day += taken(budget, 50, "liza@example.net", "203.0.113.7", start + hours(hour));
  EXPECT_EQ(in_day, mails_per_recipient_day);
  EXPECT_EQ(taken(budget, 50, "liza@example.net", "203.0.113.7", start + hours(24)), mails_per_recipient_hour);
}

TEST(MailBudgetCounts, one_source_reaches_few_mailboxes) {
  MailBudget budget;
  int reached = 0;
  for (int i = 0; i < 1'000; ++i)
    reached += taken(budget, 1, "c" + std::to_string(i) + "@example.net", "203.0.113.7", start);
  EXPECT_EQ(reached, mails_per_source_hour);
  EXPECT_EQ(taken(budget, 1, "other@example.net", "198.51.100.9", start), 1);
  EXPECT_EQ(budget.held_back(), 1'000 - mails_per_source_hour);
}

TEST(MailBudgetCounts, many_sources_together_have_an_end) {
  MailBudget budget;
  int reached = 0;
  for (int i = 0; i < 3'000; ++i)
    reached +=
        taken(budget, 1, "c" + std::to_string(i) + "@example.net", "2001:db8:0:" + std::to_string(i) + "::/64", start);
  EXPECT_EQ(reached, mails_of_forms_hour);
  EXPECT_EQ(taken(budget, 1, "by-mail@example.net", "", start, false), 1) << "mail has no part in that";
}

TEST(MailBudgetCounts, the_machine_itself_is_no_source) {
  MailBudget budget;
  int reached = 0;
  for (int i = 0; i < 500; ++i)
    reached += taken(budget, 1, "c" + std::to_string(i) + "@example.net", "127.0.0.1", start);
  EXPECT_EQ(reached, 500);
}

TEST(MailableName, is_a_name) {
  for (const char* name :
       {"Liza Cruz", "J.R. Cruz", "Ma. Teresa P. de los Reyes-Santos", "Núñez", "李小龙", "Bayani Jr."})
    EXPECT_EQ(mailable_name(name), name);
  for (const char* name :
       {"Win at http://evil.example", "www.evil.example", "evil.com", "me@evil.example", "Cheap loans call: 0917",
        "Congratulations you have been chosen for a prize of one million pesos today"})
    EXPECT_EQ(mailable_name(name), "") << name;
}

class MailBudgetTest : public AppTest {
 protected:
  int mails_to(const std::string& email) {
    int count = 0;
    for (const auto& mail : outgoing()) {
      count += mail.to == email ? 1 : 0;
      (void)write([&](store::Tx& tx) { return app_->mail_sent(tx, mail.outbox_id); });
    }
    return count;
  }
};

TEST_F(MailBudgetTest, every_message_is_taken_and_answered_on_its_page_when_mails_are_held_back) {
  for (int i = 0; i < mails_per_recipient_hour + 4; ++i) {
    const std::string request = "r" + std::to_string(i);
    const auto made = write([&](store::Tx& tx) { return app_->create_by_form(tx, form(request), "203.0.113.7"); });
    ASSERT_TRUE(made.ok()) << made.error().detail;
    const auto page = *read([&](store::Tx& tx) { return app_->public_conversation(tx, made->token, "en"); });
    ASSERT_EQ(page.messages.size(), 2U) << "what was written, and the answer";
    EXPECT_EQ(page.messages[1].from, "automatic");
  }
  EXPECT_EQ(mails_to("liza@example.net"), mails_per_recipient_hour);
  now = now + hours(1);
  ASSERT_TRUE(write([&](store::Tx& tx) { return app_->create_by_form(tx, form("late"), "203.0.113.7"); }).ok());
  EXPECT_EQ(mails_to("liza@example.net"), 1);
}

TEST_F(MailBudgetTest, what_a_person_on_the_staff_writes_always_goes_out) {
  agent("ana");
  Created made;
  for (int i = 0; i < mails_per_recipient_hour + 1; ++i)
    made =
        *write([&](store::Tx& tx) { return app_->create_by_form(tx, form("r" + std::to_string(i)), "203.0.113.7"); });
  (void)outgoing();
  const std::int64_t last = mails_per_recipient_hour + 1;
  const auto replied = reply(last, "We will send a new one.", show(last).row.last_number);
  ASSERT_TRUE(replied.ok()) << replied.error().detail;
  EXPECT_EQ(mails_to("liza@example.net"), 1);
}

TEST_F(MailBudgetTest, an_advertisement_as_a_name_is_not_sent_on) {
  NewConversation input = form();
  input.name = "Win now at www.evil.example";
  input.subject = "Buy at evil.example";
  (void)create(input);
  const auto mails = outgoing();
  ASSERT_EQ(mails.size(), 1U);
  EXPECT_EQ(mails[0].data.find("evil"), std::string::npos) << mails[0].data;
  EXPECT_NE(mails[0].data.find("liza@example.net"), std::string::npos);
}

}  // namespace
}  // namespace suki::app
