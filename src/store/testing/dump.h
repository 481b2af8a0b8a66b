/// What lies in a database, read without any code of the store.
#pragma once

#include <string>

namespace suki::store_testing {

/// As lines; the same for equal contents on either engine.
[[nodiscard]] std::string dump_sqlite(const std::string& file);
[[nodiscard]] std::string dump_postgres(const std::string& url);
int run_sqlite(const std::string& file, const std::string& sql);  ///< how many rows changed last

}  // namespace suki::store_testing
