#include "app/mail_message.h"

#include "app/forward.h"
#include "app/mail_html.h"
#include "app/mail_thread.h"
#include "app/turn.h"
#include "app/view.h"
#include "base/text.h"
#include "catalogue/catalogue.h"

namespace suki::app {

store::MessageRecord message_of(const mail::Parsed& mail, const std::string& language) {
  store::MessageRecord message;
  message.kind = store::MessageKind::customer;
  message.has_raw = true;
  message.mail_id = kept_mail_id(mail.message_id);
  message.author = cut(mail.from.name.empty() ? mail.from.email : mail.from.name, name_max);
  message.email = cut(mail.from.email, email_max);
  message.text = mail.text;
  if (message.text.size() > mail_text_max) {
    message.text = to_valid_utf8(cut(message.text.substr(0, mail_text_max), mail_text_max)) + "\n\n" +
                   catalogue::message(language, "app.mail.cut");
  }
  if (trim(message.text).empty() && mail.attachments.empty())
    message.text = catalogue::message(language, "app.mail.unreadable");
  return message;
}

MessageId add_mail(Turn& turn, const Work& work, store::MessageRecord message, const PreparedMail& mail) {
  const bool has_raw = message.has_raw;
  const MessageId id = turn.add_message(std::move(message));
  if (has_raw) turn.add_raw_mail(id, mail.raw, mail.digest);
  for (std::size_t i = 0; i < mail.mail.attachments.size(); ++i) {
    const mail::Part& part = mail.mail.attachments[i];
    turn.add_attachment({0, id, cut(part.name, name_max), mail.types[i], part.bytes, 0});
  }
  add_html(turn, id, mail.html);
  add_recipients(turn, work, id, mail.mail);
  return id;
}

Result<App::Delivered> add_mail_note(Work& work, ConversationId id, const PreparedMail& mail, AgentId agent) {
  SUKI_TRY(Turn turn, Turn::load(work, id));
  store::MessageRecord note = message_of(mail.mail, work.plan->plan.business.languages.front());
  note.kind = store::MessageKind::note;
  desk::Command command;
  command.kind = desk::CommandKind::note;
  if (agent) {
    note.agent = agent;
    note.author = AgentNames(work.tx).find(agent);
    command.actor = {desk::ActorKind::agent, agent};
  }
  command.message = add_mail(turn, work, std::move(note), mail);
  SUKI_CHECK(turn.run(command));
  SUKI_CHECK(turn.finish());
  return App::Delivered{id, command.message, false};
}

}  // namespace suki::app
