/// Staff, roster and presence as they go over the API. Times of the roster are also given as the wall at the business
/// shows them ("2026-11-23T09:00"), and are taken in that form: who plans shifts thinks in these.
#pragma once

#include "app/api_types.h"

namespace suki::app {

/// presence: online, away, offline; cause: chosen, idle, silent, left, back. duty: what the roster says now: unknown,
/// on_shift, off_shift, on_leave. why_not: none when new work may come, else offline, away, on_leave, off_shift.
struct PresenceView {
  Text agent, presence, cause;
  bool wants_work = false;
  Maybe<Time> since;
  Text duty;
  Maybe<Time> duty_until;
  Text why_not;
  std::int64_t idle_after_s = 0;  ///< without a hand on any page
};
BOOST_DESCRIBE_STRUCT(PresenceView, (),
                      (agent, presence, cause, wants_work, since, duty, duty_until, why_not, idle_after_s))
/// Said by a page that is used: so its person is here and active. wants_work: whether they take new work.
struct NewPresence {
  Maybe<bool> wants_work;
};
BOOST_DESCRIBE_STRUCT(NewPresence, (), (wants_work))

/// kind: shift, absence.
struct ShiftView {
  Text id, agent, kind;
  Time from, until;
  Text local_from, local_until;
  bool may_remove = false;  ///< it is not over, and not of a day that is
};
BOOST_DESCRIBE_STRUCT(ShiftView, (), (id, agent, kind, from, until, local_from, local_until, may_remove))

struct TeamNow {
  Text id, name;
  Maybe<Text> from,
      until;  ///< dates at the business; from null: now, or before records were kept; until: first day out
};
BOOST_DESCRIBE_STRUCT(TeamNow, (), (id, name, from, until))
/// email: only for those who manage people, else "". held: conversations with them that are not solved.
struct Person {
  Text id, login, name, role, email;
  List<TeamNow> teams, coming;
  PresenceView presence;
  Maybe<ShiftView> shift;  ///< the one that runs, else the next
  std::int64_t held = 0;
};
BOOST_DESCRIBE_STRUCT(Person, (), (id, login, name, role, email, teams, coming, presence, shift, held))
struct People {
  Time now;
  Text time_zone, today;  ///< today: the date at the business
  List<Person> items;     ///< by name
  Maybe<Text> next;
  std::int64_t found = 0, online = 0, away = 0;  ///< of all that were found
  bool keeps_shifts = false;                     ///< somebody has shifts that are known now
};
BOOST_DESCRIBE_STRUCT(People, (), (now, time_zone, today, items, next, found, online, away, keeps_shifts))

/// state: past, in_force, planned. from null: since before records were kept; until null: open. set_by "": at the
/// command line. may_take_back: it began today or has not begun.
struct MembershipView {
  Text id;
  Named team;
  Maybe<Time> from, until;
  Maybe<Text> local_from, local_until;
  Text set_by, state;
  bool may_take_back = false;
};
BOOST_DESCRIBE_STRUCT(MembershipView, (),
                      (id, team, from, until, local_from, local_until, set_by, state, may_take_back))
struct PersonDetail {
  Time now;
  Text time_zone, today;
  Person person;
  List<MembershipView> memberships;  ///< newest first
  List<Named> teams;                 ///< of the plan
  bool may_change_role = false;
  bool second_step = false;  ///< their log-in has one
};
BOOST_DESCRIBE_STRUCT(PersonDetail, (),
                      (now, time_zone, today, person, memberships, teams, may_change_role, second_step))
/// present_password: of whoever changes it.
struct PersonChange {
  Text role, present_password;
};
BOOST_DESCRIBE_STRUCT(PersonChange, (), (role, present_password))
/// from, until: times on the wall or dates; from null: now; until null: open.
struct NewMembership {
  Text team;
  Maybe<Text> from, until;
};
BOOST_DESCRIBE_STRUCT(NewMembership, (), (team, from, until))
/// What is given changes. until "": open again. from only before it begins.
struct MembershipChange {
  Maybe<Text> from, until;
  Maybe<bool> ends_now;
};
BOOST_DESCRIBE_STRUCT(MembershipChange, (), (from, until, ends_now))

/// from, until: times on the wall or dates. kind: shift, absence.
struct NewShift {
  Text kind, from, until;
};
BOOST_DESCRIBE_STRUCT(NewShift, (), (kind, from, until))
struct RosterDay {
  Text date;
  Time from, until;
};
BOOST_DESCRIBE_STRUCT(RosterDay, (), (date, from, until))
/// One person's week; shifts by from.
struct Week {
  Time now;
  Text time_zone, today, agent;
  List<RosterDay> days;
  List<ShiftView> shifts;
};
BOOST_DESCRIBE_STRUCT(Week, (), (now, time_zone, today, agent, days, shifts))
/// from, to: the first days of two weeks.
struct CopyWeek {
  Text from, to;
};
BOOST_DESCRIBE_STRUCT(CopyWeek, (), (from, to))
/// skipped: shifts that would overlap something that stands there, or lie in the past.
struct CopiedWeek {
  List<ShiftView> added;
  std::int64_t skipped = 0;
};
BOOST_DESCRIBE_STRUCT(CopiedWeek, (), (added, skipped))

}  // namespace suki::app
