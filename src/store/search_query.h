/// What somebody typed into the search box, understood. Every text is a query; none is an error.
///   fan broken        both words            "does not cool"    as a phrase
///   refrig*           words that begin so   -closed            without this word (or phrase)
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace suki::store {

inline constexpr std::size_t search_text_max = 400;  ///< bytes that are looked at; chosen
inline constexpr std::size_t search_terms_max = 16;  ///< what comes behind is left out; chosen

struct SearchTerm {
  std::vector<std::string> words;  ///< one behind the other; never empty
  bool prefix = false;             ///< the last one may go on
  bool is_not = false;
  friend bool operator==(const SearchTerm&, const SearchTerm&) = default;
};
struct SearchQuery {
  std::vector<SearchTerm> terms;
  [[nodiscard]] bool finds_nothing() const;  ///< no term says what to look for
  friend bool operator==(const SearchQuery&, const SearchQuery&) = default;
};

[[nodiscard]] SearchQuery parse_search(std::string_view text);
/// A text that is parsed to the same query.
[[nodiscard]] std::string to_text(const SearchQuery& query);

/// As FTS5 and as PostgreSQL read it; words hold nothing that either would take for more than a word.
[[nodiscard]] std::string to_fts5(const SearchQuery& query);
[[nodiscard]] std::string to_tsquery(const SearchQuery& query);
/// `words` of a message as a tsvector; each field begins `gap` places behind the one before, so that no phrase goes
/// across.
[[nodiscard]] std::string to_tsvector(const std::vector<std::vector<std::string>>& fields);

}  // namespace suki::store
