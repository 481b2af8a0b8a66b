/// A backup as a file, version 1. Engines do not show in it.
///   "suki backup\n", then frames:  kind (1 byte)   length (8 bytes, least first)   payload   seal (32 bytes)
///   kind h   the header, JSON: format, step (of the migrations), made_at, made_by, and each table with its columns,
///            their types, its key, and how many rows were counted. First, once.
///        r   rows of one table: its number in the header (4 bytes), then rows one after the other (rows.h). In the
///            order of the tables, and within one in the order of its key.
///        t   the end of a table, JSON: table, rows, digest (of its rows). One for each, also where there were none.
///        e   the end of the backup, JSON: rows in all. Last, once, and nothing behind it.
/// A seal is the BLAKE2b of 256 bits over the seal before (zeros at first), kind, length and payload: so a byte that
/// was changed, moved or lost is noticed where it stands, before anything is made of it. It is no signature: whoever
/// can write the file can make another.
#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "backup/rows.h"
#include "base/result.h"
#include "base/time.h"

namespace suki::backup {

inline constexpr int format_version = 1;
/// A row with a mail of 64 MiB fits; a longer frame is none of ours.
inline constexpr std::uint64_t frame_bytes_max = 256u << 20;

struct TableAbout {
  std::string name;
  std::vector<std::string> columns, types, key;
  std::int64_t rows = 0;  ///< as counted: for progress
};
struct Header {
  int format = format_version, step = 0;
  Instant made_at;
  std::string made_by;  ///< "suki 0.1.0"
  std::vector<TableAbout> tables;
};
/// What the tables of a step say of themselves, rows 0.
[[nodiscard]] std::vector<TableAbout> about(const std::vector<Table>& tables);

/// Writes a file that was not there, for its owner's eyes only, under a name of its own until it is whole.
class Writer {
 public:
  /// Errors: conflict (there is a file of this name already), io.
  [[nodiscard]] static Result<Writer> create(const std::string& path);
  Writer(Writer&& other) noexcept;
  Writer& operator=(Writer&&) = delete;
  ~Writer();  ///< what is not whole is taken away

  // Each throws nothing: the first failure is kept, and everything after it does nothing.
  void header(const Header& header);
  void row(std::size_t table, const Table& of, Row row);
  void end_of_table(std::size_t table, const Seen& seen);
  [[nodiscard]] const Result<void>& state() const { return state_; }
  /// Writes the last frame and puts all on disk, still under the name `made_path()`.
  [[nodiscard]] Result<void> end();
  /// Gives it its name. Errors: conflict (another file has taken it meanwhile), io.
  [[nodiscard]] Result<void> publish();
  [[nodiscard]] const std::string& made_path() const { return made_; }
  [[nodiscard]] std::int64_t bytes() const { return bytes_; }

 private:
  Writer(std::string path, std::string made, int file);
  void flush_rows();
  void frame(char kind, std::string_view payload);
  void write(std::string_view bytes);

  std::string path_, made_;
  int file_;
  Result<void> state_;
  Digest seal_{};
  std::string rows_;
  std::size_t rows_of_ = 0;
  std::int64_t row_count_ = 0, bytes_ = 0;
};

/// Reads one from its start to its end. Errors, each with the place in the file: io, bad_input (no backup, cut, or
/// changed), conflict (made by a later version of suki).
class Reader {
 public:
  [[nodiscard]] static Result<Reader> open(const std::string& path);
  [[nodiscard]] const Header& header() const { return header_; }
  /// The tables as they were at the backup's step.
  [[nodiscard]] const std::vector<Table>& tables() const;
  /// Hands out the rows of the next table, which must be `table` (0, 1, 2 ...); what was seen is what the file says of
  /// it. `take` may throw.
  [[nodiscard]] Result<Seen> read_table(std::size_t table, const TakeRow& take);
  /// After the last table: the file ends here, too.
  [[nodiscard]] Result<void> end();

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  Reader(std::string path, std::unique_ptr<std::FILE, Close> file) : path_(std::move(path)), file_(std::move(file)) {}
  struct Frame {
    char kind = 0;
    std::string_view payload;
  };
  [[nodiscard]] Result<void> read_magic();
  [[nodiscard]] Result<void> read_header();
  [[nodiscard]] Result<Frame> next();
  [[nodiscard]] Error damaged(std::string_view what) const;

  std::string path_;
  std::unique_ptr<std::FILE, Close> file_;
  Header header_;
  Digest seal_{};
  std::string buffer_;
  std::int64_t at_ = 0, row_count_ = 0;
};

}  // namespace suki::backup
