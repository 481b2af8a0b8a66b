/// A reply as it is performed: at once, or when a held one's time has come.
#pragma once

#include "app/letter.h"
#include "app/since.h"
#include "app/turn.h"

namespace suki::app {

/// The same request of the same person again: done already.
[[nodiscard]] std::string request_key(const Caller& caller, ConversationId id, const std::string& request_id);
[[nodiscard]] desk::Command command_of(const Caller& caller, desk::CommandKind kind);
[[nodiscard]] Result<void> run_state(Turn& turn, const Work& work, const Caller& caller, const std::string& state,
                                     const std::string& reason);
[[nodiscard]] store::MessageRecord message_of(Work& work, const Caller& caller, store::MessageKind kind,
                                              const std::string& text);

/// What it says, checked against the conversation: recipients that are not the customer's own. Nothing is written.
[[nodiscard]] Result<Letter> read_reply(const Work& work, const Turn& turn, const Caller& caller, const Reply& input);
/// conflict: what matters came after `input.after`; see App::reply for the other errors. held_at: 0, or when it was
/// written. Of a held one its writer's other replies are no news.
[[nodiscard]] Result<MessageId> reply_now(Work& work, const Caller& caller, ConversationId id, const Reply& input,
                                          Instant held_at = {});
/// Subject of a reply, in the conversation's language.
[[nodiscard]] std::string subject_of_reply(const Work& work, const Turn& turn);

}  // namespace suki::app
