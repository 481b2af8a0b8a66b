#include "app/since.h"

#include <algorithm>

#include "app/view.h"
#include "app/work.h"
#include "store/message_mail.h"

namespace suki::app {
namespace {

using desk::EventKind;

bool is_message(const desk::Event& event) {
  return event.kind == EventKind::customer_message || event.kind == EventKind::agent_reply ||
         event.kind == EventKind::note;
}

bool matters(const desk::Event& event, const Caller& caller, const std::vector<MessageId>& known) {
  if (event.kind == EventKind::agent_reply && std::find(known.begin(), known.end(), event.message) != known.end())
    return false;
  const bool own = event.actor.kind == desk::ActorKind::agent && event.actor.agent == caller.agent;
  switch (event.kind) {
    case EventKind::customer_message:
    case EventKind::agent_reply:  // one's own, too: it was sent from another page
    case EventKind::merged_into:
      return true;
    case EventKind::note:
    case EventKind::state_changed:
    case EventKind::team_assigned:
      return !own;
    case EventKind::assigned:
      return !own && event.agent != caller.agent;
    default:
      return false;
  }
}

}  // namespace

bool has_moved(const std::vector<desk::Event>& events, const Caller& caller, std::int64_t after,
               const std::vector<MessageId>& known) {
  return std::any_of(events.begin(), events.end(),
                     [&](const desk::Event& event) { return event.number > after && matters(event, caller, known); });
}

Result<Since> show_since(App::Shared& shared, store::Tx& tx, const Caller& caller, ConversationId id,
                         std::int64_t after) {
  SUKI_TRY(Work work, Work::begin(shared, tx));
  const auto row = tx.list_row(id);
  if (!row) return fail(ErrorCode::not_found, "no such conversation");
  const AgentNames agents(tx);
  const std::string customer = to_row(work, agents, *row, caller.language).customer;
  List<Message> messages = show_messages(tx, id, caller.language);
  const std::vector<MessageId> known = store::held_messages(tx, id, caller.agent);
  Since since;
  since.last_number = row->record.state.last_number;
  for (const desk::Event& event : tx.events(id)) {
    if (event.number <= after || !matters(event, caller, known)) continue;
    if (!is_message(event)) {
      since.events.push_back(to_timeline(work, agents, event, customer, caller.language));
      continue;
    }
    const auto found = std::find_if(messages.begin(), messages.end(),
                                    [&](const Message& message) { return message.id == to_text(event.message.value); });
    if (found != messages.end()) since.messages.push_back(std::move(*found));
  }
  return since;
}

}  // namespace suki::app
