/// What lies in a database, read without any code of the store.
#pragma once

#include <string>

namespace suki::store_testing {

/// As lines, without what search keeps; the same for equal contents on either engine.
[[nodiscard]] std::string dump_sqlite(const std::string& file);
[[nodiscard]] std::string dump_postgres(const std::string& url);
int run_sqlite(const std::string& file, const std::string& sql);  ///< how many rows changed last
/// How `sql` would be done, a line each; its ":name"s stand for something. On PostgreSQL as for a large table.
[[nodiscard]] std::string explain_sqlite(const std::string& file, const std::string& sql);
[[nodiscard]] std::string explain_postgres(const std::string& url, const std::string& sql);

}  // namespace suki::store_testing
