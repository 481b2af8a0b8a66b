#include "app/mail_reports.h"

#include <algorithm>
#include <set>

#include "app/customer_addresses.h"
#include "app/mail_thread.h"
#include "app/turn.h"
#include "app/view.h"
#include "base/text.h"
#include "store/mail_thread.h"
#include "store/message_mail.h"

namespace suki::app {
namespace {

/// Once an address was parked it is looked up before each mail; before that nobody pays for it.
constexpr const char* parked_setting = "parked_addresses";

/// Which of our mails it may be about: what it says, and the mail that it brings back.
std::vector<std::string> reported_ids(const mail::Parsed& mail) {
  std::vector<std::string> ids;
  if (mail.bounce && !mail.bounce->original_message_id.empty()) ids.push_back(mail.bounce->original_message_id);
  constexpr std::size_t opened_max = 3;
  for (const mail::Part& part : mail.attachments) {
    if (ids.size() > opened_max) break;
    if (part.type == "message/rfc822" || part.type == "text/rfc822-headers")
      ids.push_back(mail::parse(part.bytes).message_id);
  }
  return ids;
}

std::optional<store::MessageRecord> find_reported(store::Tx& tx, const mail::Parsed& mail) {
  constexpr int looked_at_max = 5;
  for (const std::string& id : reported_ids(mail))
    for (const MessageId found : store::messages_with(tx, kept_mail_id(id), looked_at_max)) {
      auto message = tx.find_message(found);
      if (!message) continue;
      const auto forwarded = [&] {
        const auto sent = store::find_message_mail(tx, message->id);
        return sent && sent->forwarded;
      };
      if (message->kind == store::MessageKind::reply || message->kind == store::MessageKind::automatic || forwarded())
        return message;
    }
  return std::nullopt;
}

/// The dead one among those that the mail went to; "" when the report is about others, as after a forward.
std::string dead_address(store::Tx& tx, const mail::Bounce& bounce, MessageId message) {
  for (const std::string& address : store::addresses_of_mail(tx, message))
    for (const std::string& recipient : bounce.recipients)
      if (to_lower_ascii(recipient) == address) return address;
  return "";
}

/// It is our turn again: what we said was not heard.
Result<void> stop_waiting(Work& work, ConversationId id) {
  SUKI_TRY(Turn turn, Turn::load(work, id));
  if (turn.state().state != desk::State::pending) return {};
  desk::Command command;
  command.kind = desk::CommandKind::set_state;
  command.state = desk::State::open;
  SUKI_CHECK(turn.run(command));
  return turn.finish();
}

void tell_conversations(Work& work, const std::string& address) {
  constexpr int told_one_by_one_max = 100;
  const auto customer = work.tx.find_customer_by_email(address);
  if (!customer) return;
  const auto rows = work.tx.conversations_of(customer->id, {}, told_one_by_one_max + 1);
  if (rows.size() > told_one_by_one_max) return work.tx.touch_all();
  for (const store::ListRow& row : rows) work.tx.touch(row.record.state.id);
}

}  // namespace

Result<std::optional<App::Delivered>> take_report(Work& work, const PreparedMail& read) {
  using Taken = std::optional<App::Delivered>;
  const mail::Parsed& mail = read.mail;
  if (!mail.bounce && mail.machine != "bounce") return Taken();
  const auto reported = find_reported(work.tx, mail);
  if (!reported) return Taken();
  const auto record = work.tx.find_conversation(reported->conversation);
  if (!record || record->erased_at.us != 0) return Taken();
  const ConversationId id = record->state.merged ? record->state.merged_into : record->state.id;
  SUKI_TRY(const App::Delivered delivered, add_mail_note(work, id, read, {}));
  const bool is_hard = mail.bounce && mail.bounce->class_ == mail::BounceClass::hard;
  const std::string status = mail.bounce ? cut(mail.bounce->status, 20) : "4.0.0";
  store::add_mail_report(work.tx, {delivered.message, reported->id, is_hard, status});
  if (!is_hard) return Taken(delivered);
  if (const std::string dead = dead_address(work.tx, *mail.bounce, reported->id); !dead.empty()) {
    if (work.tx.setting(parked_setting).empty()) work.tx.set_setting(parked_setting, "1");
    store::park(work.tx, {dead, status, delivered.message, work.now});
    tell_conversations(work, dead);
  }
  if (reported->kind != store::MessageKind::note) SUKI_CHECK(stop_waiting(work, id));
  return Taken(delivered);
}

bool is_parked(store::Tx& tx, const std::string& address) {
  return !address.empty() && !tx.setting(parked_setting).empty() && store::find_parked(tx, to_lower_ascii(address));
}

bool open_address(Work& work, const std::string& address) {
  if (!is_parked(work.tx, address) || !store::unpark(work.tx, address, work.now)) return false;
  tell_conversations(work, address);
  return true;
}

Result<Conversation> open_address(App& app, store::Tx& tx, const Caller& caller, ConversationId id,
                                  const OpenAddress& input) {
  SUKI_TRY(Work work, Work::begin(app.shared(), tx));
  const auto record = tx.find_conversation(id);
  if (!record) return fail(ErrorCode::not_found, "no such conversation");
  const std::string address = to_lower_ascii(trim(input.address));
  const List<ParkedAddress> parked = show_parked(tx, *record);
  const bool is_theirs =
      std::any_of(parked.begin(), parked.end(), [&](const ParkedAddress& one) { return one.address == address; });
  if (!is_theirs) return fail(ErrorCode::not_found, "no such parked address");
  open_address(work, address);
  return show_conversation(work, caller, id);
}

List<ParkedAddress> show_parked(store::Tx& tx, const store::CustomerRecord& customer) {
  List<ParkedAddress> shown;
  if (tx.setting(parked_setting).empty()) return shown;
  const auto show = [&](const std::string& address) {
    if (const auto parked = store::find_parked(tx, address))
      shown.push_back({parked->address, parked->status, format_instant(parked->at)});
  };
  if (!customer.email.empty()) show(customer.email);
  for (const store::CustomerAddressRecord& further : store::customer_addresses(tx, customer.id)) show(further.email);
  return shown;
}

List<ParkedAddress> show_parked(store::Tx& tx, const store::ConversationRecord& record) {
  List<ParkedAddress> shown;
  if (tx.setting(parked_setting).empty()) return shown;
  if (const auto customer = tx.find_customer(record.customer)) shown = show_parked(tx, *customer);
  std::set<std::string> copies;
  for (const store::MessageMailRecord& mail : store::message_mails(tx, record.state.id))
    for (const auto* list : {&mail.to, &mail.cc, &mail.bcc})
      for (const store::Recipient& one : *list) copies.insert(to_lower_ascii(one.email));
  for (const ParkedAddress& one : shown) copies.erase(one.address);
  for (const std::string& address : copies)
    if (const auto parked = store::find_parked(tx, address))
      shown.push_back({parked->address, parked->status, format_instant(parked->at)});
  return shown;
}

}  // namespace suki::app
