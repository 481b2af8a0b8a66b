/// Forwarding: what was said here to somebody else, as a note that went out as a mail. The rules see a note, so that
/// no clock of the customer's stops for it.
#pragma once

#include "app/held_types.h"
#include "app/letter.h"
#include "app/turn.h"

namespace suki::app {

/// The mail, made and not sent. Errors: bad_input.
struct ForwardMail {
  Letter letter;  ///< with what is quoted
  mail::Outgoing mail;
  std::vector<store::UploadRecord> files;  ///< the conversation's own; those of the input are not taken yet
};
[[nodiscard]] Result<ForwardMail> make_forward(Work& work, const Turn& turn, const Caller& caller,
                                               const Forward& input);
[[nodiscard]] Result<MessageId> forward_now(Work& work, const Caller& caller, ConversationId id, const Forward& input,
                                            Instant held_at = {});

/// The forwarded note that this mail answers, as far as its sender was one of those who got it, or a program.
[[nodiscard]] std::optional<store::MessageRecord> find_forward(store::Tx& tx, const mail::Parsed& mail);
/// Whom a mail that came was also for, where anybody but us.
void add_recipients(Turn& turn, const Work& work, MessageId message, const mail::Parsed& mail);

}  // namespace suki::app
