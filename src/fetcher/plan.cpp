#include "fetcher/plan.h"

#include <algorithm>

#include <fmt/format.h>

#include "imap/words.h"

namespace suki::fetcher {

std::chrono::milliseconds pause_after(int failures, std::string_view reason, double chance) {
  using std::chrono::milliseconds;
  constexpr milliseconds most{15 * 60'000};
  const bool locked_out = reason == "imap_log_in" || reason == "imap_token" || reason == "token_refused";
  milliseconds whole{locked_out ? 5 * 60'000 : 5'000};
  for (int i = 1; i < failures && whole < most; ++i) whole *= 2;
  whole = std::min(whole, most);
  return milliseconds(static_cast<std::int64_t>(static_cast<double>(whole.count()) * (0.5 + 0.5 * chance)));
}

std::size_t end_of_batch(const std::vector<imap::MailSize>& all, std::size_t begin, std::uint64_t mail_max,
                         bool one_by_one) {
  std::uint64_t bytes = 0;
  std::size_t end = begin;
  while (end < all.size() && end - begin < mails_at_once_max) {
    if (all[end].bytes > mail_max) break;
    bytes += all[end].bytes;
    if (end > begin && (one_by_one || bytes > bytes_at_once_max)) break;
    ++end;
  }
  return end;
}

std::string criteria_of(const Stretch& stretch) {
  std::string text =
      stretch.to == 0 ? fmt::format("UID {}:*", stretch.from) : fmt::format("UID {}:{}", stretch.from, stretch.to);
  text += " UNDELETED";
  if (stretch.since != Instant{}) text += " SINCE " + imap::search_day(stretch.since.us);
  return text;
}

void take_bearings(store::MailboxRecord& mailbox, const imap::Folder& folder, Instant now) {
  const std::uint32_t last_there = folder.uidnext == 0 ? 0 : folder.uidnext - 1;
  if (mailbox.uidvalidity == 0) {
    mailbox.first_at = now;
    // A server that does not tell UIDNEXT (which RFC 3501 demands) has all of it fetched: rather too much than lost.
    mailbox.last_uid = mailbox.older ? 0 : last_there;
    mailbox.recheck_uid = 0;
  } else if (mailbox.uidvalidity != folder.uidvalidity) {
    mailbox.last_uid = 0;
    mailbox.recheck_uid = last_there;
  }
  mailbox.uidvalidity = folder.uidvalidity;
}

std::vector<Stretch> stretches(const store::MailboxRecord& mailbox) {
  constexpr std::uint32_t last_possible = 4'294'967'295u;
  std::vector<Stretch> all;
  const std::uint32_t behind = std::max(mailbox.last_uid, mailbox.recheck_uid);
  if (mailbox.last_uid < mailbox.recheck_uid) {
    // What lay there before the first look is not wanted now either. A day is what SEARCH can tell, in a zone of the
    // server's own.
    const Instant since = mailbox.older ? Instant{} : mailbox.first_at - days(1);
    all.push_back({mailbox.last_uid + 1, mailbox.recheck_uid, since});
  }
  if (behind < last_possible) all.push_back({behind + 1, 0, {}});
  return all;
}

}  // namespace suki::fetcher
