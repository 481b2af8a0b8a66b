/// What is known of where a mail came from, beside its message. Derived at its receipt, from what was trusted then.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/ids.h"

namespace suki::store {

class Tx;

struct MailOrigin {
  std::int64_t verdict = 0;  ///< of mail::OriginVerdict
  bool spam = false;         ///< a filter marked it
  std::string domain, spf, dkim, dmarc, server;
};
void add_mail_origin(Tx& tx, MessageId message, const MailOrigin& origin);
[[nodiscard]] std::map<MessageId, MailOrigin> mail_origins(Tx& tx, ConversationId conversation);

}  // namespace suki::store
