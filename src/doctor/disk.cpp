#include <fcntl.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include "doctor/checks.h"
#include "server/limits.h"

namespace suki::doctor {
namespace {

constexpr const char* why_disk = "when the disk is full nothing more is taken, until there is room again";
constexpr const char* cure_disk = "make room, or move the data folder (with the server stopped) to a larger disk";
/// Each customer's connection is one; the server takes limits::connections_max.
constexpr std::uint64_t files_few = 1'024;

}  // namespace

Result<DiskFacts> read_disk(const std::string& folder) {
  struct statvfs disk {};
  if (::statvfs(folder.c_str(), &disk) != 0)
    return fail(ErrorCode::io, fmt::format("{}: {}", folder, std::strerror(errno)));
  DiskFacts facts;
  facts.free_bytes = static_cast<std::uint64_t>(disk.f_bavail) * disk.f_frsize;
  facts.all_bytes = static_cast<std::uint64_t>(disk.f_blocks) * disk.f_frsize;
  facts.free_inodes = disk.f_favail;
  facts.all_inodes = disk.f_files;
  rlimit limit{};
  facts.files_max = ::getrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_max : 0;
  facts.file_bytes_max = ::getrlimit(RLIMIT_FSIZE, &limit) == 0 ? limit.rlim_cur : ~std::uint64_t{0};
  return facts;
}

Findings judge_disk(const DiskFacts& facts) {
  Findings all;
  const std::uint64_t mib = facts.free_bytes >> 20U;
  if (facts.free_bytes < server::limits::disk_free_min)
    all.push_back({"disk", Level::error, "disk-full", fmt::format("{} MiB are free", mib), why_disk, cure_disk});
  else if (facts.free_bytes < server::limits::disk_free_low)
    all.push_back(
        {"disk", Level::warning, "disk-nearly-full", fmt::format("{} MiB are free", mib), why_disk, cure_disk});
  if (facts.all_inodes > 0 && facts.free_inodes == 0)
    all.push_back({"disk", Level::error, "disk-out-of-inodes", "there is room, but no more files can be made", why_disk,
                   "take away files that are not needed: df -i"});
  if (facts.files_max < files_few)
    all.push_back({"disk", Level::warning, "few-open-files",
                   fmt::format("a process may have {} open files", facts.files_max),
                   "each connection is one: with many customers new ones wait",
                   "LimitNOFILE=20000 in the service, or ulimit -n 20000"});
  if (facts.file_bytes_max != ~std::uint64_t{0})
    all.push_back({"disk", Level::warning, "file-length-limited",
                   fmt::format("a file may become {} MiB long", facts.file_bytes_max >> 20U),
                   "when the store's file is so long, nothing more is taken", "ulimit -f unlimited"});
  if (all.empty()) all.push_back(fine("disk", fmt::format("{} MiB of {} MiB are free", mib, facts.all_bytes >> 20U)));
  return all;
}

Findings check_writing(const std::string& folder) {
  const std::string name = fmt::format("{}/doctor-{}", folder, ::getpid());
  const auto bad = [&](const char* code, const char* did) {
    const int cause = errno;
    ::unlink(name.c_str());
    return Findings{{"disk", Level::error, code, fmt::format("{}: {}: {}", folder, did, std::strerror(cause)),
                     "what is acknowledged must be on disk before",
                     "the kernel's log (dmesg) says what the disk has; a file system that is mounted read-only is "
                     "mounted again with mount -o remount,rw"}};
  };
  const int file = ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) return bad("not-writable", "no file can be made");
  const std::string bytes(4096, 'x');
  const bool written = ::write(file, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size());
  if (!written) {
    Findings all = bad("not-writable", "a file cannot be written");
    ::close(file);
    return all;
  }
  if (::fsync(file) != 0) {
    Findings all = bad("fsync-fails", "a file cannot be put on disk (fsync)");
    ::close(file);
    return all;
  }
  ::close(file);
  ::unlink(name.c_str());
  return {fine("disk", fmt::format("{} can be written, and what is written is put on disk", folder))};
}

}  // namespace suki::doctor
