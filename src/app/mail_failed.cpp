#include "app/mail_failed.h"

#include <fmt/format.h>

#include "app/view.h"
#include "app/work.h"
#include "base/number.h"
#include "base/reason.h"
#include "store/mail_thread.h"
#include "store/mails_failed.h"

namespace suki::app {
namespace {

FailedMail to_view(store::Tx& tx, const store::FailedMailRecord& mail) {
  FailedMail view;
  view.id = to_text(mail.id);
  view.kind = mail.conversation ? "notice" : "access";
  if (mail.message)
    if (const auto message = tx.find_message(mail.message)) view.kind = name_of(message->kind);
  view.to = mail.to;
  view.why = mail.error;
  if (mail.conversation) {
    view.conversation = to_text(mail.conversation.value);
    view.subject = tx.subject(mail.conversation);
  }
  view.attempts = mail.attempts;
  view.at = format_instant(mail.at);
  view.may_retry = mail.may_retry && mail.error != store::held_error;  // it waits for its address
  return view;
}

}  // namespace

Result<FailedMails> failed_mails(App&, store::Tx& tx, const Caller&, const std::string& cursor, int limit) {
  if (limit < 1 || limit > page_max) return bad_input("limit", "must be 1 to 200");
  std::optional<store::FailedMailKey> before;
  if (!cursor.empty()) {
    const auto dot = cursor.find('.');
    const auto at = parse_whole(cursor.substr(0, dot));
    const auto id = dot == std::string::npos ? std::nullopt : parse_positive(cursor.substr(dot + 1));
    if (!at || !id) return bad_input("cursor", "is not one that a page gave");
    before = store::FailedMailKey{Instant{*at}, *id};
  }
  auto records = store::failed_mails(tx, before ? &*before : nullptr, limit + 1);
  FailedMails page;
  if (records.size() > static_cast<std::size_t>(limit)) {
    records.pop_back();
    page.next = fmt::format("{}.{}", records.back().at.us, records.back().id);
  }
  for (const auto& record : records) page.items.push_back(to_view(tx, record));
  page.total = store::count_failed_mails(tx, failed_mails_counted);
  return page;
}

Result<void> retry_mail(App& app, store::Tx& tx, std::int64_t outbox_id) {
  const auto mail = tx.find_outgoing(outbox_id);
  if (!mail || mail->to.empty()) return fail(ErrorCode::not_found, "no such mail");
  // Pressed twice, or by two people: it is on its way already.
  if (mail->state != store::MailState::failed) return {};
  if (mail->last_error == store::held_error)
    return because(fail(ErrorCode::conflict, "the address is parked; open it first"), "mail_held");
  if (!store::queue_again(tx, outbox_id, app.shared().host.now()))
    return because(fail(ErrorCode::conflict, "the words of this mail are no more"), "mail_gone");
  if (const auto message = mail->message ? tx.find_message(mail->message) : std::nullopt) {
    tx.touch(message->conversation);
  } else if (const auto notice = tx.find_notice(outbox_id)) {
    tx.touch(notice->conversation);
  }
  return {};
}

Result<void> retry_message(App& app, store::Tx& tx, ConversationId conversation, MessageId message) {
  const auto found = tx.find_message(message);
  if (!found || found->conversation != conversation) return fail(ErrorCode::not_found, "no such message");
  for (const std::int64_t mail : store::failed_mails_of(tx, message)) {
    const auto failed = tx.find_outgoing(mail);
    if (failed && failed->last_error == store::held_error) continue;  // its address has to open first
    SUKI_CHECK(retry_mail(app, tx, mail));
  }
  return {};
}

}  // namespace suki::app
