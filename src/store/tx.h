/// One transaction: everything that may be asked of the store, by kind of thing. Methods that find nothing say so by
/// std::optional; a database that fails throws (the store turns that into an Error of the whole piece of work, and
/// undoes it). Only valid inside the work, on its thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "store/records.h"
#include "store/store.h"

namespace suki::store {

class Sql;

/// Next numbers to give. Kept in memory by the one writer, written with each group.
struct Counters {
  std::int64_t position = 0, conversation = 0, message = 0, customer = 0, agent = 0, attachment = 0, outbox = 0,
               turn = 0;
  friend bool operator==(const Counters&, const Counters&) = default;
};

class Tx {
 public:
  Tx(Sql& sql, Counters* counters, std::vector<Change>* changes) : sql_(sql), counters_(counters), changes_(changes) {}

  // ---- conversations (conversations.cpp)
  ConversationId new_conversation_id();
  std::optional<ConversationRecord> find_conversation(ConversationId id);
  /// Inserts (`before` null) or updates the projection, and the tallies with it. `before`: as it was loaded.
  void save_conversation(const ConversationRecord& record, const ConversationRecord* before);
  std::string subject(ConversationId id);
  void set_texts(ConversationId id, std::string_view subject, std::string_view preview);  ///< once, at creation
  void set_preview(ConversationId id, std::string_view preview);
  std::optional<ListRow> list_row(ConversationId id);
  /// `after` null: the first page. At most `limit` rows in the view's order. Cost O(limit).
  std::vector<ListRow> list(View view, AgentId me, const ListKey* after, int limit);
  Tallies tallies(AgentId me);   ///< exact; O(agents)
  std::vector<LoadRow> loads();  ///< open conversations by assignee and channel
  std::vector<ConversationId> due_conversations(Instant now, int limit);  ///< next_wake <= now, earliest first
  Instant next_wake();
  std::vector<ConversationRecord> waiting_for_agent(int limit);  ///< open, nobody assigned; by due
  std::optional<ConversationId> find_continuation(ConversationId closed);

  // ---- history (events.cpp)
  std::int64_t append_input(const InputRecord& input);  ///< the position; also reported to on_commit
  /// Tells those who watch that it looks different, though no rule was asked (a mail was sent). The position.
  std::int64_t touch(ConversationId id);
  std::int64_t last_position();
  std::vector<InputRecord> inputs(ConversationId id);  ///< in commit order
  void append_event(ConversationId id, const desk::Event& event);
  /// The digest of a history that goes on with `event`; "" before the first.
  static std::string chain_digest(const std::string& before, const desk::Event& event);
  std::vector<desk::Event> events(ConversationId id);  ///< by number
  /// What `digest` must be for these events.
  static std::string digest_of(const std::vector<desk::Event>& events);

  // ---- customers and their private links (customers.cpp)
  CustomerId add_customer(const CustomerRecord& customer);
  std::optional<CustomerRecord> find_customer(CustomerId id);
  std::optional<CustomerRecord> find_customer_by_email(const std::string& email);  ///< lower case; the oldest
  void update_customer(const CustomerRecord& customer);
  void add_link(std::string_view token, ConversationId id);  ///< keeps only the token's SHA-256
  std::optional<ConversationId> find_link(std::string_view token);
  /// True once per key: a request that was seen gives what it made.
  struct Request {
    ConversationId conversation;
    MessageId message;
  };
  std::optional<Request> find_request(const std::string& key);
  void add_request(const std::string& key, const Request& request, Instant at);
  std::string setting(const std::string& name);  ///< "" when not set
  void set_setting(const std::string& name, const std::string& value);

  // ---- messages (messages.cpp)
  MessageId new_message_id();
  void add_message(const MessageRecord& message);
  std::vector<MessageRecord> messages(ConversationId id);  ///< oldest first, with texts
  std::optional<MessageRecord> find_message(MessageId id);
  void add_raw_mail(MessageId message, std::string_view bytes, const std::string& digest);
  std::optional<std::string> raw_mail(MessageId message);
  std::optional<MessageId> find_raw_mail(const std::string& digest);
  void add_attachment(AttachmentRecord attachment);              ///< gives it an id
  std::vector<AttachmentRecord> attachments(ConversationId id);  ///< without bytes
  std::optional<AttachmentRecord> find_attachment(std::int64_t id);
  std::optional<MessageRecord> find_mail(const std::string& mail_id);  ///< without texts

  // ---- staff (accounts.cpp)
  AgentId add_account(const AccountRecord& account);
  std::optional<AccountRecord> find_account(AgentId id);
  std::optional<AccountRecord> find_account(const std::string& login);
  std::vector<AccountRecord> accounts();                         ///< by id, the removed ones too
  std::vector<std::pair<AgentId, std::string>> account_names();  ///< by id, the removed ones too
  std::vector<AccountRecord> present_accounts();                 ///< by id, with teams and skills; three queries
  void update_account(const AccountRecord& account);
  void update_turn(const AccountRecord& account);  ///< idle_since and last_taken alone
  std::int64_t next_turn();
  void add_session(std::string_view token, const SessionRecord& session);
  std::optional<SessionRecord> find_session(std::string_view token);
  void remove_session(std::string_view token);
  void remove_sessions(AgentId agent);
  void remove_sessions_before(Instant now);

  // ---- the plan (plans.cpp)
  std::optional<PlanVersionRecord> plan_in_force();
  std::optional<PlanVersionRecord> find_plan(PlanVersion number);
  std::vector<PlanFileRecord> plan_files(PlanVersion number);
  PlanVersion add_plan(const PlanVersionRecord& version, const std::vector<PlanFileRecord>& files);
  std::vector<std::string> symbols(std::size_t from = 0);  ///< slugs in order, beginning behind the first `from`
  void add_symbols(const std::vector<std::string>& slugs, std::size_t from);  ///< those from index `from` on

  // ---- mails to send (outbox.cpp)
  std::int64_t add_outgoing(const OutboxRecord& mail);
  std::vector<OutboxRecord> claim_outgoing(Instant now, Instant lease_until, int limit);
  std::optional<OutboxRecord> find_outgoing(std::int64_t id);  ///< without data
  void update_outgoing(const OutboxRecord& mail);              ///< state, attempts, next_at, last_error
  std::vector<std::pair<MessageId, MailState>> deliveries(ConversationId id);
  std::int64_t count_rows(const char* table);  ///< for tests and tools; `table` is one of ours

 private:
  void tell(ConversationId id, std::int64_t position);
  Counters& counters();  ///< only in a write
  Sql& sql_;
  Counters* counters_;
  std::vector<Change>* changes_;
};

}  // namespace suki::store
