#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include <fmt/format.h>

#include "doctor/checks.h"

namespace suki::doctor {
namespace {

namespace fs = std::filesystem;

std::string name_of_user(uid_t user) {
  passwd entry{};
  passwd* found = nullptr;
  char bytes[4096];
  if (::getpwuid_r(user, &entry, bytes, sizeof bytes, &found) == 0 && found != nullptr) return found->pw_name;
  return std::to_string(user);
}

Instant changed_at(const struct stat& file) {
  return Instant{file.st_mtim.tv_sec * 1'000'000 + file.st_mtim.tv_nsec / 1'000};
}

}  // namespace

Folder check_folder(const std::string& folder) {
  struct stat itself {};
  if (::stat(folder.c_str(), &itself) != 0)
    return {{{"folder", Level::error, "folder-missing", fmt::format("{}: {}", folder, std::strerror(errno)),
              "everything that suki keeps lies in the data folder",
              "name the right one (--data or SUKI_DATA_DIR), or make a shop: suki plan adopt DIR --data " + folder}},
            false};
  if (!S_ISDIR(itself.st_mode))
    return {{{"folder", Level::error, "folder-is-none", folder + " is no folder", "suki keeps everything in a folder",
              "name the right one: --data or SUKI_DATA_DIR"}},
            false};
  if (itself.st_uid != ::geteuid()) {
    const std::string owner = name_of_user(itself.st_uid);
    return {{{"folder", Level::error, "folder-of-another",
              fmt::format("{} belongs to {}, and this is {}", folder, owner, name_of_user(::geteuid())),
              "files that another user makes in it are not to be opened by its owner",
              fmt::format("run it as its owner: sudo -u {} suki doctor ...; or, when suki is to run as somebody else: "
                          "chown -R",
                          owner)}},
            false};
  }
  Folder result;
  result.usable = true;
  if ((itself.st_mode & (S_IROTH | S_IWOTH | S_IXOTH | S_IWGRP)) != 0)
    result.findings.push_back({"folder", Level::warning, "folder-open-to-others",
                               fmt::format("{} has mode {:04o}", folder, itself.st_mode & 07777U),
                               "customers' words and passwords' hashes lie in it", "chmod 0700 " + folder});
  std::error_code error;
  for (auto at = fs::directory_iterator(folder, error); !error && at != fs::directory_iterator(); at.increment(error)) {
    struct stat file {};
    const std::string name = at->path().string();
    if (::lstat(name.c_str(), &file) != 0) continue;
    if (S_ISREG(file.st_mode)) result.newest_file = std::max(result.newest_file, changed_at(file));
    if (S_ISREG(file.st_mode) && file.st_uid != itself.st_uid)
      result.findings.push_back(
          {"folder", Level::error, "file-of-another", fmt::format("{} belongs to {}", name, name_of_user(file.st_uid)),
           "the server may not be able to open it", fmt::format("chown {} {}", name_of_user(itself.st_uid), name)});
    else if (S_ISREG(file.st_mode) && (file.st_mode & (S_IRWXO | S_IWGRP)) != 0)
      result.findings.push_back({"folder", Level::warning, "file-open-to-others",
                                 fmt::format("{} has mode {:04o}", name, file.st_mode & 07777U),
                                 "customers' words and passwords' hashes lie in it", "chmod 0600 " + name});
  }
  if (error) {
    result.usable = false;
    result.findings.push_back({"folder", Level::error, "folder-unreadable",
                               fmt::format("{}: {}", folder, error.message()), "suki must list and open what is in it",
                               "chmod u+rwx " + folder});
  }
  if (result.findings.empty())
    result.findings.push_back(
        fine("folder", fmt::format("{} belongs to {}, and to nobody else", folder, name_of_user(itself.st_uid))));
  return result;
}

}  // namespace suki::doctor
