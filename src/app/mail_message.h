/// A mail as a message of a conversation.
#pragma once

#include <string>

#include "app/work.h"
#include "mail/mail.h"
#include "store/records.h"

namespace suki::app {

class Turn;

/// A mail as it came, read.
struct ReadMail {
  const std::string& raw;
  std::string digest;  ///< SHA-256 of raw
  mail::Parsed mail;
};

/// As the customer's, without ids. What cannot be shown is said in `language`.
[[nodiscard]] store::MessageRecord message_of(const mail::Parsed& mail, const std::string& language);
/// The message with all that came with it: the raw mail, files, HTML. The event comes by run().
MessageId add_mail(Turn& turn, store::MessageRecord message, const ReadMail& mail);
/// A note among staff, of `agent` or (none) of whatever program wrote it.
[[nodiscard]] Result<App::Delivered> add_mail_note(Work& work, ConversationId id, const ReadMail& mail, AgentId agent);

}  // namespace suki::app
