/// Teams as dated records, people as a list: who is found, and who may change what.
#include "app/people.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/access.h"
#include "app/roster_case.h"

namespace suki::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

class PeopleApp : public RosterApp {};

// ---- teams

TEST_F(PeopleApp, a_membership_holds_from_its_day_to_its_day) {
  const AgentId ben = agent("ben");
  (void)write([&](store::Tx& tx) -> Result<int> {
    auto own = tx.memberships(ben).front();
    own.membership.until = now + days(1);
    tx.update_membership(own);
    return 0;
  });
  const auto joined = join(ben, {"back", "2026-11-25", "2026-11-28"});
  ASSERT_TRUE(joined.ok()) << joined.error().detail;
  EXPECT_THAT(joined->memberships, SizeIs(2));
  EXPECT_EQ(joined->memberships[0].state, "planned");
  EXPECT_EQ(joined->person.coming.at(0).from, "2026-11-25");
  EXPECT_EQ(joined->memberships[0].set_by, "Agent boss");
  now = *parse_instant("2026-11-25T01:00:00Z");
  EXPECT_EQ(person(ben).memberships[0].state, "in_force");
  EXPECT_EQ(person(ben).memberships[1].state, "past");
  present(ben);
  create(form());
  EXPECT_EQ(assignee(1), "") << "the topic's team is front, where ben is no more";
  ASSERT_TRUE(join(ben, {"front", {}, {}}).ok());
  EXPECT_EQ(assignee(1), "Agent ben") << "from now on";
  EXPECT_THAT(verify(), IsEmpty());
}

TEST_F(PeopleApp, memberships_that_cannot_be_are_refused_and_say_why) {
  const auto why = [&](const NewMembership& input) {
    const auto made = join(ana_, input);
    return made.ok() ? "taken" : made.error().detail;
  };
  EXPECT_THAT(why({"front", "2026-11-24", {}}), StartsWith("from: is in this team from 2026-11-23 10:00 on already"));
  EXPECT_THAT(why({"nowhere", {}, {}}), StartsWith("team: is not in the plan"));
  EXPECT_THAT(why({"back", "2026-11-26", "2026-11-26"}), StartsWith("until: must be later"));
  EXPECT_THAT(why({"back", "2026-11-26", "2026-11-25"}), StartsWith("until: must be later"));
  EXPECT_THAT(why({"back", "2026-11-22", {}}), StartsWith("from: lies before today"));
  EXPECT_EQ(why({"back", "2026-11-26", "2026-11-28"}), "taken");
  const auto id = std::stoll(person(ana_).memberships.front().id);
  const auto change = [&](std::int64_t which, const MembershipChange& input) {
    const auto made = write([&](store::Tx& tx) { return change_membership(*app_, tx, manager_, ana_, which, input); });
    return made.ok() ? "taken" : made.error().detail;
  };
  EXPECT_EQ(change(id, {"2026-11-27", "2026-11-30", {}}), "taken") << "not begun: both may be put right";
  EXPECT_THAT(change(id, {{}, {}, true}), HasSubstr("has not begun"));
  const auto take_back = [&](std::int64_t which) {
    const auto made = write([&](store::Tx& tx) { return remove_membership(*app_, tx, manager_, ana_, which); });
    return made.ok() ? "taken" : made.error().detail;
  };
  const auto front = std::stoll(person(ana_).memberships.back().id);
  EXPECT_EQ(take_back(id), "taken");
  now = now + days(2);
  EXPECT_THAT(take_back(front), HasSubstr("began on a day that is over, which is not changed; end it instead"));
  EXPECT_FALSE(person(ana_).memberships.back().may_take_back);
  EXPECT_THAT(change(front, {"2026-11-25", {}, {}}), HasSubstr("began on a day that is over"));
  EXPECT_EQ(change(front, {{}, {}, true}), "taken");
  now = now + days(1);
  EXPECT_THAT(change(front, {{}, "", {}}), HasSubstr("ended on a day that is over"));
}

TEST_F(PeopleApp, a_membership_dated_today_is_taken_back_without_a_trace_and_may_be_entered_again) {
  const AgentId ben = agent("ben");
  for (const NewMembership& today : {NewMembership{"back", "2026-11-23", {}}, NewMembership{"back", {}, {}}}) {
    const auto joined = join(ben, today);
    ASSERT_TRUE(joined.ok()) << joined.error().detail;
    const MembershipView made = in_team(*joined, "back");
    EXPECT_EQ(made.state, "in_force") << "since midnight, or this instant";
    EXPECT_TRUE(made.may_take_back);
    now = now + minutes(1);
    const auto after =
        write([&](store::Tx& tx) { return remove_membership(*app_, tx, manager_, ben, std::stoll(made.id)); });
    ASSERT_TRUE(after.ok()) << after.error().detail;
    for (const MembershipView& one : after->memberships) EXPECT_NE(one.team.id, "back") << one.state;
  }
  EXPECT_TRUE(join(ben, {"back", "2026-11-23", {}}).ok()) << "nothing of it stands in the way";
  EXPECT_THAT(verify(), IsEmpty());
}

TEST_F(PeopleApp, a_membership_that_ended_today_may_be_taken_back_as_well) {
  const auto joined = join(ana_, {"back", "2026-11-23", {}});
  ASSERT_TRUE(joined.ok()) << joined.error().detail;
  const auto id = std::stoll(in_team(*joined, "back").id);
  now = now + minutes(5);
  ASSERT_TRUE(write([&](store::Tx& tx) {
                return change_membership(*app_, tx, manager_, ana_, id, {{}, {}, true});
              }).ok());
  EXPECT_THAT(join(ana_, {"back", "2026-11-23", {}}).error().detail, HasSubstr("already"));
  ASSERT_TRUE(write([&](store::Tx& tx) { return remove_membership(*app_, tx, manager_, ana_, id); }).ok());
  EXPECT_TRUE(join(ana_, {"back", "2026-11-23", {}}).ok());
  EXPECT_THAT(verify(), IsEmpty());
}

TEST_F(PeopleApp, whoever_is_removed_leaves_teams_and_shifts_that_were_to_come) {
  ASSERT_TRUE(shift(ana_, "2026-11-23 09:00", "2026-11-23 17:00").ok());
  ASSERT_TRUE(shift(ana_, "2026-11-24 09:00", "2026-11-24 17:00").ok());
  ASSERT_TRUE(join(ana_, {"back", "2026-12-01", {}}).ok());
  now = now + hours(1);
  ASSERT_TRUE(write([&](store::Tx& tx) -> Result<int> {
                SUKI_CHECK(app_->remove_account(tx, "ana"));
                EXPECT_THAT(tx.memberships(ana_), SizeIs(1));
                EXPECT_EQ(tx.memberships(ana_).front().membership.until, now);
                EXPECT_THAT(tx.shifts_within(ana_, Instant{}, never), SizeIs(1)) << "the day they worked stays";
                return 0;
              }).ok());
  EXPECT_THAT(verify(), IsEmpty());
}

// ---- people

TEST_F(PeopleApp, people_are_listed_by_name_in_pages_and_found_by_words) {
  for (const char* login : {"cora", "ben", "dan"}) agent(login);
  ASSERT_TRUE(join(AgentId(3), {"back", {}, {}}).ok());  // cora
  present(ana_);
  const auto list = [&](const PeopleAsk& ask) {
    auto people = read([&](store::Tx& tx) { return list_people(*app_, tx, manager_, ask); });
    EXPECT_TRUE(people.ok()) << people.error().detail;
    return *people;
  };
  const auto names = [](const People& people) {
    std::vector<std::string> all;
    for (const Person& one : people.items) all.push_back(one.login);
    return all;
  };
  const People first = list({"", "", 2});
  EXPECT_THAT(names(first), ElementsAre("ana", "ben"));
  EXPECT_EQ(first.found, 5);
  EXPECT_EQ(first.online, 1);
  const People second = list({"", *first.next, 3});
  EXPECT_THAT(names(second), ElementsAre("boss", "cora", "dan"));
  EXPECT_EQ(second.next, std::nullopt);
  EXPECT_THAT(names(list({"AGENT ba", "", 50})), ElementsAre("cora")) << "by the name of the team";
  EXPECT_THAT(names(list({"nobody", "", 50})), IsEmpty());
  EXPECT_THAT(names(list({"...", "", 50})), IsEmpty()) << "signs alone are no word";
  EXPECT_EQ(read([&](store::Tx& tx) {
              return list_people(*app_, tx, manager_, {"", "x", 5});
            })
                .error()
                .code,
            ErrorCode::bad_input);
  EXPECT_FALSE(first.keeps_shifts);
  ASSERT_TRUE(shift(ana_, "2026-11-24 09:00", "2026-11-24 17:00").ok());
  EXPECT_TRUE(list({}).keeps_shifts);
  EXPECT_EQ(list({}).items.at(0).shift->local_from, "2026-11-24T09:00");
}

TEST_F(PeopleApp, people_are_found_and_sorted_whatever_case_and_accents) {
  const auto named = [&](const char* login, const char* name) {
    const AgentId id = agent(login);
    ASSERT_TRUE(write([&](store::Tx& tx) -> Result<int> {
                  auto account = *tx.find_account(id);
                  account.name = name;
                  tx.update_account(account);
                  return 0;
                }).ok());
  };
  named("jun", "Jun Peña");
  named("zoe", "Ágata Ibáñez");
  named("lou", "Łucja MUÑOZ-Reyes");
  const auto found = [&](const std::string& words) {
    const auto people = read([&](store::Tx& tx) { return list_people(*app_, tx, manager_, {words, "", 50}); });
    std::string all;
    for (const Person& one : people->items) (all += one.login) += ' ';
    return all;
  };
  EXPECT_EQ(found("pena"), "jun ");
  EXPECT_EQ(found("PEÑA"), "jun ");
  EXPECT_EQ(found("pe\u006e\u0303a"), "jun ") << "typed as a letter and a tilde";
  EXPECT_EQ(found("ibanez agata"), "zoe ");
  EXPECT_EQ(found("munoz-reyes"), "lou ");
  EXPECT_EQ(found("eye"), "lou ") << "from the middle of a word, too";
  EXPECT_EQ(found(""), "zoe ana boss jun lou ") << "Á stands with A";
}

TEST_F(PeopleApp, roles_are_given_by_those_who_may) {
  const auto change = [&](const Caller& who, AgentId id, const std::string& role) {
    const auto done = write([&](store::Tx& tx) { return change_person(*app_, tx, who, id, {role, ""}); });
    return done.ok() ? done->person.role : std::string(name_of(done.error().code));
  };
  EXPECT_EQ(change(manager_, ana_, "manager"), "manager");
  EXPECT_EQ(change(manager_, ana_, "owner"), "forbidden");
  EXPECT_EQ(change(manager_, ana_, "king"), "bad_input");
  const Caller owner{agent("olga"), Role::owner, "en"};
  EXPECT_EQ(change(owner, owner.agent, "owner"), "owner");
  EXPECT_EQ(change(manager_, owner.agent, "agent"), "forbidden");
  EXPECT_EQ(change(owner, owner.agent, "agent"), "conflict") << "the last one";
}

}  // namespace
}  // namespace suki::app
