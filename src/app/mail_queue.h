/// Mails that wait to be sent. The outbox keeps what a mail says, not its bytes: those are made when it is sent, so
/// that whoever writes a message does not wait for it, and files lie in the store once.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "mail/mail.h"
#include "store/tx.h"

namespace suki::app {

/// Ready for the outbox; `mail.attachments` must be empty: `files` stand for them. Errors: as of mail::check().
[[nodiscard]] Result<store::OutboxRecord> queue_mail(const mail::Outgoing& mail,
                                                     const std::vector<store::UploadRecord>& files, Instant now);
/// RFC 5322 bytes of a mail of the outbox, the same each time. Errors: not_found (nothing is left of it, since its
/// conversation was erased or it let somebody in), bad_input (no mail can be made of it).
[[nodiscard]] Result<std::string> mail_bytes(store::Tx& tx, std::int64_t outbox_id);

}  // namespace suki::app
