#include "store/codec.h"
#include "store/conversation_row.h"
#include "store/sql.h"
#include "store/tx.h"

namespace suki::store {
namespace {

using desk::State;
using plan::FactKey;

using Num = std::int64_t;
using Text = std::string;

}  // namespace

ConversationId Tx::new_conversation_id() {
  const ConversationId id(next(Counter::conversation));
  wrote(Lock::conversation, key_of(id));
  return id;
}

std::optional<ConversationRecord> Tx::find_conversation(ConversationId id) {
  auto row = sql_.apart(untouched(Lock::conversation, key_of(id)))
                 .row<Text, Text, Num, Num, Num, Num, Num, Num, Num, Num, Num, Num>(
                     "select " SUKI_CONVERSATION_COLUMNS " from conversations c where c.id = :id", id);
  if (!row) return std::nullopt;
  return to_record(*row);
}

void Tx::save_conversation(const ConversationRecord& r, const ConversationRecord* before) {
  const State state = r.state.state;
  wrote(Lock::conversation, key_of(r.state.id));
  if (before == nullptr) {
    sql_.append(
        "insert into conversations (id, customer, continues, core, digest, state, shelf, unsolved, assignee, channel, "
        "team, topic, priority, segment, next_wake, next_due, next_target, at_risk, breached, unanswered, last_at) "
        "values (:id, :customer, :continues, :core, :digest, :state, :shelf, :unsolved, :assignee, :channel, :team, "
        ":topic, :priority, :segment, :wake, :due, :target, :risk, :breached, :unanswered, :last)",
        r.state.id, r.customer, r.continues, encode(r.state), r.digest, state, shelf_of(state), is_unsolved(state),
        r.state.assignee, fact(r, FactKey::channel), fact(r, FactKey::team), fact(r, FactKey::topic),
        fact(r, FactKey::priority), fact(r, FactKey::segment), r.next_wake, r.next_due, r.next_target, r.at_risk,
        r.breached, r.unanswered, r.last_at);
    tally(writing().pending, r, 1);
    return;
  }
  sql_.run(
      "update conversations set customer = :customer, core = :core, digest = :digest, state = :state, shelf = :shelf, "
      "unsolved = :unsolved, assignee = :assignee, channel = :channel, team = :team, topic = :topic, priority = "
      ":priority, segment = :segment, next_wake = :wake, next_due = :due, next_target = :target, at_risk = :risk, "
      "breached = :breached, unanswered = :unanswered, last_at = :last where id = :id",
      r.customer, encode(r.state), r.digest, state, shelf_of(state), is_unsolved(state), r.state.assignee,
      fact(r, FactKey::channel), fact(r, FactKey::team), fact(r, FactKey::topic), fact(r, FactKey::priority),
      fact(r, FactKey::segment), r.next_wake, r.next_due, r.next_target, r.at_risk, r.breached, r.unanswered, r.last_at,
      r.state.id);
  tally(writing().pending, *before, -1);  // what stays as it was adds up to nothing, and is not written
  tally(writing().pending, r, 1);
}

std::string Tx::subject(ConversationId id) {
  auto row = sql_.apart(untouched(Lock::conversation, key_of(id)))
                 .row<Text>("select subject from conversation_texts where conversation = :id", id);
  return row ? std::get<0>(*row) : "";
}

void Tx::set_texts(ConversationId id, std::string_view subject, std::string_view preview) {
  wrote(Lock::conversation, key_of(id));
  sql_.append("insert into conversation_texts (conversation, subject, preview) values (:id, :subject, :preview)", id,
              subject, preview);
}

void Tx::set_preview(ConversationId id, std::string_view preview) {
  wrote(Lock::conversation, key_of(id));
  sql_.run("update conversation_texts set preview = :preview where conversation = :id", preview, id);
}

std::vector<ConversationId> Tx::due_conversations(Instant now, int limit) {
  std::vector<ConversationId> result;
  for (const auto& [id] : sql_.rows<Num>(
           "select id from conversations where next_wake <= :now order by next_wake, id limit :limit", now, limit))
    result.emplace_back(id);
  return result;
}

Instant Tx::next_wake() {
  auto row = sql_.row<Num>("select next_wake from conversations order by next_wake, id limit 1");
  return row ? Instant{std::get<0>(*row)} : never;
}

std::vector<ConversationRecord> Tx::waiting_for_agent(int limit) {
  std::vector<ConversationRecord> result;
  // Each is locked, and read again if somebody else might have changed it before it was.
  for (bool again = true; again;) {
    result.clear();
    for (const auto& row : sql_.rows<Text, Text, Num, Num, Num, Num, Num, Num, Num, Num, Num, Num>(
             "select " SUKI_CONVERSATION_COLUMNS " from conversations c where c.assignee = 0 and c.unsolved = 1 "
             "and c.state = 0 and not exists (select 1 from imported i where i.conversation = c.id and i.conversation "
             "<> 0 and i.held = 1) order by c.next_due, c.id limit :limit",
             limit))
      result.push_back(to_record(row));
    again = false;
    for (const ConversationRecord& record : result)
      if (writing_ != nullptr && writing_->lock(Lock::conversation, key_of(record.state.id))) again = true;
  }
  return result;
}

std::optional<ConversationId> Tx::find_continuation(ConversationId closed) {
  auto row = sql_.row<Num>(
      "select id from conversations where continues = :id and continues <> 0 order by id desc limit 1", closed);
  if (!row) return std::nullopt;
  return ConversationId(std::get<0>(*row));
}

}  // namespace suki::store
