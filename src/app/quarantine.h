/// What people do with mails in quarantine: look at them safely, try them again, deliver them all the same, delete them
/// and take that back. How mails come there: mail_intake.h.
#pragma once

#include <string>

#include "app/app.h"
#include "app/quarantine_types.h"
#include "store/quarantine.h"

namespace suki::app {

inline constexpr Span quarantine_undo = hours(24);          ///< a deleted one can be taken back for so long
inline constexpr int quarantine_sweep = 50;                 ///< removed in one transaction
inline constexpr int quarantine_counted = 1'000;            ///< counted up to here
inline constexpr std::size_t header_shown_max = 32u << 10;  ///< bytes
inline constexpr std::size_t body_shown_max = 64u << 10;    ///< bytes

[[nodiscard]] const char* name_of(store::QuarantineReason reason);

struct QuarantineAsk {
  std::string state;   ///< waiting (or ""), deleted
  std::string cursor;  ///< `next` of the page before
  int limit = 50;
};
/// The newest first. Errors: bad_input.
[[nodiscard]] Result<QuarantinePage> quarantine_page(store::Tx& tx, const QuarantineAsk& ask);
/// Of those that can be read without danger, what they say. Errors: not_found.
[[nodiscard]] Result<QuarantinedView> show_quarantined(store::Tx& tx, std::int64_t id);
[[nodiscard]] Result<App::Blob> quarantined_raw(store::Tx& tx, std::int64_t id);
/// `tried`: a process of its own has read it and lived, so it may be read here though it has ended this one. Errors:
/// not_found, bad_input, conflict (with a reason: it is as it was).
[[nodiscard]] Result<QuarantineReplayed> replay_quarantined(App& app, store::Tx& tx, std::int64_t id,
                                                            const QuarantineReplay& input, bool tried = false);
/// For good after quarantine_undo. Deleted again, it does nothing. Errors: not_found.
[[nodiscard]] Result<QuarantinedMail> delete_quarantined(App& app, store::Tx& tx, std::int64_t id);
[[nodiscard]] Result<QuarantinedMail> restore_quarantined(store::Tx& tx, std::int64_t id);  ///< not_found: too late

/// Removes deleted ones that nobody took back; how many.
[[nodiscard]] int sweep_quarantine(App& app, store::Tx& tx);

}  // namespace suki::app
