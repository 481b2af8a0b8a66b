/// Mails of an old mailbox, each at its own time. Private to moving in.
#pragma once

#include "app/import.h"
#include "app/work.h"
#include "import/records.h"

namespace suki::app {

/// Puts one mail where it belongs: to the conversation that it answers, else a new one, which waits to be taken up.
/// What we wrote ourselves (From is an address of ours) is a reply. Errors of the mail's own: conflict (the
/// conversation has later words already), too_large.
[[nodiscard]] Result<void> import_mail(Work& work, const ImportOptions& options, const importing::Mail& mail,
                                       ImportAnswer& answer);

/// How a mailbox's conversations end, since no mail says so: what the customer wrote last, not long ago, is open; the
/// rest was solved with its last mail.
class Turn;
[[nodiscard]] Result<void> end_mail_thread(Turn& turn, Instant now, Span open_for);

}  // namespace suki::app
