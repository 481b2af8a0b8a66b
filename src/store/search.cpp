#include "store/search.h"

#include <fmt/format.h>

#include "store/conversation_row.h"
#include "store/search_query.h"
#include "store/tx.h"
#include "store/words.h"

namespace suki::store {
namespace {

using Num = std::int64_t;
using Text = std::string;

struct Stored {
  MessageId message;
  SearchWords words;
};

std::vector<Stored> stored_after(Sql& sql, MessageId after, int limit) {
  std::vector<Stored> result;
  for (const auto& [id, subject, author, email, body] : sql.rows<Num, Text, Text, Text, Text>(
           "select m.id, coalesce(s.subject, ''), t.author, t.email, t.body from messages m join message_texts t on "
           "t.message = m.id left join conversation_texts s on s.conversation = m.conversation where m.id > :after "
           "order by m.id limit :limit",
           after, limit))
    result.push_back({MessageId(id), search_words(subject, author, email, body)});
  return result;
}

}  // namespace

SearchWords search_words(std::string_view subject, std::string_view author, std::string_view email,
                         std::string_view body) {
  SearchWords words{words_of(subject), words_of(author), words_of(body)};
  for (std::string& word : words_of(email)) words.who.push_back(std::move(word));
  return words;
}

void make_search(Sql& sql) {
  for (const Text& statement : search_engine(sql).tables) sql.execute(statement);
  fill_search(sql);
}

void fill_search(Sql& sql) {
  const SearchEngine& engine = search_engine(sql);
  constexpr int slice = 1'000;
  MessageId after;
  for (bool more = true; more;) {
    const auto stored = stored_after(sql, after, slice);
    for (const Stored& one : stored) {
      engine.add(sql, one.message.value, one.words);
      after = one.message;
    }
    more = static_cast<int>(stored.size()) == slice;
  }
}

void Tx::index_message(const MessageRecord& m, std::string_view subject) {
  SearchWords words = search_words(subject, m.author, m.email, m.text);
  if (sql_.engine() == Sql::Engine::sqlite)
    writing().pending.words.push_back({m.id, std::move(words), false});
  else
    search_engine(sql_).add(sql_, m.id.value, words);
}

void Tx::unindex_message(MessageId id) {
  auto stored = stored_after(sql_, MessageId(id.value - 1), 1);
  if (stored.empty() || stored.front().message != id) return;
  if (sql_.engine() == Sql::Engine::sqlite)
    writing().pending.words.push_back({id, std::move(stored.front().words), true});
  else
    search_engine(sql_).remove(sql_, id.value, stored.front().words);
}

SearchPage Tx::search(const SearchAsk& ask) {
  SearchPage page;
  if (ask.query.finds_nothing()) return page;
  const SearchEngine& engine = search_engine(sql_);
  const Text match = engine.to_match(ask.query);
  const auto end = sql_.row<Num>(engine.end, match, ask.before, search_stretch - 1);
  const Num end_id = end ? std::get<0>(*end) : 0;
  const FilterParams f(ask.filter, ask.me);
  const auto& l = f.lists;
  for (const auto& [id] : sql_.rows<Num>(engine.found, match, ask.before, end_id, ask.from, ask.to, l[0], l[0], l[1],
                                         l[1], l[2], l[2], l[3], l[3], l[4], l[4], l[5], l[5], l[6], l[6], f.from[0],
                                         f.to[0], f.from[1], f.to[1], f.from[2], f.to[2], ask.limit))
    page.found.emplace_back(id);
  if (static_cast<int>(page.found.size()) == ask.limit)
    page.next = page.found.back();
  else if (end)
    page.next = MessageId(end_id);
  return page;
}

Tx::SearchCheck Tx::check_search(MessageId after, int limit) {
  const SearchEngine& engine = search_engine(sql_);
  SearchCheck check;
  check.last = after;
  const auto stored = stored_after(sql_, after, limit);
  for (const Stored& one : stored) {
    check.last = one.message;
    if (!engine.holds(sql_, one.message.value, one.words))
      check.wrong.push_back(fmt::format("message {}: search does not know it by its words", one.message.value));
  }
  check.done = static_cast<int>(stored.size()) < limit;
  if (!check.done) return check;
  const Num there = sql_.number(engine.count), texts = sql_.number("select count(*) from message_texts");
  if (there != texts) check.wrong.push_back(fmt::format("search knows {} messages, but {} have a text", there, texts));
  return check;
}

}  // namespace suki::store
