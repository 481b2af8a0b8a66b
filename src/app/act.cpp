/// What agents do to a conversation.

#include "app/drafts.h"
#include "app/files.h"
#include "app/since.h"
#include "app/turn.h"
#include "app/view.h"
#include "base/number.h"
#include "base/text.h"
#include "catalogue/catalogue.h"

namespace suki::app {

using plan::FactKey;
using store::MessageKind;

namespace {

desk::Command command_of(const Caller& caller, desk::CommandKind kind) {
  desk::Command command;
  command.kind = kind;
  command.actor = {desk::ActorKind::agent, caller.agent};
  return command;
}

/// The same request of the same person again: done already.
std::string request_key(const Caller& caller, ConversationId id, const std::string& request_id) {
  return "agent " + to_text(caller.agent.value) + " " + to_text(id.value) + " " + request_id;
}

Result<void> run_state(Turn& turn, const Work& work, const Caller& caller, const std::string& state,
                       const std::string& reason) {
  const auto found = desk::find_state(state);
  if (!found) return bad_input("state", "must be one of open, pending, on_hold, resolved, closed");
  desk::Command command = command_of(caller, desk::CommandKind::set_state);
  command.state = *found;
  if (!reason.empty()) {
    command.symbol = work.plan->symbol(reason);
    if (!command.symbol) return bad_input("reason", "is not in the plan");
  }
  return turn.run(command);
}

store::MessageRecord message_of(Work& work, const Caller& caller, MessageKind kind, const std::string& text) {
  store::MessageRecord message;
  message.kind = kind;
  message.agent = caller.agent;
  message.author = AgentNames(work.tx).find(caller.agent);
  message.text = std::string(trim(text));
  return message;
}

}  // namespace

Result<Conversation> App::reply(store::Tx& tx, const Caller& caller, ConversationId id, const Reply& input) {
  SUKI_TRY(Work work, Work::begin(*shared_, tx));
  SUKI_CHECK(check_request_id(input.request_id));
  SUKI_CHECK(check_message_text("text", input.text, input.uploads));
  const std::string key = request_key(caller, id, input.request_id);
  if (tx.find_request(key)) return show_conversation(work, caller, id);
  SUKI_TRY(Turn turn, Turn::load(work, id));
  SUKI_CHECK(check_not_erased(turn.record()));
  if (has_moved(tx.events(id), caller, input.after))
    return fail(ErrorCode::conflict, "the conversation has changed since");
  SUKI_TRY(const TakenFiles files, take_uploads(work, caller.agent, input.uploads));
  store::MessageRecord message = message_of(work, caller, MessageKind::reply, input.text);
  desk::Command command = command_of(caller, desk::CommandKind::agent_reply);
  command.message = add_message_with(turn, message, files);
  SUKI_CHECK(turn.run(command));
  const std::string language = work.plan->language(work.plan->slug(turn.state().facts.get(FactKey::language)));
  turn.send_mail(command.message, catalogue::message(language, "app.mail.re", {{"subject", turn.subject()}}),
                 message.text, false, files);
  // A state that it already has is no reason to lose the reply.
  if (input.then_state && *input.then_state != desk::name_of(turn.state().state))
    SUKI_CHECK(run_state(turn, work, caller, *input.then_state, ""));
  end_draft(work, caller, id, MessageKind::reply, input.text, input.writer);
  tx.add_request(key, {id, command.message}, work.now);
  SUKI_CHECK(turn.finish());
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
