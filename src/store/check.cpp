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

}  // namespace suki::store
