/// Fetches mail from every mailbox that is set up and not paused. Each has a thread, a connection and a pause of its
/// own: what goes wrong with one touches no other.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "app/app.h"
#include "app/mailboxes.h"
#include "fetcher/round.h"
#include "imap/session.h"
#include "store/store.h"

namespace suki::fetcher {

/// Chosen, not measured, but for the first (RFC 2177: an IDLE is renewed at least every 29 minutes).
struct Options {
  std::chrono::milliseconds idle_max{25 * 60'000};
  std::chrono::milliseconds look_at_rows{2'000};  ///< for mailboxes that were added, changed, paused
  std::chrono::milliseconds between_rounds{500};  ///< however often the server says that something came
  imap::Timing timing{};
  std::uint64_t mail_max = mail_bytes_max;
  std::function<void(Came)> on_mail{};
  /// Instead of pause_after(), in tests.
  std::function<std::chrono::milliseconds(int failures, std::string_view reason)> pause{};
};

class Fetcher {
 public:
  /// Starts. Both outlive it.
  Fetcher(app::App& app, store::Store& store, Options options = {});
  ~Fetcher();  ///< breaks off what waits for a server; a mail that is being kept is kept
  Fetcher(const Fetcher&) = delete;
  Fetcher& operator=(const Fetcher&) = delete;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// One look, in the calling thread, where no Fetcher runs.
[[nodiscard]] Result<RoundDone> fetch_once(app::App& app, store::Store& store, MailboxId id,
                                           const Options& options = {});
/// Looks and changes nothing.
[[nodiscard]] Result<imap::Report> test_mailbox(app::App& app, store::Store& store, MailboxId id, imap::Waker& waker,
                                                const Options& options = {});

}  // namespace suki::fetcher
