/// What lists and timers know of a conversation: columns made from its state.
#pragma once

#include "store/records.h"

namespace suki::app {

/// Sets next_wake, next_due, next_target, at_risk, breached and unanswered from `record.state`. O(targets).
void project(store::ConversationRecord& record);

}  // namespace suki::app
