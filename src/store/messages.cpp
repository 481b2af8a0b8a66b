#include "store/search.h"
#include "store/sql.h"
#include "store/tx.h"

namespace suki::store {
namespace {

using Num = std::int64_t;
using Text = std::string;

template <class Row>
MessageRecord to_message(const Row& row) {
  MessageRecord m;
  m.id = MessageId(std::get<0>(row));
  m.conversation = ConversationId(std::get<1>(row));
  m.kind = static_cast<MessageKind>(std::get<2>(row));
  m.agent = AgentId(std::get<3>(row));
  m.at = Instant{std::get<4>(row)};
  m.has_raw = std::get<5>(row) != 0;
  m.mail_id = std::get<6>(row);
  m.author = std::get<7>(row);
  m.email = std::get<8>(row);
  m.text = std::get<9>(row);
  return m;
}

}  // namespace

MessageId Tx::new_message_id() {
  return MessageId(next(Counter::message));
}

void Tx::add_message(const MessageRecord& m) {
  wrote(Lock::conversation, key_of(m.conversation));
  sql_.append(
      "insert into messages (id, conversation, kind, agent, at, has_raw, mail_id) values (:id, :c, :kind, :agent, :at, "
      ":raw, :mail)",
      m.id, m.conversation, m.kind, m.agent, m.at, m.has_raw, m.mail_id);
  sql_.append("insert into message_texts (message, author, email, body) values (:id, :author, :email, :body)", m.id,
              m.author, m.email, m.text);
}

std::vector<MessageRecord> Tx::messages(ConversationId id) {
  std::vector<MessageRecord> result;
  for (const auto& row :
       sql_.apart(untouched(Lock::conversation, key_of(id)))
           .rows<Num, Num, Num, Num, Num, Num, Text, Text, Text, Text>(
               "select m.id, m.conversation, m.kind, m.agent, m.at, m.has_raw, m.mail_id, coalesce(t.author, ''), "
               "coalesce(t.email, ''), coalesce(t.body, '') from messages m left join message_texts t on t.message = "
               "m.id "
               "where m.conversation = :id order by m.id",
               id))
    result.push_back(to_message(row));
  return result;
}

std::optional<MessageRecord> Tx::find_message(MessageId id) {
  auto row = sql_.row<Num, Num, Num, Num, Num, Num, Text, Text, Text, Text>(
      "select m.id, m.conversation, m.kind, m.agent, m.at, m.has_raw, m.mail_id, coalesce(t.author, ''), "
      "coalesce(t.email, ''), coalesce(t.body, '') from messages m left join message_texts t on t.message = m.id "
      "where m.id = :id",
      id);
  if (!row) return std::nullopt;
  return to_message(*row);
}

std::vector<std::pair<MessageRecord, std::string>> Tx::read_found(std::span<const MessageId> found) {
  std::vector<std::pair<MessageRecord, std::string>> result;
  if (found.empty()) return result;
  Text ids;
  for (const MessageId id : found) (ids += ids.empty() ? "" : ",") += std::to_string(id.value);
  for (const auto& row :
       sql_.rows<Num, Num, Num, Num, Num, Num, Text, Text, Text, Text, Text>(search_engine(sql_).read, ids))
    result.emplace_back(to_message(row), std::get<10>(row));
  return result;
}

std::optional<MessageRecord> Tx::find_mail(const std::string& mail_id) {
  if (mail_id.empty()) return std::nullopt;
  auto row = sql_.row<Num, Num, Num, Num, Num, Num, Text>(
      "select id, conversation, kind, agent, at, has_raw, mail_id from messages where mail_id = :mail order by id "
      "limit 1",
      mail_id);
  if (!row) return std::nullopt;
  return to_message(std::tuple_cat(*row, std::tuple<Text, Text, Text>()));
}

void Tx::add_raw_mail(MessageId message, std::string_view bytes, const std::string& digest) {
  wrote(Lock::raw_mail, hash_of(digest));
  sql_.append("insert into raw_mails (message, digest, bytes) values (:id, :digest, :bytes)", message, digest,
              BytesView{bytes});
}

std::optional<std::string> Tx::raw_mail(MessageId message) {
  auto row = sql_.row<Bytes>("select bytes from raw_mails where message = :id", message);
  if (!row) return std::nullopt;
  return std::move(std::get<0>(*row).value);
}

std::optional<MessageId> Tx::find_raw_mail(const std::string& digest) {
  auto row = sql_.apart(untouched(Lock::raw_mail, hash_of(digest)))
                 .row<Num>("select message from raw_mails where digest = :digest order by message limit 1", digest);
  if (!row) return std::nullopt;
  return MessageId(std::get<0>(*row));
}

}  // namespace suki::store
