#include "app/customers.h"

#include "app/customer_addresses.h"
#include "app/view.h"
#include "app/work.h"
#include "base/number.h"
#include "catalogue/catalogue.h"

namespace suki::app {

Result<CustomerView> show_customer(App::Shared& shared, store::Tx& tx, const Caller& caller, CustomerId id) {
  SUKI_TRY(Work work, Work::begin(shared, tx));
  const auto customer = tx.find_customer(id);
  if (!customer) return fail(ErrorCode::not_found, "no such customer");
  CustomerView shown;
  shown.id = to_text(id.value);
  shown.name = customer->name;
  if (customer->erased_at.us != 0) {
    shown.name = catalogue::message(caller.language, "app.customer.erased");
    shown.erased = format_instant(customer->erased_at);
  }
  shown.email = customer->email;
  shown.language = work.plan->slug(customer->language);
  if (customer->segment)
    shown.segment = Named{work.plan->slug(customer->segment), work.plan->name(customer->segment, caller.language)};
  if (const auto first = tx.first_conversation_of(id))
    if (const auto record = tx.find_conversation(*first)) shown.since = format_instant(record->state.opened_at);
  shown.conversations = tx.count_conversations_of(id, customer_conversations_counted_max + 1);
  shown.more = shown.conversations > customer_conversations_counted_max;
  if (shown.more) shown.conversations = customer_conversations_counted_max;
  shown.addresses = show_addresses(tx, id);
  return shown;
}

Result<CustomerConversations> show_customer_conversations(App::Shared& shared, store::Tx& tx, const Caller& caller,
                                                          CustomerId id, const std::string& cursor, int limit) {
  SUKI_TRY(Work work, Work::begin(shared, tx));
  if (limit < 1 || limit > page_max) return bad_input("limit", "must be 1 to 200");
  const auto before = cursor.empty() ? 0 : parse_positive(cursor);
  if (!before) return bad_input("cursor", "is not one that a page gave");
  if (!tx.find_customer(id)) return fail(ErrorCode::not_found, "no such customer");
  auto rows = tx.conversations_of(id, ConversationId(*before), limit + 1);
  CustomerConversations page;
  if (rows.size() > static_cast<std::size_t>(limit)) {
    rows.pop_back();
    page.next = to_text(rows.back().record.state.id.value);
  }
  const AgentNames agents(tx);
  for (const store::ListRow& row : rows) page.items.push_back(to_row(work, agents, row, caller.language));
  return page;
}

void name_customer(Work& work, store::CustomerRecord& customer, const std::string& name) {
  constexpr int told_one_by_one_max = 100;
  customer.name = name;
  work.tx.update_customer(customer);
  const auto rows = work.tx.conversations_of(customer.id, {}, told_one_by_one_max + 1);
  if (rows.size() > told_one_by_one_max) return work.tx.touch_all();
  for (const store::ListRow& row : rows) work.tx.touch(row.record.state.id);
}

}  // namespace suki::app
