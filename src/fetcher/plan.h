/// What is decided about fetching without looking at anything. Pure: time and chance are arguments.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "imap/session.h"
#include "store/mailboxes.h"

namespace suki::fetcher {

/// Before the next attempt: doubles from 5 s up to 15 min, and a mailbox's own part between half and all of it, so that
/// a hundred mailboxes of one server do not come back in step. `failures` >= 1; `chance` in [0, 1).
/// After a refused log-in it begins with 5 min: servers lock accounts that are tried too often.
[[nodiscard]] std::chrono::milliseconds pause_after(int failures, std::string_view reason, double chance);

inline constexpr std::size_t mails_at_once_max = 50;
inline constexpr std::uint64_t bytes_at_once_max = 4 * 1024 * 1024;
/// Mails that are fetched with one command: some small ones, or one large one alone. `begin`: of `all`; the end.
[[nodiscard]] std::size_t end_of_batch(const std::vector<imap::MailSize>& all, std::size_t begin,
                                       std::uint64_t mail_max, bool one_by_one);

/// Which part of a folder is asked for: UIDs from..to (0: "*"), and only what came since (0: whenever).
struct Stretch {
  std::uint32_t from = 1, to = 0;
  Instant since{};
  friend bool operator==(const Stretch&, const Stretch&) = default;
};
[[nodiscard]] std::string criteria_of(const Stretch& stretch);

/// Where a mailbox stands when its folder was opened: at a first look, after the server numbered anew, or further on.
/// Changes what `mailbox` knows of UIDs.
void take_bearings(store::MailboxRecord& mailbox, const imap::Folder& folder, Instant now);
/// What is to be looked at now: what is looked at once more after a change of numbers, then what is new.
[[nodiscard]] std::vector<Stretch> stretches(const store::MailboxRecord& mailbox);

}  // namespace suki::fetcher
