#include "backup/file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include <fmt/format.h>
#include <boost/describe.hpp>

#include "json/read.h"
#include "json/write.h"
#include "store/place.h"

namespace suki::backup {

BOOST_DESCRIBE_STRUCT(TableAbout, (), (name, columns, types, key, rows))

namespace {

constexpr std::string_view magic = "suki backup\n";
constexpr std::size_t rows_bytes = 1 << 20;  ///< of a frame of rows, or one row; chosen

// As in the file.
struct HeaderText {
  std::int64_t format = 0, step = 0;
  std::string made_at, made_by;
  std::vector<TableAbout> tables;
};
BOOST_DESCRIBE_STRUCT(HeaderText, (), (format, step, made_at, made_by, tables))
struct TableEnd {
  std::int64_t table = 0, rows = 0;
  std::string digest;
};
BOOST_DESCRIBE_STRUCT(TableEnd, (), (table, rows, digest))
struct End {
  std::int64_t rows = 0;
};
BOOST_DESCRIBE_STRUCT(End, (), (rows))

Error failed(const std::string& path) {
  return fail(ErrorCode::io, fmt::format("{}: {}", path, std::strerror(errno)));
}

std::string head_of(char kind, std::uint64_t length) {
  std::string head(1, kind);
  put_number(head, length, 8);
  return head;
}

Digest seal_of(const Digest& before, std::string_view head, std::string_view payload) {
  Hash hash;
  hash.add({reinterpret_cast<const char*>(before.data()), before.size()});
  hash.add(head);
  hash.add(payload);
  return hash.end();
}

std::string folder_of(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

const char* name_of(ValueType type) {
  return type == ValueType::number ? "number" : type == ValueType::text ? "text" : "bytes";
}

bool says_the_same(const TableAbout& a, const TableAbout& b) {
  return a.name == b.name && a.columns == b.columns && a.types == b.types && a.key == b.key;
}

}  // namespace

std::vector<TableAbout> about(const std::vector<Table>& tables) {
  std::vector<TableAbout> all;
  for (const Table& table : tables) {
    TableAbout& one = all.emplace_back();
    one.name = table.name;
    for (const Column& column : table.columns) {
      one.columns.push_back(column.name);
      one.types.emplace_back(name_of(column.type));
    }
    for (const std::size_t key : table.key) one.key.push_back(table.columns[key].name);
  }
  return all;
}

// ---- writing

Writer::Writer(std::string path, std::string made, int file)
    : path_(std::move(path)), made_(std::move(made)), file_(file) {}

Writer::Writer(Writer&& other) noexcept
    : path_(std::move(other.path_)),
      made_(std::exchange(other.made_, "")),
      file_(std::exchange(other.file_, -1)),
      state_(std::move(other.state_)),
      seal_(other.seal_),
      rows_(std::move(other.rows_)),
      rows_of_(other.rows_of_),
      row_count_(other.row_count_),
      bytes_(other.bytes_) {}

Writer::~Writer() {
  if (file_ >= 0) ::close(file_);
  if (!made_.empty()) ::unlink(made_.c_str());
}

Result<Writer> Writer::create(const std::string& path) {
  if (std::filesystem::exists(path))
    return fail(ErrorCode::conflict, fmt::format("{} is there already; nothing is written over it", path));
  std::string made = fmt::format("{}.{}.part", path, ::getpid());
  const int file = ::open(made.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) return failed(made);
  Writer writer(path, std::move(made), file);
  writer.write(magic);
  return writer;
}

void Writer::write(std::string_view bytes) {
  while (state_.ok() && !bytes.empty()) {
    const ssize_t n = ::write(file_, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      state_ = failed(made_);
      return;
    }
    bytes_ += n;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

void Writer::frame(char kind, std::string_view payload) {
  const std::string head = head_of(kind, payload.size());
  seal_ = seal_of(seal_, head, payload);
  write(head);
  write(payload);
  write({reinterpret_cast<const char*>(seal_.data()), seal_.size()});
}

void Writer::header(const Header& header) {
  frame('h', json::write(HeaderText{header.format, header.step, format_instant(header.made_at), header.made_by,
                                    header.tables}));
}

void Writer::flush_rows() {
  if (!rows_.empty()) frame('r', rows_);
  rows_.clear();
}

void Writer::row(std::size_t table, const Table& of, Row row) {
  if (!state_.ok()) return;
  if (rows_.size() >= rows_bytes || rows_of_ != table) flush_rows();
  if (rows_.empty()) put_number(rows_, table, 4);
  rows_of_ = table;
  ++row_count_;
  encode(rows_, of, row);
}

void Writer::end_of_table(std::size_t table, const Seen& seen) {
  flush_rows();
  frame('t', json::write(TableEnd{static_cast<std::int64_t>(table), seen.rows, seen.digest}));
}

Result<void> Writer::end() {
  flush_rows();
  frame('e', json::write(End{row_count_}));
  if (state_.ok() && ::fsync(file_) != 0) state_ = failed(made_);
  if (::close(std::exchange(file_, -1)) != 0 && state_.ok()) state_ = failed(made_);
  return state_;
}

Result<void> Writer::publish() {
  // A link fails where a file has come to be meanwhile; a rename would replace it.
  if (::link(made_.c_str(), path_.c_str()) != 0) {
    if (errno == EEXIST) return fail(ErrorCode::conflict, fmt::format("{} is there by now", path_));
    // A file system without links: FAT on a stick, some shares.
    if (errno != EPERM && errno != EOPNOTSUPP && errno != EMLINK) return failed(path_);
    if (std::rename(made_.c_str(), path_.c_str()) != 0) return failed(path_);
  } else if (::unlink(made_.c_str()) != 0) {
    return failed(made_);
  }
  made_.clear();
  return store::sync_folder(folder_of(path_));
}

// ---- reading

Error Reader::damaged(std::string_view what) const {
  return fail(ErrorCode::bad_input, fmt::format("{} is damaged at byte {}: {}", path_, at_, what));
}

Result<Reader> Reader::open(const std::string& path) {
  std::unique_ptr<std::FILE, Close> file(std::fopen(path.c_str(), "rbe"));
  if (!file) return failed(path);
  Reader reader(path, std::move(file));
  SUKI_CHECK(reader.read_magic());
  SUKI_CHECK(reader.read_header());
  return reader;
}

Result<void> Reader::read_magic() {
  char start[magic.size()];
  errno = 0;
  const std::size_t length = std::fread(start, 1, sizeof start, file_.get());
  if (std::ferror(file_.get()) != 0) return failed(path_);
  if (std::string_view(start, length) != magic)
    return fail(ErrorCode::bad_input, fmt::format("{} is no backup made by suki", path_));
  at_ = static_cast<std::int64_t>(magic.size());
  return {};
}

Result<void> Reader::read_header() {
  SUKI_TRY(const Frame frame, next());
  if (frame.kind != 'h') return damaged("it has no header");
  // The version comes first: what else a later header says is not known here.
  const auto document = json::parse(frame.payload);
  const auto* object = document.ok() ? document->if_object() : nullptr;
  const auto* format = object == nullptr ? nullptr : object->if_contains("format");
  if (format == nullptr || !format->is_int64()) return damaged("its header cannot be read");
  const std::string newer = fmt::format("{} was made by a later version of suki; restore it with that one", path_);
  if (format->get_int64() > format_version) return fail(ErrorCode::conflict, newer);
  auto text = json::read<HeaderText>(frame.payload);
  if (!text.ok()) return damaged(fmt::format("its header cannot be read: {}", text.error().detail));
  if (text->step > last_step()) return fail(ErrorCode::conflict, newer);
  const auto made_at = parse_instant(text->made_at);
  if (!made_at.ok() || !is_step(static_cast<int>(text->step))) return damaged("its header makes no sense");
  header_ = {static_cast<int>(text->format), static_cast<int>(text->step), *made_at, text->made_by,
             std::move(text->tables)};
  const auto known = about(tables());
  if (!std::equal(known.begin(), known.end(), header_.tables.begin(), header_.tables.end(), says_the_same))
    return fail(ErrorCode::conflict, fmt::format("{} holds other tables than suki had at step {}; restore it with the "
                                                 "program that made it: {}",
                                                 path_, header_.step, header_.made_by));
  return {};
}

const std::vector<Table>& Reader::tables() const {
  return tables_at(header_.step);
}

Result<Reader::Frame> Reader::next() {
  const auto read = [this](char* into, std::size_t size) -> Result<void> {
    const std::size_t got = std::fread(into, 1, size, file_.get());
    if (got == size) return {};
    if (std::ferror(file_.get()) != 0) return failed(path_);
    return fail(ErrorCode::bad_input,
                fmt::format("{} is cut off: it ends at byte {} before it is over", path_, std::ftell(file_.get())));
  };
  std::string head(9, '\0');
  SUKI_CHECK(read(head.data(), head.size()));
  const std::uint64_t length = get_number(std::string_view(head).substr(1), 8);
  if (length > frame_bytes_max) return damaged("what comes there cannot be so long");
  // In steps: a length that is not true must not take memory for what is not there.
  constexpr std::uint64_t step = 4u << 20;
  buffer_.clear();
  while (buffer_.size() < length) {
    const std::size_t before = buffer_.size(), more = std::min(step, length - before);
    buffer_.resize(before + more);
    SUKI_CHECK(read(buffer_.data() + before, more));
  }
  Digest seal;
  SUKI_CHECK(read(reinterpret_cast<char*>(seal.data()), seal.size()));
  if (seal != seal_of(seal_, head, buffer_)) return damaged("it was changed after it was made");
  seal_ = seal;
  at_ += static_cast<std::int64_t>(head.size() + length + seal.size());
  return Frame{head[0], buffer_};
}

Result<Seen> Reader::read_table(std::size_t table, const TakeRow& take) {
  const Table& of = tables().at(table);
  TableDigest digest(of);
  std::vector<Value> row;
  for (;;) {
    SUKI_TRY(const Frame frame, next());
    if (frame.kind == 't') {
      const auto end = json::read<TableEnd>(frame.payload);
      const Seen seen = digest.end();
      if (!end.ok() || end->table != static_cast<std::int64_t>(table) || Seen{end->rows, end->digest} != seen)
        return damaged(fmt::format("table {} does not end as it should", of.name));
      return seen;
    }
    std::string_view bytes = frame.payload;
    if (frame.kind != 'r' || bytes.size() < 4) return damaged("there are no rows where rows should be");
    const std::uint64_t number = get_number(bytes, 4);
    bytes.remove_prefix(4);
    if (number != table) return damaged("the rows there are of another table");
    while (!bytes.empty()) {
      if (!decode(bytes, of, row)) return damaged(fmt::format("a row of table {} cannot be read", of.name));
      digest.add(row);
      ++row_count_;
      take(row);
    }
  }
}

Result<void> Reader::end() {
  SUKI_TRY(const Frame frame, next());
  const auto end = json::read<End>(frame.kind == 'e' ? frame.payload : "");
  if (!end.ok() || end->rows != row_count_) return damaged("it does not end as it should");
  if (std::fgetc(file_.get()) != EOF) return damaged("something was added behind its end");
  return {};
}

}  // namespace suki::backup
