/// The use cases: one method per thing that somebody may do. Each runs inside a transaction of the store, loads what
/// it needs, asks the core, and writes events, projection, texts and outbox together. No HTTP and no SQL here.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/api_types.h"
#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"
#include "store/store.h"

namespace suki::app {

enum class Role : std::uint8_t { agent, manager };

/// Who asks, already proved.
struct Caller {
  AgentId agent;
  Role role = Role::agent;
  std::string language = "en";  ///< of the texts that come back
};

/// Time and chance, handed in so that tests decide both.
struct Host {
  std::function<Instant()> now;
  std::function<std::string(std::size_t bytes)> random_token;  ///< base64url of that many random bytes
  std::string site_url = "http://127.0.0.1:8080";              ///< without a slash at its end; of the links in mails
};

/// A conversation changed; sent to those who watch after the commit.
struct Changed {
  std::int64_t position = 0;
  ConversationId conversation;
};

/// An error's `detail` is for a problem document: "field: what is wrong" for bad_input, the refusal's name for refused.
class App {
 public:
  App(store::Store& store, Host host);
  ~App();
  /// Loads the plan in force (if any) and the symbols. Called once before anything else.
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
  Result<Created> create_by_form(store::Tx&, const NewConversation&);
  Result<PublicConversation> public_conversation(store::Tx&, const std::string& token, const std::string& language);
  Result<PublicConversation> public_message(store::Tx&, const std::string& token, const NewMessage&,
                                            const std::string& language);

  // ---- accounts and sessions. Password hashing (argon2id) takes long: check_password runs outside any transaction.
  struct Account {
    AgentId id;
    std::string login, name, language, password_hash;
    Role role;
    bool present;
  };
  Result<Account> find_account(store::Tx&, const std::string& login);
  static bool check_password(const std::string& hash, const std::string& password);  ///< constant time; ~50 ms
  static std::string hash_password(const std::string& password);                     ///< likewise ~50 ms
  struct NewSession {
    std::string token;
    Session session;
  };  ///< token: the cookie's value
  Result<NewSession> start_session(store::Tx&, AgentId);
  struct ActiveSession {
    Caller caller;
    Session session;
  };
  Result<ActiveSession> find_session(store::Tx&, const std::string& token);  ///< unauthorized when absent or over
  Result<void> end_session(store::Tx&, const std::string& token);
  Result<Session> set_preferences(store::Tx&, const std::string& token, const Preferences&);
  /// Errors: bad_input, conflict (the login is taken). Teams and skills must be in the plan in force.
  Result<AgentId> create_account(store::Tx&, const std::string& login, const std::string& name,
                                 const std::string& password, Role role, const std::vector<std::string>& teams,
                                 const std::vector<std::string>& skills);
  Result<std::vector<Account>> accounts(store::Tx&);  ///< by id, without those removed
  Result<void> set_password(store::Tx&, const std::string& login,
                            const std::string& password_hash);  ///< ends the sessions
  /// The account can no longer log in; what it wrote stays, its conversations go back to their teams.
  Result<void> remove_account(store::Tx&, const std::string& login);

  // ---- the desk
  Result<Inbox> inbox(store::Tx&, const Caller&, const std::string& view, const std::string& cursor, int limit);
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

  // ---- the manager
  Result<PlanDocument> plan_document(store::Tx&, const Caller&);
  Result<ChannelsNow> channels_now(store::Tx&, const Caller&);
  struct PlanFile {
    std::string name, bytes;
  };
  /// Checks and puts in force; bad_plan with the diagnostics in detail, a line each; also when an id is gone that a
  /// conversation not yet closed still uses. Old versions stay, whole. Cost O(conversations not closed).
  Result<PlanVersion> adopt(store::Tx&, const std::vector<PlanFile>& folder, const std::string& by,
                            const std::string& why);

  // ---- mail and time
  struct Delivered {
    ConversationId conversation;
    MessageId message;
    bool duplicate = false;
  };
  /// One mail as it came, at its receipt. Never fails for what the mail holds: what cannot be understood is stored raw
  /// and shown as such. Errors are the store's alone (the sender should try again).
  Result<Delivered> deliver_mail(store::Tx&, const std::string& raw);
  /// Performs what is due by `now` for at most `limit` conversations; the count done.
  Result<int> wake(store::Tx&, int limit);
  Result<Instant> next_wake(store::Tx&);  ///< never: nothing is planned
  struct OutgoingMail {
    std::int64_t outbox_id;
    std::string from, to, data;
    int attempts;
  };
  Result<std::vector<OutgoingMail>> claim_outgoing(store::Tx&, int limit);  ///< leased for 5 minutes
  Result<void> mail_sent(store::Tx&, std::int64_t outbox_id);
  Result<void> mail_failed(store::Tx&, std::int64_t outbox_id, const std::string& why, bool for_good);

  struct Shared;  ///< of this room's sources

 private:
  std::unique_ptr<Shared> shared_;
};

}  // namespace suki::app
