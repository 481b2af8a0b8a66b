/// Presence by heartbeat, and shifts: who gets work, what managers may change, what is told.
#include "app/roster.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/access.h"
#include "app/roster_case.h"

namespace suki::app {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

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
