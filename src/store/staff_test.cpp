/// Staff: addresses, teams, sessions, and who was told of what; on every engine.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store_testing/store_case.h"

namespace suki::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Symbol front{1}, back{2};

class StaffTest : public store_testing::StoreCase {
 protected:
  static AgentId add(Tx& tx, const std::string& login, const std::string& email, const std::vector<Symbol>& teams) {
    AccountRecord account;
    account.login = login;
    account.name = "Agent " + login;
    account.email = email;
    account.language = "fil";
    account.present = true;
    const AgentId id = tx.add_account(account);
    for (const Symbol team : teams) tx.add_membership({0, {id, team, Instant{10}, Instant{20}}, Instant{5}, {}});
    return id;
  }
};

std::vector<std::string> logins(const std::vector<StaffRecord>& staff) {
  std::vector<std::string> all;
  for (const StaffRecord& one : staff) all.push_back(one.name + " " + one.email + " " + one.language);
  return all;
}

TEST_P(StaffTest, members_of_a_team_are_found_with_their_addresses_and_who_has_left_is_not) {
  write([](Tx& tx) {
    add(tx, "ana", "ana@shop.example", {front, back});
    add(tx, "ben", "", {front});
    AccountRecord gone = *tx.find_account(add(tx, "cid", "cid@shop.example", {front}));
    gone.removed = true;
    tx.update_account(gone);
  });
  write([](Tx& tx) {
    EXPECT_THAT(logins(tx.team_members(front, Instant{10})),
                ElementsAre("Agent ana ana@shop.example fil", "Agent ben  fil"));
    EXPECT_THAT(logins(tx.team_members(back, Instant{19})), ElementsAre("Agent ana ana@shop.example fil"));
    EXPECT_THAT(tx.team_members(Symbol(9), Instant{10}), IsEmpty());
    EXPECT_THAT(tx.team_members(front, Instant{9}), IsEmpty()) << "not yet";
    EXPECT_THAT(tx.team_members(front, Instant{20}), IsEmpty()) << "no more";
    EXPECT_EQ(tx.find_account_by_email("ana@shop.example"), AgentId(1));
    EXPECT_EQ(tx.find_account_by_email("cid@shop.example"), std::nullopt);
    EXPECT_EQ(tx.find_account_by_email(""), std::nullopt) << "no address is nobody's";
    EXPECT_EQ(tx.find_account("cid")->email, "cid@shop.example");
  });
}

TEST_P(StaffTest, who_is_present_without_a_session_shows_when_sessions_end) {
  write([](Tx& tx) {
    const AgentId ana = add(tx, "ana", "", {}), ben = add(tx, "ben", "", {});
    for (const AgentId one : {ana, ben})
      tx.save_presence(one, {desk::Presence::away, desk::PresenceCause::idle, true, Instant{1}});
    EXPECT_EQ(tx.next_session_end(hours(2)), never);
    tx.add_session("one", {ana, "csrf", Instant{10}});
    tx.add_session("two", {ana, "csrf", Instant{30}});
    tx.add_session("three", {ben, "csrf", Instant{20}});
    EXPECT_EQ(tx.next_session_end(hours(2)), Instant{10});
    EXPECT_EQ(tx.next_session_end(Span{5}), Instant{5}) << "nobody has used it since it began";
    tx.remove_sessions_before(Instant{10}, Instant{-1});
    EXPECT_THAT(tx.present_without_session(), IsEmpty()) << "another one holds";
    tx.remove_sessions_before(Instant{20}, Instant{-1});
    EXPECT_THAT(tx.present_without_session(), ElementsAre(ben));
    EXPECT_EQ(tx.next_session_end(hours(2)), Instant{30});
    tx.saw_session("two", Instant{7}, "203.0.113.7");
    EXPECT_EQ(tx.find_session("two")->last_used, Instant{7});
    tx.remove_sessions_before(Instant{20}, Instant{6});
    EXPECT_TRUE(tx.find_session("two").has_value());
    tx.remove_sessions_before(Instant{20}, Instant{7});
    EXPECT_FALSE(tx.find_session("two").has_value()) << "nobody used it since";
  });
}

TEST_P(StaffTest, a_notice_is_found_by_its_mail_and_tells_how_far_the_mail_came) {
  write([](Tx& tx) {
    const AgentId ana = add(tx, "ana", "ana@shop.example", {});
    const CustomerId customer = tx.add_customer({});
    for (int i = 0; i < 2; ++i) {
      ConversationRecord conversation;
      conversation.state.id = tx.new_conversation_id();
      conversation.customer = customer;
      tx.save_conversation(conversation, nullptr);
    }
    OutboxRecord mail;
    mail.data = "x";
    const std::int64_t outbox = tx.add_outgoing(mail);
    tx.add_notice({0, ConversationId(1), 7, ana, NoticeProblem::none, outbox, "id@shop.example", {}});
    tx.add_notice({0, ConversationId(1), 9, {}, NoticeProblem::no_member, 0, "", {}});
    tx.add_notice({0, ConversationId(2), 3, ana, NoticeProblem::no_address, 0, "", {}});
  });
  write([](Tx& tx) {
    auto notices = tx.notices(ConversationId(1));
    ASSERT_EQ(notices.size(), 2u);
    EXPECT_EQ(notices[0].event, 7u);
    EXPECT_EQ(notices[0].agent, AgentId(1));
    EXPECT_EQ(notices[0].delivery, MailState::queued);
    EXPECT_EQ(notices[1].event, 9u);
    EXPECT_EQ(notices[1].problem, NoticeProblem::no_member);
    OutboxRecord mail = *tx.find_outgoing(notices[0].outbox);
    mail.state = MailState::failed;
    tx.update_outgoing(mail);
    tx.set_notice_problem(notices[0].id, NoticeProblem::returned);
    EXPECT_EQ(tx.find_notice("id@shop.example")->delivery, MailState::failed);
    EXPECT_EQ(tx.find_notice(notices[0].outbox)->problem, NoticeProblem::returned);
    EXPECT_FALSE(tx.find_notice("").has_value()) << "that of every notice without a mail";
    EXPECT_FALSE(tx.find_notice(std::int64_t{0}).has_value());
    EXPECT_FALSE(tx.find_notice("other@shop.example").has_value());
    EXPECT_EQ(tx.notices(ConversationId(2)).size(), 1u);
  });
}

INSTANTIATE_TEST_SUITE_P(Engines, StaffTest, testing::ValuesIn(store_testing::engines()),
                         [](const auto& engine) { return engine.param; });

}  // namespace
}  // namespace suki::store
