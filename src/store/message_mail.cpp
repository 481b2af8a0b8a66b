#include "store/message_mail.h"

#include "base/text.h"
#include "store/hash.h"
#include "store/sql.h"
#include "store/tx.h"

namespace suki::store {
namespace {

using Num = std::int64_t;
using Text = std::string;

// An address has neither a tab nor a line break, and a name's become blanks: so these part them.
Text joined(const std::vector<Recipient>& all) {
  Text text;
  for (const Recipient& one : all) {
    Text name = one.name;
    for (char& c : name)
      if (c == '\t' || c == '\n') c = ' ';
    text.append(text.empty() ? "" : "\n").append(one.email).append("\t").append(name);
  }
  return text;
}

std::vector<Recipient> recipients(const Text& text) {
  std::vector<Recipient> all;
  if (text.empty()) return all;
  for (const std::string_view line : split(text, '\n')) {
    const auto tab = line.find('\t');
    all.push_back({Text(tab == std::string_view::npos ? "" : line.substr(tab + 1)), Text(line.substr(0, tab))});
  }
  return all;
}

// Tokens are base64url, so a blank parts them.
Text joined(const std::vector<Text>& tokens) {
  Text all;
  for (const Text& token : tokens) all.append(all.empty() ? "" : " ").append(token);
  return all;
}
std::vector<Text> tokens_of(const Text& text) {
  std::vector<Text> all;
  if (text.empty()) return all;
  for (const std::string_view token : split(text, ' ')) all.emplace_back(token);
  return all;
}

using MailRow = std::tuple<Num, Num, Num, Text, Text, Text, Text, Num, Text>;
MessageMailRecord to_mail(MailRow& row) {
  auto& [message, forwarded, held, subject, to, cc, bcc, revision, html] = row;
  return {MessageId(message), forwarded != 0,  Instant{held}, std::move(subject), recipients(to),
          recipients(cc),     recipients(bcc), revision,      std::move(html)};
}

using HeldRow = std::tuple<Num, Num, Num, Num, Num, Num, Num, Text, Text, Text>;
HeldRecord to_held(HeldRow& row) {
  auto& [id, conversation, agent, state, created, send, undo, why, said, uploads] = row;
  return {id,
          ConversationId(conversation),
          AgentId(agent),
          static_cast<HeldState>(state),
          Instant{created},
          Instant{send},
          undo != 0,
          std::move(why),
          std::move(said),
          tokens_of(uploads)};
}
std::vector<HeldRecord> to_helds(std::vector<HeldRow> rows) {
  std::vector<HeldRecord> all;
  for (HeldRow& row : rows) all.push_back(to_held(row));
  return all;
}

}  // namespace

#define SUKI_MAIL_COLUMNS "message, forwarded, held_at, subject, to_list, cc_list, bcc_list, html_revision, html"
#define SUKI_HELD_COLUMNS "id, conversation, agent, state, created_at, send_at, undo, why, said, uploads"

void add_message_mail(Tx& tx, const MessageMailRecord& m) {
  tx.sql().run("insert into message_mail (" SUKI_MAIL_COLUMNS
               ") values (:message, :forwarded, :held, :subject, :to, :cc, :bcc, :revision, :html)",
               m.message, m.forwarded, m.held_at, m.subject, joined(m.to), joined(m.cc), joined(m.bcc), m.html_revision,
               m.html);
}

std::optional<MessageMailRecord> find_message_mail(Tx& tx, MessageId message) {
  auto row = tx.sql().row<Num, Num, Num, Text, Text, Text, Text, Num, Text>(
      "select " SUKI_MAIL_COLUMNS " from message_mail where message = :message", message);
  if (!row) return std::nullopt;
  return to_mail(*row);
}

std::vector<MessageMailRecord> message_mails(Tx& tx, ConversationId id) {
  std::vector<MessageMailRecord> all;
  for (auto& row : tx.sql().rows<Num, Num, Num, Text, Text, Text, Text, Num, Text>(
           "select w.message, w.forwarded, w.held_at, w.subject, w.to_list, w.cc_list, w.bcc_list, w.html_revision, "
           "w.html from messages m join message_mail w on w.message = m.id where m.conversation = :id order by m.id",
           id))
    all.push_back(to_mail(row));
  return all;
}

std::vector<MessageId> held_messages(Tx& tx, ConversationId id, AgentId agent) {
  std::vector<MessageId> all;
  for (const auto& [message] : tx.sql().rows<Num>(
           "select m.id from messages m join message_mail w on w.message = m.id where m.conversation = :id and m.agent "
           "= :agent and w.held_at > 0 order by m.id",
           id, agent))
    all.emplace_back(message);
  return all;
}

std::int64_t add_held(Tx& tx, const HeldRecord& h) {
  // A reply that waits becomes a mail: its number is of the same row of numbers.
  const std::int64_t id = tx.next(Counter::outbox);
  tx.sql().run("insert into held_replies (" SUKI_HELD_COLUMNS
               ") values (:id, :conversation, :agent, :state, :created, :send, :undo, :why, :said, :uploads)",
               id, h.conversation, h.agent, h.state, h.created_at, h.send_at, h.undo, h.why, h.said, joined(h.uploads));
  // Unnamed files are swept away by their age: these age from the time on at which they are needed.
  for (const Text& token : h.uploads)
    tx.sql().run("update uploads set at = :at where token_hash = :hash and at < :least", h.send_at, sha256_hex(token),
                 h.send_at);
  return id;
}

std::optional<HeldRecord> find_held(Tx& tx, std::int64_t id) {
  auto row = tx.sql().row<Num, Num, Num, Num, Num, Num, Num, Text, Text, Text>(
      "select " SUKI_HELD_COLUMNS " from held_replies where id = :id", id);
  if (!row) return std::nullopt;
  return to_held(*row);
}

std::vector<HeldRecord> held_of(Tx& tx, ConversationId id) {
  return to_helds(tx.sql().rows<Num, Num, Num, Num, Num, Num, Num, Text, Text, Text>(
      "select " SUKI_HELD_COLUMNS " from held_replies where conversation = :id order by id", id));
}

std::vector<HeldRecord> held_by(Tx& tx, AgentId agent, int limit) {
  return to_helds(tx.sql().rows<Num, Num, Num, Num, Num, Num, Num, Text, Text, Text>(
      "select " SUKI_HELD_COLUMNS " from held_replies where agent = :agent order by send_at, id limit :limit", agent,
      limit));
}

std::vector<std::int64_t> due_held(Tx& tx, Instant now, int limit) {
  std::vector<std::int64_t> all;
  for (const auto& [id] : tx.sql().rows<Num>(
           "select id from held_replies where state = 0 and send_at <= :now order by send_at, id limit :limit", now,
           limit))
    all.push_back(id);
  return all;
}

Instant next_held(Tx& tx) {
  const auto row = tx.sql().row<Num>("select send_at from held_replies where state = 0 order by send_at, id limit 1");
  return row ? Instant{std::get<0>(*row)} : never;
}

void update_held(Tx& tx, const HeldRecord& h) {
  tx.sql().run("update held_replies set state = :state, send_at = :send, why = :why, said = :said where id = :id",
               h.state, h.send_at, h.why, h.said, h.id);
}

void remove_held(Tx& tx, std::int64_t id) {
  tx.sql().run("delete from held_replies where id = :id", id);
}

std::string draft_mail(Tx& tx, AgentId agent, ConversationId id, MessageKind kind) {
  auto row = tx.sql().row<Text>(
      "select said from draft_mail where agent = :agent and conversation = :id and kind = :kind", agent, id, kind);
  return row ? std::move(std::get<0>(*row)) : Text();
}

void set_draft_mail(Tx& tx, AgentId agent, ConversationId id, MessageKind kind, std::string_view said) {
  if (said.empty()) {
    tx.sql().run("delete from draft_mail where agent = :agent and conversation = :id and kind = :kind", agent, id,
                 kind);
    return;
  }
  tx.sql().run(
      "insert into draft_mail (agent, conversation, kind, said) values (:agent, :id, :kind, :said) on conflict (agent, "
      "conversation, kind) do update set said = excluded.said",
      agent, id, kind, said);
}

std::vector<std::string> erase_message_mail(Tx& tx, ConversationId id) {
  std::vector<Text> uploads;
  for (const HeldRecord& held : held_of(tx, id))
    uploads.insert(uploads.end(), held.uploads.begin(), held.uploads.end());
  tx.sql().run("delete from held_replies where conversation = :id", id);
  tx.sql().run("delete from draft_mail where conversation = :id", id);
  tx.sql().run("delete from message_mail where message in (select id from messages where conversation = :id)", id);
  return uploads;
}

}  // namespace suki::store
