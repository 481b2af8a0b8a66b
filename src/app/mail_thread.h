/// Which conversation a mail joins: by the reply token that goes with everything we send, then by the Message-IDs that
/// it names; never by its subject. Who does not belong to a conversation does not get into it by naming it. Rules and
/// reasons: docs/decisions/0026-threading.md.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/work.h"
#include "mail/mail.h"
#include "store/mail_thread.h"

namespace suki::app {

// ---- the reply token: made from the conversation's id and a key of this store. 24 letters and digits in lower case,
// since mail programs may change the case of an address; whoever has one learns no id from it.
[[nodiscard]] std::string reply_token(store::Tx& tx, ConversationId id);
/// The conversation that it was made for; none for anything else. It may be gone.
[[nodiscard]] std::optional<ConversationId> find_reply_token(store::Tx& tx, std::string_view token);
/// "help+r-TOKEN@shop.example"; "" where that is longer than a mailbox's name may be (RFC 5321, 4.5.3.1.1).
[[nodiscard]] std::string reply_address(std::string_view mailbox, std::string_view token);
/// "TOKEN.RANDOM@shop.example", without brackets.
[[nodiscard]] std::string new_mail_id(const Work& work, ConversationId id, std::string_view mailbox);

/// A Message-ID as it is kept and looked for: at most 998 bytes, as no line of a mail is longer (RFC 5322, 2.1.1).
[[nodiscard]] std::string kept_mail_id(std::string_view id);

struct Thread {
  ConversationId joins;                                 ///< none: a new conversation is opened
  ConversationId named;                                 ///< which the mail names and does not join; none
  store::LinkCause cause = store::LinkCause::stranger;  ///< of `named`
  AgentId staff;  ///< the sender is this agent, and no customer here: what they write is a note
  /// Ids that the mail names, with the conversations that are found by them already.
  std::vector<std::pair<std::string, std::vector<ConversationId>>> names;
};
/// At most 50 ids are looked up. Cost: a query for each, and for each of at most 20 conversations that are found its
/// newest mails' headers.
[[nodiscard]] Thread find_thread(Work& work, const mail::Parsed& mail);
/// So that the next mail that names the same is found by it.
void remember_names(store::Tx& tx, const Thread& thread, ConversationId id);

/// The message that says the same under the same Message-ID: the mail went to two of our mailboxes, or is our own and
/// came back. What only uses the id again is none. Cost: an index read; each message with this id is read (5 at most).
[[nodiscard]] std::optional<store::MessageRecord> find_copy(const Work& work, const mail::Parsed& mail);

}  // namespace suki::app
