/// The use cases: one method per thing that somebody may do. Each runs inside a transaction of the store, loads what
/// it needs, asks the core, and writes events, projection, texts and outbox together. No HTTP and no SQL here.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/api_types.h"
#include "app/permissions.h"
#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"
#include "store/store.h"

namespace suki::app {

/// Who asks, already proved.
struct Caller {
  AgentId agent;
  Role role = Role::agent;
  std::string language = "en";  ///< of the texts that come back
  std::string address = {};     ///< where the request came from; for the audit log
  std::string request = {};     ///< the request's id; likewise
};

/// Where a session begins.
struct Device {
  std::string address, name;  ///< name: "Firefox on Linux"
  bool second_step = false;   ///< proved by a code, too
  /// What the browser keeps since an earlier log-in, "" nothing; none: it is no browser, and nobody is told of it.
  std::optional<std::string> browser = std::nullopt;
};

/// Time, chance and time zones, handed in so that tests decide them.
struct Host {
  std::function<Instant()> now;
  std::function<std::string(std::size_t bytes)> random_token;  ///< base64url of that many random bytes
  std::string site_url = "http://127.0.0.1:8080";              ///< without a slash at its end; of the links in mails
  std::string zone_folder = {};  ///< the tz database plans are adopted with; "": the system's
  std::string secret_key = {};   ///< 32 bytes, kept outside the store; "": no second step can be set up or checked
  /// A clock that nobody sets, for presence; none: now().
  std::function<Instant()> steady = {};
  Span session_idle = hours(2);  ///< nobody used a session for so long: it is over
  bool reply_addresses = true;   ///< Reply-To is HELP+r-TOKEN@...; false: the mail server knows no such addresses
  bool mail_budgets = true;      ///< false: automatic mails are not counted (see mail_budget.h); for benchmarks
};

/// A conversation changed, or (none) all may look different, or `staff`: presence, teams, shifts. Sent to those who
/// watch after the commit.
struct Changed {
  std::int64_t position = 0;
  ConversationId conversation;
  bool staff = false;
};

/// An error's `detail` is for a problem document: "field: what is wrong" for bad_input, the refusal's name for refused.
class App {
 public:
  App(store::Store& store, Host host);
  ~App();
  /// Loads the plan in force (if any). Versions from before a version kept what it was compiled from get that now, from
  /// this machine. Called once before anything else.
  Result<void> start();
  /// Called on the writer's thread after each durable group. One subscriber, or {} for none; once this returns, the
  /// one before is neither running nor called again.
  void on_changed(std::function<void(const std::vector<Changed>&)> subscriber);
  /// Instead of the host's, for a server that learns its port late. Called before the first request.
  void set_site_url(std::string url);

  // ---- public; `language` may be unknown to the plan: its default is used
  Result<Site> site(store::Tx&, const std::string& language);
  Result<Promise> promise(store::Tx&, const std::string& channel, const std::string& topic,
                          const std::string& language);
  /// `source`: the address it came from, as budgets count it; "" not known.
  Result<Created> create_by_form(store::Tx&, const NewConversation&, const std::string& source = "");
  Result<PublicConversation> public_conversation(store::Tx&, const std::string& token, const std::string& language);
  Result<PublicConversation> public_message(store::Tx&, const std::string& token, const NewMessage&,
                                            const std::string& language);

  // ---- accounts and sessions. Password hashing (argon2id) takes long: check_password runs outside any transaction.
  struct Account {
    AgentId id;
    std::string login, name, language, email, password_hash;
    Role role;
    bool present;
  };
  Result<Account> find_account(store::Tx&, const std::string& login);
  static bool check_password(const std::string& hash, const std::string& password);  ///< constant time; ~50 ms
  static std::string hash_password(const std::string& password);                     ///< likewise ~50 ms
  /// The same for a password that somebody chose: bad_input when it is too short, too long or common. Likewise outside.
  static Result<std::string> hash_new_password(const std::string& password);
  struct NewSession {
    std::string token;      ///< the cookie's value
    Span length;            ///< from now on, when nobody logs out before
    std::string browser{};  ///< what the browser is to keep; "" nothing
    Session session;
  };
  Result<NewSession> start_session(store::Tx&, AgentId, const Device& = {});
  struct ActiveSession {
    Caller caller;
    Session session;
  };
  Result<ActiveSession> find_session(store::Tx&, const std::string& token);  ///< unauthorized when absent or over
  Result<void> end_session(store::Tx&, const std::string& token);
  Result<Session> set_preferences(store::Tx&, const std::string& token, const Preferences&);
  /// Ends sessions whose time is over; who has none left is offline, so that nothing is given to them.
  Result<void> end_old_sessions(store::Tx&);
  Result<Instant> next_session_end(store::Tx&);  ///< never: nobody is logged in
  struct NewAccount {
    std::string login, name;
    std::string password_hash;  ///< of hash_new_password()
    Role role = Role::agent;
    std::vector<std::string> teams, skills;  ///< must be in the plan in force
    std::string email;                       ///< where notices go; "" none
    std::string language;                    ///< "": the plan's first
  };
  /// Errors: bad_input, conflict (the login is taken).
  Result<AgentId> create_account(store::Tx&, const NewAccount&);
  Result<std::vector<Account>> accounts(store::Tx&);  ///< by id, without those removed
  Result<void> set_password(store::Tx&, const std::string& login,
                            const std::string& password_hash);                             ///< ends the sessions
  Result<void> set_email(store::Tx&, const std::string& login, const std::string& email);  ///< "" none
  /// The account can no longer log in; what it wrote stays, its conversations go back to their teams.
  Result<void> remove_account(store::Tx&, const std::string& login);

  // ---- the desk
  Result<Inbox> inbox(store::Tx&, const Caller&, const std::string& view, const std::string& cursor, int limit,
                      bool from_end = false);
  Result<Row> row(store::Tx&, const Caller&, ConversationId);
  Result<Conversation> conversation(store::Tx&, const Caller&, ConversationId);
  Result<Conversation> reply(store::Tx&, const Caller&, ConversationId, const Reply&);
  Result<Conversation> note(store::Tx&, const Caller&, ConversationId, const Note&);
  Result<Conversation> change(store::Tx&, const Caller&, ConversationId, const Change&);
  Result<ClockExplanation> explain(store::Tx&, const Caller&, ConversationId, const std::string& target, int cycle);
  struct Blob {
    std::string bytes, type, name;
  };
  Result<Blob> raw_mail(store::Tx&, const Caller&, MessageId);
  Result<Blob> attachment(store::Tx&, const Caller&, std::int64_t attachment_id);
  Result<DeskOptions> options(store::Tx&, const Caller&);

  // ---- the operator
  struct VerifySlice {
    std::int64_t checked = 0, in_all = 0;  ///< conversations: of this slice, of the store
    ConversationId last;                   ///< the next slice begins behind it
    bool done = false;                     ///< all were checked, and what spans them
    std::vector<std::string> differences;  ///< a sentence each
  };
  /// Plays `limit` conversations behind `after` again from the input log and compares everything stored of them.
  Result<VerifySlice> verify(store::Tx&, ConversationId after, int limit);

  // ---- the manager
  Result<PlanDocument> plan_document(store::Tx&, const Caller&);
  /// Something that the plan in force was compiled from and keeps, beside what this machine and this suki have now.
  struct Kept {
    std::string kind, name;      ///< "zone", "holiday_set", "ical"
    std::string edition, now;    ///< releases of the tz database; "": not known, or it has none
    Instant differs_at = never;  ///< from when on, not before the adoption; never: it is the same
    bool gone = false;           ///< there is nothing by this name now
  };
  struct PlanStatus {
    PlanVersion number;
    Instant adopted_at;
    std::string adopted_by, why, digest;
    std::vector<Kept> kept;  ///< by kind, then name
  };
  /// Reads the tz database: milliseconds.
  Result<PlanStatus> plan_status(store::Tx&);
  Result<ChannelsNow> channels_now(store::Tx&, const Caller&);
  struct PlanFile {
    std::string name, bytes;
  };
  /// Checks and puts in force; bad_plan with the diagnostics in detail, a line each; also when an id is gone that a
  /// conversation not yet closed still uses and no `was:` says under which it goes on. Old versions stay, whole, with
  /// the zone tables and holidays that they were compiled from. Cost O(conversations not closed).
  Result<PlanVersion> adopt(store::Tx&, const std::vector<PlanFile>& folder, const std::string& by,
                            const std::string& why);

  // ---- mail and time
  struct Delivered {
    ConversationId conversation;
    MessageId message;
    bool duplicate = false;
    std::int64_t quarantine = 0;  ///< it is kept there, under this number, and belongs to no conversation
  };
  /// One mail as it came, at its receipt: what cannot be understood is kept in quarantine (mail_intake.h). Errors mean
  /// that nothing was stored and that the sender should try again; one that the mail itself causes is not met twice.
  Result<Delivered> deliver_mail(store::Tx&, const std::string& raw);
  /// Performs what is due by `now` for at most `limit` conversations; the count done.
  Result<int> wake(store::Tx&, int limit);
  Result<Instant> next_wake(store::Tx&);  ///< never: nothing is planned
  struct OutgoingMail {
    std::int64_t outbox_id;
    std::string from, to;
    int attempts;
  };
  Result<std::vector<OutgoingMail>> claim_outgoing(store::Tx&, int limit);  ///< leased for 5 minutes
  /// Its bytes, the same each time. Errors: not_found (erased meanwhile), bad_input (no mail can be made of it).
  Result<std::string> outgoing_bytes(store::Tx&, std::int64_t outbox_id);
  /// What a sender that is no more had claimed and did not report may be claimed at once.
  Result<void> release_outgoing(store::Tx&);
  Result<void> mail_sent(store::Tx&, std::int64_t outbox_id);
  Result<void> mail_failed(store::Tx&, std::int64_t outbox_id, const std::string& why, bool for_good);

  struct Shared;  ///< of this room's sources
  /// For the use cases that stand outside this class.
  [[nodiscard]] Shared& shared() { return *shared_; }

 private:
  std::unique_ptr<Shared> shared_;
};

}  // namespace suki::app
