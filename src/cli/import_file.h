/// Files that `suki import` reads and writes.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

#include <zlib.h>

#include "base/result.h"
#include "import/records.h"

namespace suki::cli {

/// A file, unpacked on the way when it is gzip. Read once, from its beginning.
class ImportFile {
 public:
  ImportFile() = default;
  ImportFile(const ImportFile&) = delete;
  ImportFile& operator=(const ImportFile&) = delete;
  ~ImportFile();
  [[nodiscard]] Result<void> open(const std::string& path);  ///< errors: io
  /// Up to `size` bytes into `to`; 0 at the end. Errors: io, also of a gzip file that is cut off.
  [[nodiscard]] Result<std::size_t> read(char* to, std::size_t size);
  [[nodiscard]] std::int64_t done() const;  ///< bytes of the file as it lies on the disk
  [[nodiscard]] std::int64_t in_all() const { return size_; }
  [[nodiscard]] bool is_packed() const;  ///< it is gzip

 private:
  std::string path_;
  gzFile file_ = nullptr;
  std::int64_t size_ = 0;
};

/// Where rejected items go, each below a line that says why. Made when there is one.
class RejectsFile {
 public:
  /// `path` "": they go nowhere. `head`: what the file begins with.
  RejectsFile(std::string path, std::string head) : path_(std::move(path)), head_(std::move(head)) {}
  RejectsFile(const RejectsFile&) = delete;
  RejectsFile& operator=(const RejectsFile&) = delete;
  ~RejectsFile();
  [[nodiscard]] Result<void> add(std::string_view text);  ///< errors: io
  [[nodiscard]] Result<void> close();                     ///< errors: io

 private:
  [[nodiscard]] Error failure() const;
  std::string path_, head_;
  std::FILE* file_ = nullptr;
};

/// Fills in the bytes of files that are named by a path, below `folder` alone: a file of another system's making names
/// what else lies on this machine in vain. Errors: bad_input.
[[nodiscard]] Result<void> read_paths(importing::Conversation& conversation, const std::string& folder);

}  // namespace suki::cli
