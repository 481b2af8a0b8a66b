#include "store/lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>

namespace suki::store {

Result<FolderLock> FolderLock::take(const std::string& folder) {
  const std::string path = folder + "/lock";
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return fail(ErrorCode::io, fmt::format("{}: {}", path, std::strerror(errno)));
  FolderLock lock(file);
  if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
    char owner[32] = {};
    const auto length = ::pread(file, owner, sizeof owner - 1, 0);
    return fail(ErrorCode::busy, fmt::format("{} is in use by process {}", folder, length > 0 ? owner : "unknown"));
  }
  // For people only: the lock is what counts.
  const std::string pid = std::to_string(::getpid());
  if (::ftruncate(file, 0) != 0 || ::pwrite(file, pid.data(), pid.size(), 0) < 0)
    return fail(ErrorCode::io, fmt::format("{}: {}", path, std::strerror(errno)));
  return lock;
}

FolderLock::~FolderLock() {
  if (file_ >= 0) ::close(file_);
}

}  // namespace suki::store
