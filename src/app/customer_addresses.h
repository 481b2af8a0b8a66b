/// A customer's several addresses. Nobody becomes another customer by writing so: an agent says it, and may take it
/// back. Until then the two are two.
#pragma once

#include <string>

#include "app/app.h"
#include "app/customers_types.h"
#include "store/records.h"

namespace suki::app {

struct Work;

/// The mail that opened this conversation had another one's reply token: whether its sender is that one's customer.
/// Said again, it does nothing. Errors: not_found (no such conversation, or no mail claimed that), refused (erased),
/// conflict (it was answered otherwise).
[[nodiscard]] Result<Conversation> answer_claim(App& app, store::Tx& tx, const Caller& caller, ConversationId id,
                                                const AnswerClaim& input);
/// Takes it back: the address is a customer of its own again, with its conversations. Errors: not_found.
[[nodiscard]] Result<CustomerView> part_address(App& app, store::Tx& tx, const Caller& caller, CustomerId id,
                                                const PartAddress& input);

/// A parked address of the conversation's customer takes mail again, and what was held goes out. Errors: not_found (no
/// such conversation, or no such parked address).
[[nodiscard]] Result<Conversation> open_address(App& app, store::Tx& tx, const Caller& caller, ConversationId id,
                                                const OpenAddress& input);

[[nodiscard]] List<CustomerAddress> show_addresses(store::Tx& tx, CustomerId id);
/// Conversations that this one's mail named, or whose mails named this one.
[[nodiscard]] List<LinkedConversation> show_links(store::Tx& tx, const Caller& caller, ConversationId id);
/// Where mail to the customer goes in this conversation: to the address of theirs that they wrote from last here, else
/// to their own. "": they have none. `newest`: the address of a mail that is being taken, lower case; "" none.
[[nodiscard]] std::string answer_address(store::Tx& tx, ConversationId id, const store::CustomerRecord& customer,
                                         const std::string& newest);

}  // namespace suki::app
