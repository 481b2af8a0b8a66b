/// What a message has of a mail beside its words: to whom it went, its HTML, that it was forwarded; replies that wait
/// for their time; and what of that a draft keeps. All of it can be erased, none of it is an input to the rules.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/records.h"

namespace suki::store {

class Tx;

struct Recipient {
  std::string name, email;  ///< email in lower case
  friend bool operator==(const Recipient&, const Recipient&) = default;
};

/// Of a mail that came: to and cc. Of one of ours: all. Messages that have nothing of this have no row.
struct MessageMailRecord {
  MessageId message;
  bool forwarded = false;  ///< a note that went to somebody who is not the customer
  Instant held_at{};       ///< when its writer sent it, where it was held until its time; else 0
  std::string subject;     ///< of a forwarded one
  std::vector<Recipient> to, cc, bcc;
  std::int64_t html_revision = 0;  ///< of the sanitiser that made `html`
  std::string html;                ///< "": it was written as plain text
};
void add_message_mail(Tx& tx, const MessageMailRecord& mail);
[[nodiscard]] std::optional<MessageMailRecord> find_message_mail(Tx& tx, MessageId message);
[[nodiscard]] std::vector<MessageMailRecord> message_mails(Tx& tx, ConversationId id);  ///< by message
/// Messages of this agent that were held until their time, in one conversation.
[[nodiscard]] std::vector<MessageId> held_messages(Tx& tx, ConversationId id, AgentId agent);

enum class HeldState : std::uint8_t {
  waiting,  ///< goes out at its time
  stopped,  ///< its time came, and it could not go: its writer must look
};
/// A reply or forward that its writer has sent and that waits: for the seconds in which it can be undone, or for the
/// time that was chosen. It goes when it went out, or was taken back.
struct HeldRecord {
  std::int64_t id = 0;
  ConversationId conversation;
  AgentId agent;
  HeldState state = HeldState::waiting;
  Instant created_at, send_at;
  bool undo = false;                 ///< it waits only for its undoing
  std::string why;                   ///< of a stopped one: a code
  std::string said;                  ///< what it says, in the form that the application gives it
  std::vector<std::string> uploads;  ///< tokens of the files that it names
};
std::int64_t add_held(Tx& tx, const HeldRecord& held);  ///< gives it an id, and keeps its files that long
[[nodiscard]] std::optional<HeldRecord> find_held(Tx& tx, std::int64_t id);
[[nodiscard]] std::vector<HeldRecord> held_of(Tx& tx, ConversationId id);          ///< by id
[[nodiscard]] std::vector<HeldRecord> held_by(Tx& tx, AgentId agent, int limit);   ///< the earliest time first
[[nodiscard]] std::vector<std::int64_t> due_held(Tx& tx, Instant now, int limit);  ///< waiting; earliest first
[[nodiscard]] Instant next_held(Tx& tx);                                           ///< never: none waits
void update_held(Tx& tx, const HeldRecord& held);                                  ///< state, send_at, why, said
void remove_held(Tx& tx, std::int64_t id);

/// What a draft has beside its words, in the form that the application gives it; "" nothing.
[[nodiscard]] std::string draft_mail(Tx& tx, AgentId agent, ConversationId id, MessageKind kind);
void set_draft_mail(Tx& tx, AgentId agent, ConversationId id, MessageKind kind, std::string_view said);

/// Takes all of this away of a conversation. Uploads that held replies name are given back, to be removed.
std::vector<std::string> erase_message_mail(Tx& tx, ConversationId id);

}  // namespace suki::store
