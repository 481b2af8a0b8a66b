/// What staff sees of a customer beside one conversation.
#pragma once

#include "app/app.h"
#include "app/customers_types.h"
#include "store/records.h"

namespace suki::app {

struct Work;

inline constexpr int customer_conversations_counted_max = 1'000;

[[nodiscard]] Result<CustomerView> show_customer(App::Shared& shared, store::Tx& tx, const Caller& caller,
                                                 CustomerId id);
/// `cursor`: `next` of the page before, "" for the first. limit: 1 to 200.
[[nodiscard]] Result<CustomerConversations> show_customer_conversations(App::Shared& shared, store::Tx& tx,
                                                                        const Caller& caller, CustomerId id,
                                                                        const std::string& cursor, int limit);

/// A customer of whom only the address was known. All their conversations show the name: those who watch are told.
void name_customer(Work& work, store::CustomerRecord& customer, const std::string& name);

}  // namespace suki::app
