/// Mail in: to the conversation it belongs to, or a new one; kept whole whatever it holds.
#include "app/mail_in.h"

#include <algorithm>
#include <utility>

#include "app/channels.h"
#include "app/customers.h"
#include "app/forward.h"
#include "app/mail_message.h"
#include "app/mail_reports.h"
#include "app/mail_thread.h"
#include "app/notice.h"
#include "app/turn.h"
#include "app/view.h"
#include "base/text.h"
#include "catalogue/catalogue.h"
#include "store/mail_origins.h"

namespace suki::app {
namespace {

constexpr std::size_t result_max = 40;  // code points of "temperror" and the like

/// The e-mail channel that it was written to, or else delivered for (a blind copy), by its address or an alias; else
/// that of the mailbox it was fetched from, else the first one, else any channel at all: no mail is lost for the lack
/// of one.
Symbol channel_of(const LoadedPlan& plan, const PreparedMail& prepared, Symbol fetched_for) {
  const mail::Parsed& mail = prepared.mail;
  for (const auto* list : {&mail.to, &mail.cc})
    for (const mail::Address& address : *list)
      if (const auto* mailbox = channel_at(plan, address.email)) return plan.symbol(mailbox->id);
  for (const auto* list : {&prepared.recipients, &mail.delivered_to})
    for (const std::string& address : *list)
      if (const auto* mailbox = channel_at(plan, address)) return plan.symbol(mailbox->id);
  if (fetched_for && plan.compiled->find_channel(fetched_for) != nullptr) return fetched_for;
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

void add_origin(Turn& turn, MessageId message, const mail::Parsed& mail, const mail::Origin& from) {
  if (from.verdict == mail::OriginVerdict::none && !mail.spam) return;
  store::MailOrigin origin{static_cast<std::int64_t>(from.verdict),
                           mail.spam,
                           cut(from.domain, email_max),
                           cut(from.spf, result_max),
                           cut(from.dkim, result_max),
                           cut(from.dmarc, result_max),
                           cut(from.server, email_max)};
  turn.add_write([message, origin = std::move(origin)](store::Tx& tx) { store::add_mail_origin(tx, message, origin); });
}

using Taken = std::optional<App::Delivered>;

/// Only what a delivery puts on top.
bool is_trace(std::string_view text) {
  while (!text.empty()) {
    if (!text.starts_with("Return-Path: ") && !text.starts_with("Delivered-To: ")) return false;
    text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
  }
  return true;
}

/// The same mail once more: the sender was not sure and tried again, it comes for another of our addresses, or it is
/// one of ours that came back.
Taken find_again(const Work& work, const PreparedMail& prepared) {
  store::Tx& tx = work.tx;
  const std::string& id = prepared.mail.message_id;
  // Without either, two that look alike may be two.
  if (id.empty() && !prepared.is_stamped) return {};
  if (const auto seen = tx.find_raw_mail(prepared.digest))
    if (const auto message = tx.find_message(*seen)) return App::Delivered{message->conversation, message->id, true};
  if (id.empty()) return {};
  const auto seen = tx.find_mail(kept_mail_id(id));
  if (seen && seen->has_raw) {
    const auto raw = tx.raw_mail(seen->id);
    const std::string_view sent = std::string_view(prepared.raw).substr(prepared.trace_bytes);
    if (raw && raw->ends_with(sent) && is_trace(std::string_view(*raw).substr(0, raw->size() - sent.size())))
      return App::Delivered{seen->conversation, seen->id, true};
  }
  const auto copy = find_copy(work, prepared.mail);
  return copy ? Taken({copy->conversation, copy->id, true}) : Taken();
}

/// What comes back for a notice to staff belongs to the conversation that the notice was about, and is no customer's:
/// it becomes a note there. Of a person only when they are staff; whoever else got hold of a notice is a customer.
Result<Taken> take_answer_to_notice(Work& work, const PreparedMail& prepared, bool forged) {
  const mail::Parsed& mail = prepared.mail;
  const auto notice = find_notice(work.tx, mail);
  if (!notice) return Taken();
  const auto staff = work.tx.find_account_by_email(to_lower_ascii(mail.from.email));
  if (mail.machine.empty() && (!staff || forged)) return Taken();
  const auto record = work.tx.find_conversation(notice->conversation);
  if (!record) return Taken();
  SUKI_TRY(const App::Delivered delivered,
           add_mail_note(work, record->state.merged ? record->state.merged_into : record->state.id, prepared,
                         mail.machine.empty() ? *staff : AgentId()));
  // An absence note was written by a program that got the mail; only a report says that nobody did.
  if (mail.machine == "bounce" || mail.machine == "null-sender" || mail.machine == "own-loop")
    work.tx.set_notice_problem(notice->id, store::NoticeProblem::returned);
  return Taken(delivered);
}

/// The sender is known by their address in it, but does not belong to what they name: both sides say so.
void link(Work& work, Turn& turn, const Thread& thread, MessageId message, const mail::Parsed& mail) {
  store::MailLinkRecord link{turn.state().id, thread.named, message, thread.cause, store::Claim::none};
  const auto other = work.tx.find_conversation(thread.named);
  const bool is_claim = thread.cause == store::LinkCause::token && mail.machine.empty() && !mail.from.email.empty() &&
                        other && other->customer != turn.record().customer;
  if (is_claim) link.claim = store::Claim::open;
  turn.add_write([link](store::Tx& tx) {
    store::add_mail_link(tx, link);
    tx.touch(link.other);
  });
}

/// Where the customer goes on: the conversation itself, or what came after it was closed.
Result<Turn> go_on(Work& work, ConversationId id, const std::string& subject) {
  SUKI_TRY(Turn turn, Turn::load(work, id));
  if (turn.state().state != desk::State::closed) return turn;
  if (const auto next = work.tx.find_continuation(id)) {
    const auto record = work.tx.find_conversation(*next);
    if (record && record->state.state != desk::State::closed && !record->state.merged && record->erased_at.us == 0)
      return Turn::load(work, *next);
  }
  return Turn::start(work, turn.customer(), subject, id);
}

Result<App::Delivered> take_customers_mail(Work& work, const PreparedMail& prepared, const Thread& thread,
                                           const Delivery& how) {
  const mail::Parsed& mail = prepared.mail;
  const std::string language = work.plan->plan.business.languages.front();
  std::string subject = cut(trim(mail.subject), subject_max);
  if (subject.empty()) subject = catalogue::message(language, "app.mail.no_subject");
  std::optional<Turn> turn;
  if (thread.joins) {
    SUKI_TRY(Turn joined, go_on(work, thread.joins, subject));
    turn.emplace(std::move(joined));
  } else {
    turn.emplace(Turn::start(work, ensure_customer(work, mail), subject));
  }
  // From one of our own addresses: an answer would come in again. Who is named as the sender of a forged mail has not
  // asked, and would get the answer.
  const bool forged = how.origin.verdict == mail::OriginVerdict::forged;
  if (!mail.machine.empty() || is_own_address(*work.plan, mail.from.email) || mail.spam || forged || how.as_new)
    turn->be_silent();
  const bool is_new = turn->state().last_number == 0;
  store::MessageRecord message = message_of(mail, language);
  message.has_raw = !how.as_file;
  const MessageId id = add_mail(*turn, work, std::move(message), prepared);
  add_origin(*turn, id, mail, how.origin);
  if (is_new && thread.named) link(work, *turn, thread, id, mail);
  if (is_new)
    if (const auto further = store::find_customer_address(work.tx, to_lower_ascii(mail.from.email)))
      turn->add_write([conversation = turn->state().id, was = further->was](store::Tx& tx) {
        store::note_moved(tx, conversation, was);
      });
  SUKI_CHECK(turn->run_customer_message(id, channel_of(*work.plan, prepared, how.fetched_for)));
  SUKI_CHECK(turn->finish());
  return App::Delivered{turn->state().id, id, false};
}

/// What somebody answers to whom a conversation was forwarded is among staff: a note there, never said to the customer.
Result<Taken> take_answer_to_forward(Work& work, const PreparedMail& prepared) {
  const auto forwarded = find_forward(work.tx, prepared.mail);
  if (!forwarded) return Taken();
  const auto record = work.tx.find_conversation(forwarded->conversation);
  if (!record || record->erased_at != Instant{}) return Taken();
  SUKI_TRY(const App::Delivered delivered,
           add_mail_note(work, record->state.merged ? record->state.merged_into : record->state.id, prepared, {}));
  return Taken(delivered);
}

}  // namespace

Result<App::Delivered> deliver_prepared(Work& work, const PreparedMail& prepared, const Delivery& how) {
  if (const Taken again = find_again(work, prepared)) return *again;
  if (how.as_new) return take_customers_mail(work, prepared, {}, how);
  const mail::Parsed& mail = prepared.mail;
  const bool forged = how.origin.verdict == mail::OriginVerdict::forged;
  SUKI_TRY(const auto answer, take_answer_to_notice(work, prepared, forged));
  if (answer) return *answer;
  SUKI_TRY(const auto report, take_report(work, prepared));
  if (report) return *report;
  SUKI_TRY(const auto forwarded, take_answer_to_forward(work, prepared));
  if (forwarded) return *forwarded;
  // Who writes from an address can be written to there.
  if (!mail.bounce && !mail.spam && !forged) open_address(work, to_lower_ascii(mail.from.email));

  Thread thread = find_thread(work, mail);
  // Who forges a colleague's address is a stranger.
  if (thread.staff && forged) {
    thread.staff = {};
    thread.named = std::exchange(thread.joins, {});
  }
  SUKI_TRY(const App::Delivered delivered, thread.staff ? add_mail_note(work, thread.joins, prepared, thread.staff)
                                                        : take_customers_mail(work, prepared, thread, how));
  remember_names(work.tx, thread, delivered.conversation);
  return delivered;
}

}  // namespace suki::app
