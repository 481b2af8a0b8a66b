/// One conversation with everything that an agent sees of it.
#include <algorithm>
#include <map>

#include "app/customer_addresses.h"
#include "app/drafts.h"
#include "app/files.h"
#include "app/held.h"
#include "app/import.h"
#include "app/letter.h"
#include "app/mail_reports.h"
#include "app/turn.h"
#include "app/view.h"
#include "base/text.h"
#include "catalogue/catalogue.h"
#include "desk/ledger.h"
#include "mail/auth_results.h"
#include "mail/reply.h"
#include "store/mail_origins.h"
#include "store/mail_thread.h"

namespace suki::app {
namespace {

using plan::FactKey;

const char* name_of(store::NoticeProblem problem) {
  switch (problem) {
    case store::NoticeProblem::none:
      return "";
    case store::NoticeProblem::no_member:
      return "no_member";
    case store::NoticeProblem::no_address:
      return "no_address";
    case store::NoticeProblem::no_sender:
      return "no_sender";
    case store::NoticeProblem::returned:
      return "returned";
  }
  return "";
}

const char* name_of(store::MailState state) {
  switch (state) {
    case store::MailState::queued:
      return "queued";
    case store::MailState::sent:
      return "sent";
    case store::MailState::failed:
      return "failed";
  }
  return "";
}

/// How far a message got that may have gone to several people: one who gets none is what staff must see.
std::string delivery_of(const std::vector<std::pair<MessageId, store::MailState>>& deliveries, MessageId message) {
  std::optional<store::MailState> shown;
  for (const auto& [of, state] : deliveries) {
    if (of != message) continue;
    if (!shown || state == store::MailState::failed ||
        (state == store::MailState::queued && *shown == store::MailState::sent))
      shown = state;
  }
  return shown ? name_of(*shown) : "";
}

/// Who was told of each step, beside the step.
void show_told(store::Tx& tx, ConversationId id, const AgentNames& agents, List<TimelineEvent>& timeline) {
  for (const store::NoticeRecord& notice : tx.notices(id)) {
    const auto step = std::find_if(timeline.begin(), timeline.end(),
                                   [&](const TimelineEvent& event) { return event.number == notice.event; });
    if (step == timeline.end()) continue;
    step->told.push_back(
        {agents.find(notice.agent), notice.outbox != 0 ? name_of(notice.delivery) : "none", name_of(notice.problem)});
  }
}

/// What set-state would accept now: the rules themselves are asked.
List<Text> next_states(const Work& work, const desk::Conversation& state, const plan::CompiledPlan& pinned) {
  const desk::Plans plans{*work.plan->compiled, pinned, work.plan->record.number};
  List<Text> accepted;
  desk::Out out;
  for (const desk::State next :
       {desk::State::open, desk::State::pending, desk::State::on_hold, desk::State::resolved, desk::State::closed}) {
    if (next == state.state) continue;
    desk::Command command;
    command.kind = desk::CommandKind::set_state;
    command.actor.kind = desk::ActorKind::agent;
    command.state = next;
    if (next == desk::State::on_hold && !work.plan->compiled->hold_reasons.empty())
      command.symbol = work.plan->compiled->hold_reasons.front();
    if (desk::decide(plans, state, command, {}, work.now, out) == desk::Refusal::none)
      accepted.emplace_back(desk::name_of(next));
  }
  return accepted;
}

}  // namespace

namespace {

/// One whose words are gone: who of the two sides it was is still known.
void show_erased(const store::MessageRecord& from, const AgentNames& agents, const std::string& language,
                 Message& message) {
  message.text = catalogue::message(language, "app.message.erased");
  if (from.kind == store::MessageKind::customer) message.author = catalogue::message(language, "app.author.customer");
  if (from.agent) message.author = agents.find(from.agent);
  message.folded.reset();
  message.delivery.clear();
  message.mail.reset();
}

/// What the sender wrote now; a mail that is all quote, or has none, is shown as it is. Computed when it is shown, at
/// 100 MB a second, so that a better guess helps earlier mails, too.
Maybe<Folded> fold(const store::MessageRecord& message, const std::string& subject) {
  if (!message.has_raw) return std::nullopt;
  mail::Split split = mail::split_reply(message.text, subject);
  if ((split.quote.empty() && split.signature.empty()) || trim(split.reply).empty()) return std::nullopt;
  return Folded{std::move(split.reply), !split.quote.empty(), !split.signature.empty()};
}

/// Which of our mails wait for a parked address, and what came back.
void show_way(store::Tx& tx, ConversationId id, List<Message>& messages) {
  const auto find = [&messages](MessageId message) {
    return std::find_if(messages.begin(), messages.end(),
                        [text = to_text(message.value)](const Message& one) { return one.id == text; });
  };
  for (const store::MessageToParked& held : store::messages_to_parked(tx, id))
    if (const auto one = find(held.message); one != messages.end()) one->delivery = held.whole ? "held" : "partly_held";
  for (const store::MailReportRecord& report : store::mail_reports(tx, id))
    if (const auto one = find(report.message); one != messages.end())
      one->returned = Returned{report.hard, report.status, to_text(report.report.value)};
}

}  // namespace

namespace {

MailOrigin show_origin(const store::MailOrigin& from) {
  const char* verdict = "";
  switch (static_cast<mail::OriginVerdict>(from.verdict)) {
    case mail::OriginVerdict::none:
      break;
    case mail::OriginVerdict::verified:
      verdict = "verified";
      break;
    case mail::OriginVerdict::unverified:
      verdict = "unverified";
      break;
    case mail::OriginVerdict::forged:
      verdict = "forged";
      break;
  }
  return {verdict, from.domain, from.spf, from.dkim, from.dmarc, from.server, from.spam};
}

}  // namespace

List<Message> show_messages(store::Tx& tx, ConversationId id, const std::string& language) {
  const auto record = tx.find_conversation(id);
  const bool erased = record && record->erased_at.us != 0;
  const AgentNames agents(tx);
  const auto attachments = tx.attachments(id);
  const auto deliveries = tx.deliveries(id);
  const std::string subject = tx.subject(id);
  const auto with_html = tx.mails_with_html(id);
  std::map<MessageId, store::MessageMailRecord> mails;
  for (store::MessageMailRecord& mail : store::message_mails(tx, id)) mails.emplace(mail.message, std::move(mail));
  const auto origins = store::mail_origins(tx, id);
  List<Message> shown;
  for (const store::MessageRecord& from : tx.messages(id)) {
    Message message;
    message.id = to_text(from.id.value);
    message.kind = name_of(from.kind);
    message.author = author_of(from, language);
    message.text = from.text;
    if (!from.email.empty() && from.has_raw) message.email = from.email;
    message.at = format_instant(from.at);
    message.has_raw = from.has_raw;
    message.delivery = delivery_of(deliveries, from.id);
    message.folded = fold(from, subject);
    if (const auto mail = mails.find(from.id); mail != mails.end()) message.mail = show_mail(mail->second, attachments);
    for (const store::AttachmentRecord& a : attachments)
      if (a.message == from.id) message.attachments.push_back(show_file(a));
    message.has_html = std::binary_search(with_html.begin(), with_html.end(), from.id);
    if (const auto origin = origins.find(from.id); origin != origins.end())
      message.origin = show_origin(origin->second);
    if (erased) show_erased(from, agents, language, message);
    shown.push_back(std::move(message));
  }
  if (!erased) show_way(tx, id, shown);
  return shown;
}

Result<Conversation> show_conversation(Work& work, const Caller& caller, ConversationId id) {
  const auto row = work.tx.list_row(id);
  if (!row) return fail(ErrorCode::not_found, "no such conversation");
  const desk::Conversation& state = row->record.state;
  const AgentNames agents(work.tx);
  const auto events = work.tx.events(id);
  SUKI_TRY(const Pinned pinned, find_pinned(work, events));
  PlanPtr current = work.plan;
  if (state.pinned && state.pinned != work.plan->record.number) {
    SUKI_TRY(current, work.shared.plans.find(work.tx, state.pinned));
  }
  Conversation shown;
  shown.row = to_row(work, agents, *row, caller.language);
  shown.customer = to_text(row->record.customer.value);
  if (row->record.continues) shown.continues = to_text(row->record.continues.value);
  if (const auto next = work.tx.find_continuation(id)) shown.continued = to_text(next->value);
  shown.email = row->customer_email;
  shown.language = work.plan->slug(state.facts.get(FactKey::language));
  shown.hold_reason = work.plan->slug(state.hold_reason);
  shown.policy = work.plan->name(state.policy, caller.language);
  shown.plan_version = to_text(state.pinned.value);
  shown.messages = show_messages(work.tx, id, caller.language);
  for (const desk::Event& event : events)
    shown.timeline.push_back(to_timeline(work, agents, event, shown.row.customer, caller.language));
  show_told(work.tx, id, agents, shown.timeline);
  for (const desk::LedgerClock& clock : desk::clocks_from_history(events, pinned.plans, work.now))
    shown.clocks.push_back(to_clock_view(clock.target, clock.clock, *current->compiled, work.now));
  shown.next_states = next_states(work, state, *current->compiled);
  shown.drafts = show_drafts(work.tx, caller.agent, id);
  shown.links = show_links(work.tx, caller, id);
  shown.parked = show_parked(work.tx, row->record);
  shown.held = show_held(work, caller, id);
  shown.imported = show_imported(work.tx, id);
  return shown;
}

}  // namespace suki::app
