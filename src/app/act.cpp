/// What agents do to a conversation.

#include "app/drafts.h"
#include "app/files.h"
#include "app/reply.h"
#include "app/view.h"
#include "base/number.h"
#include "base/text.h"

namespace suki::app {

using store::MessageKind;

Result<Conversation> App::reply(store::Tx& tx, const Caller& caller, ConversationId id, const Reply& input) {
  SUKI_TRY(Work work, Work::begin(*shared_, tx));
  SUKI_CHECK(check_request_id(input.request_id));
  const std::string key = request_key(caller, id, input.request_id);
  if (tx.find_request(key)) return show_conversation(work, caller, id);
  SUKI_TRY(const MessageId message, reply_now(work, caller, id, input));
  tx.add_request(key, {id, message}, work.now);
  return show_conversation(work, caller, id);
}

Result<Conversation> App::note(store::Tx& tx, const Caller& caller, ConversationId id, const Note& input) {
  SUKI_TRY(Work work, Work::begin(*shared_, tx));
  SUKI_CHECK(check_request_id(input.request_id));
  SUKI_CHECK(check_message_text("text", input.text, input.uploads));
  const std::string key = request_key(caller, id, input.request_id);
  if (tx.find_request(key)) return show_conversation(work, caller, id);
  SUKI_TRY(Turn turn, Turn::load(work, id));
  SUKI_CHECK(check_not_erased(turn.record()));
  SUKI_TRY(const TakenFiles files, take_uploads(work, caller.agent, input.uploads));
  desk::Command command = command_of(caller, desk::CommandKind::note);
  command.message = add_message_with(turn, message_of(work, caller, MessageKind::note, input.text), files);
  SUKI_CHECK(turn.run(command));
  end_draft(work, caller, id, MessageKind::note, input.text, input.writer);
  tx.add_request(key, {id, command.message}, work.now);
  SUKI_CHECK(turn.finish());
  return show_conversation(work, caller, id);
}

Result<Conversation> App::change(store::Tx& tx, const Caller& caller, ConversationId id, const Change& input) {
  SUKI_TRY(Work work, Work::begin(*shared_, tx));
  SUKI_TRY(Turn turn, Turn::load(work, id));
  const auto set = [&](const char* field, const Maybe<Text>& value, desk::CommandKind kind) -> Result<void> {
    if (!value) return {};
    desk::Command command = command_of(caller, kind);
    command.symbol = work.plan->symbol(*value);
    if (!value->empty() && !command.symbol) return bad_input(field, "is not in the plan");
    return turn.run(command);
  };
  SUKI_CHECK(set("topic", input.topic, desk::CommandKind::set_topic));
  SUKI_CHECK(set("priority", input.priority, desk::CommandKind::set_priority));
  SUKI_CHECK(set("segment", input.segment, desk::CommandKind::set_segment));
  SUKI_CHECK(set("team", input.team, desk::CommandKind::assign_team));
  if (input.segment) {
    // The segment is the customer's, not only this conversation's.
    auto customer = turn.customer();
    customer.segment = work.plan->symbol(*input.segment);
    tx.update_customer(customer);
  }
  if (input.assignee) {
    desk::Command command = command_of(caller, desk::CommandKind::assign_agent);
    if (!input.assignee->empty()) {
      const auto number = parse_whole(*input.assignee);
      const auto account = number ? tx.find_account(AgentId(*number)) : std::nullopt;
      if (!account || account->removed) return bad_input("assignee", "is no account");
      command.agent = account->id;
    }
    SUKI_CHECK(turn.run(command));
  }
  if (input.state) SUKI_CHECK(run_state(turn, work, caller, *input.state, input.reason.value_or("")));
  SUKI_CHECK(turn.finish());
  return show_conversation(work, caller, id);
}

}  // namespace suki::app
