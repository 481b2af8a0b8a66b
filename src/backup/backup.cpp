#include "backup/backup.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <optional>

#include <fmt/format.h>

#include "backup/place.h"
#include "store/lock.h"
#include "store/place.h"
#include "store/postgres_owner.h"

namespace suki::backup {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t batch_bytes = 1 << 20;  ///< sent to the target at once, or one row; chosen

class Counting {
 public:
  Counting(const Progress& progress, std::int64_t in_all) : progress_(progress), in_all_(in_all) {}
  void start(Phase phase) {
    phase_ = phase;
    rows_ = 0;
  }
  void row() {
    constexpr std::int64_t often = 1'000;
    if (++rows_ % often == 0) tell();
  }
  void tell() const {
    if (progress_) progress_(phase_, rows_, std::max(rows_, in_all_));
  }

 private:
  const Progress& progress_;
  Phase phase_ = Phase::copying;
  std::int64_t rows_ = 0, in_all_;
};

/// Puts rows into a target, a batch at a time.
class Filling {
 public:
  explicit Filling(Target& target) : target_(target) {}
  void row(const Table& table, Row row) {
    target_.sql().append_values(table.insert.c_str(), table.types, row);
    for (const Value& value : row) waiting_ += sizeof value.number + value.text.size();
    if (waiting_ >= batch_bytes) flush();
  }
  void flush() {
    target_.flush();
    waiting_ = 0;
  }

 private:
  Target& target_;
  std::size_t waiting_ = 0;
};

Error differs(const Table& table, const Seen& wanted, const Seen& found) {
  return fail(ErrorCode::internal,
              fmt::format("table {} did not arrive as it was: {} rows with digest {} became {} rows with digest {}",
                          table.name, wanted.rows, wanted.digest, found.rows, found.digest));
}

/// All rows of a table, each counted and given to `take`.
Seen read_table(store::Sql& sql, const Table& table, Counting& counting, const TakeRow& take) {
  TableDigest digest(table);
  read_rows(sql, table, [&](Row row) {
    digest.add(row);
    take(row);
    counting.row();
  });
  counting.tell();
  return digest.end();
}

/// Reads what arrived, where it arrived.
Result<void> check(store::Sql& sql, const std::vector<Table>& tables, const Copied& copied, Counting& counting) {
  counting.start(Phase::checking);
  for (std::size_t i = 0; i < tables.size(); ++i) {
    const Seen found = read_table(sql, tables[i], counting, [](Row) {});
    const Seen wanted{copied.tables[i].rows, copied.tables[i].digest};
    if (found != wanted) return differs(tables[i], wanted, found);
  }
  return {};
}

void note(Copied& copied, const Table& table, const Seen& seen) {
  copied.tables.push_back({table.name, seen.digest, seen.rows});
  copied.rows += seen.rows;
}

std::int64_t count_all(Source& source) {
  std::int64_t count = 0;
  for (const Table& table : source.tables()) count += count_rows(source.sql(), table);
  return count;
}

/// What the database throws, as an error.
template <class Use>
Result<Copied> guarded(Use use) try {
  return use();
} catch (const std::exception& error) {
  return fail(ErrorCode::unavailable, fmt::format("the database cannot be used: {}", error.what()));
}

Result<void> copy_from(Reader& reader, Target& target, Copied& copied, Counting& counting) {
  Filling filling(target);
  const auto& tables = reader.tables();
  for (std::size_t i = 0; i < tables.size(); ++i) {
    SUKI_TRY(const Seen seen, reader.read_table(i, [&](Row row) {
      filling.row(tables[i], row);
      counting.row();
    }));
    filling.flush();
    counting.tell();
    note(copied, tables[i], seen);
  }
  return reader.end();
}

void copy_from(Source& source, Target& target, Copied& copied, Counting& counting) {
  Filling filling(target);
  for (const Table& table : source.tables()) {
    const Seen seen = read_table(source.sql(), table, counting, [&](Row row) { filling.row(table, row); });
    filling.flush();
    note(copied, table, seen);
  }
}

Result<Copied> check_file(const std::string& path, const Copied& copied, Counting& counting) {
  SUKI_TRY(Reader reader, Reader::open(path));
  counting.start(Phase::checking);
  for (std::size_t i = 0; i < reader.tables().size(); ++i) {
    SUKI_TRY(const Seen found, reader.read_table(i, [&](Row) { counting.row(); }));
    const Seen wanted{copied.tables[i].rows, copied.tables[i].digest};
    if (found != wanted) return differs(reader.tables()[i], wanted, found);
  }
  SUKI_CHECK(reader.end());
  counting.tell();
  return copied;
}

/// A new folder is for nobody else on the machine: customers' words will be in there.
Result<void> make_folder(const std::string& folder) {
  std::error_code error;
  const bool fresh = fs::create_directories(folder, error);
  if (error) return fail(ErrorCode::io, fmt::format("{}: {}", folder, error.message()));
  if (fresh && ::chmod(folder.c_str(), 0700) != 0)
    return fail(ErrorCode::io, fmt::format("{}: {}", folder, std::strerror(errno)));
  return {};
}

Result<void> check_empty(const std::string& folder) {
  std::error_code error;
  if (!fs::exists(folder, error)) return {};
  for (const auto& entry : fs::directory_iterator(folder, error))
    if (entry.path().filename() != "lock" && !entry.path().filename().string().starts_with("suki.db.new"))
      return fail(ErrorCode::conflict, fmt::format("{} is not empty: there is {}; name a folder that is not there yet",
                                                   folder, entry.path().filename().string()));
  if (error) return fail(ErrorCode::io, fmt::format("{}: {}", folder, error.message()));
  return {};
}

/// The old store's file gets out of the way, and tells by its name what it is. "": there was none.
Result<std::string> put_aside(const std::string& folder, Instant now) {
  std::string old = folder + "/suki.db";
  if (!fs::exists(old)) return std::string();
  std::string aside = fmt::format("{}/suki.db.moved-{}", folder, format_instant(now).substr(0, 19));
  // Its log as well: a log beside another file would be read into that one.
  for (const char* ending : {"-wal", "-shm", ""}) {
    if (!fs::exists(old + ending)) continue;
    if (std::rename((old + ending).c_str(), (aside + ending).c_str()) != 0)
      return fail(ErrorCode::io, fmt::format("{}: {}", aside, std::strerror(errno)));
  }
  SUKI_CHECK(store::sync_folder(folder));
  return aside;
}

}  // namespace

Result<Copied> back_up(const std::string& data_dir, const std::string& url, const std::string& file,
                       const std::string& made_by, Instant now, const Progress& progress) {
  return guarded([&]() -> Result<Copied> {
    SUKI_TRY(const store::Place place, store::find_place(data_dir, url));
    SUKI_TRY(Writer writer, Writer::create(file));
    SUKI_TRY(const auto source, Source::open(data_dir, place.url));
    Header header{format_version, source->step(), now, made_by, about(source->tables())};
    std::int64_t in_all = 0;
    for (std::size_t i = 0; i < header.tables.size(); ++i)
      in_all += header.tables[i].rows = count_rows(source->sql(), source->tables()[i]);
    writer.header(header);
    Copied copied;
    copied.made_at = now;
    copied.made_by = made_by;
    Counting counting(progress, in_all);
    for (std::size_t i = 0; i < source->tables().size(); ++i) {
      const Table& table = source->tables()[i];
      const Seen seen = read_table(source->sql(), table, counting, [&](Row row) { writer.row(i, table, row); });
      writer.end_of_table(i, seen);
      SUKI_CHECK(writer.state());
      note(copied, table, seen);
    }
    SUKI_CHECK(writer.end());
    copied.bytes = writer.bytes();
    SUKI_TRY(copied, check_file(writer.made_path(), copied, counting));
    SUKI_CHECK(writer.publish());
    return copied;
  });
}

Result<Copied> restore(const std::string& file, const std::string& data_dir, const std::string& url,
                       const Progress& progress) {
  return guarded([&]() -> Result<Copied> {
    SUKI_TRY(Reader reader, Reader::open(file));
    SUKI_CHECK(check_empty(data_dir));
    SUKI_CHECK(make_folder(data_dir));
    SUKI_TRY(const store::FolderLock lock, store::FolderLock::take(data_dir));
    SUKI_CHECK(check_empty(data_dir));
    SUKI_TRY(const store::Place place, store::find_place(data_dir, url));
    SUKI_TRY(const auto target, Target::make(data_dir, place.url, reader.header().step));
    std::int64_t in_all = 0;
    for (const TableAbout& table : reader.header().tables) in_all += table.rows;
    Counting counting(progress, in_all);
    Copied copied;
    copied.made_at = reader.header().made_at;
    copied.made_by = reader.header().made_by;
    copied.to = store::shown(place.url);
    SUKI_CHECK(copy_from(reader, *target, copied, counting));
    SUKI_CHECK(check(target->sql(), reader.tables(), copied, counting));
    // The place first: a folder that names a database without a store is told so; the other way round, the next
    // start would make an empty shop in a file.
    SUKI_CHECK(store::keep_place(data_dir, place));
    if (auto kept = target->keep(); !kept.ok()) {
      ::unlink((data_dir + "/store").c_str());
      return std::move(kept).error();
    }
    return copied;
  });
}

Result<Copied> move(const std::string& data_dir, const std::string& url, Instant now, const Progress& progress) {
  return guarded([&]() -> Result<Copied> {
    if (!fs::is_directory(data_dir)) return fail(ErrorCode::io, fmt::format("there is no data folder {}", data_dir));
    SUKI_TRY(const store::FolderLock lock, store::FolderLock::take(data_dir));
    SUKI_TRY(const store::Place old, store::find_place(data_dir, ""));
    if (const auto same = store::find_place(data_dir, url); same.ok())
      return fail(ErrorCode::conflict, fmt::format("the store of {} is in {} already", data_dir, store::shown(url)));
    else if (same.error().code != ErrorCode::conflict)
      return same.error();
    // Nobody writes to the old one meanwhile, from wherever.
    std::unique_ptr<store::PostgresOwner> owner;
    if (old.url != store::sqlite_url) {
      SUKI_TRY(owner, store::PostgresOwner::take(old.url, {}));
    }
    Copied copied;
    copied.from = store::shown(old.url);
    copied.to = store::shown(url);
    {
      SUKI_TRY(const auto source, Source::open(data_dir, old.url));
      // A file that is in force no more since an earlier move.
      if (url == store::sqlite_url) {
        SUKI_TRY(const std::string aside, put_aside(data_dir, now));
        (void)aside;
      }
      SUKI_TRY(const auto target, Target::make(data_dir, url, source->step()));
      Counting counting(progress, count_all(*source));
      copy_from(*source, *target, copied, counting);
      SUKI_CHECK(check(target->sql(), source->tables(), copied, counting));
      SUKI_CHECK(target->keep());
    }
    SUKI_CHECK(store::change_place(data_dir, url));
    if (old.url == store::sqlite_url) {
      SUKI_TRY(copied.old_at, put_aside(data_dir, now));
    }
    return copied;
  });
}

}  // namespace suki::backup
