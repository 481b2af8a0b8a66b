/// What a check of the whole store asks: everything in order (counts again from the rows: tallies.cpp).
#include <fmt/format.h>

#include "store/sql.h"
#include "store/tx.h"

namespace suki::store {
namespace {

using Num = std::int64_t;

}  // namespace

std::vector<ConversationId> Tx::conversations_after(ConversationId after, int limit) {
  std::vector<ConversationId> result;
  for (const auto& [id] :
       sql_.rows<Num>("select id from conversations where id > :after order by id limit :limit", after, limit))
    result.emplace_back(id);
  return result;
}

std::vector<std::string> Tx::wrong_counters() {
  struct Numbered {
    const char *counter, *table, *query;
  };
  constexpr Numbered all[] = {
      {"conversation", "conversations", "select coalesce(max(id), 0) from conversations"},
      {"message", "messages", "select coalesce(max(id), 0) from messages"},
      {"customer", "customers", "select coalesce(max(id), 0) from customers"},
      {"agent", "accounts", "select coalesce(max(id), 0) from accounts"},
      {"attachment", "attachments", "select coalesce(max(id), 0) from attachments"},
      {"outbox", "outbox", "select coalesce(max(id), 0) from outbox"},
      {"notice", "notices", "select coalesce(max(id), 0) from notices"},
      {"saved_view", "saved_views", "select coalesce(max(id), 0) from saved_views"},
      {"membership", "memberships", "select coalesce(max(id), 0) from memberships"},
      {"shift", "shifts", "select coalesce(max(id), 0) from shifts"},
      {position_name, "input_log", "select coalesce(max(position), 0) from input_log"},
  };
  std::vector<std::string> wrong;
  for (const Numbered& numbered : all) {
    const auto given = sql_.row<Num>("select value from counters where name = :name", numbered.counter);
    const Num last = sql_.number(numbered.query);
    const Num counter = given ? std::get<0>(*given) : 0;
    if (last > counter)
      wrong.push_back(fmt::format("{} has number {}, but the last that was given is {}: it would be given again",
                                  numbered.table, last, counter));
  }
  return wrong;
}

std::vector<std::string> Tx::wrong_references() {
  struct Kind {
    const char *sentence, *query;
  };
  constexpr Kind all[] = {
      {"mail {} of the outbox carries message {}, which is not there",
       "select o.id, o.message from outbox o where o.message <> 0 and not exists (select 1 from messages m where m.id "
       "= "
       "o.message) order by o.id limit 20"},
      {"notice {} went out as mail {} of the outbox, which is not there",
       "select n.id, n.outbox from notices n where n.outbox <> 0 and not exists (select 1 from outbox o where o.id = "
       "n.outbox) order by n.id limit 20"},
      {"notice {} is of event {} of its conversation, which is not there",
       "select n.id, n.event from notices n where not exists (select 1 from events e where e.conversation = "
       "n.conversation and e.number = n.event) order by n.id limit 20"},
      {"message {} of conversation {} came as a mail, whose bytes are not there",
       "select m.id, m.conversation from messages m where m.has_raw = 1 and not exists (select 1 from raw_mails r "
       "where "
       "r.message = m.id) order by m.id limit 20"},
      {"attachment {} of message {} has not the bytes that it is said to have",
       "select a.id, a.message from attachments a where a.size <> coalesce((select length(b.bytes) from blobs b where "
       "b.digest = a.digest), -1) order by a.id limit 20"},
      {"place {} of the input log is of conversation {}, which is not there",
       "select i.position, i.conversation from input_log i where i.conversation <> 0 and not exists (select 1 from "
       "conversations c where c.id = i.conversation) order by i.position limit 20"},
  };
  std::vector<std::string> wrong;
  for (const Kind& kind : all)
    for (const auto& [id, other] : sql_.rows<Num, Num>(kind.query))
      wrong.push_back(fmt::format(fmt::runtime(kind.sentence), id, other));
  return wrong;
}

}  // namespace suki::store
