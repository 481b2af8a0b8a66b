/// Mailboxes that mail is fetched from: what their owner sets up, and what whoever fetches needs and reports. No
/// network here: see the rooms imap and fetcher.
#pragma once

#include "app/app.h"
#include "app/mailbox_board.h"
#include "app/mailboxes_types.h"
#include "store/mailboxes.h"

namespace suki::app {

struct PreparedMail;

inline constexpr std::int64_t mailboxes_max = 100;  ///< each has a thread
inline constexpr Span mailbox_undo_time = days(1);  ///< a removed one can be brought back for so long
inline constexpr std::int64_t mailbox_every_min = 30, mailbox_every_max = 86'400;  ///< seconds between two looks
inline constexpr std::size_t mailbox_secret_max = 8'192;  ///< bytes; tokens of Microsoft have about 1,500

// ---- the owner. Errors: bad_input, not_found, conflict (too many; the same one twice), unavailable (no key to seal
// by)
[[nodiscard]] Result<Mailboxes> list_mailboxes(App& app, store::Tx& tx, const std::string& language);
[[nodiscard]] Result<MailboxId> add_mailbox(App& app, store::Tx& tx, const NewMailbox& input);
[[nodiscard]] Result<void> change_mailbox(App& app, store::Tx& tx, MailboxId id, const MailboxChange& change);
/// By its number or its name; not_found. For the command line.
[[nodiscard]] Result<MailboxId> find_mailbox_called(store::Tx& tx, const std::string& name);
/// Refused (conflict) when it is paused; unavailable when nobody fetches.
[[nodiscard]] Result<void> ask_fetch(App& app, store::Tx& tx, MailboxId id);
[[nodiscard]] Result<void> ask_test(App& app, store::Tx& tx, MailboxId id);
/// What was left there is tried once more, at the next look.
[[nodiscard]] Result<void> ask_retry(App& app, store::Tx& tx, MailboxId id);

// ---- whoever fetches
struct MailboxSecret {
  std::string password, client_secret, refresh_token;
};
/// Errors: unavailable, with the reason mailbox_key (the key is gone, or another one).
[[nodiscard]] Result<MailboxSecret> open_mailbox_secret(App& app, const store::MailboxRecord& mailbox);
/// The provider gave another refresh token; the one before works no more.
[[nodiscard]] Result<void> keep_refresh_token(App& app, store::Tx& tx, MailboxId id, const std::string& token);

/// A mail, and how far its mailbox came with it, in one transaction: so it is here once, whatever happens. A mail that
/// was here before the server numbered anew is not delivered again. Changes `mailbox` in the store alone; the caller
/// reads it anew. `failed`: what delivering it gave a moment ago; now it is to be kept in quarantine.
struct FetchedIn {
  bool duplicate = false;
  bool apart = false;  ///< in quarantine
};
[[nodiscard]] Result<FetchedIn> deliver_fetched(App& app, store::Tx& tx, MailboxId id, std::uint32_t uidvalidity,
                                                std::uint32_t uid, const PreparedMail& mail,
                                                const Error* failed = nullptr);

[[nodiscard]] MailboxBoard& mailbox_board(App& app);
[[nodiscard]] Instant now_of(App& app);

}  // namespace suki::app
