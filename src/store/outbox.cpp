#include <stdexcept>

#include "store/sql.h"
#include "store/tx.h"

namespace suki::store {
namespace {

using Num = std::int64_t;
using Text = std::string;

}  // namespace

std::int64_t Tx::add_outgoing(const OutboxRecord& m) {
  const std::int64_t id = next(Counter::outbox);
  sql_.append(
      "insert into outbox (id, message, from_address, to_address, data, state, attempts, next_at, last_error, "
      "secret, described) values (:id, :message, :from, :to, :data, :state, :attempts, :next, :error, :secret, "
      ":described)",
      id, m.message, m.from, m.to, BytesView{m.data}, m.state, m.attempts, m.next_at, m.last_error, m.secret,
      m.described);
  return id;
}

std::vector<OutboxRecord> Tx::claim_outgoing(Instant now, Instant lease_until, int limit) {
  writing();
  std::vector<OutboxRecord> result;
  for (auto& [id, message, from, to, attempts] : sql_.rows<Num, Num, Text, Text, Num>(
           "select id, message, from_address, to_address, attempts from outbox where state = 0 and next_at <= :now "
           "order by next_at, id limit :limit",
           now, limit)) {
    OutboxRecord mail;
    mail.id = id;
    mail.message = MessageId(message);
    mail.from = std::move(from);
    mail.to = std::move(to);
    mail.attempts = static_cast<int>(attempts);
    mail.next_at = lease_until;
    result.push_back(std::move(mail));
  }
  for (const OutboxRecord& mail : result)
    sql_.run("update outbox set next_at = :next, claimed = 1 where id = :id", mail.next_at, mail.id);
  return result;
}

void Tx::release_outgoing(Instant now) {
  sql_.run("update outbox set next_at = :now, claimed = 0 where state = 0 and claimed = 1", now);
}

std::optional<OutboxRecord> Tx::find_outgoing(std::int64_t id) {
  auto row = sql_.row<Num, Num, Text, Text, Num, Num, Num, Text>(
      "select id, message, from_address, to_address, state, attempts, next_at, last_error from outbox where id = :id",
      id);
  if (!row) return std::nullopt;
  OutboxRecord mail;
  mail.id = std::get<0>(*row);
  mail.message = MessageId(std::get<1>(*row));
  mail.from = std::get<2>(*row);
  mail.to = std::get<3>(*row);
  mail.state = static_cast<MailState>(std::get<4>(*row));
  mail.attempts = static_cast<int>(std::get<5>(*row));
  mail.next_at = Instant{std::get<6>(*row)};
  mail.last_error = std::get<7>(*row);
  return mail;
}

std::optional<OutgoingData> Tx::outgoing_data(std::int64_t id) {
  auto row = sql_.row<Bytes, Num>("select data, described from outbox where id = :id", id);
  if (!row) return std::nullopt;
  return OutgoingData{std::move(std::get<0>(*row).value), std::get<1>(*row) != 0};
}

void Tx::update_outgoing(const OutboxRecord& m) {
  sql_.run(
      "update outbox set state = :state, attempts = :attempts, next_at = :next, last_error = :error, claimed = 0 where "
      "id = :id",
      m.state, m.attempts, m.next_at, m.last_error, m.id);
  // Who reads the store later must not get in by a link that was on its way.
  if (m.state != MailState::queued)
    sql_.run("update outbox set data = :empty where id = :id and secret = 1", BytesView{}, m.id);
}

std::vector<std::pair<MessageId, MailState>> Tx::deliveries(ConversationId id) {
  std::vector<std::pair<MessageId, MailState>> result;
  for (const auto& [message, state] : sql_.rows<Num, Num>(
           "select o.message, o.state from outbox o join messages m on m.id = o.message where m.conversation = :id "
           "order by o.id",
           id))
    result.emplace_back(MessageId(message), static_cast<MailState>(state));
  return result;
}

std::int64_t Tx::count_rows(const char* table) {
  // Spelled out: a table's name cannot be a parameter, and text never becomes SQL here.
  const std::string name = table;
  if (name == "conversations") return sql_.number("select count(*) from conversations");
  if (name == "messages") return sql_.number("select count(*) from messages");
  if (name == "events") return sql_.number("select count(*) from events");
  if (name == "customers") return sql_.number("select count(*) from customers");
  if (name == "outbox") return sql_.number("select count(*) from outbox");
  if (name == "blobs") return sql_.number("select count(*) from blobs");
  if (name == "uploads") return sql_.number("select count(*) from uploads");
  if (name == "drafts") return sql_.number("select count(*) from drafts");
  if (name == "basis") return sql_.number("select count(*) from basis");
  if (name == "quarantine") return sql_.number("select count(*) from quarantine");
  if (name == "mail_origins") return sql_.number("select count(*) from mail_origins");
  if (name == "remote_pictures") return sql_.number("select count(*) from remote_pictures");
  if (name == "picture_senders") return sql_.number("select count(*) from picture_senders");
  if (name == "raw_mails") return sql_.number("select count(*) from raw_mails");
  if (name == "settings") return sql_.number("select count(*) from settings");
  throw std::invalid_argument("count_rows does not know this table");
}

}  // namespace suki::store
