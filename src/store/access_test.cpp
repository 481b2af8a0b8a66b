/// Sessions, invites, links, second steps and the audit log; on every engine.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store_testing/store_case.h"

namespace suki::store {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

class AccessTest : public store_testing::StoreCase {
 protected:
  static AgentId add(Tx& tx, const std::string& login) {
    AccountRecord account;
    account.login = account.name = login;
    return tx.add_account(account);
  }
  static AuditRecord act(Instant at, AgentId agent, const std::string& name, std::int64_t conversation) {
    AuditRecord record;
    record.at = at;
    record.actor = AuditActor::agent;
    record.agent = agent;
    record.act = name;
    record.object = "conversation";
    record.object_id = conversation;
    record.address = "203.0.113.7";
    return record;
  }
};

TEST_P(AccessTest, a_person_sees_their_sessions_and_ends_one_or_all_others) {
  write([](Tx& tx) {
    const AgentId ana = add(tx, "ana"), ben = add(tx, "ben");
    tx.add_session("one", {ana, "csrf", Instant{100}, Instant{10}, "203.0.113.7", "Firefox on Linux", true});
    tx.add_session("two", {ana, "csrf", Instant{100}, Instant{20}, "203.0.113.8", "", false});
    tx.add_session("three", {ben, "csrf", Instant{100}, Instant{30}, "", "", false});
    tx.saw_session("one", Instant{50}, "203.0.113.9");
    auto mine = tx.sessions(ana, "two");
    ASSERT_THAT(mine, SizeIs(2));
    EXPECT_EQ(mine[0].last_used, Instant{50});
    EXPECT_EQ(mine[0].address, "203.0.113.9");
    EXPECT_EQ(mine[0].device, "Firefox on Linux");
    EXPECT_FALSE(mine[0].is_asker);
    EXPECT_TRUE(mine[1].is_asker);
    EXPECT_TRUE(tx.find_session("one")->second_step);
    EXPECT_FALSE(tx.remove_session(ben, mine[0].id)) << "it is not theirs";
    EXPECT_TRUE(tx.remove_session(ana, mine[0].id));
    EXPECT_FALSE(tx.find_session("one").has_value());
    tx.add_session("four", {ana, "csrf", Instant{100}, Instant{60}, "", "", false});
    tx.remove_other_sessions(ana, "two");
    EXPECT_THAT(tx.sessions(ana, ""), SizeIs(1));
    EXPECT_THAT(tx.sessions(ben, ""), SizeIs(1)) << "others keep theirs";
  });
}

TEST_P(AccessTest, an_invite_is_found_by_its_link_alone_and_forgets_who_was_meant) {
  write([](Tx& tx) {
    InviteRecord invite;
    invite.name = "Cid";
    invite.email = "cid@shop.example";
    invite.role = "agent";
    invite.teams = {"back", "front"};
    invite.expires_at = Instant{100};
    const std::int64_t id = tx.add_invite("secret", invite);
    EXPECT_FALSE(tx.find_invite("guess").has_value());
    auto found = tx.find_invite("secret");
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(found->teams, invite.teams);
    EXPECT_EQ(found->used_at, never);
    EXPECT_EQ(tx.count_open_invites(Instant{99}), 1);
    EXPECT_EQ(tx.count_open_invites(Instant{100}), 0);
    found->used_at = Instant{50};
    found->name.clear();
    tx.update_invite(*found);
    EXPECT_EQ(tx.find_invite(id)->name, "");
    EXPECT_EQ(tx.count_open_invites(Instant{60}), 0);
    tx.forget_old_invites(Instant{101});
    EXPECT_THAT(tx.invites(10), IsEmpty());
  });
}

TEST_P(AccessTest, a_recovery_code_works_once_and_for_its_owner) {
  write([](Tx& tx) {
    const AgentId ana = add(tx, "ana"), ben = add(tx, "ben");
    tx.set_second_step({ana, "sealed", never, 0});
    tx.set_second_step({ana, "sealed", Instant{5}, 7});
    EXPECT_EQ(tx.find_second_step(ana)->last_step, 7);
    tx.set_recovery_codes(ana, {"a", "b"});
    EXPECT_FALSE(tx.use_recovery_code(ben, "a"));
    EXPECT_TRUE(tx.use_recovery_code(ana, "a"));
    EXPECT_FALSE(tx.use_recovery_code(ana, "a"));
    EXPECT_EQ(tx.count_recovery_codes(ana), 1);
    tx.remove_second_step(ana);
    EXPECT_FALSE(tx.find_second_step(ana).has_value());
    EXPECT_EQ(tx.count_recovery_codes(ana), 0);
  });
}

TEST_P(AccessTest, the_audit_log_is_chained_paged_and_filtered) {
  write([](Tx& tx) {
    const AgentId ana = add(tx, "ana"), ben = add(tx, "ben");
    for (int i = 1; i <= 10; ++i)
      tx.add_audit(act(Instant{i}, i % 2 == 0 ? ana : ben, i <= 5 ? "conversation.open" : "message.raw", i % 3));
    const auto all = tx.audit_after(0, 100);
    ASSERT_THAT(all, SizeIs(10));
    std::string before;
    for (const AuditRecord& record : all) {
      EXPECT_EQ(record.hash, Tx::audit_hash(before, record)) << record.number;
      before = record.hash;
    }
    EXPECT_EQ(tx.audit_head().number, 10);
    EXPECT_EQ(tx.audit_head().hash, before);
    AuditQuery query;
    const auto first = tx.audit(query, nullptr, 4);
    ASSERT_THAT(first, SizeIs(4));
    EXPECT_EQ(first[0].number, 10);
    const AuditKey key{first[3].at, first[3].number};
    EXPECT_EQ(tx.audit(query, &key, 4)[0].number, 6);
    query.agent = ana;
    EXPECT_THAT(tx.audit(query, nullptr, 100), SizeIs(5));
    query.act = "message.raw";
    EXPECT_THAT(tx.audit(query, nullptr, 100), SizeIs(3));
    query = {};
    query.object = "conversation";
    query.object_id = 1;
    EXPECT_THAT(tx.audit(query, nullptr, 100), SizeIs(4));
    query.from = Instant{4};
    query.to = Instant{10};
    EXPECT_THAT(tx.audit(query, nullptr, 100), SizeIs(2)) << "the end is not in it";
  });
}

INSTANTIATE_TEST_SUITE_P(Engines, AccessTest, testing::ValuesIn(store_testing::engines()),
                         [](const auto& engine) { return engine.param; });

}  // namespace
}  // namespace suki::store
