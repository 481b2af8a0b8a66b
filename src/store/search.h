/// Search over messages and notes: the words of subject, of whoever wrote and their address, of the text. For this
/// room's sources; everybody else asks a Tx.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "store/sql.h"
#include "store/words.h"

namespace suki::store {

[[nodiscard]] SearchWords search_words(std::string_view subject, std::string_view author, std::string_view email,
                                       std::string_view body);

/// What each engine does in its own way; the rest is in search.cpp.
struct SearchEngine {
  std::vector<std::string> tables;  ///< statements that make it
  void (*add)(Sql&, std::int64_t message, const SearchWords&);
  /// `words`: exactly those it was added with.
  void (*remove)(Sql&, std::int64_t message, const SearchWords& words);
  std::string (*to_match)(const struct SearchQuery&);
  const char* before_newest;  ///< a statement to be run before `newest` in its transaction; "": none
  /// Ids of messages, newest first. Parameters: match, before, limit.
  const char* newest;
  /// Those of given ones ("7,5,2") that came in time and whose conversations pass a filter, newest first. Parameters:
  /// ids, from, to, those of the filter, limit.
  const char* passing;
  /// What given messages ("7,5,2") say, and the subjects of their conversations, newest first. Parameter: ids.
  const char* read;
  /// Whether it holds `message` with exactly these words.
  bool (*holds)(Sql&, std::int64_t message, const SearchWords&);
  const char* count;  ///< of messages in it
  /// A step, of about so many pages, of writing the index anew without what was removed; negative: the first one.
  /// False: it was the last.
  bool (*merge)(Sql&, int pages);
};
[[nodiscard]] const SearchEngine& search_on_sqlite();
[[nodiscard]] const SearchEngine& search_on_postgres();
[[nodiscard]] inline const SearchEngine& search_engine(const Sql& sql) {
  return sql.engine() == Sql::Engine::sqlite ? search_on_sqlite() : search_on_postgres();
}

inline constexpr int search_step = 14;  ///< of the tables: it makes search, too

/// Makes it, and adds every message that is stored.
void make_search(Sql& sql);
/// Adds every message that is stored, to one that knows none: for a store whose rows came from another.
void fill_search(Sql& sql);

}  // namespace suki::store
