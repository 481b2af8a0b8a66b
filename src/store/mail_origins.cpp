#include "store/mail_origins.h"

#include "store/sql.h"
#include "store/tx.h"

namespace suki::store {

void add_mail_origin(Tx& tx, MessageId message, const MailOrigin& origin) {
  tx.sql().append(
      "insert into mail_origins (message, verdict, spam, domain, spf, dkim, dmarc, server) values (:message, :verdict, "
      ":spam, :domain, :spf, :dkim, :dmarc, :server)",
      message, origin.verdict, origin.spam, origin.domain, origin.spf, origin.dkim, origin.dmarc, origin.server);
}

std::map<MessageId, MailOrigin> mail_origins(Tx& tx, ConversationId conversation) {
  using Num = std::int64_t;
  using Text = std::string;
  std::map<MessageId, MailOrigin> origins;
  for (const auto& [message, verdict, spam, domain, spf, dkim, dmarc, server] :
       tx.sql().rows<Num, Num, Num, Text, Text, Text, Text, Text>(
           "select o.message, o.verdict, o.spam, o.domain, o.spf, o.dkim, o.dmarc, o.server from messages m join "
           "mail_origins o on o.message = m.id where m.conversation = :id",
           conversation))
    origins.emplace(MessageId(message), MailOrigin{verdict, spam != 0, domain, spf, dkim, dmarc, server});
  return origins;
}

}  // namespace suki::store
