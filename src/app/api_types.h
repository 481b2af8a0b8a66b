/// What goes over the API, as described structs: JSON in and out and the OpenAPI document are generated from these.
/// Ids are strings; instants are RFC 3339 in UTC, null when there is none; texts of the plan come in the asked
/// language.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <boost/describe.hpp>

#include "app/compose_types.h"
#include "app/thread_types.h"
#include "app/views_types.h"

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
  bool unstaffed = false;           ///< closed though its hours are open: nobody is due who could answer
  Maybe<Time> closes_at, opens_at;  ///< of this opening; of the next one
  Text closed_text;                 ///< what the plan says when closed; "" when open
  List<Named> offered;              ///< instead, when closed, best first
  Maybe<Time> reply_by;             ///< first reply if contacted now
};
BOOST_DESCRIBE_STRUCT(ChannelState, (),
                      (id, kind, name, address, open, unstaffed, closes_at, opens_at, closed_text, offered, reply_by))

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
  Maybe<List<Text>> uploads = {};  ///< ids of files sent before
};
BOOST_DESCRIBE_STRUCT(NewConversation, (), (request_id, name, email, topic, subject, message, language, uploads))

struct Created {
  Text token;
  Text link;
  Promise promise;
};  ///< link: "/c/<token>"
BOOST_DESCRIBE_STRUCT(Created, (), (token, link, promise))

/// A file of a message. type: what its bytes are; preview: `.../preview` shows it as a picture.
struct Attachment {
  Text id, name, type;
  std::int64_t size = 0;
  bool preview = false;
};
BOOST_DESCRIBE_STRUCT(Attachment, (), (id, name, type, size, preview))
/// A file that was sent in and that a message may name by this id, once. Unnamed it is swept away after a time.
struct Upload {
  Text id, name, type;
  std::int64_t size = 0;
};
BOOST_DESCRIBE_STRUCT(Upload, (), (id, name, type, size))

struct PublicMessage {
  Text id, from, author, text;
  Time at;
  List<Attachment> attachments;
};  ///< from: customer, staff, automatic
BOOST_DESCRIBE_STRUCT(PublicMessage, (), (id, from, author, text, at, attachments))

struct PublicConversation {
  Text subject, state, topic, customer, now;
  bool can_reply = false;
  Promise promise;               ///< reply_by: due of the running first or next reply, null when nobody waits
  List<PublicMessage> messages;  ///< oldest first
  Maybe<Text> continued;         ///< this one is closed; the customer wrote on in the one behind this link ("/c/...")
};
BOOST_DESCRIBE_STRUCT(PublicConversation, (),
                      (subject, state, topic, customer, now, can_reply, promise, messages, continued))

/// text may be empty when there are uploads.
struct NewMessage {
  Text request_id, text;
  Maybe<List<Text>> uploads = {};
};
BOOST_DESCRIBE_STRUCT(NewMessage, (), (request_id, text, uploads))

// ---- sessions ----------------------------------------------------------------------------------------------------

/// code: of the second step; without one 401 second_step says that it is asked for.
struct LogIn {
  Text login, password;
  Maybe<Text> code;
};
BOOST_DESCRIBE_STRUCT(LogIn, (), (login, password, code))
/// role: agent, manager or owner; permissions: the names of what it may do. `csrf` goes into the header X-CSRF-Token.
/// email: where notices of escalations go, "" none. lacks_second_step: everybody must have one, and nothing else works
/// before.
struct Session {
  Text agent_id, login, name, role;
  List<Text> permissions;
  Text language, email, csrf;
  bool present = false, lacks_second_step = false;
};
BOOST_DESCRIBE_STRUCT(Session, (),
                      (agent_id, login, name, role, permissions, language, email, csrf, present, lacks_second_step))
struct Preferences {
  Maybe<Text> language{};
  Maybe<bool> present{};
  Maybe<Text> email{};
  Maybe<Text> name{};              ///< as customers see it
  Maybe<Text> present_password{};  ///< needed for another address, for links for a new password go there
};
BOOST_DESCRIBE_STRUCT(Preferences, (), (language, present, email, name, present_password))

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
  Text id, subject, preview, customer, state, channel, channel_id;
  Named topic, priority, team;
  Maybe<Named> assignee, segment;
  Maybe<NextDue> next_due;
  bool at_risk = false;     ///< a running clock was warned
  bool breached = false;    ///< a promise was missed in the present cycle
  bool unanswered = false;  ///< the customer wrote last
  bool erased = false;      ///< what was said is gone; subject and customer say so
  Time opened_at, last_at;
  std::int64_t last_number = 0;
};
BOOST_DESCRIBE_STRUCT(Row, (),
                      (id, subject, preview, customer, state, channel, channel_id, topic, priority, team, assignee,
                       segment, next_due, at_risk, breached, unanswered, erased, opened_at, last_at, last_number))

/// Exact, by view: open, mine, unassigned, at_risk, breached, team:ID and topic:ID (unsolved, most urgent due first);
/// waiting (pending and on hold), resolved, closed, all (newest first). teams, topics: without those that have none.
struct Counts {
  std::int64_t open = 0, mine = 0, unassigned = 0, at_risk = 0, breached = 0, waiting = 0, resolved = 0, closed = 0,
               all = 0;
  List<Tally> teams, topics;
};
BOOST_DESCRIBE_STRUCT(Counts, (),
                      (open, mine, unassigned, at_risk, breached, waiting, resolved, closed, all, teams, topics))
struct Inbox {
  List<Row> items;
  Maybe<Text> next;
  Counts counts;
  Time now;
  std::int64_t position = 0;
};  ///< next: cursor for the next page, "SORT.ID": behind the row of that key (microseconds due or last, and id)
BOOST_DESCRIBE_STRUCT(Inbox, (), (items, next, counts, now, position))

/// What the mail server that brought a mail says of its sender. verdict: verified (it came from `domain`), unverified
/// (nobody says so), forged (the owner of `domain` says that it did not come from there), or "" (no server that is
/// trusted was asked). spf, dkim, dmarc: pass, fail, ... as RFC 8601 names them, "" not said. spam: a filter marked it.
struct MailOrigin {
  Text verdict, domain, spf, dkim, dmarc, server;
  bool spam = false;
};
BOOST_DESCRIBE_STRUCT(MailOrigin, (), (verdict, domain, spf, dkim, dmarc, server, spam))
struct Message {
  Text id, kind, author, text;  ///< kind: customer, reply, automatic, note
  Maybe<Text> email;            ///< sender's address, of a mail
  Time at;
  bool has_raw = false;   ///< .../messages/{id}/raw gives the mail as it came
  bool has_html = false;  ///< .../messages/{id}/html shows the mail's HTML, made safe
  Text delivery;          ///< of our mails: queued, sent, failed, held (its address is parked), partly_held; else ""
  List<Attachment> attachments;
  Maybe<Folded> folded = {};
  Maybe<Returned> returned = {};
  Maybe<MessageMail> mail{};  ///< to whom it went, how it was laid out; null where there is nothing of that
  Maybe<MailOrigin> origin;   ///< of a mail that came in, where something is known
};
BOOST_DESCRIBE_STRUCT(Message, (),
                      (id, kind, author, text, email, at, has_raw, has_html, delivery, attachments, folded, returned,
                       mail, origin))
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
/// What the asking agent has written here and not sent. kind: reply, note, forward; writer: the page that wrote it;
/// seen: the last_number that page had shown. Without text and uploads it was sent or thrown away; its revision still
/// counts.
struct Draft {
  Text kind, text, writer;
  std::int64_t revision = 0, seen = 0;
  Time at;
  List<Upload> uploads;
  Maybe<DraftMail> mail{};
};
BOOST_DESCRIBE_STRUCT(Draft, (), (kind, text, writer, revision, seen, at, uploads, mail))
/// A reply or forward that its writer has sent and that has not gone yet. kind: reply, forward; state: waiting, or
/// stopped, and then why: moved (somebody wrote meanwhile), or the code of a refusal. undo: it only waits for its
/// undoing. to, subject: of a forward.
struct Held {
  Text id, kind, agent, author, state, why;
  bool mine = false, undo = false;
  Time created_at, send_at;
  Text text, html, to, subject;
  List<Recipient> cc, bcc;
  List<Upload> uploads;
  Maybe<Text> then_state;
};
BOOST_DESCRIBE_STRUCT(Held, (),
                      (id, kind, agent, author, state, why, mine, undo, created_at, send_at, text, html, to, subject,
                       cc, bcc, uploads, then_state))
/// Where it came from: the other system's name, and what it was called there; "" when that was erased.
struct Imported {
  Text source, id;
  List<Text> tags;  ///< that it had there
};
BOOST_DESCRIBE_STRUCT(Imported, (), (source, id, tags))
struct Conversation {
  Row row;
  Text customer;                     ///< id of the customer
  Maybe<Text> continues, continued;  ///< the closed conversation that this one goes on from; the one that goes on here
  Text email, language, hold_reason, policy, plan_version;
  List<Message> messages;  ///< oldest first
  List<TimelineEvent> timeline;
  List<ClockView> clocks;
  List<Text> next_states;          ///< what set-state accepts now
  List<Draft> drafts;              ///< of the asking agent
  List<Held> held;                 ///< of everybody, by id
  List<LinkedConversation> links;  ///< the one that opened this one, then the newest that name this one; at most 20
  List<ParkedAddress> parked;      ///< of the customer's addresses
  Maybe<Imported> imported;
};
BOOST_DESCRIBE_STRUCT(Conversation, (),
                      (row, customer, continues, continued, email, language, hold_reason, policy, plan_version,
                       messages, timeline, clocks, next_states, drafts, held, links, parked, imported))

/// after: the last_number the writer saw; when something that matters happened since then (see Since) it gives 409
/// conflict, and nothing is lost. writer: the page whose draft this was. text may be empty when there are uploads.
/// html: laid out; the text is then made of it, and a picture is "cid:ID" of one of the uploads.
struct Reply {
  Text request_id, text;
  std::int64_t after = 0;
  Maybe<Text> then_state;
  Maybe<List<Text>> uploads = {};
  Maybe<Text> writer = {};
  Maybe<Text> html = {};
  Maybe<List<Recipient>> cc = {}, bcc = {};
};
BOOST_DESCRIBE_STRUCT(Reply, (), (request_id, text, after, then_state, uploads, writer, html, cc, bcc))
struct Note {
  Text request_id, text;
  Maybe<List<Text>> uploads = {};
  Maybe<Text> writer = {};
};
BOOST_DESCRIBE_STRUCT(Note, (), (request_id, text, uploads, writer))
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
  List<Named> topics, priorities, teams, agents, segments, channels, hold_reasons;
  List<Named> own_teams;  ///< of the asker
  Text tone, business, time_zone;
  List<Text> languages;
};
BOOST_DESCRIBE_STRUCT(DeskOptions, (),
                      (topics, priorities, teams, agents, segments, channels, hold_reasons, own_teams, tone, business,
                       time_zone, languages))

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

struct ProblemValue {
  Text name, value;
};
BOOST_DESCRIBE_STRUCT(ProblemValue, (), (name, value))
/// RFC 9457. code is stable; field names the input at fault ("" when none). reason: a stable code for a sentence in the
/// reader's language, with its values; "" when there is none, then detail says it in English.
struct Problem {
  Text type, title, code, detail, field, reason;
  List<ProblemValue> values;
  std::int64_t status = 0;
  Text request_id;  ///< names its lines in the log
};
BOOST_DESCRIBE_STRUCT(Problem, (), (type, title, code, detail, field, reason, values, status, request_id))

}  // namespace suki::app
