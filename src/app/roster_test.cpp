/// Presence by heartbeat, dated teams and shifts: who gets work, what managers may change, what is told.
#include "app/roster.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/access.h"
#include "app/people.h"
#include "app/presence.h"
#include "app/testing.h"

namespace suki::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

constexpr const char* two_teams =
    "teams: [{id: front, name: {en: Front, fil: Harap}}, {id: back, name: {en: Back, fil: Likod}}]";

std::string plan_with_phone() {
  std::string plan = plan_yaml;
  const std::string teams = "teams: [{id: front, name: {en: Front, fil: Harap}}]";
  plan.replace(plan.find(teams), teams.size(), two_teams);
  const std::string segments = "segments:";
  plan.insert(plan.find(segments),
              "  - {id: phone, kind: phone, name: {en: Phone, fil: Telepono}, hours: office, capacity: 1, address: "
              "\"+63 2 1\", "
              "when_closed: {offer: [form], text: {en: Nobody is there., fil: Walang tao.}}}\n");
  return plan;
}

class RosterApp : public AppTest {
 protected:
  RosterApp() : AppTest(plan_with_phone()) {
    manager_ = Caller{agent("boss"), Role::manager, "en"};
    ana_ = agent("ana");
  }
  void settle() {
    EXPECT_TRUE(write([&](store::Tx& tx) -> Result<int> {
                  SUKI_CHECK(settle_presence(*app_, tx));
                  SUKI_CHECK(settle_roster(*app_, tx));
                  return 0;
                }).ok());
  }
  /// Time passes with or without their page being heard of.
  void pass(Span span, AgentId heard = {}, bool active = false) {
    now = now + span;
    if (heard) hear(*app_, heard, active);
    settle();
  }
  PresenceView presence(AgentId id) {
    return *read([&](store::Tx& tx) { return own_presence(*app_, tx, Caller{id, Role::agent, "en"}); });
  }
  std::string assignee(std::int64_t id) {
    const auto row = show(id).row;
    return row.assignee ? row.assignee->name : "";
  }
  auto shift(AgentId id, const std::string& from, const std::string& until, const std::string& kind = "shift") {
    return write([&](store::Tx& tx) { return add_shift(*app_, tx, manager_, id, {kind, from, until}); });
  }
  std::string refused(const std::string& from, const std::string& until, const std::string& kind = "shift") {
    const auto made = shift(ana_, from, until, kind);
    return made.ok() ? "taken" : made.error().detail;
  }
  auto join(AgentId id, const NewMembership& input) {
    return write([&](store::Tx& tx) { return add_membership(*app_, tx, manager_, id, input); });
  }
  PersonDetail person(AgentId id) {
    return *read([&](store::Tx& tx) { return show_person(*app_, tx, manager_, id); });
  }
  static MembershipView in_team(const PersonDetail& detail, const std::string& team) {
    for (const MembershipView& one : detail.memberships)
      if (one.team.id == team) return one;
    return {};
  }
  std::vector<std::string> verify() {
    return read([&](store::Tx& tx) { return app_->verify(tx, ConversationId(0), 100); })->differences;
  }
  ChannelState phone() {
    const auto site = read([&](store::Tx& tx) { return app_->site(tx, "en"); });
    for (const ChannelState& channel : site->channels)
      if (channel.id == "phone") return channel;
    return {};
  }

  Caller manager_;
  AgentId ana_;
};

// ---- presence

TEST_F(RosterApp, whose_pages_fall_silent_is_offline_and_gets_nothing_until_they_are_heard_of_again) {
  present(ana_);
  EXPECT_EQ(presence(ana_).presence, "online");
  EXPECT_EQ(presence(ana_).cause, "chosen");
  pass(seconds(60), ana_);
  pass(seconds(60), ana_);
  EXPECT_EQ(presence(ana_).presence, "online") << "another tab is enough";
  pass(desk::silence_max);
  EXPECT_EQ(presence(ana_).presence, "offline");
  EXPECT_EQ(presence(ana_).cause, "silent");
  create(form());
  EXPECT_EQ(assignee(1), "");
  pass(seconds(10), ana_);
  EXPECT_EQ(presence(ana_).presence, "online");
  EXPECT_EQ(presence(ana_).cause, "back");
  EXPECT_EQ(assignee(1), "Agent ana") << "what waited is given";
  EXPECT_THAT(verify(), IsEmpty());
}

TEST_F(RosterApp, an_open_page_without_a_hand_on_it_is_away_after_a_quarter_of_an_hour) {
  present(ana_);
  for (int minute = 1; minute < 15; ++minute) pass(minutes(1), ana_);
  EXPECT_EQ(presence(ana_).presence, "online");
  pass(minutes(1), ana_);
  EXPECT_EQ(presence(ana_).presence, "away");
  EXPECT_EQ(presence(ana_).cause, "idle");
  create(form());
  EXPECT_EQ(assignee(1), "");
  const auto back = write([&](store::Tx& tx) {
    return change_presence(*app_, tx, Caller{ana_, Role::agent, "en"}, NewPresence{});
  });
  EXPECT_EQ(back->presence, "online") << "at once, not at the next look";
  EXPECT_EQ(assignee(1), "Agent ana");
  EXPECT_THAT(verify(), IsEmpty());
}

TEST_F(RosterApp, away_by_choice_is_not_ended_by_work) {
  present(ana_);
  const Caller me{ana_, Role::agent, "en"};
  ASSERT_TRUE(write([&](store::Tx& tx) { return change_presence(*app_, tx, me, {false}); }).ok());
  pass(seconds(30), ana_, true);
  EXPECT_EQ(presence(ana_).presence, "away");
  EXPECT_EQ(presence(ana_).why_not, "away");
  create(form());
  EXPECT_EQ(assignee(1), "");
  ASSERT_TRUE(write([&](store::Tx& tx) { return change_presence(*app_, tx, me, {true}); }).ok());
  EXPECT_EQ(assignee(1), "Agent ana");
}

TEST_F(RosterApp, a_restarted_server_gives_work_only_to_whom_it_hears) {
  present(ana_);
  open();
  settle();
  EXPECT_EQ(presence(ana_).presence, "offline");
  create(form());
  EXPECT_EQ(assignee(1), "");
  pass(seconds(2), ana_);
  EXPECT_EQ(presence(ana_).presence, "online") << "they had chosen so";
  EXPECT_EQ(assignee(1), "Agent ana");
  EXPECT_THAT(verify(), IsEmpty());
}

TEST_F(RosterApp, a_page_that_is_open_before_its_person_said_anything_is_away) {
  pass(seconds(1), ana_);
  EXPECT_EQ(presence(ana_).presence, "away");
}

TEST_F(RosterApp, whoever_logs_out_is_offline_and_says_anew_that_they_take_work) {
  const std::string token = present(ana_);
  ASSERT_TRUE(write([&](store::Tx& tx) -> Result<int> {
                SUKI_CHECK(app_->end_session(tx, token));
                return 0;
              }).ok());
  EXPECT_EQ(presence(ana_).presence, "offline");
  EXPECT_EQ(presence(ana_).cause, "left");
  pass(seconds(1), ana_);
  EXPECT_EQ(presence(ana_).presence, "away");
  EXPECT_FALSE(presence(ana_).wants_work);
}

TEST_F(RosterApp, whose_sessions_are_ended_by_others_is_offline_at_once) {
  present(ana_);
  ASSERT_EQ(presence(ana_).presence, "online");
  ASSERT_TRUE(write([&](store::Tx& tx) -> Result<int> {
                SUKI_CHECK(end_sessions_of(*app_, tx, ana_));
                return 0;
              }).ok());
  EXPECT_EQ(presence(ana_).presence, "offline");
  present(ana_);
  const auto link = write([&](store::Tx& tx) { return make_reset_link(*app_, tx, ana_, manager_.agent); });
  ASSERT_TRUE(link.ok()) << link.error().detail;
  const std::string token = link->link.substr(link->link.rfind('/') + 1);
  ASSERT_TRUE(write([&](store::Tx& tx) { return reset_password(*app_, tx, token, "a hash"); }).ok());
  EXPECT_EQ(presence(ana_).presence, "offline") << "a new password ends the sessions, too";
  EXPECT_TRUE(verify().empty());
}

// ---- shifts

TEST_F(RosterApp, off_shift_nothing_is_given_and_what_they_have_stays_with_them) {
  create(form("r1"));
  present(ana_);
  EXPECT_EQ(assignee(1), "Agent ana") << "without shifts presence alone decides";
  ASSERT_TRUE(shift(ana_, "2026-11-23 08:00", "2026-11-23 10:30").ok());
  create(form("r2"));
  EXPECT_EQ(assignee(2), "Agent ana");
  pass(minutes(30), ana_, true);
  EXPECT_EQ(presence(ana_).presence, "online");
  EXPECT_EQ(presence(ana_).why_not, "off_shift");
  create(form("r3"));
  EXPECT_EQ(assignee(3), "");
  EXPECT_EQ(assignee(1), "Agent ana") << "nothing moves by itself";
  EXPECT_EQ(person(ana_).person.held, 2) << "but the manager sees it";
  ASSERT_TRUE(shift(ana_, "2026-11-23 11:00", "2026-11-23 12:00").ok());
  EXPECT_EQ(read([&](store::Tx& tx) -> Result<Instant> { return tx.next_roster_change(now); }).value(),
            now + minutes(30));
  pass(minutes(30), ana_, true);
  EXPECT_EQ(assignee(3), "Agent ana") << "as soon as the shift begins";
  EXPECT_THAT(verify(), IsEmpty());
}

TEST_F(RosterApp, an_absence_beats_a_shift) {
  present(ana_);
  ASSERT_TRUE(shift(ana_, "2026-11-23 08:00", "2026-11-23 17:00").ok());
  ASSERT_TRUE(shift(ana_, "2026-11-23", "2026-11-24", "absence").ok());
  create(form());
  EXPECT_EQ(assignee(1), "");
  EXPECT_EQ(presence(ana_).why_not, "on_leave");
}

TEST_F(RosterApp, shifts_that_cannot_be_are_refused_and_say_why) {
  ASSERT_TRUE(shift(ana_, "2026-11-24 09:00", "2026-11-24 17:00").ok());
  EXPECT_THAT(refused("2026-11-24 16:00", "2026-11-24 18:00"),
              StartsWith("from: overlaps the shift from 2026-11-24 09:00 to 2026-11-24 17:00"));
  EXPECT_EQ(refused("2026-11-24 17:00", "2026-11-24 20:00"), "taken") << "touching is no overlap";
  EXPECT_THAT(refused("2026-11-25 17:00", "2026-11-25 09:00"), StartsWith("until: must be later"));
  EXPECT_THAT(refused("2026-11-25 09:00", "2026-11-25 09:00"), StartsWith("until: must be later"));
  EXPECT_THAT(refused("2026-11-22 09:00", "2026-11-22 17:00"), StartsWith("from: lies before today"));
  EXPECT_EQ(refused("2026-11-23 08:00", "2026-11-23 09:00"), "taken") << "today may still be put right";
  EXPECT_THAT(refused("2026-11-25 09:00", "2026-11-26 10:00"), StartsWith("until: must be at most 24 hours later"));
  EXPECT_THAT(refused("2030-01-01 09:00", "2030-01-01 10:00"), StartsWith("from: lies more than two years ahead"));
  EXPECT_THAT(refused("tomorrow", "2026-11-25 10:00"), StartsWith("from: must be a date and time like"));
  EXPECT_THAT(refused("2026-11-25 09:00", "25:00"), StartsWith("until: must be a date and time like"));
  EXPECT_THAT(refused("2026-11-25 09:00", "2026-11-25 10:00", "holiday"), StartsWith("kind: must be shift or absence"));
  EXPECT_EQ(refused("2026-11-24 10:00", "2026-11-24 11:00", "absence"), "taken") << "an absence may lie over a shift";
}

TEST_F(RosterApp, a_shift_that_is_taken_away_can_be_put_back_but_not_one_of_a_day_that_is_over) {
  const auto made = shift(ana_, "2026-11-23 09:00", "2026-11-23 17:00");
  ASSERT_TRUE(made.ok());
  const auto remove = [&](const std::string& id) {
    return write([&](store::Tx& tx) -> Result<int> {
      SUKI_CHECK(remove_shift(*app_, tx, manager_, std::stoll(id)));
      return 0;
    });
  };
  EXPECT_TRUE(remove(made->id).ok());
  EXPECT_EQ(remove(made->id).error().code, ErrorCode::not_found);
  const auto again = shift(ana_, made->local_from, made->local_until);
  ASSERT_TRUE(again.ok());
  now = now + days(1);
  EXPECT_THAT(remove(again->id).error().detail, HasSubstr("a day that is over"));
}

TEST_F(RosterApp, a_week_is_copied_by_the_wall_and_what_stands_there_is_left_alone) {
  ASSERT_TRUE(shift(ana_, "2026-11-23 09:00", "2026-11-23 17:00").ok());
  ASSERT_TRUE(shift(ana_, "2026-11-29 22:00", "2026-11-30 06:00").ok());
  ASSERT_TRUE(shift(ana_, "2026-11-24", "2026-11-25", "absence").ok());
  const auto copy = [&] {
    return write([&](store::Tx& tx) { return copy_week(*app_, tx, manager_, ana_, {"2026-11-23", "2026-11-30"}); });
  };
  const auto copied = copy();
  ASSERT_TRUE(copied.ok());
  ASSERT_THAT(copied->added, SizeIs(2)) << "absences are not copied";
  EXPECT_EQ(copied->added[0].local_from, "2026-11-30T09:00");
  EXPECT_EQ(copied->added[1].local_until, "2026-12-07T06:00");
  EXPECT_EQ(copied->skipped, 0);
  EXPECT_EQ(copy()->skipped, 2);
  const auto week = [&](const Caller& who) {
    return read([&](store::Tx& tx) { return show_week(*app_, tx, who, ana_, "2026-11-30"); });
  };
  EXPECT_THAT(week(manager_)->shifts, SizeIs(3)) << "the night before reaches into it";
  EXPECT_EQ(week(manager_)->days.at(6).date, "2026-12-06");
  EXPECT_THAT(week({ana_, Role::agent, "en"})->shifts, SizeIs(3)) << "their own";
  EXPECT_EQ(week({agent("ben"), Role::agent, "en"}).error().code, ErrorCode::forbidden);
}

// ---- teams

TEST_F(RosterApp, a_membership_holds_from_its_day_to_its_day) {
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

TEST_F(RosterApp, memberships_that_cannot_be_are_refused_and_say_why) {
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

TEST_F(RosterApp, a_membership_dated_today_is_taken_back_without_a_trace_and_may_be_entered_again) {
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

TEST_F(RosterApp, a_membership_that_ended_today_may_be_taken_back_as_well) {
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

TEST_F(RosterApp, whoever_is_removed_leaves_teams_and_shifts_that_were_to_come) {
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

TEST_F(RosterApp, people_are_listed_by_name_in_pages_and_found_by_words) {
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

TEST_F(RosterApp, people_are_found_and_sorted_whatever_case_and_accents) {
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

TEST_F(RosterApp, roles_are_given_by_those_who_may) {
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

// ---- channels

TEST_F(RosterApp, a_phone_is_never_offered_when_nobody_can_answer) {
  EXPECT_TRUE(phone().open) << "a shop that keeps no shifts goes by its hours";
  const AgentId outsider = agent("ben");
  (void)outsider;
  for (const AgentId id : {manager_.agent, ana_, outsider})
    ASSERT_TRUE(shift(id, "2026-11-23 09:00", "2026-11-23 12:00").ok());
  EXPECT_TRUE(phone().open);
  EXPECT_EQ(phone().closes_at, "2026-11-23T04:00:00Z") << "noon, when the last one goes";
  now = now + hours(2);
  EXPECT_FALSE(phone().open);
  EXPECT_TRUE(phone().unstaffed);
  ASSERT_THAT(phone().offered, SizeIs(1));
  EXPECT_EQ(phone().offered[0].id, "form");
  EXPECT_EQ(phone().closed_text, "Nobody is there.");
  ASSERT_TRUE(shift(ana_, "2026-11-23 14:00", "2026-11-23 15:00").ok());
  EXPECT_EQ(phone().opens_at, "2026-11-23T06:00:00Z");
  ASSERT_TRUE(shift(ana_, "2026-11-23", "2026-11-24", "absence").ok());
  EXPECT_NE(phone().opens_at, "2026-11-23T06:00:00Z") << "she is ill after all";
}

// ---- what a check of everything finds

TEST_F(RosterApp, a_check_finds_what_was_changed_behind_its_back) {
  present(ana_);
  ASSERT_TRUE(shift(ana_, "2026-11-23 09:00", "2026-11-23 17:00").ok());
  create(form());
  ASSERT_EQ(assignee(1), "Agent ana");
  ASSERT_THAT(verify(), IsEmpty());
  struct Case {
    const char *there, *back, *told;
  };
  for (const Case& one : std::initializer_list<Case>{
           {"update memberships set until_at = 5 where id = 2",
            "update memberships set until_at = 9223372036854775807 where id = 2",
            "membership 2 is not as the input log has it"},
           {"update shifts set from_at = from_at + 1", "update shifts set from_at = from_at - 1",
            "shift 1 of agent 2 is not as the input log has it"},
           {"update presences set presence = 1", "update presences set presence = 2",
            "the presence of agent 2 is not as the input log has it"},
           {"update accounts set present = 0 where id = 2", "update accounts set present = 1 where id = 2",
            "agent 2 counts as not online, but is online"},
           {"update shifts set agent = 1", "update shifts set agent = 2", "shift 1 of agent 1 comes from no input"}}) {
    close();
    ASSERT_GT(place_.run(one.there), 0);
    open();
    EXPECT_THAT(verify(), testing::Contains(HasSubstr(one.told)));
    close();
    ASSERT_GT(place_.run(one.back), 0);
    open();
    EXPECT_THAT(verify(), IsEmpty());
  }
  // Ana's coming is taken out of the log: then she could not have been given the conversation.
  close();
  ASSERT_GT(place_.run("delete from input_log where position = (select max(i.position) from input_log i where "
                       "i.conversation = 0 and i.position < (select min(j.position) from input_log j where "
                       "j.conversation = 1) and i.command like '1 0 2 %')"),
            0);
  open();
  EXPECT_THAT(verify(), testing::Contains(HasSubstr("it was given to agent 2, who could not take it: unknown")));
}

}  // namespace
}  // namespace suki::app
