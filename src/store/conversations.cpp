#include "store/codec.h"
#include "store/sql.h"
#include "store/tx.h"

namespace suki::store {
namespace {

using desk::State;

/// Shelves are what the open, waiting, resolved and closed views are cut from.
enum Shelf : std::int64_t { shelf_open, shelf_waiting, shelf_resolved, shelf_closed };
Shelf shelf_of(State state) {
  switch (state) {
    case State::open:
      return shelf_open;
    case State::pending:
    case State::on_hold:
      return shelf_waiting;
    case State::resolved:
      return shelf_resolved;
    case State::closed:
      return shelf_closed;
  }
  return shelf_closed;
}
bool is_unsolved(State state) {
  return shelf_of(state) == shelf_open || shelf_of(state) == shelf_waiting;
}

Symbol channel_of(const ConversationRecord& record) {
  return record.state.facts.get(plan::FactKey::channel);
}

#define SUKI_CONVERSATION_COLUMNS                                                                              \
  "c.core, c.digest, c.customer, c.continues, c.next_wake, c.next_due, c.next_target, c.at_risk, c.breached, " \
  "c.unanswered, c.last_at"

template <class Row>
ConversationRecord to_record(const Row& row) {
  ConversationRecord record;
  record.state = decode_conversation(std::get<0>(row));
  record.digest = std::get<1>(row);
  record.customer = CustomerId(std::get<2>(row));
  record.continues = ConversationId(std::get<3>(row));
  record.next_wake = Instant{std::get<4>(row)};
  record.next_due = Instant{std::get<5>(row)};
  record.next_target = static_cast<desk::Target>(std::get<6>(row));
  record.at_risk = std::get<7>(row) != 0;
  record.breached = std::get<8>(row) != 0;
  record.unanswered = std::get<9>(row) != 0;
  record.last_at = Instant{std::get<10>(row)};
  return record;
}

using Num = std::int64_t;
using Text = std::string;

void count(Pending& pending, const ConversationRecord& record, int by) {
  pending.tallies[{record.state.assignee.value, static_cast<Num>(record.state.state), channel_of(record).value}] += by;
}

}  // namespace

ConversationId Tx::new_conversation_id() {
  const ConversationId id(next(Counter::conversation));
  wrote(Lock::conversation, key_of(id));
  return id;
}

std::optional<ConversationRecord> Tx::find_conversation(ConversationId id) {
  auto row = sql_.apart(untouched(Lock::conversation, key_of(id)))
                 .row<Text, Text, Num, Num, Num, Num, Num, Num, Num, Num, Num>(
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
        "next_wake, next_due, next_target, at_risk, breached, unanswered, last_at) values (:id, :customer, :continues, "
        ":core, :digest, :state, :shelf, :unsolved, :assignee, :channel, :wake, :due, :target, :risk, :breached, "
        ":unanswered, :last)",
        r.state.id, r.customer, r.continues, encode(r.state), r.digest, state, shelf_of(state), is_unsolved(state),
        r.state.assignee, channel_of(r), r.next_wake, r.next_due, r.next_target, r.at_risk, r.breached, r.unanswered,
        r.last_at);
    count(writing().pending, r, 1);
    return;
  }
  sql_.run(
      "update conversations set customer = :customer, core = :core, digest = :digest, state = :state, shelf = :shelf, "
      "unsolved = :unsolved, assignee = :assignee, channel = :channel, next_wake = :wake, next_due = :due, "
      "next_target = :target, at_risk = :risk, breached = :breached, unanswered = :unanswered, last_at = :last "
      "where id = :id",
      r.customer, encode(r.state), r.digest, state, shelf_of(state), is_unsolved(state), r.state.assignee,
      channel_of(r), r.next_wake, r.next_due, r.next_target, r.at_risk, r.breached, r.unanswered, r.last_at,
      r.state.id);
  if (before->state.state != state || before->state.assignee != r.state.assignee ||
      channel_of(*before) != channel_of(r)) {
    count(writing().pending, *before, -1);
    count(writing().pending, r, 1);
  }
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

namespace {

#define SUKI_LIST_FROM                                            \
  "select " SUKI_CONVERSATION_COLUMNS                             \
  ", t.subject, t.preview, u.name, u.email from conversations c " \
  "join conversation_texts t on t.conversation = c.id join customers u on u.id = c.customer "

template <class Row>
ListRow to_list_row(const Row& row) {
  ListRow result;
  result.record = to_record(row);
  result.subject = std::get<11>(row);
  result.preview = std::get<12>(row);
  result.customer_name = std::get<13>(row);
  result.customer_email = std::get<14>(row);
  return result;
}

template <class... P>
std::vector<ListRow> list_rows(Sql& sql, const char* text, const P&... params) {
  std::vector<ListRow> result;
  for (const auto& row :
       sql.rows<Text, Text, Num, Num, Num, Num, Num, Num, Num, Num, Num, Text, Text, Text, Text>(text, params...))
    result.push_back(to_list_row(row));
  return result;
}

}  // namespace

std::optional<ListRow> Tx::list_row(ConversationId id) {
  auto rows = list_rows(sql_, SUKI_LIST_FROM "where c.id = :id", id);
  if (rows.empty()) return std::nullopt;
  return std::move(rows.front());
}

std::vector<ListRow> Tx::conversations_of(CustomerId customer, ConversationId before, int limit) {
  const std::int64_t id = before ? before.value : std::numeric_limits<std::int64_t>::max();
  return list_rows(sql_, SUKI_LIST_FROM "where c.customer = :customer and c.id < :id order by c.id desc limit :limit",
                   customer, id, limit);
}

std::int64_t Tx::count_conversations_of(CustomerId customer, int limit) {
  return sql_.number(
      "select count(*) from (select id from conversations where customer = :customer limit :limit) counted", customer,
      limit);
}

std::optional<ConversationId> Tx::first_conversation_of(CustomerId customer) {
  auto row = sql_.row<Num>("select id from conversations where customer = :customer order by id limit 1", customer);
  if (!row) return std::nullopt;
  return ConversationId(std::get<0>(*row));
}

std::vector<ListRow> Tx::list(View view, AgentId me, const ListKey* after, int limit) {
  const bool by_due = view == View::open || view == View::mine || view == View::unassigned;
  const std::int64_t low = std::numeric_limits<std::int64_t>::min(), high = std::numeric_limits<std::int64_t>::max();
  const ListKey key = after != nullptr ? *after : by_due ? ListKey{low, 0} : ListKey{high, high};
  std::vector<ListRow> rows;
  if (view == View::open) {
    rows = list_rows(sql_,
                     SUKI_LIST_FROM
                     "where c.shelf = 0 and (c.next_due, c.id) > (:sort, :id) "
                     "order by c.next_due, c.id limit :limit",
                     key.sort, key.id, limit);
  } else if (by_due) {
    rows = list_rows(sql_,
                     SUKI_LIST_FROM
                     "where c.assignee = :agent and c.unsolved = 1 and (c.next_due, c.id) > (:sort, :id) "
                     "order by c.next_due, c.id limit :limit",
                     view == View::mine ? me : AgentId(), key.sort, key.id, limit);
  } else if (view == View::all) {
    rows = list_rows(
        sql_, SUKI_LIST_FROM "where (c.last_at, c.id) < (:sort, :id) order by c.last_at desc, c.id desc limit :limit",
        key.sort, key.id, limit);
  } else {
    const Shelf shelf = view == View::waiting ? shelf_waiting : view == View::resolved ? shelf_resolved : shelf_closed;
    rows = list_rows(sql_,
                     SUKI_LIST_FROM
                     "where c.shelf = :shelf and (c.last_at, c.id) < (:sort, :id) "
                     "order by c.last_at desc, c.id desc limit :limit",
                     shelf, key.sort, key.id, limit);
  }
  for (ListRow& row : rows)
    row.key = {by_due ? row.record.next_due.us : row.record.last_at.us, row.record.state.id.value};
  return rows;
}

namespace {

void add(Tallies& t, AgentId me, Num assignee, State state, Num n) {
  t.all += n;
  switch (shelf_of(state)) {
    case shelf_open:
      t.open += n;
      break;
    case shelf_waiting:
      t.waiting += n;
      break;
    case shelf_resolved:
      t.resolved += n;
      break;
    case shelf_closed:
      t.closed += n;
      break;
  }
  if (!is_unsolved(state)) return;
  if (assignee == 0)
    t.unassigned += n;
  else if (assignee == me.value)
    t.mine += n;
}

}  // namespace

// Both add what this very transaction has changed and writes only at its end.
Tallies Tx::tallies(AgentId me) {
  Tallies t;
  for (const auto& [assignee, state, n] : sql_.rows<Num, State, Num>(
           "select assignee, state, cast(sum(n) as bigint) from tallies group by assignee, state"))
    add(t, me, assignee, state, n);
  if (writing_ != nullptr)
    for (const auto& [key, by] : writing_->pending.tallies)
      add(t, me, std::get<0>(key), static_cast<State>(std::get<1>(key)), by);
  return t;
}

std::vector<LoadRow> Tx::loads() {
  std::map<std::pair<Num, Num>, Num> open;  // by assignee and channel
  for (const auto& [agent, channel, n] : sql_.rows<Num, Num, Num>(
           "select assignee, channel, n from tallies where assignee <> 0 and state = 0 and n <> 0"))
    open[{agent, channel}] = n;
  if (writing_ != nullptr)
    for (const auto& [key, by] : writing_->pending.tallies) {
      const auto& [agent, state, channel] = key;
      if (agent != 0 && static_cast<State>(state) == State::open) open[{agent, channel}] += by;
    }
  std::vector<LoadRow> result;
  for (const auto& [key, n] : open)
    if (n > 0) result.push_back({AgentId(key.first), Symbol(static_cast<std::uint32_t>(key.second)), n});
  return result;
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
    for (const auto& row : sql_.rows<Text, Text, Num, Num, Num, Num, Num, Num, Num, Num, Num>(
             "select " SUKI_CONVERSATION_COLUMNS " from conversations c where c.assignee = 0 and c.unsolved = 1 "
             "and c.shelf = 0 order by c.next_due, c.id limit :limit",
             limit))
      result.push_back(to_record(row));
    again = false;
    for (const ConversationRecord& record : result)
      if (writing_ != nullptr && writing_->lock(Lock::conversation, key_of(record.state.id))) again = true;
  }
  return result;
}

std::optional<ConversationId> Tx::find_continuation(ConversationId closed) {
  auto row = sql_.row<Num>("select id from conversations where continues = :id order by id desc limit 1", closed);
  if (!row) return std::nullopt;
  return ConversationId(std::get<0>(*row));
}

}  // namespace suki::store
