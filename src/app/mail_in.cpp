/// Mail in: to the conversation it belongs to, or a new one; kept whole whatever it holds.
#include <algorithm>

#include "app/channels.h"
#include "app/customers.h"
#include "app/mail_html.h"
#include "app/mail_read.h"
#include "app/notice.h"
#include "app/sniff.h"
#include "app/turn.h"
#include "app/view.h"
#include "base/text.h"
#include "catalogue/catalogue.h"
#include "mail/mail.h"
#include "store/mail_origins.h"

namespace suki::app {
namespace {

constexpr std::size_t result_max = 40;  // code points of "temperror" and the like

bool same_address(std::string_view a, std::string_view b) {
  return to_lower_ascii(a) == to_lower_ascii(b);
}

/// The conversation that this mail answers: by Message-ID alone, never by subject, and only when the sender belongs to
/// it, so that nobody writes himself into a stranger's conversation by a number he has seen.
Result<ConversationId> find_thread(Work& work, const mail::Parsed& mail) {
  std::vector<std::string> ids;
  if (!mail.in_reply_to.empty()) ids.push_back(mail.in_reply_to);
  ids.insert(ids.end(), mail.references.rbegin(), mail.references.rend());
  constexpr std::size_t looked_up_max = 50;  // a hostile mail may name thousands
  if (ids.size() > looked_up_max) ids.resize(looked_up_max);
  for (const std::string& id : ids) {
    const auto message = work.tx.find_mail(id);
    if (!message) continue;
    const auto record = work.tx.find_conversation(message->conversation);
    if (!record) continue;
    const auto customer = work.tx.find_customer(record->customer);
    if (customer && !mail.from.email.empty() && same_address(customer->email, mail.from.email))
      return record->state.merged ? record->state.merged_into : record->state.id;
  }
  return ConversationId();
}

/// The e-mail channel that it was written to, else the first one, else any channel at all: no mail is lost for the lack
/// of one.
Symbol channel_of(const LoadedPlan& plan, const mail::Parsed& mail) {
  for (const plan::ChannelDecl& channel : plan.plan.channels) {
    if (channel.kind != plan::ChannelKind::email) continue;
    for (const auto* list : {&mail.to, &mail.cc})
      for (const mail::Address& address : *list)
        if (same_address(address.email, channel.address)) return plan.symbol(channel.id);
  }
  if (const Symbol first = find_channel(plan, plan::ChannelKind::email)) return first;
  return plan.compiled->channels.empty() ? Symbol() : plan.compiled->channels.front().id;
}

store::CustomerRecord ensure_customer(Work& work, const mail::Parsed& mail) {
  const std::string email = cut(to_lower_ascii(mail.from.email), email_max);
  const std::string name = cut(mail.from.name, name_max);
  if (auto known = work.tx.find_customer_by_email(email)) {
    if (known->name.empty() && !name.empty()) name_customer(work, *known, name);
    return *known;
  }
  const Symbol language = work.plan->symbol(work.plan->plan.business.languages.front());
  store::CustomerRecord customer{{}, name, email, language, {}};
  customer.id = work.tx.add_customer(customer);
  return customer;
}

store::MessageRecord message_of(const mail::Parsed& mail, const std::string& language) {
  store::MessageRecord message;
  message.kind = store::MessageKind::customer;
  message.has_raw = true;
  message.mail_id = cut(mail.message_id, 998);  // RFC 5322, 2.1.1: no line is longer
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

void add_attachments(Turn& turn, MessageId message, const mail::Parsed& mail) {
  for (const mail::Part& part : mail.attachments)
    turn.add_attachment({0, message, cut(part.name, name_max), type_of(part.bytes, part.type), part.bytes, 0});
}

void add_origin(Turn& turn, MessageId message, const Read& read) {
  const mail::Origin& from = read.origin;
  if (from.verdict == mail::OriginVerdict::none && !read.mail.spam) return;
  store::MailOrigin origin{static_cast<std::int64_t>(from.verdict),
                           read.mail.spam,
                           cut(from.domain, email_max),
                           cut(from.spf, result_max),
                           cut(from.dkim, result_max),
                           cut(from.dmarc, result_max),
                           cut(from.server, email_max)};
  turn.add_write([message, origin = std::move(origin)](store::Tx& tx) { store::add_mail_origin(tx, message, origin); });
}

using Taken = std::optional<App::Delivered>;

/// What comes back for a notice to staff belongs to the conversation that the notice was about, and is no customer's:
/// it becomes a note there. Of a person only when they are staff; whoever else got hold of a notice is a customer.
Result<Taken> take_answer_to_notice(Work& work, const Read& read, const std::string& raw, const std::string& digest) {
  const mail::Parsed& mail = read.mail;
  const auto notice = find_notice(work.tx, mail);
  if (!notice) return Taken();
  const auto staff = work.tx.find_account_by_email(to_lower_ascii(mail.from.email));
  const bool forged = read.origin.verdict == mail::OriginVerdict::forged;
  if (mail.machine.empty() && (!staff || forged)) return Taken();
  const auto record = work.tx.find_conversation(notice->conversation);
  if (!record) return Taken();
  SUKI_TRY(Turn turn, Turn::load(work, record->state.merged ? record->state.merged_into : record->state.id));
  store::MessageRecord note = message_of(mail, work.plan->plan.business.languages.front());
  note.kind = store::MessageKind::note;
  desk::Command command;
  command.kind = desk::CommandKind::note;
  if (mail.machine.empty()) {
    note.agent = *staff;
    note.author = AgentNames(work.tx).find(*staff);
    command.actor = {desk::ActorKind::agent, *staff};
  }
  command.message = turn.add_message(std::move(note));
  turn.add_raw_mail(command.message, raw, digest);
  add_attachments(turn, command.message, mail);
  add_html(turn, command.message, read.html);
  SUKI_CHECK(turn.run(command));
  SUKI_CHECK(turn.finish());
  // An absence note was written by a program that got the mail; only a report says that nobody did.
  if (mail.machine == "bounce" || mail.machine == "null-sender" || mail.machine == "own-loop")
    work.tx.set_notice_problem(notice->id, store::NoticeProblem::returned);
  return Taken({turn.state().id, command.message, false});
}

}  // namespace

Result<App::Delivered> deliver_read(Work& work, const Read& read, const std::string& raw, const std::string& digest,
                                    const Delivery& how) {
  const mail::Parsed& mail = read.mail;
  // The same bytes under the same Message-ID: the sender was not sure and tried again.
  if (!mail.message_id.empty())
    if (const auto seen = work.tx.find_raw_mail(digest))
      if (const auto message = work.tx.find_message(*seen))
        return App::Delivered{message->conversation, message->id, true};

  if (!how.as_new) {
    SUKI_TRY(const auto answer, take_answer_to_notice(work, read, raw, digest));
    if (answer) return *answer;
  }

  const std::string language = work.plan->plan.business.languages.front();
  ConversationId thread;
  if (!how.as_new) {
    SUKI_TRY(thread, find_thread(work, mail));
  }
  std::string subject = cut(trim(mail.subject), subject_max);
  if (subject.empty()) subject = catalogue::message(language, "app.mail.no_subject");
  std::optional<Turn> turn;
  if (thread) {
    SUKI_TRY(Turn loaded, Turn::load(work, thread));
    if (loaded.state().state == desk::State::closed)
      turn.emplace(Turn::start(work, loaded.customer(), subject, thread));
    else
      turn.emplace(std::move(loaded));
  } else {
    turn.emplace(Turn::start(work, ensure_customer(work, mail), subject));
  }
  // Who is named as the sender of a forged mail has not asked, and would get the answer.
  const bool forged = read.origin.verdict == mail::OriginVerdict::forged;
  if (!mail.machine.empty() || mail.spam || forged || how.as_new) turn->be_silent();
  store::MessageRecord message = message_of(mail, language);
  message.has_raw = !how.as_file;
  const MessageId id = turn->add_message(std::move(message));
  if (!how.as_file) turn->add_raw_mail(id, raw, digest);
  add_attachments(*turn, id, mail);
  add_html(*turn, id, read.html);
  add_origin(*turn, id, read);
  SUKI_CHECK(turn->run_customer_message(id, channel_of(*work.plan, mail)));
  SUKI_CHECK(turn->finish());
  return App::Delivered{turn->state().id, id, false};
}

}  // namespace suki::app
