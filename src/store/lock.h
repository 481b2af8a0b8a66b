#pragma once

#include <string>

#include "base/result.h"

namespace suki::store {

/// Owns a data folder until it is destroyed: an flock on <folder>/lock, which ends with the process, however it ends.
/// The file says who has it, for people: process id, since when, and what it serves, a line each.
class FolderLock {
 public:
  /// busy when another process owns it; detail says which, since when, and what it serves.
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

/// Said by the owner of the folder, once customers can reach it at `address`. Errors: io.
[[nodiscard]] Result<void> say_served(const std::string& folder, const std::string& address);

}  // namespace suki::store
