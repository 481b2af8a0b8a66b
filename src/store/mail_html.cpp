#include "store/sql.h"
#include "store/tx.h"

namespace suki::store {
namespace {

using Num = std::int64_t;
using Text = std::string;

}  // namespace

void Tx::set_mail_html(MessageId message, const MailHtmlRecord& html) {
  sql_.run(
      "insert into mail_html (message, revision, html) values (:message, :revision, :html) on conflict (message) do "
      "update set revision = excluded.revision, html = excluded.html",
      message, html.revision, html.html);
}

std::optional<MailHtmlRecord> Tx::mail_html(MessageId message) {
  auto row = sql_.row<Num, Text>("select revision, html from mail_html where message = :message", message);
  if (!row) return std::nullopt;
  return MailHtmlRecord{std::get<0>(*row), std::get<1>(*row)};
}

std::vector<MessageId> Tx::mails_with_html(ConversationId id) {
  std::vector<MessageId> result;
  for (const auto& [message] : sql_.rows<Num>(
           "select m.id from messages m join mail_html h on h.message = m.id where m.conversation = :id and h.html <> "
           "'' order by m.id",
           id))
    result.emplace_back(message);
  return result;
}

std::vector<MessageId> Tx::mail_html_before(std::int64_t revision, int limit) {
  std::vector<MessageId> result;
  for (const auto& [message] : sql_.rows<Num>(
           "select message from mail_html where revision < :revision order by revision, message limit :limit", revision,
           limit))
    result.emplace_back(message);
  return result;
}

}  // namespace suki::store
