#pragma once

#include <string>

#include "store/lock.h"
#include "store/store.h"

namespace suki::store {

/// The store in the PostgreSQL database that `options.url` names; the folder exists and is owned.
[[nodiscard]] Result<std::unique_ptr<Store>> open_postgres(const Options& options, FolderLock lock);

class PostgresSql;
/// A statement of schema.h in PostgreSQL's words. Texts sort by their bytes, as on SQLite, whatever the database's
/// language.
[[nodiscard]] std::string to_postgres(const std::string& statement);
/// Throws what to tell the operator when the database does not hold UTF-8.
void check_encoding(PostgresSql& sql);

}  // namespace suki::store
