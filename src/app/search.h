/// Search for staff. Customers never come here: the route asks for a session.
#pragma once

#include "app/app.h"
#include "app/search_types.h"

namespace suki::app {

/// As typed and chosen; each of the lists is one value or several with commas between, "" any.
struct SearchInput {
  std::string q, state, team, assignee, topic, channel;
  std::string from, to;  ///< days, "2026-11-25", from the first to the last, in UTC; "" open
  std::string order;     ///< "best" (default) or "newest"
  std::string cursor;
};
/// Errors: bad_input with the field. No text of `q` is an error.
[[nodiscard]] Result<SearchResult> search(App& app, store::Tx& tx, const Caller& caller, const SearchInput& input);

}  // namespace suki::app
