#pragma once

#include <string>

#include "base/result.h"

namespace suki::store {

/// Owns a data folder until it is destroyed: an flock on <folder>/lock, which ends with the process, however it ends.
class FolderLock {
 public:
  /// busy when another process owns it; detail names its process id.
  [[nodiscard]] static Result<FolderLock> take(const std::string& folder);
  FolderLock(FolderLock&& other) noexcept : file_(other.file_) { other.file_ = -1; }
  FolderLock& operator=(FolderLock&&) = delete;
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;
  ~FolderLock();

 private:
  explicit FolderLock(int file) : file_(file) {}
  int file_;
};

}  // namespace suki::store
