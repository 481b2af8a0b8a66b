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
      "select message from search_index where words @@ cast(:match as tsquery) and message < :before order by message "
      "desc limit 1 offset :n",
      "select m.id from search_index s join messages m on m.id = s.message join conversations c on c.id = "
      "m.conversation where s.words @@ cast(:match as tsquery) and s.message < :before and s.message >= :end and "
      "m.at >= :from and m.at < :to " SUKI_REST "order by s.message desc limit :limit",
      holds,
      "select count(*) from search_index",
      [](Sql&, int) { return false; }};
  return engine;
}

}  // namespace suki::store
