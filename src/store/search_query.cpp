#include "store/search_query.h"

#include <algorithm>
#include <map>

#include "store/words.h"

namespace suki::store {
namespace {

constexpr std::size_t gap = 10;
constexpr std::size_t places_max = 16'383;  // PostgreSQL's; what lies behind has the last one
constexpr std::size_t places_of_word_max = 255;

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

/// Takes one term off the front.
SearchTerm take_term(std::string_view& rest) {
  SearchTerm term;
  if (rest.front() == '-') {
    term.is_not = true;
    rest.remove_prefix(1);
  }
  std::string_view text;
  if (!rest.empty() && rest.front() == '"') {
    rest.remove_prefix(1);
    const auto end = std::min(rest.find('"'), rest.size());
    text = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  } else {
    std::size_t end = 0;
    while (end < rest.size() && !is_blank(rest[end]) && rest[end] != '"') ++end;
    text = rest.substr(0, end);
    rest.remove_prefix(end);
  }
  if (!rest.empty() && rest.front() == '*') {
    term.prefix = true;
    rest.remove_prefix(1);
  }
  if (text.ends_with('*')) term.prefix = true;
  term.words = words_of(text, search_terms_max);
  return term;
}

std::string quoted(const SearchTerm& term) {
  std::string text = "\"";
  for (const std::string& word : term.words) {
    if (text.size() > 1) text += ' ';
    text += word;
  }
  text += '"';
  return text;
}

}  // namespace

bool SearchQuery::finds_nothing() const {
  return std::all_of(terms.begin(), terms.end(), [](const SearchTerm& term) { return term.is_not; });
}

SearchQuery parse_search(std::string_view text) {
  SearchQuery query;
  text = text.substr(0, search_text_max);
  while (query.terms.size() < search_terms_max) {
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    if (text.empty()) break;
    SearchTerm term = take_term(text);
    if (!term.words.empty()) query.terms.push_back(std::move(term));
  }
  return query;
}

std::string to_text(const SearchQuery& query) {
  std::string text;
  for (const SearchTerm& term : query.terms) {
    if (!text.empty()) text += ' ';
    if (term.is_not) text += '-';
    text += quoted(term);
    if (term.prefix) text += '*';
  }
  return text;
}

std::string to_fts5(const SearchQuery& query) {
  std::string wanted, unwanted;
  for (const SearchTerm& term : query.terms) {
    std::string& into = term.is_not ? unwanted : wanted;
    if (!into.empty()) into += term.is_not ? " OR " : " AND ";
    into += quoted(term);
    if (term.prefix) into += '*';
  }
  if (unwanted.empty() || wanted.empty()) return wanted;
  return "(" + wanted + ") NOT (" + unwanted + ")";
}

std::string to_tsquery(const SearchQuery& query) {
  std::string text;
  for (const SearchTerm& term : query.terms) {
    if (!text.empty()) text += " & ";
    text += term.is_not ? "!(" : "(";
    for (std::size_t i = 0; i < term.words.size(); ++i) {
      if (i > 0) text += " <-> ";
      text += "'" + term.words[i] + "'";
      if (term.prefix && i + 1 == term.words.size()) text += ":*";
    }
    text += ')';
  }
  return text;
}

std::string to_tsvector(const std::vector<std::vector<std::string>>& fields) {
  std::map<std::string_view, std::vector<std::size_t>> places;
  std::size_t place = 0;
  for (const auto& field : fields) {
    for (const std::string& word : field) {
      auto& of = places[word];
      if (++place <= places_max && of.size() < places_of_word_max) of.push_back(place);
    }
    place += gap;
  }
  std::string text;
  for (const auto& [word, of] : places) {
    if (!text.empty()) text += ' ';
    text.append("'").append(word).append("'");
    for (std::size_t i = 0; i < of.size(); ++i) text += (i == 0 ? ":" : ",") + std::to_string(of[i]);
  }
  return text;
}

}  // namespace suki::store
