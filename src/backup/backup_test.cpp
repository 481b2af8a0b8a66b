/// A store goes into a file and out again, and from one engine to the other: whole, or not at all.
#include "backup/backup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <thread>

#include "backup/place.h"
#include "backup/testing.h"
#include "store/place.h"

namespace suki::backup {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

const Instant day = *parse_instant("2026-11-25T08:00:00Z");

std::string bytes_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

class Backup : public testing::Test {
 protected:
  [[nodiscard]] std::string path() const { return place.folder() + "/shop.backup"; }
  Result<Copied> make(const Progress& progress = {}) {
    return back_up(place.options().data_dir, "", path(), "suki test", day, progress);
  }
  store_testing::TestPlace place{"sqlite"};
};

TEST_F(Backup, is_for_its_owner_alone_and_written_over_nothing) {
  fill(place);
  const auto made = make();
  ASSERT_TRUE(made.ok()) << made.error().detail;
  EXPECT_EQ(fs::status(path()).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(static_cast<std::int64_t>(fs::file_size(path())), made->bytes);
  const std::string before = bytes_of(path());
  const auto again = make();
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().code, ErrorCode::conflict);
  EXPECT_EQ(bytes_of(path()), before);
}

TEST_F(Backup, that_is_given_up_leaves_no_file) {
  fill(place);
  const auto stopped = make([](Phase, std::int64_t, std::int64_t) { throw std::runtime_error("stop"); });
  EXPECT_FALSE(stopped.ok());
  for (const auto& entry : fs::directory_iterator(place.folder()))
    EXPECT_THAT(entry.path().filename().string(), testing::Not(HasSubstr("backup")));
}

TEST_F(Backup, says_what_it_counted_and_every_row_is_in_a_table) {
  fill(place);
  std::int64_t last = 0, in_all = 0;
  const auto made = make([&](Phase phase, std::int64_t rows, std::int64_t all) {
    if (phase == Phase::checking) last = rows;
    in_all = all;
  });
  ASSERT_TRUE(made.ok());
  std::map<std::string, std::int64_t> rows;
  for (const CopiedTable& table : made->tables) rows[table.name] = table.rows;
  EXPECT_EQ(rows["raw_mails"], 3);
  EXPECT_EQ(rows["attachments"], 3);
  EXPECT_EQ(rows["conversations"], 1);
  EXPECT_EQ(rows["erasures"], 2) << "by this list those erased are erased again after a restore";
  EXPECT_EQ(rows["retention_days"], 2);
  EXPECT_EQ(rows["mailboxes"], 1);
  EXPECT_EQ(rows["fetched_mails"], 1) << "without it a restored store would tell the server nothing, or fetch twice";
  EXPECT_EQ(rows["quarantine"], 1);
  EXPECT_EQ(rows["mail_origins"], 1);
  EXPECT_EQ(rows["remote_pictures"], 2);
  EXPECT_EQ(rows["picture_senders"], 1);
  EXPECT_EQ(last, made->rows);
  EXPECT_GE(in_all, made->rows);
}

/// Every way of reading a file that was cut or changed ends with an error, and never with rows that nobody wrote.
TEST_F(Backup, that_was_cut_anywhere_is_refused) {
  fill(place, 2'000);
  ASSERT_TRUE(make().ok());
  const std::string whole = bytes_of(path());
  const std::string cut = place.folder() + "/cut";
  for (std::size_t size = 0; size < whole.size(); size += 1 + size / 100) {
    std::ofstream(cut, std::ios::binary) << whole.substr(0, size);
    const auto refused = restore(cut, place.folder() + "/new", "", {});
    ASSERT_FALSE(refused.ok()) << "cut at " << size;
    EXPECT_EQ(refused.error().code, ErrorCode::bad_input) << "cut at " << size << ": " << refused.error().detail;
    ASSERT_FALSE(fs::exists(place.folder() + "/new/suki.db")) << "cut at " << size;
  }
}

TEST_F(Backup, that_was_changed_anywhere_is_refused) {
  fill(place, 2'000);
  ASSERT_TRUE(make().ok());
  const std::string whole = bytes_of(path());
  const std::string changed = place.folder() + "/changed";
  for (std::size_t at = 0; at < whole.size(); at += 1 + at / 100) {
    std::string bytes = whole;
    bytes[at] = static_cast<char>(bytes[at] ^ 1);
    std::ofstream(changed, std::ios::binary) << bytes;
    const auto refused = restore(changed, place.folder() + "/new", "", {});
    ASSERT_FALSE(refused.ok()) << "byte " << at;
    EXPECT_EQ(refused.error().code, ErrorCode::bad_input) << "byte " << at << ": " << refused.error().detail;
    ASSERT_FALSE(fs::exists(place.folder() + "/new/suki.db")) << "byte " << at;
  }
  std::ofstream(changed, std::ios::binary) << whole << "x";
  EXPECT_THAT(restore(changed, place.folder() + "/new", "", {}).error().detail, HasSubstr("behind its end"));
}

TEST_F(Backup, of_a_later_version_is_refused_with_what_to_do) {
  for (const bool later_format : {true, false}) {
    const std::string file = place.folder() + (later_format ? "/format" : "/step");
    auto writer = Writer::create(file);
    ASSERT_TRUE(writer.ok());
    Header header;
    header.made_by = "suki 9";
    header.format = later_format ? 2 : 1;
    header.step = later_format ? last_step() : last_step() + 1;
    writer->header(header);
    ASSERT_TRUE(writer->end().ok());
    ASSERT_TRUE(writer->publish().ok());
    const auto refused = restore(file, place.folder() + "/new", "", {});
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, ErrorCode::conflict);
    EXPECT_THAT(refused.error().detail, HasSubstr("later version"));
  }
}

TEST_F(Backup, of_a_folder_without_a_store_says_so) {
  fs::create_directory(place.options().data_dir);
  EXPECT_EQ(make().error().code, ErrorCode::io);
  EXPECT_EQ(back_up(place.folder() + "/nowhere", "", path(), "suki", day, {}).error().code, ErrorCode::io);
  EXPECT_FALSE(fs::exists(path()));
}

class BackupOn : public testing::TestWithParam<std::string> {};

/// What the database says it has, but views, indexes and what it makes itself.
TEST_P(BackupOn, leaves_out_no_table_and_no_column) {
  store_testing::TestPlace place{GetParam()};
  (void)open_store(place);
  auto source = Source::open(place.options().data_dir, place.options().url.empty() ? "sqlite" : place.options().url);
  ASSERT_TRUE(source.ok()) << source.error().detail;
  const auto there =
      GetParam() == "sqlite"
          ? (*source)->sql().rows<std::string, std::string>(
                "select t.name, c.name from pragma_table_list t, pragma_table_info(t.name) c where t.type = 'table' "
                "and t.schema = 'main' and t.name not like 'sqlite_%' and t.name <> 'migrations'")
          : (*source)->sql().rows<std::string, std::string>(
                "select cast(c.table_name as text), cast(c.column_name as text) from information_schema.columns c join "
                "information_schema.tables t on t.table_name = c.table_name and t.table_schema = c.table_schema where "
                "c.table_schema = current_schema() and t.table_type = 'BASE TABLE' and c.is_generated = 'NEVER' and "
                "c.table_name <> 'migrations' and c.table_name <> 'search_index'");
  std::set<std::pair<std::string, std::string>> wanted, known;
  for (const auto& [table, column] : there) wanted.emplace(table, column);
  for (const Table& table : tables_at(last_step()))
    for (const Column& column : table.columns) known.emplace(table.name, column.name);
  EXPECT_EQ(known, wanted);
  EXPECT_GT(known.size(), 100U);
}

TEST_P(BackupOn, is_of_one_instant_while_writing_goes_on) {
  store_testing::TestPlace place{GetParam()}, other{"sqlite"};
  fill(place);
  const auto store = open_store(place);
  std::atomic<bool> stop = false;
  std::atomic<int> written = 0;
  std::thread writer([&] {
    for (int i = 1; !stop; ++i) {
      const auto done = store->write_and_wait([i](store::Tx& tx) -> Result<void> {
        tx.set_setting("a first", std::to_string(i));
        tx.set_setting("z last", std::to_string(i));
        return {};
      });
      ASSERT_TRUE(done.ok());
      ++written;
    }
  });
  while (written < 3) std::this_thread::yield();
  const std::string file = place.folder() + "/one";
  int before = written;
  bool went_on = false;
  const auto made =
      back_up(place.options().data_dir, "", file, "suki", day, [&](Phase phase, std::int64_t, std::int64_t) {
        // The writer is not held up: it commits while the copy waits here.
        if (phase == Phase::checking) return;
        before = written;
        while (written < before + 3) std::this_thread::yield();
        went_on = true;
      });
  stop = true;
  writer.join();
  ASSERT_TRUE(made.ok()) << made.error().detail;
  EXPECT_TRUE(went_on);
  fs::remove_all(other.options().data_dir);
  ASSERT_TRUE(restore(file, other.options().data_dir, "", {}).ok());
  const auto restored = open_store(other);
  (void)restored->read_and_wait([](store::Tx& tx) -> Result<void> {
    EXPECT_NE(tx.setting("a first"), "");
    EXPECT_EQ(tx.setting("a first"), tx.setting("z last"));
    return {};
  });
}

INSTANTIATE_TEST_SUITE_P(Engines, BackupOn, testing::ValuesIn(store_testing::engines()),
                         [](const auto& given) { return given.param; });

/// From each engine to each.
class Between : public testing::TestWithParam<std::tuple<std::string, std::string>> {
 protected:
  Between() { make_empty(to); }
  [[nodiscard]] std::string file() const { return from.folder() + "/file"; }
  [[nodiscard]] std::string url_of(const store_testing::TestPlace& place) const {
    return place.options().url.empty() ? "sqlite" : place.options().url;
  }
  store_testing::TestPlace from{std::get<0>(GetParam())}, to{std::get<1>(GetParam())};
};

TEST_P(Between, a_backup_is_restored_whole_and_numbers_go_on) {
  fill(from);
  const std::string before = from.dump();
  ASSERT_TRUE(back_up(from.options().data_dir, "", file(), "suki", day, {}).ok());
  const auto restored = restore(file(), to.options().data_dir, url_of(to), {});
  ASSERT_TRUE(restored.ok()) << restored.error().detail;
  EXPECT_EQ(restored->made_at, day);
  EXPECT_EQ(to.dump(), before);
  EXPECT_EQ(from.dump(), before);
  // The same work on both goes on with the same numbers.
  go_on(from);
  go_on(to);
  EXPECT_EQ(to.dump(), from.dump());
  EXPECT_NE(to.dump(), before);
}

TEST_P(Between, nothing_is_restored_over_something) {
  fill(from);
  ASSERT_TRUE(back_up(from.options().data_dir, "", file(), "suki", day, {}).ok());
  fill(to);
  const std::string before = to.dump();
  const auto refused = restore(file(), to.options().data_dir, "", {});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::conflict);
  // A new folder does not help when the database is in use.
  if (to.engine() == "postgres") {
    EXPECT_EQ(restore(file(), to.folder() + "/new", to.options().url, {}).error().code, ErrorCode::conflict);
  }
  EXPECT_EQ(to.dump(), before);
}

TEST_P(Between, a_restore_given_up_at_any_point_leaves_nothing_and_can_be_done_again) {
  fill(from);
  ASSERT_TRUE(back_up(from.options().data_dir, "", file(), "suki", day, {}).ok());
  for (const Phase when : {Phase::copying, Phase::checking}) {
    const auto stopped =
        restore(file(), to.options().data_dir, url_of(to), [when](Phase phase, std::int64_t, std::int64_t) {
          if (phase == when) throw std::runtime_error("stop");
        });
    ASSERT_FALSE(stopped.ok());
    fs::remove(to.options().data_dir + "/store");
  }
  const auto restored = restore(file(), to.options().data_dir, url_of(to), {});
  ASSERT_TRUE(restored.ok()) << restored.error().detail;
  EXPECT_EQ(to.dump(), from.dump());
}

TEST_P(Between, a_store_moves_whole_and_numbers_go_on) {
  if (from.engine() == to.engine()) GTEST_SKIP() << "there is nowhere to move to";
  fill(from);
  const std::string before = from.dump(), data = from.options().data_dir;
  // Half-way it is given up: the old one is in force, and nothing has changed.
  for (const Phase when : {Phase::copying, Phase::checking}) {
    const auto stopped = move(data, url_of(to), day, [when](Phase phase, std::int64_t, std::int64_t) {
      if (phase == when) throw std::runtime_error("stop");
    });
    ASSERT_FALSE(stopped.ok());
    EXPECT_EQ(store::find_place(data, "")->url, url_of(from));
    EXPECT_EQ(from.dump(), before);
  }
  const auto moved = move(data, url_of(to), day, {});
  ASSERT_TRUE(moved.ok()) << moved.error().detail;
  EXPECT_EQ(store::find_place(data, "")->url, url_of(to));
  EXPECT_EQ(dump_at(data, url_of(to)), before);
  // It is used from the folder as before, under its new place, which nobody has to name again.
  store::Options options;
  options.data_dir = data;
  go_on(options);
  EXPECT_NE(dump_at(data, url_of(to)), before);
  // The same work on a store that stayed gives the same.
  store_testing::TestPlace stayed{"sqlite"};
  fill(stayed);
  go_on(stayed);
  EXPECT_EQ(dump_at(data, url_of(to)), stayed.dump());
}

TEST_P(Between, a_store_that_is_in_use_does_not_move) {
  if (from.engine() == to.engine()) GTEST_SKIP() << "there is nowhere to move to";
  fill(from);
  const auto store = open_store(from);
  const auto refused = move(from.options().data_dir, url_of(to), day, {});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::busy);
  EXPECT_THAT(refused.error().detail, HasSubstr(std::to_string(::getpid())));
}

TEST_P(Between, a_store_does_not_move_to_where_it_is_nor_over_another) {
  fill(from);
  EXPECT_EQ(move(from.options().data_dir, url_of(from), day, {}).error().code, ErrorCode::conflict);
  if (from.engine() == to.engine() || to.engine() == "sqlite") return;
  fill(to);
  const std::string before = to.dump();
  EXPECT_EQ(move(from.options().data_dir, url_of(to), day, {}).error().code, ErrorCode::conflict);
  EXPECT_EQ(to.dump(), before);
}

INSTANTIATE_TEST_SUITE_P(Engines, Between,
                         testing::Combine(testing::ValuesIn(store_testing::engines()),
                                          testing::ValuesIn(store_testing::engines())),
                         [](const auto& given) {
                           return std::get<0>(given.param) + "_to_" + std::get<1>(given.param);
                         });

}  // namespace
}  // namespace suki::backup
