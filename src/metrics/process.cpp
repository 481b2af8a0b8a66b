#include "metrics/process.h"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace suki::metrics {
namespace {

/// The second of boot, since 1970.
double booted_at() {
  std::ifstream file("/proc/stat");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("btime ")) return std::stod(line.substr(6));
  return 0;
}

}  // namespace

Process read_process() {
  Process process;
  // proc(5): the fields behind the name in brackets, which may hold anything, begin with the third.
  std::ifstream file("/proc/self/stat");
  std::string text((std::istreambuf_iterator<char>(file)), {});
  if (const auto end = text.rfind(')'); end != std::string::npos) {
    std::istringstream words(text.substr(end + 1));
    std::vector<std::string> fields;
    for (std::string word; words >> word;) fields.push_back(word);
    const auto field = [&fields](std::size_t number) {
      return number - 3 < fields.size() ? std::stod(fields[number - 3]) : 0.0;
    };
    const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
    process.cpu_seconds = (field(14) + field(15)) / ticks;
    process.threads = static_cast<std::int64_t>(field(20));
    process.started_at = booted_at() + field(22) / ticks;
    process.virtual_bytes = static_cast<std::int64_t>(field(23));
    process.resident_bytes = static_cast<std::int64_t>(field(24)) * ::sysconf(_SC_PAGESIZE);
  }
  std::error_code error;
  for (auto at = std::filesystem::directory_iterator("/proc/self/fd", error);
       !error && at != std::filesystem::directory_iterator(); at.increment(error))
    ++process.open_files;
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) == 0) process.files_max = static_cast<std::int64_t>(files.rlim_cur);
  return process;
}

}  // namespace suki::metrics
