/// A tsvector that is made here, word by word, so that both engines know the same words at the same places.
#include "store/conversation_row.h"
#include "store/search.h"
#include "store/search_query.h"

namespace suki::store {
namespace {

using Num = std::int64_t;

std::string vector_of(const SearchWords& w) {
  return to_tsvector({w.subject, w.who, w.body});
}

void add(Sql& sql, Num message, const SearchWords& w) {
  sql.run("insert into search_index (message, words) values (:id, cast(:words as tsvector))", message, vector_of(w));
}

void remove(Sql& sql, Num message, const SearchWords&) {
  sql.run("delete from search_index where message = :id", message);
}

bool holds(Sql& sql, Num message, const SearchWords& w) {
  return sql.number("select count(*) from search_index where message = :id and words = cast(:words as tsvector)",
                    message, vector_of(w)) == 1;
}

}  // namespace

const SearchEngine& search_on_postgres() {
  static const SearchEngine engine{
      {"create table search_index (message bigint primary key, words tsvector not null)",
       "create index search_index_words on search_index using gin (words)"},
      add,
      remove,
      to_tsquery,
      // One plan for all words cannot know how many messages have them: it would look at every message for two that
      // are rare. Planned for the words that are asked, it takes the index of words for those.
      "set local plan_cache_mode = force_custom_plan",
      "select message from search_index where words @@ cast(:match as tsquery) and message < :before order by message "
      "desc limit :limit",
      "select m.id from unnest(cast('{' || :ids || '}' as bigint[])) i (id) join messages m on m.id = i.id join "
      "conversations c on c.id = m.conversation where m.at >= :from and m.at < :to " SUKI_REST
      "order by m.id desc limit :limit",
      "select m.id, m.conversation, m.kind, m.agent, m.at, m.has_raw, m.mail_id, coalesce(t.author, ''), "
      "coalesce(t.email, ''), coalesce(t.body, ''), coalesce(s.subject, '') from unnest(cast('{' || :ids || '}' as "
      "bigint[])) i (id) "
      "join messages m on m.id = i.id left join message_texts t on t.message = m.id left join "
      "conversation_texts s on s.conversation = m.conversation order by m.id desc",
      holds,
      "select count(*) from search_index",
      [](Sql&, int) { return false; }};
  return engine;
}

}  // namespace suki::store
