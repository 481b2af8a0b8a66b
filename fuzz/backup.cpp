// Any bytes are a backup that is to be restored. As they are, they are refused at the seals; so they are also taken as
// frames (kind, length in two bytes, payload) behind a header of ours and sealed rightly, as somebody would who makes a
// bad one. Reading then ends with a place and a reason, or has found what the file says.
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "backup/file.h"
#include "base/assert.h"
#include "base/text.h"

namespace suki::backup {
namespace {

constexpr std::string_view magic = "suki backup\n";

/// A file in memory, under a name that can be opened.
class InMemory {
 public:
  explicit InMemory(std::string_view bytes) : fd_(::memfd_create("backup", MFD_CLOEXEC)) {
    SUKI_ASSERT(fd_ >= 0);
    SUKI_ASSERT(::write(fd_, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  }
  ~InMemory() { ::close(fd_); }
  InMemory(const InMemory&) = delete;
  InMemory& operator=(const InMemory&) = delete;
  [[nodiscard]] std::string path() const { return "/proc/self/fd/" + std::to_string(fd_); }

 private:
  int fd_;
};

Result<void> read_all(const std::string& path) {
  SUKI_TRY(Reader reader, Reader::open(path));
  for (std::size_t table = 0; table < reader.tables().size(); ++table) {
    std::int64_t rows = 0;
    SUKI_TRY(const Seen seen, reader.read_table(table, [&rows](Row) { ++rows; }));
    SUKI_ASSERT(seen.rows == rows && seen.digest.size() == 2 * digest_size);
  }
  return reader.end();
}

void check(std::string_view bytes) {
  const InMemory file(bytes);
  const Result<void> read = read_all(file.path());
  if (read.ok()) return;
  const ErrorCode code = read.error().code;
  SUKI_ASSERT(code == ErrorCode::bad_input || code == ErrorCode::conflict);
  SUKI_ASSERT(read.error().detail.find(file.path()) != std::string::npos && is_utf8(read.error().detail));
}

class Sealed {
 public:
  void frame(char kind, std::string_view payload) {
    std::string head(1, kind);
    put_number(head, payload.size(), 8);
    Hash hash;
    hash.add({reinterpret_cast<const char*>(seal_.data()), seal_.size()});
    hash.add(head);
    hash.add(payload);
    seal_ = hash.end();
    bytes_.append(head).append(payload).append(reinterpret_cast<const char*>(seal_.data()), seal_.size());
  }
  [[nodiscard]] const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_{magic};
  Digest seal_{};
};

/// The first frame of a backup of this version, as the program writes it.
std::string own_header() {
  const std::string path = "/tmp/suki-fuzz-backup-" + std::to_string(::getpid());
  auto writer = Writer::create(path);
  SUKI_ASSERT(writer.ok());
  Header header;
  header.step = last_step();
  header.made_by = "suki 0.1.0";
  header.tables = about(tables_at(last_step()));
  writer->header(header);
  SUKI_ASSERT(writer->end().ok());
  std::string whole;
  std::FILE* file = std::fopen(writer->made_path().c_str(), "rb");
  SUKI_ASSERT(file != nullptr);
  for (int c = std::fgetc(file); c != EOF; c = std::fgetc(file)) whole += static_cast<char>(c);
  std::fclose(file);  // the file goes with the writer: it was never given its name
  const std::string_view frame = std::string_view(whole).substr(magic.size());
  return std::string(frame.substr(9, get_number(frame.substr(1), 8)));
}

}  // namespace
}  // namespace suki::backup

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace suki::backup;
  static const std::string header = own_header();
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  check(bytes);
  for (const bool has_header : {true, false}) {
    Sealed sealed;
    if (has_header) sealed.frame('h', header);
    for (std::string_view rest = bytes; rest.size() >= 3;) {
      const std::size_t length = std::min<std::size_t>(get_number(rest.substr(1), 2), rest.size() - 3);
      sealed.frame(rest[0], rest.substr(3, length));
      rest.remove_prefix(3 + length);
    }
    check(sealed.bytes());
  }
  return 0;
}
