#pragma once

#include "store/lock.h"
#include "store/store.h"

namespace suki::store {

/// The store in <data_dir>/suki.db, a folder that exists and is owned.
[[nodiscard]] Result<std::unique_ptr<Store>> open_sqlite(const Options& options, FolderLock lock);

}  // namespace suki::store
