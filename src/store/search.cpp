#include "store/search.h"

#include <algorithm>
#include <span>
#include <tuple>

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

std::vector<MessageId> Tx::newest_matches(const SearchAsk& ask, int limit) {
  const SearchEngine& engine = search_engine(sql_);
  std::vector<MessageId> ids;
  if (*engine.before_newest != 0) sql_.execute(engine.before_newest);
  for (const auto& [id] : sql_.rows<Num>(engine.newest, engine.to_match(ask.query), ask.before, limit))
    ids.emplace_back(id);
  return ids;
}

SearchPage Tx::search(const SearchAsk& ask) {
  SearchPage page;
  if (ask.query.finds_nothing()) return page;
  const FilterParams filter(ask.filter, ask.me);
  if (!filter.narrows && ask.is_of_any_time()) {
    page.found = newest_matches(ask, ask.limit);
    if (static_cast<int>(page.found.size()) == ask.limit) page.next = page.found.back();
    return page;
  }
  // The words are looked up once; what a filter asks, piece by piece, until there are enough.
  constexpr std::size_t at_once = 200;
  const std::vector<MessageId> matches = newest_matches(ask, search_stretch);
  for (std::size_t begin = 0; begin < matches.size(); begin += at_once) {
    const auto piece = std::span(matches).subspan(begin, std::min(at_once, matches.size() - begin));
    Text ids;
    for (const MessageId id : piece) (ids += ids.empty() ? "" : ",") += std::to_string(id.value);
    const Num missing = ask.limit - static_cast<Num>(page.found.size());
    const auto found =
        std::apply([&](const auto&... params) { return sql_.rows<Num>(search_engine(sql_).passing, params...); },
                   std::tuple_cat(std::tie(ids, ask.from, ask.to), filter.all(), std::tie(missing)));
    for (const auto& [id] : found) page.found.emplace_back(id);
    if (static_cast<int>(page.found.size()) < ask.limit) continue;
    page.next = page.found.back();
    return page;
  }
  if (static_cast<int>(matches.size()) == search_stretch) page.next = matches.back();
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
