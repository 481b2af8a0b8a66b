#pragma once

#include "store/lock.h"
#include "store/store.h"

namespace suki::store {

/// The store in the PostgreSQL database that `options.url` names; the folder exists and is owned.
[[nodiscard]] Result<std::unique_ptr<Store>> open_postgres(const Options& options, FolderLock lock);

}  // namespace suki::store
