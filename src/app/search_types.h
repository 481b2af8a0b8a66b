/// What the API says of search.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <boost/describe.hpp>

#include "app/api_types.h"

namespace suki::app {

/// A piece of a text; hit: it is what was looked for. Plain text, never markup.
struct SnippetPart {
  std::string text;
  bool hit = false;
};
BOOST_DESCRIBE_STRUCT(SnippetPart, (), (text, hit))
/// A conversation with its best message: who wrote it, when, and around which words. kind: as in Message.
struct Hit {
  Row row;
  std::string message, kind, author, at;
  std::vector<SnippetPart> subject, snippet;
};
BOOST_DESCRIBE_STRUCT(Hit, (), (row, message, kind, author, at, subject, snippet))
struct SearchResult {
  std::vector<Hit> items;
  std::optional<std::string> next;  ///< cursor; a page may have few rows, even none, and still a next one
  std::optional<std::string> jump;  ///< the conversation whose number was typed
};
BOOST_DESCRIBE_STRUCT(SearchResult, (), (items, next, jump))

}  // namespace suki::app
