#include "app/mail_caps.h"

#include "store/mail_thread.h"

namespace suki::app {

bool may_answer_mail(store::Tx& tx, ConversationId id, CustomerId customer, Instant now) {
  const store::AutomaticMails day = store::count_automatic_mails(tx, id, customer, now - hours(24));
  if (day.of_customer == 0) return true;
  if (day.of_conversation >= automatic_of_conversation_max || day.of_customer >= automatic_of_correspondent_max)
    return false;
  return store::count_automatic_mails(tx, id, customer, now - automatic_pause).of_customer == 0;
}

}  // namespace suki::app
