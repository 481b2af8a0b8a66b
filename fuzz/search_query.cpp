// What is typed into the search box: any bytes are a query, and what was understood is understood alike when written.
#include "store/search_query.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace suki::store;
  const SearchQuery query = parse_search({reinterpret_cast<const char*>(data), size});
  if (query.terms.size() > search_terms_max) std::abort();
  for (const SearchTerm& term : query.terms)
    for (const std::string& word : term.words)
      if (word.empty() || word.find_first_of("'\"\\ :*&|!()") != std::string::npos) std::abort();
  (void)to_fts5(query);
  (void)to_tsquery(query);
  return 0;
}
