/// Mail out and time: what the outbox still holds, and what is due.
#include <algorithm>

#include "app/mail_queue.h"
#include "app/turn.h"

namespace suki::app {
namespace {

constexpr Span lease = minutes(5);
constexpr Span back_off_first = seconds(30);  ///< then doubled each time
constexpr Span back_off_max = hours(2);

Span back_off(int attempts) {
  Span wait = back_off_first;
  for (int i = 1; i < attempts && wait < back_off_max; ++i) wait = wait * 2;
  return std::min(wait, back_off_max);
}

/// The conversation shows whether a mail failed: those who watch are told.
void tell_watchers(store::Tx& tx, const store::OutboxRecord& mail) {
  if (const auto notice = mail.message ? std::nullopt : tx.find_notice(mail.id))
    return void(tx.touch(notice->conversation));
  if (const auto found = tx.find_message(mail.message)) tx.touch(found->conversation);
}

}  // namespace

Result<std::vector<App::OutgoingMail>> App::claim_outgoing(store::Tx& tx, int limit) {
  const Instant now = shared_->host.now();
  std::vector<OutgoingMail> mails;
  for (store::OutboxRecord& mail : tx.claim_outgoing(now, now + lease, limit))
    mails.push_back({mail.id, std::move(mail.from), std::move(mail.to), mail.attempts});
  return mails;
}

Result<std::string> App::outgoing_bytes(store::Tx& tx, std::int64_t outbox_id) {
  return mail_bytes(tx, outbox_id);
}

Result<void> App::release_outgoing(store::Tx& tx) {
  tx.release_outgoing(shared_->host.now());
  return {};
}

Result<void> App::mail_sent(store::Tx& tx, std::int64_t outbox_id) {
  auto mail = tx.find_outgoing(outbox_id);
  if (!mail) return fail(ErrorCode::not_found, "no such mail");
  mail->state = store::MailState::sent;
  ++mail->attempts;
  mail->last_error.clear();
  tx.update_outgoing(*mail);
  tell_watchers(tx, *mail);
  return {};
}

Result<void> App::mail_failed(store::Tx& tx, std::int64_t outbox_id, const std::string& why, bool for_good) {
  auto mail = tx.find_outgoing(outbox_id);
  if (!mail) return fail(ErrorCode::not_found, "no such mail");
  ++mail->attempts;
  // A server's words may name whom it was for, who was erased while it was under way.
  mail->last_error = mail->to.empty() ? "" : cut(why, 500);
  if (for_good) {
    mail->state = store::MailState::failed;
    mail->next_at = shared_->host.now();  // since when it has been given up: the list of those goes by it
  } else {
    mail->next_at = shared_->host.now() + back_off(mail->attempts);
  }
  tx.update_outgoing(*mail);
  if (for_good) tell_watchers(tx, *mail);
  return {};
}

Result<int> App::wake(store::Tx& tx, int limit) {
  const Instant now = shared_->host.now();
  const auto due = tx.due_conversations(now, limit);
  if (due.empty()) return 0;
  SUKI_TRY(Work work, Work::begin(*shared_, tx));
  for (const ConversationId id : due) {
    SUKI_TRY(Turn turn, Turn::load(work, id));
    desk::Command command;
    command.kind = desk::CommandKind::wake;
    command.actor.kind = desk::ActorKind::time;
    SUKI_CHECK(turn.run(command));
    SUKI_CHECK(turn.finish_wake());
  }
  return static_cast<int>(due.size());
}

Result<Instant> App::next_wake(store::Tx& tx) {
  return tx.next_wake();
}

}  // namespace suki::app
