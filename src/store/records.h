/// Rows as values: what the store gives and takes. Texts that can be erased (names, addresses, subjects, bodies, raw
/// mail) are in records of their own, apart from what history is made of.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "desk/conversation.h"

namespace suki::store {

/// One conversation as it stands: the core's state, and what lists are sorted and filtered by.
struct ConversationRecord {
  desk::Conversation state;
  CustomerId customer;
  ConversationId continues;  ///< the closed one that this one goes on from; none
  Instant next_wake = never;
  Instant next_due = never;  ///< earliest due of a running clock
  desk::Target next_target = desk::Target::first_reply;
  bool at_risk = false;     ///< set by events: a running clock was warned
  bool breached = false;    ///< set by events: a promise was missed in the present cycle
  bool unanswered = false;  ///< the customer wrote last
  Instant last_at;          ///< last message
  std::string digest;       ///< over all its events, 32 hex digits; "" before the first
};

struct CustomerRecord {
  CustomerId id;
  std::string name, email;  ///< email in lower case; "" unknown
  Symbol language, segment;
};

enum class MessageKind : std::uint8_t { customer, reply, automatic, note };
struct MessageRecord {
  MessageId id;
  ConversationId conversation;
  MessageKind kind = MessageKind::customer;
  AgentId agent;  ///< of a reply or note
  Instant at;
  bool has_raw = false;
  std::string mail_id;              ///< RFC 5322 Message-ID without brackets, "" for none
  std::string author, email, text;  ///< erasable
};
struct AttachmentRecord {
  std::int64_t id = 0;
  MessageId message;
  std::string name, type, bytes;
  std::int64_t size = 0;
};

/// One input: everything that the rules were asked, in commit order. Positions rise; a few are used by what is no
/// input.
struct InputRecord {
  std::int64_t position = 0;
  Instant at;
  ConversationId conversation;
  PlanVersion in_force;
  desk::Command command;
  plan::Facts facts;
};

struct AccountRecord {
  AgentId id;
  std::string login, name, password_hash, language;
  std::string email;  ///< where notices go, lower case; "" none
  bool manager = false, present = false, removed = false;
  Instant idle_since;
  std::int64_t last_taken = 0;
  std::vector<std::string> teams, skills;  ///< slugs, as given: a plan adopted later may bring them
};
struct SessionRecord {
  AgentId agent;
  std::string csrf;
  Instant expires_at;
  Instant started_at{};
  std::string address{}, device{};  ///< of the browser; "" not known
  bool second_step = false;         ///< it was begun with a code, too
};

struct PlanFileRecord {
  std::string name, bytes;
};
/// From plan version `since` on the thing `symbol` is called `slug`. since 0: from the first version on.
struct SymbolName {
  Symbol symbol;
  PlanVersion since;
  std::string slug;
};
/// A part of what a plan version was compiled from beside its files: a zone table, the days of a holiday set.
struct BasisRecord {
  std::string kind, name;  ///< one of each in a version
  std::string edition;     ///< of where it came from: "2025b"; "" not known
  std::string digest;      ///< SHA-256 of `bytes` as it was kept, 64 hex digits
  std::string bytes;       ///< as stored: whoever uses them compares the digest
};
struct PlanVersionRecord {
  PlanVersion number;
  Instant adopted_at;
  std::string adopted_by, why, digest;
};

enum class MailState : std::uint8_t { queued, sent, failed };
struct OutboxRecord {
  std::int64_t id = 0;
  MessageId message;  ///< what it carries; none for a notice
  std::string from, to, data;
  MailState state = MailState::queued;
  int attempts = 0;
  Instant next_at;
  std::string last_error;
  bool secret = false;  ///< it lets somebody in: its text is forgotten when it is sent or given up
};

/// One person who was told of an escalation step, or nobody and why. `event` is the step's number in the history.
enum class NoticeProblem : std::uint8_t {
  none,
  no_member,   ///< the team has nobody
  no_address,  ///< this person's account has no e-mail address
  no_sender,   ///< the plan has no e-mail channel to send from
  returned,    ///< the mail came back
};
struct NoticeRecord {
  std::int64_t id = 0;
  ConversationId conversation;
  std::uint32_t event = 0;
  AgentId agent;  ///< none: nobody was there to be told
  NoticeProblem problem = NoticeProblem::none;
  std::int64_t outbox = 0;                 ///< the mail; 0: none was made
  std::string mail_id;                     ///< its Message-ID without brackets
  MailState delivery = MailState::queued;  ///< of the mail; only read
};
/// A member of staff as notices need them.
struct StaffRecord {
  AgentId id;
  std::string name, email, language;
};

/// What an inbox page is cut from.
enum class View : std::uint8_t { open, mine, unassigned, waiting, resolved, closed, all };
struct ListKey {  ///< keyset: where the last page ended
  std::int64_t sort = 0, id = 0;
};
struct ListRow {
  ConversationRecord record;
  std::string subject, preview, customer_name, customer_email;
  ListKey key;
};
struct Tallies {
  std::int64_t open = 0, mine = 0, unassigned = 0, waiting = 0, resolved = 0, closed = 0, all = 0;
};
struct LoadRow {
  AgentId agent;
  Symbol channel;
  std::int64_t count = 0;
};

}  // namespace suki::store
