/// Mails that wait to be sent. The outbox keeps what a mail says, not its bytes: those are made when it is sent, so
/// that whoever writes a message does not wait for it, and files lie in the store once.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "mail/mail.h"
#include "store/tx.h"

namespace suki::app {

/// A file of a mail. With a content_id it stands in the mail's HTML, which names it as "cid:..."; else beside the text.
struct MailFile {
  std::string name, type, digest;
  std::string content_id = {};
};
[[nodiscard]] std::vector<MailFile> mail_files(const std::vector<store::UploadRecord>& files);

/// Ready for the outbox, one row for each of its recipients (`to`, `cc`, `bcc`), `to` first: each is tried, refused and
/// shown by itself, so that one dead address holds up nobody else. All have the same bytes, and nothing of `bcc` lies
/// in what the rows say. `mail.attachments` must be empty: `files` stand for them. Errors: as of mail::check().
[[nodiscard]] Result<std::vector<store::OutboxRecord>> queue_mails(const mail::Outgoing& mail,
                                                                   const std::vector<MailFile>& files, Instant now);
/// The same for a mail to one person: `cc` and `bcc` must be empty.
[[nodiscard]] Result<store::OutboxRecord> queue_mail(const mail::Outgoing& mail,
                                                     const std::vector<store::UploadRecord>& files, Instant now);
/// RFC 5322 bytes of a mail of the outbox, the same each time. Errors: not_found (nothing is left of it, since its
/// conversation was erased or it let somebody in), bad_input (no mail can be made of it).
[[nodiscard]] Result<std::string> mail_bytes(store::Tx& tx, std::int64_t outbox_id);

}  // namespace suki::app
