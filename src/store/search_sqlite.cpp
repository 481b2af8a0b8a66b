/// FTS5, without a copy of the texts: they stand in message_texts. What is taken out has to be told again, word by
/// word.
#include <set>

#include "store/conversation_row.h"
#include "store/search.h"
#include "store/search_query.h"

namespace suki::store {
namespace {

using Num = std::int64_t;

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    if (!text.empty()) text += ' ';
    text += word;
  }
  return text;
}

void add(Sql& sql, Num message, const SearchWords& w) {
  sql.run("insert into search_index (rowid, subject, who, body) values (:id, :subject, :who, :body)", message,
          joined(w.subject), joined(w.who), joined(w.body));
}

void remove(Sql& sql, Num message, const SearchWords& w) {
  sql.run(
      "insert into search_index (search_index, rowid, subject, who, body) values ('delete', :id, :subject, :who, "
      ":body)",
      message, joined(w.subject), joined(w.who), joined(w.body));
}

/// FTS5 keeps how many words each column has as varints, seven bits a byte, the first most significant.
std::vector<std::size_t> read_sizes(std::string_view bytes) {
  std::vector<std::size_t> sizes;
  std::size_t size = 0;
  for (const char c : bytes) {
    size = size << 7u | (static_cast<unsigned char>(c) & 0x7Fu);
    if ((static_cast<unsigned char>(c) & 0x80u) != 0) continue;
    sizes.push_back(size);
    size = 0;
  }
  return sizes;
}

/// As many words in each field as there should be, and every one of them found.
bool holds(Sql& sql, Num message, const SearchWords& w) {
  auto row = sql.row<Bytes>("select sz from search_index_docsize where id = :id", message);
  if (!row ||
      read_sizes(std::get<0>(*row).value) != std::vector<std::size_t>{w.subject.size(), w.who.size(), w.body.size()})
    return false;
  const std::pair<const char*, const std::vector<std::string>*> fields[] = {
      {"subject", &w.subject}, {"who", &w.who}, {"body", &w.body}};
  for (const auto& [name, words] : fields) {
    constexpr std::size_t at_once = 50;
    const std::set<std::string> all(words->begin(), words->end());
    std::string match;
    std::size_t count = 0;
    for (auto word = all.begin(); word != all.end();) {
      match += (match.empty() ? "" : " AND ") + ('"' + *word + '"');
      ++word;
      if (++count % at_once != 0 && word != all.end()) continue;
      if (sql.number("select count(*) from search_index where search_index match :match and rowid = :id",
                     std::string(name) + " : (" + match + ")", message) != 1)
        return false;
      match.clear();
    }
  }
  return true;
}

/// What is removed only gets a mark; the words go when the parts that have them are merged. See FTS5, 6.8 and 6.9.
bool merge(Sql& sql, int pages) {
  const Num before = sql.number("select total_changes()");
  sql.run("insert into search_index (search_index, rank) values ('merge', :pages)", pages);
  return sql.number("select total_changes()") - before >= 2;
}

}  // namespace

const SearchEngine& search_on_sqlite() {
  // Words come already folded; this tokenizer only parts them at blanks, whatever letters they have.
  static const SearchEngine engine{
      {"create virtual table search_index using fts5 (subject, who, body, content='', tokenize='ascii')"},
      add,
      remove,
      to_fts5,
      "",
      "select rowid from search_index where search_index match :match and rowid < :before order by rowid desc "
      "limit :limit",
      // The order of the joins is said: from the ids outward.
      "select m.id from json_each('[' || :ids || ']') i cross join messages m on m.id = i.value cross join "
      "conversations "
      "c on c.id = m.conversation where m.at >= :from and m.at < :to " SUKI_REST "order by m.id desc limit :limit",
      "select m.id, m.conversation, m.kind, m.agent, m.at, m.has_raw, m.mail_id, coalesce(t.author, ''), "
      "coalesce(t.email, ''), coalesce(t.body, ''), coalesce(s.subject, '') from json_each('[' || :ids || ']') i cross "
      "join "
      "messages m on m.id = i.value left join message_texts t on t.message = m.id left join "
      "conversation_texts s on s.conversation = m.conversation order by m.id desc",
      holds,
      "select count(*) from search_index_docsize",
      merge};
  return engine;
}

}  // namespace suki::store
