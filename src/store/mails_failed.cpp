#include "store/mails_failed.h"

#include "store/sql.h"
#include "store/tx.h"

namespace suki::store {
namespace {

using Num = std::int64_t;
using Text = std::string;
constexpr auto failed = static_cast<Num>(MailState::failed);

}  // namespace

std::vector<FailedMailRecord> failed_mails(Tx& tx, const FailedMailKey* before, int limit) {
  const FailedMailKey last{never, 0};
  const FailedMailKey& key = before != nullptr ? *before : last;
  std::vector<FailedMailRecord> result;
  for (auto& [id, message, of_message, of_notice, to, error, attempts, at, left] :
       tx.sql().rows<Num, Num, Num, Num, Text, Text, Num, Num, Num>(
           "select o.id, o.message, coalesce(m.conversation, 0), coalesce(n.conversation, 0), o.to_address, "
           "o.last_error, o.attempts, o.next_at, cast(length(o.data) as bigint) from outbox o left join "
           "messages m on m.id = o.message left join notices n on n.outbox = o.id where o.state = :state and "
           "o.to_address <> '' and (o.next_at < :at or (o.next_at = :same and o.id < :id)) "
           "order by o.next_at desc, o.id desc limit :limit",
           failed, key.at, key.at, key.id, limit)) {
    FailedMailRecord mail;
    mail.id = id;
    mail.message = MessageId(message);
    mail.conversation = ConversationId(of_message != 0 ? of_message : of_notice);
    mail.to = std::move(to);
    mail.error = std::move(error);
    mail.attempts = static_cast<int>(attempts);
    mail.at = Instant{at};
    mail.may_retry = left != 0;
    result.push_back(std::move(mail));
  }
  return result;
}

int count_failed_mails(Tx& tx, int most) {
  return static_cast<int>(tx.sql().number(
      "select count(*) from (select 1 from outbox where state = :state and to_address <> '' limit :most) "
      "counted",
      failed, most));
}

std::vector<std::int64_t> failed_mails_of(Tx& tx, MessageId message) {
  std::vector<std::int64_t> result;
  for (const auto& [id] : tx.sql().rows<Num>(
           "select id from outbox where message = :message and state = :state and to_address <> '' order by id",
           message, failed))
    result.push_back(id);
  return result;
}

bool queue_again(Tx& tx, std::int64_t outbox_id, Instant now) {
  const auto mail = tx.find_outgoing(outbox_id);
  const auto data = tx.outgoing_data(outbox_id);
  if (!mail || !data || mail->state != MailState::failed || mail->to.empty() || data->data.empty()) return false;
  OutboxRecord again = *mail;
  again.state = MailState::queued;
  again.attempts = 0;
  again.next_at = now;
  tx.update_outgoing(again);
  return true;
}

}  // namespace suki::store
