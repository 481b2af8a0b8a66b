#include "app/import_mail.h"

#include <algorithm>

#include <fmt/format.h>

#include "app/channels.h"
#include "app/customers.h"
#include "app/mail_message.h"
#include "app/mail_thread.h"
#include "app/turn.h"
#include "base/text.h"
#include "catalogue/catalogue.h"
#include "mail/mail.h"

namespace suki::app {
namespace {

using desk::Command;
using desk::CommandKind;
using plan::FactKey;
using store::ImportedKind;

constexpr std::size_t ids_looked_up_max = 50;  // a hostile mail may name thousands

class MailIn {
 public:
  MailIn(Work& work, const ImportOptions& options, const importing::Mail& given, ImportAnswer& answer)
      : work_(work), options_(options), given_(given), answer_(answer), prepared_(prepare_mail(given.raw)) {}

  Result<void> run() {
    if (given_.raw.size() > mail::mail_bytes_max)
      return fail(ErrorCode::too_large, fmt::format("the mail is larger than {} MiB", mail::mail_bytes_max >> 20));
    id_ = cut(mail_.message_id, 900);
    if (id_.empty()) id_ = "sha256:" + prepared_.digest;
    if (is_known()) {
      answer_.outcome = ImportOutcome::known;
      return {};
    }
    ours_ = is_own_address(*work_.plan, mail_.from.email);
    at_ = std::min(given_.at, work_.now);  // a clock that ran ahead proves nothing
    find_thread();
    answer_.messages = 1;
    answer_.files = static_cast<std::int64_t>(mail_.attachments.size());
    if (thread_ && thread_->state.last_event_at > at_ && thread_->state.state != desk::State::closed)
      return fail(ErrorCode::conflict,
                  fmt::format("conversation {}, which it belongs to, has later words already: import all files of a "
                              "mailbox in one call",
                              thread_->state.id.value));
    if (!thread_ || thread_->state.state == desk::State::closed) answer_.conversations = 1;
    if (options_.dry_run) {
      const auto known = work_.tx.find_customer_by_email(customer_address().email);
      if (!thread_ && !known) answer_.customer = customer_address().email;
      return {};
    }
    return put();
  }

 private:
  /// It was imported before, or came or went by suki itself.
  bool is_known() {
    if (store::find_imported(work_.tx, ImportedKind::mail, given_.origin.source, id_)) return true;
    if (!mail_.message_id.empty() && work_.tx.find_mail(kept_mail_id(mail_.message_id))) return true;
    return work_.tx.find_raw_mail(prepared_.digest).has_value();
  }

  /// Who the conversation is with: of our own mail the first who got it and is not us.
  [[nodiscard]] mail::Address customer_address() const {
    if (!ours_) return {cut(mail_.from.name, name_max), cut(to_lower_ascii(mail_.from.email), email_max)};
    for (const auto* list : {&mail_.to, &mail_.cc})
      for (const mail::Address& one : *list)
        if (!one.email.empty() && !is_own_address(*work_.plan, one.email))
          return {cut(one.name, name_max), cut(to_lower_ascii(one.email), email_max)};
    return {};
  }

  /// By Message-ID alone, and only when the customer of the one is that of the other.
  void find_thread() {
    std::vector<std::string> ids;
    if (!mail_.in_reply_to.empty()) ids.push_back(mail_.in_reply_to);
    ids.insert(ids.end(), mail_.references.rbegin(), mail_.references.rend());
    if (ids.size() > ids_looked_up_max) ids.resize(ids_looked_up_max);
    const std::string customer = customer_address().email;
    for (const std::string& id : ids) {
      const auto message = work_.tx.find_mail(id);
      if (!message) continue;
      auto record = work_.tx.find_conversation(message->conversation);
      if (record && record->state.merged) record = work_.tx.find_conversation(record->state.merged_into);
      if (!record || record->erased_at.us != 0) continue;
      const auto known = work_.tx.find_customer(record->customer);
      if (!known || known->email.empty() || to_lower_ascii(known->email) != customer) continue;
      thread_ = std::move(record);
      return;
    }
  }

  Result<void> put() {
    const std::string language = work_.plan->plan.business.languages.front();
    std::string subject = cut(trim(mail_.subject), subject_max);
    if (subject.empty()) subject = catalogue::message(language, "app.mail.no_subject");
    std::optional<Turn> turn;
    if (thread_) {
      SUKI_TRY(Turn loaded, Turn::load(work_, thread_->state.id));
      if (loaded.state().state == desk::State::closed)
        turn.emplace(Turn::start(work_, loaded.customer(), subject, thread_->state.id));
      else
        turn.emplace(std::move(loaded));
    } else {
      turn.emplace(Turn::start(work_, ensure_customer(), subject));
    }
    turn->be_silent();
    const bool is_new = turn->state().last_number == 0;
    turn->happened_at(at_);
    if (is_new) {
      Command open;
      open.kind = CommandKind::open_imported;
      open.actor.kind = ours_ ? desk::ActorKind::agent : desk::ActorKind::customer;
      plan::Facts facts;
      facts.set(FactKey::channel, channel());
      facts.set(FactKey::language, turn->customer().language);
      SUKI_CHECK(turn->run(open, facts));
    }
    const MessageId message = say(*turn);
    Command command;
    command.kind = ours_ ? CommandKind::agent_reply : CommandKind::customer_message;
    command.actor.kind = ours_ ? desk::ActorKind::agent : desk::ActorKind::customer;
    command.message = message;
    SUKI_CHECK(turn->run(command));
    answer_.conversation = turn->state().id;
    if (is_new) remember(ImportedKind::conversation, {}, true);
    remember(ImportedKind::mail, message, false);
    return turn->finish();
  }

  store::CustomerRecord ensure_customer() {
    const mail::Address who = customer_address();
    if (auto known = work_.tx.find_customer_by_email(who.email)) {
      if (known->name.empty() && !who.name.empty()) name_customer(work_, *known, who.name);
      return *std::move(known);
    }
    store::CustomerRecord customer{
        {}, who.name, who.email, work_.plan->symbol(work_.plan->plan.business.languages.front()), {}};
    customer.id = work_.tx.add_customer(customer);
    answer_.customer = who.email.empty() ? id_ : who.email;
    return customer;
  }

  /// The one of ours that it went to or came from, else the first.
  [[nodiscard]] Symbol channel() const {
    const LoadedPlan& plan = *work_.plan;
    const std::vector<mail::Address> from{mail_.from};
    for (const auto* list : {&from, &mail_.to, &mail_.cc})
      for (const mail::Address& one : *list)
        if (const auto* own = channel_at(plan, one.email)) return plan.symbol(own->id);
    if (const Symbol first = find_channel(plan, plan::ChannelKind::email)) return first;
    return plan.compiled->channels.empty() ? Symbol() : plan.compiled->channels.front().id;
  }

  MessageId say(Turn& turn) {
    store::MessageRecord message = message_of(mail_, work_.plan->plan.business.languages.front());
    if (ours_) message.kind = store::MessageKind::reply;
    return add_mail(turn, work_, std::move(message), prepared_);
  }

  void remember(ImportedKind kind, MessageId message, bool waits) {
    store::ImportedRecord record;
    record.kind = kind;
    record.source = given_.origin.source;
    record.external_id = id_;
    record.digest = prepared_.digest;
    record.conversation = answer_.conversation;
    record.message = message;
    record.waits = waits;
    record.held = waits && !options_.hand_out;
    record.at = work_.now;
    store::add_imported(work_.tx, record);
  }

  Work& work_;
  const ImportOptions& options_;
  const importing::Mail& given_;
  ImportAnswer& answer_;
  const PreparedMail prepared_;
  const mail::Parsed& mail_ = prepared_.mail;
  std::string id_;
  bool ours_ = false;
  Instant at_ = never;
  std::optional<store::ConversationRecord> thread_;
};

}  // namespace

Result<void> import_mail(Work& work, const ImportOptions& options, const importing::Mail& mail, ImportAnswer& answer) {
  return MailIn(work, options, mail, answer).run();
}

Result<void> end_mail_thread(Turn& turn, Instant now, Span open_for) {
  const desk::Conversation& state = turn.state();
  if (state.state != desk::State::open) return {};
  if (state.waiting_since != never && now - state.last_event_at <= open_for) return {};
  turn.happened_at(state.last_event_at);
  Command resolve;
  resolve.kind = CommandKind::set_state;
  resolve.state = desk::State::resolved;
  return turn.run(resolve);
}

}  // namespace suki::app
