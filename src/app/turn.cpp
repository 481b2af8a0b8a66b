#include "app/turn.h"

#include <algorithm>

#include <fmt/format.h>

#include "app/channels.h"
#include "app/customer_addresses.h"
#include "app/floor.h"
#include "app/letter.h"
#include "app/mail_caps.h"
#include "app/mail_dress.h"
#include "app/mail_queue.h"
#include "app/mail_reports.h"
#include "app/mail_thread.h"
#include "app/projection.h"
#include "base/text.h"
#include "catalogue/catalogue.h"
#include "store/imported.h"

namespace suki::app {

using desk::CommandKind;
using plan::FactKey;
using store::MessageKind;

Turn Turn::start(Work& work, const store::CustomerRecord& customer, std::string subject, ConversationId continues) {
  Turn turn(work, {});
  turn.record_.state.id = work.tx.new_conversation_id();
  turn.record_.customer = customer.id;
  turn.record_.continues = continues;
  turn.record_.last_at = work.now;
  turn.customer_ = customer;
  turn.subject_ = std::move(subject);
  turn.is_new_ = true;
  return turn;
}

Result<Turn> Turn::load(Work& work, ConversationId id) {
  auto record = work.tx.find_conversation(id);
  if (!record) return fail(ErrorCode::not_found, "no such conversation");
  Turn turn(work, std::move(*record));
  turn.before_ = turn.record_;
  turn.customer_ = work.tx.find_customer(turn.record_.customer).value_or(store::CustomerRecord{});
  turn.subject_ = work.tx.subject(id);
  return turn;
}

void Turn::happened_at(Instant at) {
  happened_at_ = at;
  if (is_new_ && state().last_number == 0 && messages_.empty()) record_.last_at = at == never ? work_->now : at;
}

Result<void> Turn::run(const desk::Command& given, const plan::Facts& facts) {
  desk::Command command = given;
  command.occurred_at = happened_at_;
  PlanPtr pinned = work_->plan;
  const PlanVersion version = record_.state.pinned;
  if (version && version != work_->plan->record.number) {
    SUKI_TRY(pinned, work_->shared.plans.find(work_->tx, version));
  }
  const desk::Plans plans{*work_->plan->compiled, *pinned->compiled, work_->plan->record.number};
  desk::Out out;
  const desk::Refusal refusal = desk::decide_and_apply(plans, record_.state, command, facts, work_->now, out);
  if (refusal != desk::Refusal::none) return fail(ErrorCode::refused, desk::name_of(refusal));
  // A wake for which nothing was due leaves no trace.
  if (out.events.empty()) return {};
  inputs_.push_back({0, work_->now, record_.state.id, work_->plan->record.number, command, facts});
  for (const desk::Event& event : out.events) {
    record_.digest = store::Tx::chain_digest(record_.digest, event);
    events_.push_back(event);
  }
  for (const desk::Effect& effect : out.effects) SUKI_CHECK(perform(effect));
  return {};
}

Result<void> Turn::run_customer_message(MessageId message, Symbol channel) {
  desk::Command command;
  command.kind = state().last_number == 0 ? CommandKind::open : CommandKind::customer_message;
  command.actor.kind = desk::ActorKind::customer;
  command.message = message;
  plan::Facts facts;
  if (command.kind == CommandKind::open) {
    facts.set(FactKey::channel, channel);
    facts.set(FactKey::language, customer_.language);
  }
  facts.set(FactKey::segment, customer_.segment);
  return run(command, facts);
}

Result<void> Turn::perform(const desk::Effect& effect) {
  const LoadedPlan& plan = *work_->plan;
  switch (effect.kind) {
    case desk::EffectKind::send_automatic_reply: {
      const std::string id = plan.slug(effect.symbol);
      for (const plan::AutoReplyDecl& reply : plan.plan.auto_replies)
        if (reply.id == id)
          return answer_automatically(fill(plan.text(reply.subject, language()), language()),
                                      fill(plan.plain_replies.at({id, language()}), language()));
      return {};
    }
    case desk::EffectKind::notify_customer_moved:
      return answer_automatically(
          catalogue::message(language(), "app.promise.moved_subject"),
          catalogue::message(
              language(), "app.promise.moved",
              {{"reply_by", catalogue::say_instant(language(), effect.due, plan.plan.business.time_zone)}}));
    case desk::EffectKind::route:
      wants_agent_ = true;
      return {};
    case desk::EffectKind::notify_agent:
    case desk::EffectKind::notify_team:
      tell_staff(effect);
      return {};
  }
  return {};
}

Result<void> Turn::answer_automatically(const std::string& subject, const std::string& text) {
  if (silent_) return {};
  const bool by_mail =
      !by_form_ && !messages_.empty() && messages_.front().kind == MessageKind::customer && messages_.front().has_raw;
  if (by_mail && work_->shared.host.mail_budgets && !may_answer_mail(work_->tx, state().id, customer_.id, work_->now))
    return {};
  store::MessageRecord message;
  message.kind = MessageKind::automatic;
  message.text = text;
  const MessageId id = add_message(std::move(message));
  desk::Command command;
  command.kind = CommandKind::automatic_reply;
  command.message = id;
  SUKI_CHECK(run(command));
  if (!may_mail()) return {};
  // What a stranger wrote into the form is not sent on to whatever address they wrote, too.
  const std::string about = by_form_ ? catalogue::message(language(), "app.mail.your_message",
                                                          {{"business", work_->plan->plan.business.name}})
                                     : catalogue::message(language(), "app.mail.re", {{"subject", subject_}});
  send_mail(id, subject.empty() ? about : subject, text);
  return {};
}

bool Turn::may_mail() {
  // Only what a customer's message sets off: the rest goes by what staff and plan do.
  const bool by_customer = by_form_ || (!messages_.empty() && messages_.front().kind == MessageKind::customer);
  App::Shared& shared = work_->shared;
  if (!by_customer || customer_.email.empty() || !shared.host.mail_budgets) return true;
  return shared.mail_budget.take(customer_.email, by_form_, source_, work_->now);
}

std::string Turn::named() const {
  return by_form_ ? mailable_name(customer_.name) : customer_.name;
}

std::string Turn::language() const {
  return work_->plan->language(work_->plan->slug(state().facts.get(FactKey::language)));
}

std::string Turn::value_of(std::string_view placeholder, const std::string& language) const {
  const LoadedPlan& plan = *work_->plan;
  if (placeholder == "customer") return named().empty() ? customer_.email : named();
  if (placeholder == "business") return plan.plan.business.name;
  if (placeholder == "number") return to_text(state().id.value);
  if (placeholder == "topic") return plan.name(state().facts.get(FactKey::topic), language);
  if (placeholder == "link") return link_url(*work_, state().id);
  if (placeholder != "reply_by") return fmt::format("{{{}}}", placeholder);
  const Instant due = reply_due(state());
  return due != never ? catalogue::say_instant(language, due, plan.plan.business.time_zone)
                      : catalogue::message(language, "app.reply.no_time");
}

// In one pass: what is filled in is never read again, whatever a customer calls himself.
std::string Turn::fill(std::string_view text, const std::string& language, const std::string& agent) const {
  std::string result;
  while (!text.empty()) {
    const auto open = text.find('{'), close = text.find('}', open);
    if (close == std::string_view::npos) break;
    result += text.substr(0, open);
    const std::string_view word = text.substr(open + 1, close - open - 1);
    result += word == "agent" ? agent : value_of(word, language);
    text.remove_prefix(close + 1);
  }
  return result.append(text);
}

MessageId Turn::add_message(store::MessageRecord message, const std::string& without_text) {
  message.id = work_->tx.new_message_id();
  message.conversation = state().id;
  // As the rules count it: nothing is recorded before what was there already, whichever writer looked at its clock
  // first.
  const Instant at = happened_at_ == never ? work_->now : happened_at_;
  message.at = state().last_number == 0 ? at : std::max(at, state().last_event_at);
  record_.last_at = std::max(record_.last_at, message.at);
  // By which the customer is found again.
  if (message.kind == MessageKind::customer && message.email.empty()) message.email = customer_.email;
  // Lists show what people say.
  if (message.kind != MessageKind::automatic) preview_ = preview_of(message.text.empty() ? without_text : message.text);
  messages_.push_back(std::move(message));
  return messages_.back().id;
}

void Turn::add_raw_mail(MessageId message, std::string raw, std::string digest) {
  rest_.push_back([message, raw = std::move(raw), digest = std::move(digest)](store::Tx& tx) {
    tx.add_raw_mail(message, raw, digest);
  });
}

void Turn::add_attachment(store::AttachmentRecord attachment) {
  rest_.push_back([attachment = std::move(attachment)](store::Tx& tx) { tx.add_attachment(attachment); });
}

Dress Turn::dress(const plan::ChannelDecl& channel, const std::string& signer) const {
  return {*work_->plan, channel,
          language(),   customer_.name.empty() ? customer_.email : customer_.name,
          signer,       [this, signer](std::string_view text) { return fill(text, language(), signer); }};
}

std::optional<mail::Outgoing> Turn::make_mail(MessageId message, const std::string& subject, const std::string& text,
                                              const std::string& signer, const Letter* letter) const {
  const LoadedPlan& plan = *work_->plan;
  const plan::ChannelDecl* channel = find_sender(plan, state().facts.get(FactKey::channel));
  if (channel == nullptr) return std::nullopt;
  std::string newest;
  for (const store::MessageRecord& m : messages_)
    if (m.kind == MessageKind::customer && m.has_raw) newest = to_lower_ascii(m.email);
  const std::string address = answer_address(work_->tx, state().id, customer_, newest);
  if (address.empty()) return std::nullopt;
  const bool automatic = signer.empty();
  const Dress dress = this->dress(*channel, signer);
  mail::Outgoing mail;
  mail.from = {from_name(dress), channel->address};
  mail.to = {automatic ? named() : customer_.name, address};
  mail.subject = subject;
  mail.text = text;
  mail.automatic = automatic ? mail::Automatic::reply : mail::Automatic::no;
  mail.date = work_->now;
  mail.message_id = new_mail_id(*work_, state().id, channel->address);
  if (work_->shared.host.reply_addresses)
    mail.reply_to = reply_address(channel->address, reply_token(work_->tx, state().id));
  if (letter != nullptr) {
    mail.html = letter->html;
    for (const store::Recipient& one : letter->cc) mail.cc.push_back({one.name, one.email});
    for (const store::Recipient& one : letter->bcc) mail.bcc.push_back(one.email);
  }
  // Those who came by the form know the conversation by its link. It lets whoever has it speak as the customer, so
  // nobody gets it with a copy.
  const plan::Channel* came_by = plan.compiled->find_channel(state().facts.get(FactKey::channel));
  if (came_by != nullptr && came_by->kind != plan::ChannelKind::email && mail.cc.empty() && mail.bcc.empty()) {
    const std::string link = link_url(*work_, state().id);
    if (text.find(link) == std::string::npos) {
      const std::string said = catalogue::message(language(), "app.mail.link", {{"link", link}});
      mail.text += "\n\n" + said;
      if (!mail.html.empty()) mail.html += "<p>" + html_of_text(said) + "</p>";
    }
  }
  std::vector<store::MessageRecord> earlier;
  if (!is_new_) earlier = work_->tx.messages(state().id);
  earlier.insert(earlier.end(), messages_.begin(), messages_.end());
  for (const store::MessageRecord& m : earlier) {
    // Notes that went to others or came from them are no part of what the customer sees.
    if (m.mail_id.empty() || m.id == message || m.kind == MessageKind::note) continue;
    mail.references.push_back(m.mail_id);
    if (m.kind == MessageKind::customer || mail.in_reply_to.empty()) mail.in_reply_to = m.mail_id;
  }
  constexpr std::size_t references_max = 20;  // the newest are enough to thread by
  if (mail.references.size() > references_max)
    mail.references.erase(mail.references.begin(), mail.references.end() - references_max);
  dress_mail(mail, dress, earlier, message);
  return mail;
}

void Turn::send_mail(MessageId message, const std::string& subject, const std::string& text,
                     const std::vector<store::UploadRecord>& files, const Letter* letter) {
  std::string signer;
  for (const store::MessageRecord& m : messages_)
    if (m.id == message && m.kind == MessageKind::reply) signer = m.author;
  // An address that no mail can be sent to: the message stands in the conversation.
  if (const auto mail = make_mail(message, subject, text, signer, letter)) queue(message, *mail, files);
}

bool Turn::queue(MessageId message, const mail::Outgoing& mail, const std::vector<store::UploadRecord>& files) {
  std::vector<MailFile> named = mail_files(files);
  for (MailFile& file : named)
    if (const std::string id = content_id_of(file.digest); mail.html.find("\"cid:" + id + "\"") != std::string::npos)
      file.content_id = id;
  auto rows = queue_mails(mail, named, work_->now);
  if (!rows.ok()) return false;
  for (store::MessageRecord& m : messages_)
    if (m.id == message) m.mail_id = mail.message_id;
  for (store::OutboxRecord& row : *rows) {
    row.message = message;
    if (is_parked(work_->tx, row.to)) {
      row.state = store::MailState::failed;
      row.last_error = store::held_error;
    }
    rest_.push_back([row = std::move(row)](store::Tx& tx) { tx.add_outgoing(row); });
  }
  return true;
}

Result<void> Turn::find_agent() {
  wants_agent_ = false;
  if (state().assignee || state().state != desk::State::open) return {};
  const AgentId agent = choose_agent(*work_, state());
  if (!agent) {
    if (!is_new_) store::release_held(work_->tx, state().id);  // from now on it waits like others
    return {};
  }
  desk::Command command;
  command.kind = CommandKind::assign_agent;
  command.agent = agent;
  return run(command);
}

Result<void> Turn::finish_wake() {
  if (!events_.empty()) return finish();
  project(record_);
  // The core has nothing to do at an instant that it named itself: not again before the next change.
  if (record_.next_wake <= work_->now) record_.next_wake = never;
  work_->tx.save_conversation(record_, &before_);
  return {};
}

Result<void> Turn::finish() {
  if (wants_agent_) SUKI_CHECK(find_agent());
  if (events_.empty() && messages_.empty()) return {};
  project(record_);
  store::Tx& tx = work_->tx;
  const ConversationId id = state().id;
  for (const store::InputRecord& input : inputs_) tx.append_input(input);
  tx.save_conversation(record_, is_new_ ? nullptr : &before_);
  if (is_new_) {
    tx.set_texts(id, subject_, preview_);
    tx.add_link(link_token(tx, id), id);
  } else if (!preview_.empty()) {
    tx.set_preview(id, preview_);
  }
  for (const desk::Event& event : events_) tx.append_event(id, event);
  for (const store::MessageRecord& message : messages_) {
    tx.add_message(message);
    tx.index_message(message, subject_);
  }
  for (const auto& write : rest_) write(tx);
  const bool freed = !is_new_ && before_.state.assignee && before_.state.state == desk::State::open &&
                     (state().assignee != before_.state.assignee || state().state != desk::State::open);
  is_new_ = false;
  before_ = record_;
  events_.clear();
  inputs_.clear();
  messages_.clear();
  preview_.clear();
  rest_.clear();
  if (freed) SUKI_CHECK(route_waiting(*work_));
  return {};
}

}  // namespace suki::app
