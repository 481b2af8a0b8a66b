/// `suki customer` from a mail that came to the list of those erased, and erased again after a restore.
#include "cli/customer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "app/host.h"
#include "app/privacy.h"
#include "cli/open_data.h"
#include "cli/verify.h"
#include "json/read.h"
#include "planfile/planfile.h"
#include "store/tx.h"

namespace suki::cli {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

std::string bytes_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// A folder with a plan, to which Jose has written.
class Customer : public testing::Test {
 protected:
  Customer() {
    std::string pattern = (fs::temp_directory_path() / "suki-customer-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    place_ = {(folder_ / "data").string(), ""};
    auto store = open_store(place_);
    EXPECT_TRUE(store.ok());
    app::App app(**store, app::system_host());
    EXPECT_TRUE(app.start().ok());
    const planfile::Read plan = planfile::read_folder(SUKI_SOURCE_DIR "/plans/office-hours");
    std::vector<app::App::PlanFile> files;
    for (const auto& file : plan.files) files.push_back({file.name, file.bytes});
    EXPECT_TRUE((*store)
                    ->write_and_wait([&](store::Tx& tx) -> Result<void> {
                      return app.adopt(tx, files, "test", "the first one").ok() ? Result<void>{}
                                                                                : fail(ErrorCode::bad_input, "plan");
                    })
                    .ok());
    store->reset();
    deliver("jose");
  }
  ~Customer() override { fs::remove_all(folder_); }
  Customer(const Customer&) = delete;
  Customer& operator=(const Customer&) = delete;

  void deliver(const std::string& who) {
    const auto done = perform(place_, "deliver",
                              "From: " + who + "@example.com\nTo: help@santos-office.example\nMessage-ID: <" + who +
                                  "@example.com>\nSubject: A chair\n\nThe seat of " + who + " is torn zebrawood\n");
    EXPECT_TRUE(done.ok()) << done.error().detail;
  }
  void erase() {
    const auto done =
        perform(place_, "customer-erase", R"({"customer":"1","reason":"asked","confirm":"Jose@Example.com"})");
    ASSERT_TRUE(done.ok()) << done.error().detail;
    for (std::string step = "true"; step.find("true") != std::string::npos;) {
      const auto more = perform(place_, "customer-erase-step", "");
      ASSERT_TRUE(more.ok()) << more.error().detail;
      step = *more;
    }
  }
  bool holds(const std::string& words) {
    for (const auto& entry : fs::recursive_directory_iterator(place_.dir))
      if (entry.is_regular_file() && bytes_of(entry.path()).find(words) != std::string::npos) return true;
    return false;
  }

  fs::path folder_;
  DataPlace place_;
};

TEST_F(Customer, is_written_to_an_archive_that_only_its_owner_reads) {
  const std::string file = (folder_ / "jose.zip").string();
  const auto done = export_customer_to(place_, "1", "en", file);
  ASSERT_TRUE(done.ok()) << done.error().detail;
  const std::string bytes = bytes_of(file);
  EXPECT_EQ(bytes.substr(0, 4), "PK\x03\x04");
  for (const char* name : {"index.html", "customer.json", "conversations/1.json", "mails/"})
    EXPECT_THAT(bytes, HasSubstr(name));
  EXPECT_EQ(fs::status(file).permissions() & fs::perms(0077), fs::perms::none);
  // What is there already stays.
  const auto again = export_customer_to(place_, "1", "en", file);
  ASSERT_FALSE(again.ok());
  EXPECT_THAT(again.error().detail, HasSubstr("File exists"));
  EXPECT_EQ(bytes_of(file), bytes);
}

TEST_F(Customer, that_is_not_there_leaves_no_file) {
  const std::string file = (folder_ / "nobody.zip").string();
  const auto done = export_customer_to(place_, "77", "en", file);
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().code, ErrorCode::not_found);
  EXPECT_FALSE(fs::exists(file));
}

TEST_F(Customer, is_erased_again_after_a_restore) {
  deliver("maria");
  fs::copy(place_.dir, folder_ / "backup", fs::copy_options::recursive);
  ASSERT_TRUE(place_.store.empty());
  erase();
  const auto list = list_erased(place_);
  ASSERT_TRUE(list.ok()) << list.error().detail;
  EXPECT_THAT(*list, HasSubstr(R"("customer":"1")"));
  EXPECT_THAT(*list, Not(HasSubstr("jose")));
  EXPECT_FALSE(holds("jose@example.com"));

  place_.dir = (folder_ / "backup").string();
  EXPECT_TRUE(holds("jose@example.com"));
  const auto done = erase_all_again(place_, *list);
  ASSERT_TRUE(done.ok()) << done.error().detail;
  EXPECT_EQ(*done, "erased again: 1; erased already: 0; not in this store: 0\n");
  EXPECT_FALSE(holds("jose@example.com"));
  EXPECT_TRUE(holds("maria@example.com"));
  const auto verified = verify_all(place_);
  ASSERT_TRUE(verified.ok());
  EXPECT_TRUE(verified->ok) << testing::PrintToString(verified->differences);
  EXPECT_EQ(*erase_all_again(place_, *list), "erased again: 0; erased already: 1; not in this store: 0\n");
}

TEST_F(Customer, a_list_with_an_error_names_its_line) {
  const auto done = erase_all_again(place_, "\n{\"customer\":\"1\"}\n");
  ASSERT_FALSE(done.ok());
  EXPECT_THAT(done.error().detail, HasSubstr("line 2: "));
}

}  // namespace
}  // namespace suki::cli
