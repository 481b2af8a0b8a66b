/// Empties the outbox: claims mails, sends each by SMTP, records what came of it. At least once: a mail whose sending
/// was confirmed just before a crash goes out again with the same Message-ID.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "app/app.h"
#include "base/time.h"
#include "mail/mail.h"
#include "store/store.h"

namespace suki::mailer {

inline constexpr int claim_max = 20;     ///< mails claimed at once; the lease outlives their sending
inline constexpr int attempts_max = 12;  ///< then it fails for good, and the agent sees it (back-off is the store's)
inline constexpr int idle_seconds = 15;  ///< looks again after this even when nobody calls

/// What fails as unavailable was given up half-way: nothing is recorded of it.
using Send = std::function<Result<void>(const std::string& from, const std::string& to, const std::string& data)>;

class Mailer {
 public:
  /// Starts a thread of its own. `send` is mail::send in the server, a fake in tests.
  Mailer(app::App& app, store::Store& store, Send send);
  ~Mailer();      ///< finishes the mail it is sending, leaves the rest for the next start
  void notify();  ///< something may be in the outbox; any thread, never blocks

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// One round, for tests and for the thread: claims, sends, records. Returns how many were claimed.
[[nodiscard]] Result<int> send_round(app::App& app, store::Store& store, const Send& send);

}  // namespace suki::mailer
