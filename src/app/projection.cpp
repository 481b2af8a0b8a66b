#include "app/projection.h"

namespace suki::app {

void project(store::ConversationRecord& record) {
  const desk::Conversation& state = record.state;
  record.next_wake = desk::next_wake(state);
  record.next_due = never;
  record.next_target = desk::Target::first_reply;
  record.at_risk = record.breached = false;
  record.unanswered = state.waiting_since != never;
  for (std::size_t i = 0; i < plan::target_count; ++i) {
    const desk::Clock& clock = state.clocks[i];
    if (clock.cycle == 0 || state.merged) continue;
    const bool running = clock.status == desk::ClockStatus::running;
    record.breached |= clock.status == desk::ClockStatus::missed;
    record.at_risk |= running && clock.warned;
    // What was missed and is still owed stands before what is only promised.
    if ((running || clock.owed) && clock.due_at < record.next_due) {
      record.next_due = clock.due_at;
      record.next_target = static_cast<desk::Target>(i);
    }
  }
}

}  // namespace suki::app
