/// Rows as values: what the store gives and takes. Texts that can be erased (names, addresses, subjects, bodies, raw
/// mail) are in records of their own, apart from what history is made of.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "desk/conversation.h"
#include "store/filter.h"
#include "store/role.h"
#include "store/search_query.h"

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
  Instant erased_at;        ///< 0: its texts are there. Set by Tx::erase_texts alone
};

struct CustomerRecord {
  CustomerId id;
  std::string name, email;  ///< email in lower case; "" unknown
  Symbol language, segment;
  Instant erased_at{};  ///< 0: not erased. Set by Tx::begin_erasure alone
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
  std::string digest{};  ///< SHA-256 of the bytes, 64 hex digits; given instead of bytes that are stored already
};
/// A file that was sent in and that no message names yet.
struct UploadRecord {
  AgentId agent;  ///< none: of a customer
  std::string name, type, digest;
  std::int64_t size = 0;
  Instant at;
};

/// What an agent has written and not sent. Without text and uploads: sent or thrown away; the row then only keeps the
/// revision, so that an older page cannot bring an old text back.
struct DraftRecord {
  AgentId agent;
  ConversationId conversation;
  MessageKind kind = MessageKind::reply;  ///< or note
  std::int64_t revision = 0;              ///< rises with every change
  std::string writer;                     ///< the page that wrote it
  std::int64_t seen = 0;                  ///< number of the last event that its writer had seen
  Instant at;
  std::string text;
  std::vector<std::string> uploads;  ///< tokens
};
/// A mail's HTML as a revision of the sanitiser made it safe.
struct MailHtmlRecord {
  std::int64_t revision = 0;  ///< 0: not made yet
  std::string html;           ///< "": the mail has none
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
  Role role = Role::agent;
  bool present = false;  ///< is online; see desk/presence.h
  bool removed = false;
  Instant idle_since;
  std::int64_t last_taken = 0;
  std::vector<std::string> skills;  ///< slugs, as given: a plan adopted later may bring them
};
struct SessionRecord {
  AgentId agent;
  std::string csrf;
  Instant expires_at;
  Instant started_at{};
  std::string address{}, device{};  ///< of the browser; "" not known
  bool second_step = false;         ///< it was begun with a code, too
  Instant last_used{};              ///< as far as it was written; kept by the store
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
  std::string from, to;
  std::string data;        ///< what it says, in the form that the application gives it
  bool described = false;  ///< data describes the mail; else it is the mail itself, as before step 20
  MailState state = MailState::queued;
  int attempts = 0;
  Instant next_at;
  std::string last_error;
  bool secret = false;  ///< it lets somebody in: its text is forgotten when it is sent or given up
};
/// What lies in the outbox of one mail; "" when it was sent and let somebody in, or was erased.
struct OutgoingData {
  std::string data;
  bool described = false;
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
enum class View : std::uint8_t {
  open,
  mine,
  unassigned,
  waiting,
  resolved,
  closed,
  all,
  at_risk,   ///< unsolved, and a running clock was warned
  breached,  ///< unsolved, and a promise was missed
  team,      ///< unsolved, of ListQuery::of
  topic,     ///< likewise
  filtered,  ///< ListQuery::filter
};
struct ListQuery {
  View view = View::open;
  AgentId me;
  Symbol of;
  Filter filter;
  bool from_end = false;  ///< rows from the last one back; keys likewise
};
struct ListKey {  ///< keyset: where the last page ended
  std::int64_t sort = 0, id = 0;
};
struct ListRow {
  ConversationRecord record;
  std::string subject, preview, customer_name, customer_email;
  bool customer_erased = false;
  ListKey key;
};
struct ListPage {
  std::vector<ListRow> rows;
  std::optional<ListKey> next;  ///< where to go on: a filtered page may have ended early, even without a row
};
inline constexpr int list_stretch = 5'000;  ///< rows that one page of a filter looks at, at most; chosen
/// Exact. teams, topics: of those unsolved; what no conversation ever had is left out.
struct Tallies {
  std::int64_t open = 0, mine = 0, unassigned = 0, at_risk = 0, breached = 0, waiting = 0, resolved = 0, closed = 0,
               all = 0;
  std::map<Symbol, std::int64_t> teams, topics;
};

/// A filter that an agent keeps, seen by its owner, or by everybody in `team`.
struct SavedViewRecord {
  SavedViewId id;
  AgentId owner;
  Symbol team;  ///< none: private
  std::string name;
  Filter filter;
  std::int64_t place = 0;  ///< in the owner's order
  Instant removed_at;      ///< 0: it is there
};
/// What is looked for, in conversations that `filter` lets through, in messages of [from, to).
struct SearchAsk {
  SearchQuery query;
  Filter filter;
  AgentId me;
  Instant from{}, to = never;
  MessageId before;  ///< older ones only
  int limit = 50;

  [[nodiscard]] bool is_of_any_time() const { return from == Instant{} && to == never; }
};
/// Matches whose conversations one page of a search with a filter looks at, at most; chosen, see bench/search.
inline constexpr int search_stretch = 1'000;
struct SearchPage {
  std::vector<MessageId> found;   ///< newest first
  std::optional<MessageId> next;  ///< `before` of the next page, which may have none
};
struct LoadRow {
  AgentId agent;
  Symbol channel;
  std::int64_t count = 0;
};

}  // namespace suki::store
