/// The way into a mailbox: its row, its secret, a token where it needs one, the connection.
#pragma once

#include <chrono>
#include <memory>

#include "app/app.h"
#include "fetcher/token.h"
#include "imap/session.h"
#include "store/mailboxes.h"
#include "store/store.h"

namespace suki::fetcher {

/// An access token is used until shortly before its end.
class Tokens {
 public:
  using Clock = std::chrono::steady_clock;
  [[nodiscard]] bool good() const { return !access_.empty() && Clock::now() < until_; }
  [[nodiscard]] const std::string& access() const { return access_; }
  void keep(const Token& token) {
    access_ = token.access;
    until_ = Clock::now() + std::max(token.good_for - std::chrono::seconds(60), token.good_for / 2);
  }
  void drop() { access_.clear(); }

 private:
  std::string access_;
  Clock::time_point until_;
};

[[nodiscard]] Result<store::MailboxRecord> read_mailbox(store::Store& store, MailboxId id);
[[nodiscard]] imap::Server server_of(app::App& app, const store::MailboxRecord& mailbox);
/// Asks for a token where it is by OAuth 2, and keeps another refresh token for good before the first one is used.
[[nodiscard]] Result<imap::LogIn> log_in_of(app::App& app, store::Store& store, const store::MailboxRecord& mailbox,
                                            Tokens& tokens, const imap::Waker& waker);
/// A token that is refused before its time is asked for anew, once.
[[nodiscard]] Result<std::unique_ptr<imap::Session>> enter(app::App& app, store::Store& store,
                                                           const store::MailboxRecord& mailbox, Tokens& tokens,
                                                           imap::Waker& waker, const imap::Timing& timing);

}  // namespace suki::fetcher
