/// The plan says after how many days what is solved is forgotten, and so it is. On both engines.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/privacy_case.h"

namespace suki::app {
namespace {

using testing::IsEmpty;

class Retention : public Privacy {
 protected:
  Retention() : Privacy(std::string(plan_yaml) + "retention: {conversation_days: 30, customer_days: 100}\n") {}
  void adopt(const std::string& plan) {
    const auto adopted = write([&](store::Tx& tx) { return app_->adopt(tx, {{"plan.yaml", plan}}, "test", "next"); });
    EXPECT_TRUE(adopted.ok()) << adopted.error().detail;
  }
  void solve(std::int64_t id) {
    Change change;
    change.state = "resolved";
    EXPECT_TRUE(write([&](store::Tx& tx) { return app_->change(tx, caller, ConversationId(id), change); }).ok());
  }
  void follow() {
    CustomerId after;
    for (bool more = true; more;) {
      const auto done = write([&](store::Tx& tx) { return retention_step(*app_, tx, after); });
      ASSERT_TRUE(done.ok()) << done.error().detail;
      more = *done;
    }
    finish();
  }
  RetentionView view() {
    return *read([&](store::Tx& tx) { return show_retention(*app_, tx); });
  }
};

TEST_F(Retention, TakesSolvedConversationsAfterTheirDaysAndNoOthers) {
  create(form("r1"));
  create(form("r2"));  // waits for an answer, however long
  solve(1);
  now = now + days(30);
  follow();
  EXPECT_FALSE(show(1).row.erased) << "on the very day it is still there";
  now = now + minutes(1);
  EXPECT_EQ(view().due_conversations, 1);
  EXPECT_EQ(view().due_customers, 0);
  EXPECT_FALSE(show(1).row.erased) << "looking takes nothing";
  follow();
  EXPECT_TRUE(show(1).row.erased);
  EXPECT_EQ(show(1).row.state, "closed");
  EXPECT_EQ(show(1).row.customer, "Liza Cruz") << "the customer stays";
  EXPECT_FALSE(show(2).row.erased);
  const RetentionView shown = view();
  EXPECT_EQ(shown.due_conversations, 0);
  ASSERT_EQ(shown.days.size(), 1u);
  EXPECT_EQ(shown.days.front().conversations, 1);
  EXPECT_EQ(shown.days.front().day, "2026-12-23");
  EXPECT_THAT(differences(), IsEmpty());
}

TEST_F(Retention, TakesCustomersWithNothingUnsolved) {
  create(form("r1"));
  NewConversation other = form("r2");
  other.email = "ben@example.com";
  create(other);
  solve(1);
  now = now + days(101);
  EXPECT_EQ(view().due_customers, 1);
  follow();
  EXPECT_EQ(show(1).row.customer, "Erased customer");
  EXPECT_EQ(show(2).row.customer, "Liza Cruz");
  const auto list = *read([&](store::Tx& tx) { return erasures(*app_, tx, "", 10); });
  ASSERT_EQ(list.items.size(), 1u);
  EXPECT_EQ(list.items.front().reason, "retention");
  EXPECT_EQ(view().days.front().customers, 1);
  EXPECT_THAT(differences(), IsEmpty());
}

TEST_F(Retention, TellsWhatComesNextInPages) {
  const auto next = [&](const char* kind, const std::string& cursor = "", int limit = 50) {
    const auto page = read([&](store::Tx& tx) { return retention_next(*app_, tx, {kind, cursor, limit}); });
    EXPECT_TRUE(page.ok()) << page.error().detail;
    return *page;
  };
  const auto numbers = [](const RetentionNextPage& page) {
    std::string all;
    for (const RetentionNext& one : page.items) (all += one.conversation) += ' ';
    return all;
  };
  for (int n = 1; n <= 4; ++n) {
    NewConversation one = form("r" + std::to_string(n));
    if (n >= 3) one.email = "ben@example.com";  // two of Liza, two of Ben
    create(one);
    now = now + hours(1);
  }
  for (const int id : {3, 1, 2}) solve(id);
  EXPECT_EQ(numbers(next("conversations")), "1 2 3 ") << "by the last message; 4 is unsolved";
  const RetentionNextPage first = next("conversations", "", 2);
  EXPECT_EQ(numbers(first), "1 2 ");
  ASSERT_TRUE(first.next);
  EXPECT_EQ(numbers(next("conversations", *first.next, 2)), "3 ");
  EXPECT_FALSE(next("conversations", *first.next, 2).next);
  EXPECT_EQ(first.items.front().name, "Liza Cruz");
  const auto last = parse_instant(first.items.front().at);
  EXPECT_TRUE(last && *last > now + days(29) && *last < now + days(30)) << first.items.front().at;
  const RetentionNextPage customers = next("customers");
  EXPECT_EQ(numbers(customers), "2 ") << "Liza's newest; Ben has an unsolved one";
  EXPECT_FALSE(customers.next);
  solve(4);
  const RetentionNextPage one = next("customers", "", 1);
  EXPECT_EQ(numbers(one), "2 ");
  ASSERT_TRUE(one.next);
  EXPECT_EQ(numbers(next("customers", *one.next, 5)), "4 ");
  // What it foretells is what is taken.
  now = *parse_instant(first.items.front().at) + minutes(1);
  follow();
  EXPECT_EQ(numbers(next("conversations")), "2 3 4 ");
  for (const auto& [kind, cursor] : {std::pair("dogs", ""), std::pair("customers", "x"), std::pair("customers", "1.")})
    EXPECT_FALSE(read([&](store::Tx& tx) { return retention_next(*app_, tx, {kind, cursor, 5}); }).ok()) << cursor;
  adopt(plan_yaml);
  EXPECT_EQ(numbers(next("customers")), "") << "no rule, nothing comes";
}

TEST_F(Retention, AShorterRuleWaitsADay) {
  create(form("r1"));
  solve(1);
  now = now + days(20);
  adopt(std::string(plan_yaml) + "retention: {conversation_days: 7}\n");
  EXPECT_EQ(view().due_conversations, 1);
  EXPECT_EQ(view().begins_at, format_instant(now + hours(24)));
  follow();
  EXPECT_FALSE(show(1).row.erased) << "somebody may have slipped";
  now = now + hours(23);
  adopt(plan_yaml);  // it was a slip
  now = now + hours(30);
  follow();
  EXPECT_FALSE(show(1).row.erased);
  EXPECT_FALSE(view().conversation_days);
  adopt(std::string(plan_yaml) + "retention: {conversation_days: 7}\n");
  now = now + hours(25);
  EXPECT_FALSE(view().begins_at);
  follow();
  EXPECT_TRUE(show(1).row.erased);
}

TEST_F(Retention, ALongerRuleHoldsAtOnce) {
  create(form("r1"));
  solve(1);
  now = now + days(31);
  adopt(std::string(plan_yaml) + "retention: {conversation_days: 60}\n");
  follow();
  EXPECT_FALSE(show(1).row.erased);
}

TEST_F(Privacy, APlanWithoutARuleKeepsEverything) {
  create(form("r1"));
  now = now + days(5'000);
  CustomerId after;
  EXPECT_FALSE(*write([&](store::Tx& tx) { return retention_step(*app_, tx, after); }));
  EXPECT_EQ(show(1).row.customer, "Liza Cruz");
}

}  // namespace
}  // namespace suki::app
