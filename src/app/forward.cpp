#include "app/forward.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "app/channels.h"
#include "app/drafts.h"
#include "app/files.h"
#include "app/mail_dress.h"
#include "app/reply.h"
#include "app/view.h"
#include "base/number.h"
#include "base/reason.h"
#include "base/text.h"
#include "catalogue/catalogue.h"
#include "mail/sanitise.h"

namespace suki::app {
namespace {

using store::MessageKind;

constexpr std::size_t quoted_max = 200;  ///< messages in one mail; chosen

struct Quoted {
  std::string text, html;
};

/// One message with a head that says whose it is.
Quoted quote(const Work& work, const store::MessageRecord& message, const std::string& subject,
             const std::string& language) {
  const std::string author = author_of(message, language);
  const std::string who = message.email.empty() || message.kind != MessageKind::customer || author == message.email
                              ? (author.empty() ? message.email : author)
                              : fmt::format("{} <{}>", author, message.email);
  const std::string head =
      catalogue::message(language, "app.forward.from", {{"who", who}}) + "\n" +
      catalogue::message(language, "app.forward.when",
                         {{"when", catalogue::say_instant(language, message.at, work.plan->plan.business.time_zone)}}) +
      "\n" + catalogue::message(language, "app.forward.subject", {{"subject", subject}});
  return {head + "\n\n" + message.text,
          "<p>" + html_of_text(head) + "</p><blockquote><p>" + html_of_text(message.text) + "</p></blockquote>"};
}

Result<Quoted> quote_all(Work& work, const Turn& turn, const Forward& input, const std::string& language) {
  Quoted all;
  if (input.messages.empty()) return all;
  if (input.messages.size() > quoted_max)
    return bad_input("messages", fmt::format("must be at most {} messages", quoted_max));
  std::map<std::string, store::MessageRecord> here;
  for (store::MessageRecord& message : work.tx.messages(turn.state().id))
    here.emplace(to_text(message.id.value), std::move(message));
  const std::string line = catalogue::message(language, "app.forward.line");
  for (std::size_t i = 0; i < input.messages.size(); ++i) {
    const auto found = here.find(input.messages[i]);
    if (found == here.end())
      return bad_input(fmt::format("messages[{}]", i).c_str(), "is no message of this conversation");
    const Quoted one = quote(work, found->second, turn.subject(), language);
    all.text += fmt::format("---------- {} ----------\n{}\n\n", line, one.text);
    all.html += fmt::format("<hr><p>{}</p>{}", html_of_text(line), one.html);
  }
  all.text = cut(trim(all.text), mail_text_max);
  return all;
}

Result<std::vector<store::UploadRecord>> files_of(Work& work, const Turn& turn, const Forward& input) {
  std::vector<store::UploadRecord> files;
  const auto here = work.tx.attachments(turn.state().id);
  std::int64_t bytes = 0;
  for (std::size_t i = 0; i < input.attachments.size(); ++i) {
    const auto found = std::find_if(here.begin(), here.end(),
                                    [&](const auto& file) { return to_text(file.id) == input.attachments[i]; });
    if (found == here.end())
      return bad_input(fmt::format("attachments[{}]", i).c_str(), "is no file of this conversation");
    files.push_back({{}, found->name, found->type, found->digest, found->size, {}});
    bytes += found->size;
  }
  if (files.size() > message_files_max)
    return bad_input("attachments", fmt::format("must be at most {} files", message_files_max));
  if (bytes > message_files_bytes_max)
    return fail(ErrorCode::too_large, fmt::format("attachments: the files of a message may have {} MiB together",
                                                  message_files_bytes_max >> 20));
  return files;
}

}  // namespace

Result<ForwardMail> make_forward(Work& work, const Turn& turn, const Caller& caller, const Forward& input) {
  ForwardMail forward;
  const plan::ChannelDecl* sender = find_sender(*work.plan, turn.state().facts.get(plan::FactKey::channel));
  if (sender == nullptr) return because(bad_input("to", "the plan has no e-mail channel to send from"), "no_mail");
  SUKI_TRY(const std::string to, check_email("to", input.to));
  SUKI_CHECK(check_present("to", to));
  if (is_own_address(*work.plan, to))
    return because(bad_input("to", "is an address of this business itself"), "own_address");
  if (to == turn.customer().email)
    return because(bad_input("to", "is the customer; write a reply"), "customer_address");
  SUKI_CHECK(check_text("subject", input.subject, subject_max));
  SUKI_CHECK(check_present("subject", input.subject));
  // Who quotes something need not add a word.
  Letter& letter = forward.letter;
  if (input.messages.empty() || !trim(input.text).empty() || (input.html && !input.html->empty())) {
    SUKI_TRY(letter, read_letter(work.tx, caller.agent, input.text, input.html, input.uploads));
  }
  SUKI_TRY(letter.cc, read_recipients(work, "cc", input.cc, {to}));
  std::vector<std::string> named{to};
  for (const store::Recipient& one : letter.cc) named.push_back(one.email);
  SUKI_TRY(letter.bcc, read_recipients(work, "bcc", input.bcc, named));
  SUKI_TRY(const Quoted quoted, quote_all(work, turn, input, caller.language));
  SUKI_TRY(forward.files, files_of(work, turn, input));
  if (!letter.html.empty()) letter.html += quoted.html;
  if (!quoted.text.empty()) letter.text += (letter.text.empty() ? "" : "\n\n") + quoted.text;

  mail::Outgoing& mail = forward.mail;
  mail.from = {from_name(turn.dress(*sender, AgentNames(work.tx).find(caller.agent))), sender->address};
  mail.to = {"", to};
  for (const store::Recipient& one : letter.cc) mail.cc.push_back({one.name, one.email});
  for (const store::Recipient& one : letter.bcc) mail.bcc.push_back(one.email);
  mail.subject = std::string(trim(input.subject));
  mail.text = letter.text;
  mail.html = letter.html;
  mail.date = work.now;
  return forward;
}

Result<MessageId> forward_now(Work& work, const Caller& caller, ConversationId id, const Forward& input,
                              Instant held_at) {
  SUKI_TRY(Turn turn, Turn::load(work, id));
  SUKI_CHECK(check_not_erased(turn.record()));
  SUKI_TRY(ForwardMail forward, make_forward(work, turn, caller, input));
  SUKI_TRY(TakenFiles files, take_uploads(work, caller.agent, input.uploads));
  files.insert(files.end(), forward.files.begin(), forward.files.end());
  desk::Command command = command_of(caller, desk::CommandKind::note);
  command.message = add_message_with(turn, message_of(work, caller, MessageKind::note, forward.letter.text), files);
  SUKI_CHECK(turn.run(command));
  const std::string& from = forward.mail.from.email;
  forward.mail.message_id = fmt::format("forward.{}.{}@{}", command.message.value, work.shared.host.random_token(12),
                                        from.substr(from.rfind('@') + 1));
  if (!turn.queue(command.message, forward.mail, files)) return bad_input("to", "no mail can be sent there");
  store::MessageMailRecord mail;
  mail.message = command.message;
  mail.forwarded = true;
  mail.held_at = held_at;
  mail.subject = forward.mail.subject;
  mail.to = {{"", forward.mail.to.email}};
  mail.cc = forward.letter.cc;
  mail.bcc = forward.letter.bcc;
  mail.html_revision = mail::sanitiser_revision;
  mail.html = forward.letter.html;
  turn.add_write([mail](store::Tx& tx) { store::add_message_mail(tx, mail); });
  if (held_at == Instant{}) end_draft(work, caller, id, forward_draft, input.text, input.writer);
  SUKI_CHECK(turn.finish());
  return command.message;
}

std::optional<store::MessageRecord> find_forward(store::Tx& tx, const mail::Parsed& mail) {
  std::vector<std::string> ids;
  if (!mail.in_reply_to.empty()) ids.push_back(mail.in_reply_to);
  ids.insert(ids.end(), mail.references.rbegin(), mail.references.rend());
  if (mail.bounce) ids.push_back(mail.bounce->original_message_id);
  constexpr std::size_t looked_up_max = 50;  // a hostile mail may name thousands
  if (ids.size() > looked_up_max) ids.resize(looked_up_max);
  const std::string from = to_lower_ascii(mail.from.email);
  for (const std::string& id : ids) {
    auto note = tx.find_mail(id);
    if (!note || note->kind != MessageKind::note) continue;
    const auto sent = store::find_message_mail(tx, note->id);
    if (!sent || !sent->forwarded) continue;
    if (!mail.machine.empty()) return note;
    for (const auto* list : {&sent->to, &sent->cc, &sent->bcc})
      for (const store::Recipient& one : *list)
        if (one.email == from) return note;
  }
  return std::nullopt;
}

void add_recipients(Turn& turn, const Work& work, MessageId message, const mail::Parsed& mail) {
  store::MessageMailRecord record;
  record.message = message;
  constexpr std::size_t kept_max = 100;  // of each field: a mail to more is a mass mail
  bool is_any = false;
  const auto take = [&](const std::vector<mail::Address>& from, std::vector<store::Recipient>& to) {
    for (const mail::Address& one : from) {
      if (one.email.empty() || one.email.size() > email_max || to.size() == kept_max) continue;
      to.push_back({cut(one.name, name_max), to_lower_ascii(one.email)});
      is_any = is_any || !is_own_address(*work.plan, one.email);
    }
  };
  take(mail.to, record.to);
  take(mail.cc, record.cc);
  if (is_any) turn.add_write([record](store::Tx& tx) { store::add_message_mail(tx, record); });
}

}  // namespace suki::app
