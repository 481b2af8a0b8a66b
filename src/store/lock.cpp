#include "store/lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>
#include <cerrno>
#include <chrono>
#include <cstring>

#include <fmt/format.h>

#include "base/text.h"
#include "base/time.h"

namespace suki::store {
namespace {

Error failed(const std::string& path) {
  return fail(ErrorCode::io, fmt::format("{}: {}", path, std::strerror(errno)));
}

/// "process 12 since 2026-11-25T08:00:00Z, which serves http://127.0.0.1:8080"
std::string say_owner(int file) {
  char bytes[512] = {};
  const auto length = ::pread(file, bytes, sizeof bytes - 1, 0);
  const auto lines = split(trim(std::string_view(bytes, length > 0 ? static_cast<std::size_t>(length) : 0)), '\n');
  std::string text = fmt::format("process {}", lines.empty() || lines[0].empty() ? "unknown" : lines[0]);
  if (lines.size() > 1) text += fmt::format(" since {}", lines[1]);
  if (lines.size() > 2) text += fmt::format(", which serves {}", lines[2]);
  return text;
}

}  // namespace

Result<FolderLock> FolderLock::take(const std::string& folder) {
  const std::string path = folder + "/lock";
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return failed(path);
  FolderLock lock(file);
  if (::flock(file, LOCK_EX | LOCK_NB) != 0)
    return fail(ErrorCode::busy, fmt::format("{} is in use by {}", folder, say_owner(file)));
  // For people only: the lock is what counts.
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch());
  const std::string text = fmt::format("{}\n{}\n", ::getpid(), format_instant(Instant{} + seconds(now.count())));
  if (::ftruncate(file, 0) != 0 || ::pwrite(file, text.data(), text.size(), 0) < 0) return failed(path);
  return lock;
}

FolderLock::~FolderLock() {
  if (file_ >= 0) ::close(file_);
}

Result<void> say_served(const std::string& folder, const std::string& address) {
  const std::string path = folder + "/lock", line = address + "\n";
  const int file = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  if (file < 0) return failed(path);
  const bool written = ::write(file, line.data(), line.size()) == static_cast<ssize_t>(line.size());
  if (::close(file) != 0 || !written) return failed(path);
  return {};
}

}  // namespace suki::store
