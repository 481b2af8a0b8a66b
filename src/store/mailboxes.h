/// Mailboxes that mail is fetched from by IMAP, and what became of each mail there. Functions over Tx::sql(), so that
/// this area's records stand here alone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/time.h"

namespace suki {
using MailboxId = Id<struct MailboxTag, std::int64_t>;
}

namespace suki::store {

class Tx;

// Kept as numbers, which are never reused.
enum class MailboxTls : std::uint8_t { immediate = 1, starttls = 2, none = 3 };
enum class MailboxAuth : std::uint8_t { password = 1, oauth = 2 };
/// What happens in the mailbox to a mail that is kept here.
enum class MailboxThen : std::uint8_t { mark_seen = 1, move = 2, remove = 3 };

struct MailboxRecord {
  MailboxId id;
  std::string name, host;
  std::int64_t port = 993;
  MailboxTls tls = MailboxTls::immediate;
  std::string login;
  MailboxAuth auth = MailboxAuth::password;
  std::string secret;                                 ///< sealed, see app/seal.h; "" none
  std::string provider, token_url, client_id, scope;  ///< of OAuth 2
  std::string folder;
  MailboxThen then = MailboxThen::mark_seen;
  std::string move_to;
  bool older = false;  ///< what lay there before the first look is fetched, too
  Span every = minutes(1);
  Symbol channel;  ///< of mails whose addresses name none; none: the plan's first
  bool enabled = true;
  Instant created_at, removed_at;  ///< removed_at 0: it is there
  std::int64_t revision = 1;       ///< rises with each change of what is above

  // How far it came. UIDs and their validity as in RFC 3501, 2.3.1.1; 0: it was never looked at.
  std::uint32_t uidvalidity = 0, last_uid = 0;
  std::uint32_t recheck_uid = 0;  ///< numbers changed: up to here the folder is looked at once more
  Instant first_at;               ///< of the first look
  // How it goes.
  std::string last_error;  ///< with its reason; "" the last attempt went well
  Instant error_at, success_at;
  std::int64_t fetched = 0;  ///< mails that became messages
};

MailboxId add_mailbox(Tx& tx, MailboxRecord mailbox);  ///< gives it its id
std::optional<MailboxRecord> find_mailbox(Tx& tx, MailboxId id);
std::vector<MailboxRecord> mailboxes(Tx& tx);               ///< by id; without those removed
std::int64_t count_mailboxes(Tx& tx);                       ///< likewise
void update_mailbox(Tx& tx, const MailboxRecord& mailbox);  ///< what the owner decides, and the secret
void save_mailbox_progress(Tx& tx, const MailboxRecord& mailbox);
void save_mailbox_health(Tx& tx, const MailboxRecord& mailbox);
void save_mailbox_secret(Tx& tx, MailboxId id, const std::string& secret);
/// Takes those removed before away for good, with their secrets and what was known of their mails.
void purge_mailboxes(Tx& tx, Instant before);

enum class FetchedState : std::uint8_t {
  kept = 1,   ///< it is here, and the server was not told yet
  told = 2,   ///< and the server was
  large = 3,  ///< left there: over the limit
  bad = 4,    ///< left there: it could not be fetched or kept, several times
  again = 5,  ///< was left there, and is to be tried once more
};
struct FetchedRecord {
  MailboxId mailbox;
  std::uint32_t uidvalidity = 0, uid = 0;
  std::string digest;  ///< SHA-256 of its bytes, lower-case hex; "" of one that was left there
  std::int64_t bytes = 0;
  FetchedState state = FetchedState::kept;
  Instant at;
};

/// One more, or another state of one that is known.
void save_fetched(Tx& tx, const FetchedRecord& mail);
/// Those of this validity in one state, by UID.
std::vector<FetchedRecord> fetched_in_state(Tx& tx, MailboxId id, std::uint32_t uidvalidity, FetchedState state,
                                            int limit);
void set_fetched_state(Tx& tx, MailboxId id, std::uint32_t uidvalidity, std::uint32_t uid, FetchedState state);
/// All that were left there are to be tried again; how many.
std::int64_t retry_left(Tx& tx, MailboxId id);
/// Whether a mail of these bytes was fetched under another validity.
bool was_fetched_before(Tx& tx, MailboxId id, std::uint32_t uidvalidity, const std::string& digest);
/// What is known under another validity than this one.
void forget_fetched_before(Tx& tx, MailboxId id, std::uint32_t uidvalidity);
std::int64_t count_left(Tx& tx, MailboxId id);

}  // namespace suki::store
