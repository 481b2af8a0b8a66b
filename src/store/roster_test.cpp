/// Memberships, shifts and presence: kept, found by when they hold, and in the input log; on every engine.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store_testing/earlier.h"
#include "store_testing/store_case.h"

namespace suki::store {
namespace {

using desk::RosterChange;
using desk::ShiftKind;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr Symbol front{1}, back{2};
constexpr AgentId ana{1}, ben{2};

class RosterTest : public store_testing::StoreCase {
 protected:
  RosterTest() {
    write([](Tx& tx) {
      for (const char* login : {"ana", "ben"}) {
        AccountRecord account;
        account.login = login;
        tx.add_account(account);
      }
    });
  }
};

std::vector<std::int64_t> ids(const std::vector<MembershipRecord>& all) {
  std::vector<std::int64_t> result;
  for (const auto& one : all) result.push_back(one.id);
  return result;
}
std::vector<std::int64_t> ids(const std::vector<ShiftRecord>& all) {
  std::vector<std::int64_t> result;
  for (const auto& one : all) result.push_back(one.id);
  return result;
}

TEST_P(RosterTest, memberships_are_found_by_when_they_hold) {
  write([](Tx& tx) {
    EXPECT_EQ(tx.add_membership({0, {ana, front, Instant{10}, Instant{20}}, Instant{1}, ben}), 1);
    EXPECT_EQ(tx.add_membership({0, {ana, back, Instant{20}, never}, Instant{1}, ben}), 2);
    EXPECT_EQ(tx.add_membership({0, {ben, front, Instant{15}, never}, Instant{1}, {}}), 3);
  });
  write([](Tx& tx) {
    EXPECT_EQ(*tx.find_membership(1), (MembershipRecord{1, {ana, front, Instant{10}, Instant{20}}, Instant{1}, ben}));
    EXPECT_EQ(tx.find_membership(4), std::nullopt);
    EXPECT_THAT(ids(tx.memberships(ana)), ElementsAre(1, 2));
    EXPECT_THAT(ids(tx.memberships_within(Instant{19}, Instant{20})), ElementsAre(1, 3));
    EXPECT_THAT(ids(tx.memberships_within(Instant{20}, Instant{21})), ElementsAre(2, 3));
    EXPECT_THAT(tx.memberships_within(Instant{0}, Instant{10}), IsEmpty());
    MembershipRecord first = *tx.find_membership(1);
    first.membership.until = Instant{12};
    first.set_at = Instant{2};
    tx.update_membership(first);
    tx.remove_membership(*tx.find_membership(3), Instant{3});
  });
  write([](Tx& tx) {
    EXPECT_EQ(tx.find_membership(1)->membership.until, Instant{12});
    EXPECT_EQ(tx.find_membership(3), std::nullopt);
    EXPECT_EQ(tx.add_membership({0, {ben, front, Instant{15}, never}, Instant{4}, {}}), 4) << "no number comes twice";
  });
}

TEST_P(RosterTest, shifts_are_found_by_what_they_touch) {
  write([](Tx& tx) {
    tx.add_shift({0, ana, {ShiftKind::shift, Instant{10}, Instant{20}}, Instant{1}, ben});
    tx.add_shift({0, ben, {ShiftKind::absence, Instant{15}, Instant{30}}, Instant{1}, ben});
    tx.add_shift({0, ana, {ShiftKind::shift, Instant{30}, Instant{40}}, Instant{1}, ben});
  });
  write([](Tx& tx) {
    EXPECT_EQ(*tx.find_shift(2),
              (ShiftRecord{2, ben, {ShiftKind::absence, Instant{15}, Instant{30}}, Instant{1}, ben}));
    EXPECT_THAT(ids(tx.shifts_within(Instant{19}, Instant{30})), ElementsAre(1, 2)) << "the end does not belong to it";
    EXPECT_THAT(ids(tx.shifts_within(Instant{20}, Instant{31})), ElementsAre(3, 2)) << "by agent";
    EXPECT_THAT(ids(tx.shifts_within(ana, Instant{0}, never)), ElementsAre(1, 3));
    tx.remove_shift(*tx.find_shift(1), Instant{2});
    EXPECT_EQ(tx.find_shift(1), std::nullopt);
  });
}

TEST_P(RosterTest, the_next_change_is_a_beginning_an_end_or_when_the_roster_is_forgotten) {
  write([](Tx& tx) {
    EXPECT_EQ(tx.next_roster_change(Instant{0}), never);
    tx.add_membership({0, {ana, front, Instant{10}, never}, Instant{1}, {}});
    tx.add_shift({0, ana, {ShiftKind::shift, Instant{20}, Instant{30}}, Instant{1}, {}});
    EXPECT_EQ(tx.next_roster_change(Instant{0}), Instant{10});
    EXPECT_EQ(tx.next_roster_change(Instant{10}), Instant{20});
    EXPECT_EQ(tx.next_roster_change(Instant{20}), Instant{30});
    EXPECT_EQ(tx.next_roster_change(Instant{30}), Instant{30} + desk::roster_memory);
    EXPECT_EQ(tx.next_roster_change(Instant{30} + desk::roster_memory), never) << "an open end is no change";
  });
}

TEST_P(RosterTest, presence_is_one_state_and_marks_who_is_online) {
  const desk::PresenceState online{desk::Presence::online, desk::PresenceCause::chosen, true, Instant{5}};
  write([&](Tx& tx) {
    EXPECT_EQ(tx.find_presence(ana), std::nullopt);
    tx.save_presence(ana, online);
    EXPECT_THAT(tx.present_accounts(), SizeIs(1));
    AccountRecord account = *tx.find_account(ana);
    account.present = false;
    tx.update_account(account);
    EXPECT_TRUE(tx.find_account(ana)->present) << "only presence itself changes that";
    tx.save_presence(ana, {desk::Presence::away, desk::PresenceCause::idle, true, Instant{6}});
  });
  write([](Tx& tx) {
    EXPECT_EQ(tx.presences().size(), 1U);
    EXPECT_EQ(tx.presences().at(ana),
              (desk::PresenceState{desk::Presence::away, desk::PresenceCause::idle, true, Instant{6}}));
    EXPECT_THAT(tx.present_accounts(), IsEmpty());
  });
}

TEST_P(RosterTest, every_change_has_its_place_in_the_input_log_and_makes_the_same_roster_again) {
  write([](Tx& tx) {
    const auto id = tx.add_membership({0, {ana, front, Instant{10}, never}, Instant{1}, {}});
    MembershipRecord m = *tx.find_membership(id);
    m.membership.until = Instant{50};
    tx.update_membership(m);
    const auto shift = tx.add_shift({0, ana, {ShiftKind::shift, Instant{20}, Instant{30}}, Instant{1}, {}});
    tx.add_shift({0, ben, {ShiftKind::absence, Instant{20}, Instant{30}}, Instant{1}, {}});
    tx.remove_shift(*tx.find_shift(shift), Instant{2});
    tx.save_presence(ben, {desk::Presence::online, desk::PresenceCause::back, true, Instant{3}});
    tx.touch_roster();
  });
  write([](Tx& tx) {
    desk::Roster roster;
    std::vector<std::int64_t> positions;
    std::vector<RosterChange> changes;
    for (std::int64_t after = 0;;) {
      const auto some = tx.inputs_after(after, 2);
      if (some.empty()) break;
      for (const LoggedInput& input : some) {
        ASSERT_TRUE(input.roster.has_value());
        EXPECT_FALSE(input.conversation);
        desk::apply(roster, *input.roster);
        changes.push_back(input.roster->change);
        EXPECT_GT(input.position, after);
        after = input.position;
      }
    }
    EXPECT_THAT(changes, ElementsAre(RosterChange::membership, RosterChange::membership, RosterChange::shift,
                                     RosterChange::shift, RosterChange::shift_gone, RosterChange::presence));
    EXPECT_EQ(roster.memberships.at(1), (desk::Membership{ana, front, Instant{10}, Instant{50}}));
    EXPECT_THAT(roster.shifts.at(ana), IsEmpty());
    EXPECT_EQ(roster.shifts.at(ben).at(2), (desk::Shift{ShiftKind::absence, Instant{20}, Instant{30}}));
    EXPECT_EQ(roster.presences, tx.presences());
  });
}

TEST_P(RosterTest, teams_of_before_become_records_from_the_beginning) {
  write([](Tx& tx) {
    tx.add_symbol_names({{front, PlanVersion(0), "front"}, {back, PlanVersion(0), "back"}});
    tx.add_membership({0, {ana, front, Instant{}, never}, Instant{1}, {}});
    tx.save_presence(ben, {desk::Presence::online, desk::PresenceCause::chosen, true, Instant{3}});
  });
  store.reset();
  for (const std::string& sql : store_testing::back_to_step_17()) place.run(sql);
  place.run("insert into account_teams (agent, team) values (2, 'back')");
  place.run("insert into account_teams (agent, team) values (2, 'never-planned')");
  open();
  write([](Tx& tx) {
    EXPECT_THAT(tx.memberships(ana), ElementsAre(MembershipRecord{1, {ana, front, Instant{}, never}, Instant{}, {}}));
    EXPECT_THAT(tx.memberships(ben), ElementsAre(MembershipRecord{2, {ben, back, Instant{}, never}, Instant{}, {}}));
    EXPECT_EQ(tx.presences().at(ben).presence, desk::Presence::online);
    EXPECT_EQ(tx.presences().at(ana).presence, desk::Presence::offline);
    desk::Roster roster;
    for (const LoggedInput& input : tx.inputs_after(0, 100))
      if (input.roster) desk::apply(roster, *input.roster);
    EXPECT_EQ(roster.presences, tx.presences());
    EXPECT_EQ(roster.memberships.size(), 2U);
    EXPECT_THAT(tx.wrong_counters(), IsEmpty());
    EXPECT_EQ(tx.add_membership({0, {ana, back, Instant{}, never}, Instant{1}, {}}), 3);
  });
}

INSTANTIATE_TEST_SUITE_P(Engines, RosterTest, testing::ValuesIn(store_testing::engines()),
                         [](const auto& engine) { return engine.param; });

}  // namespace
}  // namespace suki::store
