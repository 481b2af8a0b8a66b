/// What became of mails that did not go out, for those who look after them: seen, and tried again.
#pragma once

#include "app/app.h"
#include "app/mail_failed_types.h"

namespace suki::app {

inline constexpr int failed_mails_counted = 1'000;

/// Errors: bad_input (cursor, limit).
[[nodiscard]] Result<FailedMails> failed_mails(App& app, store::Tx& tx, const Caller& caller, const std::string& cursor,
                                               int limit);
/// It waits again, with all its attempts. Errors: not_found, conflict ("mail_gone": its words are no more;
/// "mail_held": its address is parked).
[[nodiscard]] Result<void> retry_mail(App& app, store::Tx& tx, std::int64_t outbox_id);
/// Those of one message, whoever they were to. Errors: not_found.
[[nodiscard]] Result<void> retry_message(App& app, store::Tx& tx, ConversationId conversation, MessageId message);

}  // namespace suki::app
