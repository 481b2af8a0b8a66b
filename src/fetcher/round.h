/// One look at a mailbox: everything that waits is brought into the store, each mail once, and then the server is told.
#pragma once

#include <functional>

#include "app/app.h"
#include "fetcher/plan.h"
#include "imap/session.h"
#include "store/store.h"

namespace suki::fetcher {

inline constexpr std::uint64_t mail_bytes_max = 64 * 1024 * 1024;  ///< as for `suki mail deliver`
/// A mail whose fetching or keeping broke off so often is left where it is, so that those behind it come through.
inline constexpr int attempts_at_one_max = 4;

enum class Came : std::uint8_t { taken, duplicate, quarantined, left };

/// What is remembered from one look to the next, in memory.
struct Attempts {
  std::uint32_t uid = 0;  ///< the first of those at which the last look broke off; 0: it did not, or not at a mail
  int count = 0;
};

struct RoundOptions {
  std::function<void(Came)> on_mail{};  ///< after the commit
  std::function<void(std::int64_t done, std::int64_t total)> progress{};
  std::function<bool()> stopped{};          ///< true: break off between two batches
  std::uint64_t mail_max = mail_bytes_max;  ///< smaller in tests
};
struct RoundDone {
  std::int64_t taken = 0, duplicates = 0, left = 0;
};

/// Opens the folder and takes bearings; after each connecting. Errors: the session's, the store's.
[[nodiscard]] Result<void> begin_rounds(app::App& app, store::Store& store, MailboxId id, imap::Session& session);
/// Errors: the session's, the store's. What was done up to then stays done.
[[nodiscard]] Result<RoundDone> run_round(app::App& app, store::Store& store, MailboxId id, imap::Session& session,
                                          Attempts& attempts, const RoundOptions& options = {});

}  // namespace suki::fetcher
