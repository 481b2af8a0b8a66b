#include "cli/import_file.h"

#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include <fmt/format.h>

namespace suki::cli {
namespace {

namespace fs = std::filesystem;

std::string system_message() {
  return std::generic_category().message(errno);
}

bool lies_below(const fs::path& file, const fs::path& folder) {
  const auto [end, rest] = std::mismatch(folder.begin(), folder.end(), file.begin(), file.end());
  return end == folder.end() && rest != file.end();
}

}  // namespace

ImportFile::~ImportFile() {
  if (file_ != nullptr) gzclose_r(file_);
}

Result<void> ImportFile::open(const std::string& path) {
  path_ = path;
  std::error_code error;
  if (fs::is_directory(path, error)) return fail(ErrorCode::io, path + ": is a folder");
  file_ = gzopen(path.c_str(), "rbe");
  if (file_ == nullptr) return fail(ErrorCode::io, fmt::format("{}: {}", path, system_message()));
  constexpr unsigned buffer_bytes = 256 * 1024;
  gzbuffer(file_, buffer_bytes);
  const auto size = fs::file_size(path, error);
  size_ = error ? 0 : static_cast<std::int64_t>(size);
  return {};
}

Result<std::size_t> ImportFile::read(char* to, std::size_t size) {
  const int n = gzread(file_, to, static_cast<unsigned>(size));
  int code = Z_OK;
  const char* const why = gzerror(file_, &code);
  if (n < 0 || code == Z_BUF_ERROR || code == Z_DATA_ERROR)
    return fail(ErrorCode::io, fmt::format("{}: {}", path_,
                                           code == Z_ERRNO       ? system_message()
                                           : code == Z_BUF_ERROR ? "the file is cut off"
                                                                 : std::string(why)));
  return static_cast<std::size_t>(n);
}

std::int64_t ImportFile::done() const {
  return file_ == nullptr ? 0 : gzoffset(file_);
}

bool ImportFile::is_packed() const {
  return file_ != nullptr && gzdirect(file_) == 0;
}

RejectsFile::~RejectsFile() {
  if (file_ != nullptr) std::fclose(file_);
}

Error RejectsFile::failure() const {
  return fail(ErrorCode::io, fmt::format("{}: {}", path_, system_message()));
}

Result<void> RejectsFile::add(std::string_view text) {
  if (path_.empty()) return {};
  if (file_ == nullptr) {
    const mode_t before = ::umask(0077);  // it holds what customers wrote
    file_ = std::fopen(path_.c_str(), "wbe");
    ::umask(before);
    if (file_ == nullptr) return failure();
    if (std::fwrite(head_.data(), 1, head_.size(), file_) != head_.size()) return failure();
  }
  if (std::fwrite(text.data(), 1, text.size(), file_) != text.size()) return failure();
  return {};
}

Result<void> RejectsFile::close() {
  if (file_ == nullptr) return {};
  std::FILE* const file = file_;
  file_ = nullptr;
  if (std::fclose(file) != 0) return failure();
  return {};
}

Result<void> read_paths(importing::Conversation& conversation, const std::string& folder) {
  std::error_code error;
  const fs::path base = fs::canonical(folder, error);
  std::size_t held = 0;
  for (importing::Message& message : conversation.messages)
    for (importing::File& file : message.files) {
      if (file.path.empty()) continue;
      const auto refuse = [&file](const char* why) {
        return fail(ErrorCode::bad_input, fmt::format("attachment \"{}\" {}", file.path, why));
      };
      const fs::path there = fs::canonical(base / file.path, error);
      if (error) return refuse("is not there");
      if (fs::path(file.path).is_absolute() || !lies_below(there, base))
        return refuse("lies outside the folder of the file that is imported");
      if (!fs::is_regular_file(there)) return refuse("is no file");
      held += static_cast<std::size_t>(fs::file_size(there, error));
      if (error || held > importing::line_bytes_max) return refuse("makes the conversation larger than 48 MiB");
      std::ifstream in(there, std::ios::binary);
      file.bytes.assign(std::istreambuf_iterator<char>(in), {});
      if (in.bad() || !in.is_open()) return refuse("cannot be read");
      if (file.name.empty()) file.name = there.filename().string();
      file.path.clear();
    }
  return {};
}

}  // namespace suki::cli
