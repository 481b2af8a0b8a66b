/// One transaction: everything that may be asked of the store, by kind of thing. Methods that find nothing say so by
/// std::optional; a database that fails throws (the store turns that into an Error of the whole piece of work, and
/// undoes it). Only valid inside the work, on its thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "store/access_records.h"
#include "store/privacy_records.h"
#include "store/records.h"
#include "store/roster_records.h"
#include "store/store.h"
#include "store/writing.h"

namespace suki::store {

class Sql;
struct Figures;

class Tx {
 public:
  /// `writing` null: it only reads.
  Tx(Sql& sql, Writing* writing) : sql_(sql), writing_(writing) {}

  /// This piece of work may run while others that say the same do; said before anything else. Else it runs alone, as if
  /// one write came after the other, and never has to think of it. Beside others, what is marked "locks" waits for
  /// others who have read or written the same, until the end of the transaction; what is read without such a mark may
  /// change meanwhile. Who is present, the plan, settings and accounts change only in work that runs alone.
  void beside_others();

  // ---- conversations (conversations.cpp)
  ConversationId new_conversation_id();
  std::optional<ConversationRecord> find_conversation(ConversationId id);  ///< locks it and all that belongs to it
  /// Inserts (`before` null) or updates the projection, and the tallies with it. `before`: as it was loaded.
  void save_conversation(const ConversationRecord& record, const ConversationRecord* before);
  std::string subject(ConversationId id);
  void set_texts(ConversationId id, std::string_view subject, std::string_view preview);  ///< once, at creation
  void set_preview(ConversationId id, std::string_view preview);
  std::vector<ConversationId> due_conversations(Instant now, int limit);  ///< next_wake <= now, earliest first
  Instant next_wake();
  std::vector<ConversationRecord> waiting_for_agent(int limit);  ///< open, nobody assigned; by due; locks them
  std::optional<ConversationId> find_continuation(ConversationId closed);
  /// Of one customer, the newest first; `before` none: from the newest on. Cost O(limit).
  std::vector<ListRow> conversations_of(CustomerId customer, ConversationId before, int limit);
  std::int64_t count_conversations_of(CustomerId customer, int limit);  ///< at most `limit`
  std::optional<ConversationId> first_conversation_of(CustomerId customer);
  std::optional<ConversationId> next_conversation_of(CustomerId customer, ConversationId after);  ///< by id

  // ---- lists (lists.cpp)
  std::optional<ListRow> list_row(ConversationId id);
  /// `after` null: the first page. At most `limit` rows in the view's order. Cost O(limit), of a filter
  /// O(list_stretch).
  ListPage list(const ListQuery& query, const ListKey* after, int limit);
  std::vector<ListRow> list(View view, AgentId me, const ListKey* after, int limit);
  static std::vector<std::string> list_statements();  ///< every statement behind these, for a look at their plans

  // ---- counts (tallies.cpp)
  Tallies tallies(AgentId me);                    ///< exact; O(teams + topics)
  std::map<AgentId, std::int64_t> mine_of_all();  ///< Tallies::mine of every agent who has any
  std::vector<LoadRow> loads();                   ///< open conversations by assignee and channel

  /// How many each filter lets through, exactly. Cost: of the cells of the agents and states that they name, each read
  /// once (cells.cpp).
  std::vector<std::int64_t> count(std::span<const Filter> filters, AgentId me);

  // ---- filters under a name (saved_views.cpp)
  SavedViewId add_saved_view(const SavedViewRecord& view);  ///< gives it an id
  void update_saved_view(const SavedViewRecord& view);
  std::optional<SavedViewRecord> find_saved_view(SavedViewId id);  ///< a removed one too
  std::vector<SavedViewRecord> saved_views(AgentId owner);         ///< in the owner's order, without removed ones
  std::vector<SavedViewRecord> shared_views();                     ///< with any team
  void purge_saved_views(AgentId owner, Instant before);           ///< of removed ones

  // ---- history (events.cpp)
  /// Gets its position at the end of the transaction, in commit order; also reported to on_commit.
  void append_input(const InputRecord& input);
  /// Tells those who watch that it looks different, though no rule was asked (a mail was sent). Takes a position.
  void touch(ConversationId id);
  /// The same of all of them (names have changed): whoever watches reads everything again.
  void touch_all() { touch(ConversationId()); }
  std::int64_t last_position();
  std::vector<InputRecord> inputs(ConversationId id);  ///< in commit order; not those of this very transaction
  void append_event(ConversationId id, const desk::Event& event);
  /// The digest of a history that goes on with `event`; "" before the first.
  static std::string chain_digest(const std::string& before, const desk::Event& event);
  std::vector<desk::Event> events(ConversationId id);  ///< by number
  /// What `digest` must be for these events.
  static std::string digest_of(const std::vector<desk::Event>& events);

  // ---- customers and their private links (customers.cpp)
  CustomerId add_customer(const CustomerRecord& customer);
  std::optional<CustomerRecord> find_customer(CustomerId id);  ///< locks
  /// Lower case; the oldest. Locks the address, whether there is one or not.
  std::optional<CustomerRecord> find_customer_by_email(const std::string& email);
  void update_customer(const CustomerRecord& customer);
  void add_link(std::string_view token, ConversationId id);  ///< keeps only the token's SHA-256
  std::optional<ConversationId> find_link(std::string_view token);
  /// True once per key: a request that was seen gives what it made.
  struct Request {
    ConversationId conversation;
    MessageId message;
  };
  std::optional<Request> find_request(const std::string& key);  ///< locks the key
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
  std::optional<MessageId> find_raw_mail(const std::string& digest);   ///< locks the digest
  std::optional<MessageRecord> find_mail(const std::string& mail_id);  ///< without texts

  // ---- search (search.cpp)
  /// Once for each message, in the transaction that adds it; `subject` of its conversation.
  void index_message(const MessageRecord& message, std::string_view subject);
  void unindex_message(MessageId id);  ///< before its texts, or its conversation's, are erased
  /// Cost: of finding search_stretch matches, and the rows of so many messages.
  SearchPage search(const SearchAsk& ask);
  /// What those say that are there, and the subjects of their conversations; newest first.
  std::vector<std::pair<MessageRecord, std::string>> read_found(std::span<const MessageId> found);
  struct SearchCheck {
    MessageId last;                  ///< the next slice begins behind it
    bool done = false;               ///< all were checked, and how many there are
    std::vector<std::string> wrong;  ///< sentences
  };
  SearchCheck check_search(MessageId after, int limit);  ///< against the texts, of `limit` messages
  // ---- files: the bytes of a content lie here once, whoever sent them (files.cpp)
  void add_attachment(AttachmentRecord attachment);              ///< gives it an id; locks the content
  std::vector<AttachmentRecord> attachments(ConversationId id);  ///< by id, without bytes
  std::optional<AttachmentRecord> find_attachment(std::int64_t id);
  std::optional<std::string> content(const std::string& digest);
  void add_upload(std::string_view token, const UploadRecord& upload, std::string_view bytes);
  std::optional<UploadRecord> find_upload(std::string_view token);
  void remove_upload(std::string_view token);  ///< its content stays: a message has it now
  std::int64_t upload_bytes(AgentId agent);    ///< in all that no message names yet; none: of all customers
  /// Takes away uploads that came before, of customers (`staff` false) or agents, and contents that nothing else has.
  int sweep_uploads(bool staff, Instant before, int limit);

  // ---- what is being written (drafts.cpp)
  std::optional<DraftRecord> find_draft(AgentId agent, ConversationId id, MessageKind kind);
  void save_draft(const DraftRecord& draft);
  std::vector<ConversationId> drafted(AgentId agent, int limit);  ///< with something in it; newest first

  // ---- HTML of mails, made safe (mail_html.cpp)
  void set_mail_html(MessageId message, const MailHtmlRecord& html);
  std::optional<MailHtmlRecord> mail_html(MessageId message);
  std::vector<MessageId> mails_with_html(ConversationId id);                  ///< by id
  std::vector<MessageId> mail_html_before(std::int64_t revision, int limit);  ///< made by an earlier revision

  // ---- staff (accounts.cpp)
  AgentId add_account(const AccountRecord& account);
  std::optional<AccountRecord> find_account(AgentId id);  ///< locks
  std::optional<AccountRecord> find_account(const std::string& login);
  std::vector<AccountRecord> accounts();                         ///< by id, the removed ones too
  std::vector<std::pair<AgentId, std::string>> account_names();  ///< by id, the removed ones too
  std::vector<AccountRecord> present_accounts();  ///< online; by id, with skills; two queries; locks the floor
  std::optional<AgentId> find_account_by_email(const std::string& email);  ///< lower case; not a removed one
  void update_account(const AccountRecord& account);  ///< all but `present`, which save_presence() sets
  void update_turn(const AccountRecord& account);     ///< idle_since and last_taken alone
  std::int64_t next_turn();
  void add_session(std::string_view token, const SessionRecord& session);
  std::optional<SessionRecord> find_session(std::string_view token);
  void remove_session(std::string_view token);
  void remove_sessions(AgentId agent);
  /// Those that end by `now`, and those that nobody used after `idle_since`.
  void remove_sessions_before(Instant now, Instant idle_since);
  std::vector<AgentId> present_without_session();  ///< online or away; by id
  /// When the first one ends: at its end, or `idle` after it was used last. never: nobody is logged in.
  Instant next_session_end(Span idle);

  // ---- who may get in (access.cpp). Tokens and codes are kept as their SHA-256 alone.
  std::vector<SessionView> sessions(AgentId agent, std::string_view asker);  ///< the last used first; asker: a token
  bool remove_session(AgentId agent, const std::string& id);                 ///< SessionView::id; false: no such one
  void remove_other_sessions(AgentId agent, std::string_view token);
  void saw_session(std::string_view token, Instant at, const std::string& address);
  std::int64_t add_invite(std::string_view token, const InviteRecord& invite);  ///< its id
  std::optional<InviteRecord> find_invite(std::string_view token);
  std::optional<InviteRecord> find_invite(std::int64_t id);
  std::vector<InviteRecord> invites(int limit);  ///< the newest first
  std::int64_t count_open_invites(Instant now);
  void update_invite(const InviteRecord& invite);  ///< name, email, used_at, revoked_at, joined
  void forget_old_invites(Instant ended_before);
  void add_reset_link(std::string_view token, const ResetLinkRecord& link);
  std::optional<ResetLinkRecord> find_reset_link(std::string_view token);
  void remove_reset_links(AgentId agent);
  void remove_reset_links_before(Instant now);
  std::optional<SecondStepRecord> find_second_step(AgentId agent);
  void set_second_step(const SecondStepRecord& step);
  void remove_second_step(AgentId agent);  ///< with the recovery codes
  void set_recovery_codes(AgentId agent, const std::vector<std::string>& codes);
  bool use_recovery_code(AgentId agent, std::string_view code);  ///< true once for each
  std::int64_t count_recovery_codes(AgentId agent);

  // ---- browsers that people logged in with, and how often each was told of their way in (browsers.cpp)
  bool is_browser(std::string_view token);  ///< of anybody
  std::int64_t count_browsers(AgentId agent);
  /// True: this person had it already. Keeps the `kept_max` used last of each person.
  bool saw_browser(AgentId agent, std::string_view token, Instant at, int kept_max);
  /// Counts one more mail of `kind`; how many it makes within the `window` that the first one began.
  std::int64_t count_access_notice(AgentId agent, std::int64_t kind, Instant now, Span window);
  void forget_access_of(AgentId agent);  ///< browsers and counts of somebody who left

  // ---- who did what (audit.cpp)
  void add_audit(AuditRecord record);  ///< gives it its number and hash; only in work that runs alone
  /// The newest first; `before` null: the first page. Cost O(limit) and the rows passed over.
  std::vector<AuditRecord> audit(const AuditQuery& query, const AuditKey* before, int limit);
  std::vector<AuditRecord> audit_after(std::int64_t number, int limit);  ///< by number
  AuditHead audit_head();  ///< of the last record, kept apart from it; number 0: there is none
  static std::string audit_hash(const std::string& before, const AuditRecord& record);

  // ---- memberships, shifts, presence (roster.cpp). What changes them goes into the input log, and runs alone
  std::int64_t add_membership(MembershipRecord membership);  ///< gives it an id
  void update_membership(const MembershipRecord& membership);
  void remove_membership(const MembershipRecord& membership, Instant now);
  std::optional<MembershipRecord> find_membership(std::int64_t id);
  std::vector<MembershipRecord> memberships(AgentId agent);  ///< by from, then id
  /// In force at some instant of [from, until); by agent, the removed ones' too.
  std::vector<MembershipRecord> memberships_within(Instant from, Instant until);
  std::vector<StaffRecord> team_members(Symbol team, Instant at);  ///< by id, without the removed
  std::int64_t add_shift(ShiftRecord shift);                       ///< gives it an id
  void remove_shift(const ShiftRecord& shift, Instant now);
  std::optional<ShiftRecord> find_shift(std::int64_t id);
  std::vector<ShiftRecord> shifts_within(Instant from, Instant until);  ///< that touch [from, until); by agent, from
  std::vector<ShiftRecord> shifts_within(AgentId agent, Instant from, Instant until);
  /// When memberships or shifts begin or end, or a roster is known no more, after `after`; never. Five index reads.
  Instant next_roster_change(Instant after);
  std::map<AgentId, desk::PresenceState> presences();  ///< who has none is offline
  std::optional<desk::PresenceState> find_presence(AgentId agent);
  void save_presence(AgentId agent, const desk::PresenceState& state);
  void append_roster_input(const desk::RosterInput& input, Instant at);
  void touch_roster();  ///< whoever watches is told that it looks different now; no input
  std::vector<LoggedInput> inputs_after(std::int64_t position, int limit);  ///< in commit order

  // ---- the plan (plans.cpp)
  std::optional<PlanVersionRecord> plan_in_force();
  std::optional<PlanVersionRecord> find_plan(PlanVersion number);
  std::vector<PlanFileRecord> plan_files(PlanVersion number);
  std::vector<PlanVersionRecord> plan_versions();  ///< by number
  PlanVersion add_plan(const PlanVersionRecord& version, const std::vector<PlanFileRecord>& files);
  std::vector<BasisRecord> plan_basis(PlanVersion number);  ///< in any order; one whose bytes are gone has none
  /// For a version that has none yet. Bytes that are stored already are not stored again.
  void add_plan_basis(PlanVersion number, const std::vector<BasisRecord>& basis);
  void set_plan_digest(PlanVersion number, const std::string& digest);
  std::vector<SymbolName> symbol_names(PlanVersion up_to);  ///< by since, then symbol
  void add_symbol_names(const std::vector<SymbolName>& names);

  // ---- mails to send (outbox.cpp)
  std::int64_t add_outgoing(const OutboxRecord& mail);
  std::vector<OutboxRecord> claim_outgoing(Instant now, Instant lease_until, int limit);  ///< without data
  /// Those that were claimed and not reported since may be claimed again from `now` on.
  void release_outgoing(Instant now);
  std::optional<OutboxRecord> find_outgoing(std::int64_t id);  ///< without data
  std::optional<OutgoingData> outgoing_data(std::int64_t id);
  void update_outgoing(const OutboxRecord& mail);  ///< state, attempts, next_at, last_error
  std::vector<std::pair<MessageId, MailState>> deliveries(ConversationId id);

  // ---- who was told of an escalation (notices.cpp)
  std::int64_t add_notice(const NoticeRecord& notice);
  std::vector<NoticeRecord> notices(ConversationId id);  ///< by id, with delivery
  std::optional<NoticeRecord> find_notice(std::int64_t outbox_id);
  std::optional<NoticeRecord> find_notice(const std::string& mail_id);
  void set_notice_problem(std::int64_t notice_id, NoticeProblem problem);

  // ---- erasing, and what is kept of a customer (privacy.cpp). All that writes runs alone
  CustomerHoldings holdings(CustomerId id);
  std::vector<CustomerId> customers_with_email(const std::string& email, CustomerId but, int limit);  ///< by id
  /// Takes the customer's name and address away and keeps the record; who is being erased already stays so.
  void begin_erasure(const ErasureRecord& erasure);
  void update_erasure(const ErasureRecord& erasure);  ///< done_at and counts
  std::optional<ErasureRecord> find_erasure(CustomerId id);
  std::optional<ErasureRecord> next_erasure();                                     ///< not done; the oldest
  std::vector<ErasureRecord> erasures(const ErasureKey* before, int limit);        ///< the newest first
  std::vector<ErasureRecord> erasures_after(CustomerId after, int limit);          ///< by customer
  std::vector<ConversationId> conversations_to_erase(CustomerId id, int limit);    ///< by id
  std::vector<ConversationId> conversations_to_forget(Instant before, int limit);  ///< solved; last message before
  std::int64_t count_conversations_to_forget(Instant before);                      ///< cost O(count)
  struct CustomersToForget {
    std::vector<CustomerId> found;
    CustomerId last;  ///< the next stretch begins behind it
    bool done = false;
  };
  /// Of `stretch` customers behind `after` those whose conversations are all solved, with the last message before.
  CustomersToForget customers_to_forget(Instant before, CustomerId after, int stretch);
  /// What conversations_to_forget() finds as time passes, the longest silent first. `after`: null, the beginning.
  std::vector<Forgettable> next_to_forget(const ForgetKey* after, int limit);
  struct NextCustomers {
    std::vector<Forgettable> found;  ///< with their newest conversation
    ForgetKey last;                  ///< the next stretch begins behind it
    bool done = false;
  };
  /// Likewise of customers_to_forget(): those whose newest conversation is among the next `stretch`, at most `limit`.
  NextCustomers next_customers_to_forget(const ForgetKey* after, int stretch, int limit);
  /// Takes away everything that was said in a conversation, with its files, mails, drafts and private link. Its events
  /// and the ids of its messages stay. Done again, it does nothing. Cost O(its texts).
  ErasedCounts erase_texts(ConversationId id, Instant now);
  void add_retention(const RetentionDay& day);          ///< adds to what the day has
  std::vector<RetentionDay> retention_days(int limit);  ///< the newest first
  void want_scrub();                                    ///< after something was erased
  /// A step of seeing to it that no file of the store holds what was erased. False: there is nothing more to do. On
  /// PostgreSQL that is VACUUM's work.
  bool scrub(int pages);
  bool is_scrubbed();
  std::vector<SentMail> sent_mails(ConversationId id);                                ///< by id
  std::vector<std::pair<MessageId, std::int64_t>> raw_mail_sizes(ConversationId id);  ///< by id
  std::vector<DraftRecord> drafts_about(ConversationId id);  ///< of everybody, with something in it

  // ---- the whole in figures (figures.cpp, figures.h)
  Figures figures(Instant now);  ///< cost O(teams + topics), and O(figures_stretch) rows of indexes

  // ---- checking the whole (check.cpp)
  std::vector<ConversationId> conversations_after(ConversationId after, int limit);  ///< by id
  /// Sentences; each about counts that are not those of the rows. Some passes over the conversations.
  std::vector<std::string> wrong_tallies();
  /// What lists are cut by is what the record's state says.
  bool has_list_columns_of(const ConversationRecord& record);
  std::vector<std::string> wrong_counters();  ///< likewise, about numbers that would be given twice
  /// Likewise, about rows that name another one that is not there, which the database itself does not watch. The first
  /// few of each kind.
  std::vector<std::string> wrong_references();

  struct ContentCheck {
    std::string last;  ///< the next slice begins behind it
    bool done = false;
    std::vector<std::string> wrong;  ///< sentences
  };
  /// Contents of files and mails against their SHA-256: about `bytes` of them, one at least. `after`: "" or `last`.
  ContentCheck check_contents(const std::string& after, std::int64_t bytes);

  std::int64_t count_rows(const char* table);  ///< for tests and tools; `table` is one of ours

  // ---- for areas of this room whose records and statements stand in headers of their own
  Sql& sql() { return sql_; }
  std::int64_t next(Counter counter);  ///< a new id; only in a write

 private:
  std::vector<std::string> wrong_cells();                                  ///< the first few
  std::vector<MessageId> newest_matches(const SearchAsk& ask, int limit);  ///< newest first
  std::int64_t erase_drafts(ConversationId id);                            ///< how many files went with them
  std::int64_t erase_files(ConversationId id);
  void erase_outgoing(ConversationId id);
  void forget_content(const std::string& digest);  ///< when nothing names it any more
  Writing& writing();                              ///< only in a write
  bool untouched(Lock lock, std::uint64_t id);     ///< see Writing; false when it only reads
  void wrote(Lock lock, std::uint64_t id);
  Sql& sql_;
  Writing* writing_;
};

}  // namespace suki::store
