/// A mail as a message of a conversation.
#pragma once

#include <string>

#include "app/mail_prepare.h"
#include "app/work.h"
#include "store/records.h"

namespace suki::app {

class Turn;

/// As the customer's, without ids. What cannot be shown is said in `language`.
[[nodiscard]] store::MessageRecord message_of(const mail::Parsed& mail, const std::string& language);
/// The message with all that came with it: the raw mail, files, HTML, whom else it was for. The event comes by run().
MessageId add_mail(Turn& turn, const Work& work, store::MessageRecord message, const PreparedMail& mail);
/// A note among staff, of `agent` or (none) of whatever program wrote it.
[[nodiscard]] Result<App::Delivered> add_mail_note(Work& work, ConversationId id, const PreparedMail& mail,
                                                   AgentId agent);

}  // namespace suki::app
