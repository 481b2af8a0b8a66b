/// How often a mail is answered automatically, so that two programs that answer each other come to an end, whatever a
/// server on the way did to the marks by which they know each other. Counted from what went out, so that it holds after
/// a restart. What people write is never counted, nor what comes by the form: no program writes there.
#pragma once

#include "store/tx.h"

namespace suki::app {

// Chosen. In 24 hours: a conversation is received and reopened; a correspondent has a handful of matters.
inline constexpr int automatic_of_conversation_max = 2, automatic_of_correspondent_max = 4;
/// Who writes again so soon after an automatic mail is answered by people alone: programs answer at once.
inline constexpr Span automatic_pause = minutes(10);

/// Whether a mail of this customer, in this conversation, may be answered by the plan. Two or three counting queries.
[[nodiscard]] bool may_answer_mail(store::Tx& tx, ConversationId id, CustomerId customer, Instant now);

}  // namespace suki::app
