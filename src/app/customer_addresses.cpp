#include "app/customer_addresses.h"

#include <algorithm>

#include "app/customers.h"
#include "app/view.h"
#include "app/work.h"
#include "base/text.h"
#include "catalogue/catalogue.h"
#include "store/mail_thread.h"

namespace suki::app {
namespace {

/// Once a customer has a further address they are looked up before each mail; before that nobody pays for it.
constexpr const char* further_setting = "customer_addresses";

const char* name_of(store::LinkCause cause) {
  switch (cause) {
    case store::LinkCause::stranger:
      return "stranger";
    case store::LinkCause::token:
      return "token";
    case store::LinkCause::forward:
      return "forward";
  }
  return "";
}

const char* name_of(store::Claim claim) {
  switch (claim) {
    case store::Claim::none:
      return "none";
    case store::Claim::open:
      return "open";
    case store::Claim::confirmed:
      return "confirmed";
    case store::Claim::refused:
      return "refused";
  }
  return "";
}

void touch_each(store::Tx& tx, const std::vector<ConversationId>& ids) {
  constexpr std::size_t told_one_by_one_max = 100;
  if (ids.size() > told_one_by_one_max) return tx.touch_all();
  for (const ConversationId id : ids) tx.touch(id);
}

/// The customer of the opened conversation becomes one with that of the other.
Result<void> join(Work& work, const Caller& caller, const store::ConversationRecord& opened,
                  const store::ConversationRecord& other) {
  if (opened.customer == other.customer) return {};
  const auto joining = work.tx.find_customer(opened.customer);
  if (!joining || joining->email.empty()) return fail(ErrorCode::conflict, "the sender has no address");
  if (work.tx.setting(further_setting).empty()) work.tx.set_setting(further_setting, "1");
  touch_each(work.tx, store::join_customer(work.tx, {to_lower_ascii(joining->email), other.customer, joining->id,
                                                     caller.agent, work.now}));
  return {};
}

}  // namespace

Result<Conversation> answer_claim(App& app, store::Tx& tx, const Caller& caller, ConversationId id,
                                  const AnswerClaim& input) {
  SUKI_TRY(Work work, Work::begin(app.shared(), tx));
  const auto link = store::find_mail_link(tx, id);
  const auto opened = tx.find_conversation(id);
  if (!link || !opened || link->claim == store::Claim::none)
    return fail(ErrorCode::not_found, "no mail says so of this conversation");
  const store::Claim said = input.same ? store::Claim::confirmed : store::Claim::refused;
  if (link->claim == said) return show_conversation(work, caller, id);
  if (link->claim == store::Claim::confirmed)
    return fail(ErrorCode::conflict, "the address is joined: take it back from the customer");
  const auto other = tx.find_conversation(link->other);
  if (!other) return fail(ErrorCode::not_found, "no such conversation");
  SUKI_CHECK(check_not_erased(*opened));
  SUKI_CHECK(check_not_erased(*other));
  if (input.same) SUKI_CHECK(join(work, caller, *opened, *other));
  store::set_claim(tx, id, said);
  tx.touch(id);
  tx.touch(link->other);
  return show_conversation(work, caller, id);
}

Result<CustomerView> part_address(App& app, store::Tx& tx, const Caller& caller, CustomerId id,
                                  const PartAddress& input) {
  const auto address = store::find_customer_address(tx, to_lower_ascii(trim(input.email)));
  if (!address || address->customer != id) return fail(ErrorCode::not_found, "no such address of this customer");
  const auto moved = store::part_customer(tx, *address);
  touch_each(tx, moved);
  for (const ConversationId one : moved) {
    const auto link = store::find_mail_link(tx, one);
    if (!link || link->claim != store::Claim::confirmed) continue;
    store::set_claim(tx, one, store::Claim::refused);
    tx.touch(link->other);
  }
  return show_customer(app.shared(), tx, caller, id);
}

List<CustomerAddress> show_addresses(store::Tx& tx, CustomerId id) {
  List<CustomerAddress> shown;
  if (tx.setting(further_setting).empty()) return shown;
  const AgentNames agents(tx);
  for (const store::CustomerAddressRecord& a : store::customer_addresses(tx, id))
    shown.push_back({a.email, format_instant(a.at), agents.find(a.by)});
  return shown;
}

List<LinkedConversation> show_links(store::Tx& tx, const Caller& caller, ConversationId id) {
  constexpr int shown_max = 20;
  List<LinkedConversation> shown;
  for (const store::MailLinkRecord& link : store::mail_links(tx, id, shown_max)) {
    LinkedConversation one;
    one.opened = link.conversation == id;
    const ConversationId across = one.opened ? link.other : link.conversation;
    one.conversation = to_text(across.value);
    one.cause = name_of(link.cause);
    one.claim = name_of(link.claim);
    const auto record = tx.find_conversation(across);
    one.subject = record && record->erased_at.us == 0 ? tx.subject(across)
                                                      : catalogue::message(caller.language, "app.conversation.erased");
    if (const auto message = tx.find_message(link.message)) one.email = message->email;
    shown.push_back(std::move(one));
  }
  return shown;
}

std::string answer_address(store::Tx& tx, ConversationId id, const store::CustomerRecord& customer,
                           const std::string& newest) {
  if (tx.setting(further_setting).empty()) return customer.email;
  const auto further = store::customer_addresses(tx, customer.id);
  if (further.empty()) return customer.email;
  const auto is_theirs = [&](const std::string& email) {
    return !email.empty() && (email == to_lower_ascii(customer.email) ||
                              std::any_of(further.begin(), further.end(),
                                          [&](const store::CustomerAddressRecord& a) { return a.email == email; }));
  };
  if (is_theirs(newest)) return newest;
  constexpr int looked_at_max = 20;
  for (const store::MailHead& head : store::newest_mails(tx, id, looked_at_max))
    if (head.from_customer && head.has_raw && is_theirs(head.email)) return head.email;
  return customer.email.empty() ? further.front().email : customer.email;
}

}  // namespace suki::app
