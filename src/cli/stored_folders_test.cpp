/// Data folders as earlier versions left them (tests/stored) go forward, and everything in them is whole.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "cli/open_data.h"
#include "cli/verify.h"
#include "store/schema.h"

namespace suki::cli {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::int64_t first_stored = 3;  ///< of steps 1 and 2 no folder is out there; see app/basis_test.cpp

/// All steps but the newest, which is what this program makes.
std::vector<std::int64_t> earlier_steps() {
  std::vector<std::int64_t> all;
  for (const store::Migration& step : store::migrations())
    if (step.number >= first_stored && step.number != store::migrations().back().number) all.push_back(step.number);
  return all;
}

/// Runs it on a database; the rows' values, one a line.
std::string run(const std::string& file, const std::string& sql) {
  sqlite3* db = nullptr;
  std::string rows;
  char* error = nullptr;
  EXPECT_EQ(sqlite3_open(file.c_str(), &db), SQLITE_OK);
  const auto add = [](void* to, int count, char** values, char**) {
    for (int i = 0; i < count; ++i) static_cast<std::string*>(to)->append(values[i] ? values[i] : "null").append("\n");
    return 0;
  };
  EXPECT_EQ(sqlite3_exec(db, sql.c_str(), add, &rows, &error), SQLITE_OK) << (error ? error : "");
  sqlite3_free(error);
  sqlite3_close(db);
  return rows;
}

class StoredFolder : public testing::TestWithParam<std::int64_t> {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "suki-stored-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    char name[32];
    std::snprintf(name, sizeof name, "step-%02lld.sql", static_cast<long long>(GetParam()));
    const fs::path dump = fs::path(SUKI_SOURCE_DIR) / "tests" / "stored" / name;
    ASSERT_TRUE(fs::exists(dump)) << "make it by tests/stored/make.py with a program of that step";
    std::ostringstream text;
    text << std::ifstream(dump).rdbuf();
    run(file(), text.str());
    fs::permissions(file(), fs::perms::owner_read | fs::perms::owner_write);
    ASSERT_EQ(run(file(), "select max(number) from migrations"), std::to_string(GetParam()) + "\n");
  }
  void TearDown() override { fs::remove_all(folder_); }
  [[nodiscard]] std::string file() const { return folder_ + "/suki.db"; }
  [[nodiscard]] DataPlace place() const { return {folder_, ""}; }

 private:
  std::string folder_;
};

TEST_P(StoredFolder, goes_forward_and_is_whole) {
  const auto verified = verify_all(place());
  ASSERT_TRUE(verified.ok()) << verified.error().detail;
  EXPECT_THAT(verified->differences, IsEmpty());
  EXPECT_EQ(verified->conversations, 2);
  EXPECT_EQ(run(file(), "select max(number) from migrations"),
            std::to_string(store::migrations().back().number) + "\n");
  EXPECT_EQ(run(file(), "select role from accounts"), "2\n") << "whoever was the manager looks after everything";
  EXPECT_EQ(run(file(), "select size, length(bytes) from attachments join blobs using (digest)"), "10\n10\n");
  EXPECT_EQ(run(file(), "select count(*) from search_index where search_index match 'a4'"), "1\n");
}

TEST_P(StoredFolder, goes_on_with_new_mails_and_erases_old_customers) {
  const auto came =
      perform(place(), "deliver",
              "From: Jose <jose@example.com>\nTo: help@santos-office.example\nSubject: Re: Printer paper\n"
              "Message-ID: <9@example.com>\nIn-Reply-To: <3@example.com>\n\nStill there?\n");
  ASSERT_TRUE(came.ok()) << came.error().detail;
  EXPECT_THAT(*came, HasSubstr("conversation 1 "));
  const auto erased =
      perform(place(), "customer-erase", R"({"customer":"1","reason":"asked","confirm":"jose@example.com"})");
  ASSERT_TRUE(erased.ok()) << erased.error().detail;
  ASSERT_TRUE(perform(place(), "customer-erase-step", "").ok());
  EXPECT_EQ(run(file(), "select count(*) from blobs"), "0\n");
  EXPECT_EQ(run(file(), "select count(*) from raw_mails"), "1\n") << "somebody else's";
  const auto verified = verify_all(place());
  ASSERT_TRUE(verified.ok()) << verified.error().detail;
  EXPECT_THAT(verified->differences, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Steps, StoredFolder, testing::ValuesIn(earlier_steps()),
                         [](const auto& given) { return "step_" + std::to_string(given.param); });

}  // namespace
}  // namespace suki::cli
