/// What goes over the API, as described structs: JSON in and out and the OpenAPI document are generated from these.
/// Ids are strings; instants are RFC 3339 in UTC, null when there is none; texts of the plan come in the asked
/// language.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <boost/describe.hpp>

namespace suki::app {

using Text = std::string;
using Time = std::string;  ///< RFC 3339, UTC
template <class T>
using Maybe = std::optional<T>;
template <class T>
using List = std::vector<T>;

/// Something of the plan with an id and a name in the reader's language.
struct Named {
  Text id;
  Text name;
};
BOOST_DESCRIBE_STRUCT(Named, (), (id, name))

// ---- public: the customer ----------------------------------------------------------------------------------------

struct ChannelState {
  Text id, kind, name, address;
  bool open = false;
  Maybe<Time> closes_at, opens_at;  ///< of this opening; of the next one
  Text closed_text;                 ///< what the plan says when closed; "" when open
  List<Named> offered;              ///< instead, when closed, best first
  Maybe<Time> reply_by;             ///< first reply if contacted now
};
BOOST_DESCRIBE_STRUCT(ChannelState, (),
                      (id, kind, name, address, open, closes_at, opens_at, closed_text, offered, reply_by))

struct Site {
  Text business, time_zone, default_language, now;
  List<Text> languages;
  List<Named> topics;
  List<ChannelState> channels;
};
BOOST_DESCRIBE_STRUCT(Site, (), (business, time_zone, default_language, now, languages, topics, channels))

struct Promise {
  bool open = false;
  Maybe<Time> opens_at, reply_by;
};  ///< reply_by null: this plan promises no time
BOOST_DESCRIBE_STRUCT(Promise, (), (open, opens_at, reply_by))

struct NewConversation {
  Text request_id;  ///< made by the client (1 to 64 of A-Za-z0-9-): the same request twice is one conversation
  Text name, email, topic, subject, message, language;
};
BOOST_DESCRIBE_STRUCT(NewConversation, (), (request_id, name, email, topic, subject, message, language))

struct Created {
  Text token;
  Text link;
  Promise promise;
};  ///< link: "/c/<token>"
BOOST_DESCRIBE_STRUCT(Created, (), (token, link, promise))

struct PublicMessage {
  Text id, from, author, text;
  Time at;
};  ///< from: customer, staff, automatic
BOOST_DESCRIBE_STRUCT(PublicMessage, (), (id, from, author, text, at))

struct PublicConversation {
  Text subject, state, topic, customer, now;
  bool can_reply = false;
  Promise promise;               ///< reply_by: due of the running first or next reply, null when nobody waits
  List<PublicMessage> messages;  ///< oldest first
  Maybe<Text> continued;         ///< this one is closed; the customer wrote on in the one behind this link ("/c/...")
};
BOOST_DESCRIBE_STRUCT(PublicConversation, (),
                      (subject, state, topic, customer, now, can_reply, promise, messages, continued))

struct NewMessage {
  Text request_id, text;
};
BOOST_DESCRIBE_STRUCT(NewMessage, (), (request_id, text))

// ---- sessions ----------------------------------------------------------------------------------------------------

/// code: of the second step; without one 401 second_step says that it is asked for.
struct LogIn {
  Text login, password;
  Maybe<Text> code;
};
BOOST_DESCRIBE_STRUCT(LogIn, (), (login, password, code))
/// role: agent or manager (a manager may do all that an agent may). `csrf` goes into the header X-CSRF-Token. email:
/// where notices of escalations go, "" none. lacks_second_step: everybody must have one, and nothing else works before.
struct Session {
  Text agent_id, login, name, role, language, email, csrf;
  bool present = false, lacks_second_step = false;
};
BOOST_DESCRIBE_STRUCT(Session, (), (agent_id, login, name, role, language, email, csrf, present, lacks_second_step))
struct Preferences {
  Maybe<Text> language;
  Maybe<bool> present;
  Maybe<Text> email;
  Maybe<Text> name;  ///< as customers see it
};
BOOST_DESCRIBE_STRUCT(Preferences, (), (language, present, email, name))

// ---- the desk ----------------------------------------------------------------------------------------------------

/// The clock that runs out first, or null.
struct NextDue {
  Text target;
  Maybe<Time> due_at;
  Text status;
  bool at_risk = false;
};
BOOST_DESCRIBE_STRUCT(NextDue, (), (target, due_at, status, at_risk))

struct Row {
  Text id, subject, preview, customer, state, channel;
  Named topic, priority, team;
  Maybe<Named> assignee, segment;
  Maybe<NextDue> next_due;
  bool breached = false;    ///< a promise was missed in the present cycle
  bool unanswered = false;  ///< the customer wrote last
  Time opened_at, last_at;
  std::int64_t last_number = 0;
};
BOOST_DESCRIBE_STRUCT(Row, (),
                      (id, subject, preview, customer, state, channel, topic, priority, team, assignee, segment,
                       next_due, breached, unanswered, opened_at, last_at, last_number))

/// view: open (open, most urgent due first), mine, unassigned, waiting (pending and on hold), resolved, closed, all.
struct Counts {
  std::int64_t open = 0, mine = 0, unassigned = 0, waiting = 0, resolved = 0, closed = 0, all = 0;
};
BOOST_DESCRIBE_STRUCT(Counts, (), (open, mine, unassigned, waiting, resolved, closed, all))
struct Inbox {
  List<Row> items;
  Maybe<Text> next;
  Counts counts;
  Time now;
  std::int64_t position = 0;
};  ///< next: cursor for the next page
BOOST_DESCRIBE_STRUCT(Inbox, (), (items, next, counts, now, position))

struct Attachment {
  Text id, name, type;
  std::int64_t size = 0;
};
BOOST_DESCRIBE_STRUCT(Attachment, (), (id, name, type, size))
struct Message {
  Text id, kind, author, text;  ///< kind: customer, reply, automatic, note
  Maybe<Text> email;            ///< sender's address, of a mail
  Time at;
  bool has_raw = false;  ///< .../messages/{id}/raw gives the mail as it came
  Text delivery;         ///< of our mails: queued, sent, failed; else ""
  List<Attachment> attachments;
};
BOOST_DESCRIBE_STRUCT(Message, (), (id, kind, author, text, email, at, has_raw, delivery, attachments))
/// One who was to be told of an escalation. who: "" nobody; delivery: queued, sent, failed, or none (no mail was made);
/// problem: "" or no_member, no_address, no_sender, returned (the mail came back).
struct Told {
  Text who, delivery, problem;
};
BOOST_DESCRIBE_STRUCT(Told, (), (who, delivery, problem))
struct TimelineEvent {
  std::int64_t number = 0;
  Text kind, actor, what, value;
  Time at;
  bool late = false;
  List<Told> told;
};  ///< what, value: codes and names for the catalogue; late: done more than a minute behind its time
BOOST_DESCRIBE_STRUCT(TimelineEvent, (), (number, kind, actor, what, value, at, late, told))
struct ClockView {
  Text target;
  std::int64_t cycle = 0;
  Text status;
  Maybe<Time> started_at, due_at, ended_at;
  std::int64_t budget_s = 0, used_s = 0, left_s = 0;
  bool at_risk = false;
};
BOOST_DESCRIBE_STRUCT(ClockView, (),
                      (target, cycle, status, started_at, due_at, ended_at, budget_s, used_s, left_s, at_risk))
struct Conversation {
  Row row;
  Text email, language, hold_reason, policy, plan_version;
  List<Message> messages;  ///< oldest first
  List<TimelineEvent> timeline;
  List<ClockView> clocks;
  List<Text> next_states;  ///< what set-state accepts now
};
BOOST_DESCRIBE_STRUCT(Conversation, (),
                      (row, email, language, hold_reason, policy, plan_version, messages, timeline, clocks,
                       next_states))

/// after: the last_number the writer saw; another customer message since then gives 409 conflict (nothing is lost).
struct Reply {
  Text request_id, text;
  std::int64_t after = 0;
  Maybe<Text> then_state;
};
BOOST_DESCRIBE_STRUCT(Reply, (), (request_id, text, after, then_state))
struct Note {
  Text request_id, text;
};
BOOST_DESCRIBE_STRUCT(Note, (), (request_id, text))
/// What is given changes, in one transaction; assignee and segment "" mean nobody, none.
struct Change {
  Maybe<Text> state, reason, topic, priority, team, assignee, segment;
};
BOOST_DESCRIBE_STRUCT(Change, (), (state, reason, topic, priority, team, assignee, segment))

struct StretchView {
  Time from, to;
  Text why;
  std::int64_t counted_s = 0, left_s = 0;
};
BOOST_DESCRIBE_STRUCT(StretchView, (), (from, to, why, counted_s, left_s))
struct ClockExplanation {
  ClockView clock;
  Text policy, policy_name, rule, calendar, calendar_name, time_zone, plan_version;
  List<StretchView> stretches;
};
BOOST_DESCRIBE_STRUCT(ClockExplanation, (),
                      (clock, policy, policy_name, rule, calendar, calendar_name, time_zone, plan_version, stretches))

/// What the desk's pages need to offer choices.
struct DeskOptions {
  List<Named> topics, priorities, teams, agents, segments, hold_reasons;
  Text tone, business, time_zone;
  List<Text> languages;
};
BOOST_DESCRIBE_STRUCT(DeskOptions, (),
                      (topics, priorities, teams, agents, segments, hold_reasons, tone, business, time_zone, languages))

// ---- the manager -------------------------------------------------------------------------------------------------

/// The plan in force as a document: sections of headings, paragraphs, tables; already in the reader's language.
struct PlanTable {
  List<Text> head;
  List<List<Text>> rows;
};
BOOST_DESCRIBE_STRUCT(PlanTable, (), (head, rows))
struct PlanSection {
  Text id, title;
  List<Text> paragraphs;
  List<PlanTable> tables;
};
BOOST_DESCRIBE_STRUCT(PlanSection, (), (id, title, paragraphs, tables))
struct PlanDocument {
  Text version, adopted_at, adopted_by, why, digest, source;
  List<PlanSection> sections;
};  ///< source: plan.yaml as written
BOOST_DESCRIBE_STRUCT(PlanDocument, (), (version, adopted_at, adopted_by, why, digest, source, sections))
struct ChannelsNow {
  Time now;
  Text time_zone;
  List<ChannelState> channels;
};
BOOST_DESCRIBE_STRUCT(ChannelsNow, (), (now, time_zone, channels))

/// RFC 9457. code is stable; field names the input at fault ("" when none).
struct Problem {
  Text type, title, code, detail, field;
  std::int64_t status = 0;
};
BOOST_DESCRIBE_STRUCT(Problem, (), (type, title, code, detail, field, status))

}  // namespace suki::app
