#include "app/reply.h"

#include "app/channels.h"
#include "app/drafts.h"
#include "app/files.h"
#include "app/view.h"
#include "base/reason.h"
#include "base/text.h"
#include "catalogue/catalogue.h"
#include "mail/sanitise.h"

namespace suki::app {

using plan::FactKey;
using store::MessageKind;

std::string request_key(const Caller& caller, ConversationId id, const std::string& request_id) {
  return "agent " + to_text(caller.agent.value) + " " + to_text(id.value) + " " + request_id;
}

desk::Command command_of(const Caller& caller, desk::CommandKind kind) {
  desk::Command command;
  command.kind = kind;
  command.actor = {desk::ActorKind::agent, caller.agent};
  return command;
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

std::string subject_of_reply(const Work& work, const Turn& turn) {
  const std::string language = work.plan->language(work.plan->slug(turn.state().facts.get(FactKey::language)));
  return catalogue::message(language, "app.mail.re", {{"subject", turn.subject()}});
}

Result<Letter> read_reply(const Work& work, const Turn& turn, const Caller& caller, const Reply& input) {
  SUKI_TRY(Letter letter, read_letter(work.tx, caller.agent, input.text, input.html, input.uploads));
  const std::string& customer = turn.customer().email;
  SUKI_TRY(letter.cc, read_recipients(work, "cc", input.cc, {customer}));
  std::vector<std::string> named{customer};
  for (const store::Recipient& one : letter.cc) named.push_back(one.email);
  SUKI_TRY(letter.bcc, read_recipients(work, "bcc", input.bcc, named));
  const bool goes_by_mail = !customer.empty() && find_sender(*work.plan) != nullptr;
  if (!goes_by_mail && !(letter.cc.empty() && letter.bcc.empty()))
    return because(
        bad_input(letter.cc.empty() ? "bcc" : "cc", "no mail goes to this customer, so nobody can get a copy"),
        "no_mail");
  return letter;
}

Result<MessageId> reply_now(Work& work, const Caller& caller, ConversationId id, const Reply& input, Instant held_at) {
  SUKI_TRY(Turn turn, Turn::load(work, id));
  SUKI_CHECK(check_not_erased(turn.record()));
  const auto events = work.tx.events(id);
  std::vector<MessageId> known = store::held_messages(work.tx, id, caller.agent);
  if (held_at != Instant{})
    for (const desk::Event& event : events)
      if (event.kind == desk::EventKind::agent_reply && event.actor.agent == caller.agent)
        known.push_back(event.message);
  if (has_moved(events, caller, input.after, known))
    return fail(ErrorCode::conflict, "the conversation has changed since");
  SUKI_TRY(const Letter letter, read_reply(work, turn, caller, input));
  SUKI_TRY(const TakenFiles files, take_uploads(work, caller.agent, input.uploads));
  const store::MessageRecord message = message_of(work, caller, MessageKind::reply, letter.text);
  desk::Command command = command_of(caller, desk::CommandKind::agent_reply);
  command.message = add_message_with(turn, message, files);
  SUKI_CHECK(turn.run(command));
  turn.send_mail(command.message, subject_of_reply(work, turn), message.text, files, &letter);
  // A state that it already has is no reason to lose the reply.
  if (input.then_state && *input.then_state != desk::name_of(turn.state().state))
    SUKI_CHECK(run_state(turn, work, caller, *input.then_state, ""));
  if (!letter.html.empty() || !letter.cc.empty() || !letter.bcc.empty() || held_at != Instant{}) {
    store::MessageMailRecord mail;
    mail.message = command.message;
    mail.held_at = held_at;
    mail.cc = letter.cc;
    mail.bcc = letter.bcc;
    mail.html_revision = mail::sanitiser_revision;
    mail.html = letter.html;
    turn.add_write([mail](store::Tx& tx) { store::add_message_mail(tx, mail); });
  }
  if (held_at == Instant{}) end_draft(work, caller, id, MessageKind::reply, input.text, input.writer);
  SUKI_CHECK(turn.finish());
  return command.message;
}

}  // namespace suki::app
