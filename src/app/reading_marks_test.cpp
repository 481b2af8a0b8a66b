#include "app/reading_marks.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <optional>

#include "store/hash.h"

namespace suki::app {
namespace {

namespace fs = std::filesystem;

class ReadingMarksTest : public testing::Test {
 protected:
  ReadingMarksTest() {
    std::string pattern = (fs::temp_directory_path() / "suki-marks-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  ~ReadingMarksTest() override { fs::remove_all(folder_); }
  [[nodiscard]] std::string file() const { return folder_ + "/mails-in-hand"; }
  static std::string digest(const std::string& mail) { return store::sha256_hex(mail); }
  /// A process that ends with this mail in hand, as it does when reading the mail ends it.
  void die_reading(const std::string& mail) const {
    const pid_t child = ::fork();
    if (child == 0) {
      ReadingMarks marks;
      if (!marks.open(file()).ok()) ::_exit(1);
      const ReadingMarks::Mark other(marks, digest("read before")), mark(marks, digest(mail));
      ::_exit(2);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_EQ(WEXITSTATUS(status), 2);
  }
  int ends_of(const std::string& mail) const {
    ReadingMarks marks;
    EXPECT_TRUE(marks.open(file()).ok());
    const ReadingMarks::Mark mark(marks, digest(mail));
    return mark.ends();
  }
  std::string folder_;
};

TEST_F(ReadingMarksTest, count_the_processes_that_ended_with_a_mail_in_hand) {
  for (int i = 1; i <= 3; ++i) die_reading("bomb");
  ReadingMarks marks;
  ASSERT_TRUE(marks.open(file()).ok());
  EXPECT_EQ(ReadingMarks::Mark(marks, digest("harmless")).ends(), 0);
  EXPECT_EQ(ReadingMarks::Mark(marks, digest("bomb")).ends(), ReadingMarks::ends_max);
}

TEST_F(ReadingMarksTest, a_mail_that_was_read_after_all_is_suspected_no_more) {
  die_reading("unlucky");
  die_reading("unlucky");
  EXPECT_EQ(ends_of("unlucky"), 2);
  EXPECT_EQ(ends_of("unlucky"), 0) << "it was read, and nothing happened";
}

TEST_F(ReadingMarksTest, forgiven_it_is_read_again) {
  die_reading("fixed");
  ReadingMarks marks;
  ASSERT_TRUE(marks.open(file()).ok());
  marks.forgive(digest("fixed"));
  EXPECT_EQ(ReadingMarks::Mark(marks, digest("fixed")).ends(), 0);
}

TEST_F(ReadingMarksTest, the_same_mail_twice_at_once_is_in_hand_until_both_are_done) {
  ReadingMarks marks;
  ASSERT_TRUE(marks.open(file()).ok());
  std::optional<ReadingMarks::Mark> first(std::in_place, marks, digest("twice"));
  { const ReadingMarks::Mark second(marks, digest("twice")); }
  ReadingMarks next;
  ASSERT_TRUE(next.open(file()).ok());
  EXPECT_EQ(ReadingMarks::Mark(next, digest("twice")).ends(), 1);
}

TEST_F(ReadingMarksTest, more_suspects_than_slots_cost_the_oldest) {
  for (std::size_t i = 0; i <= ReadingMarks::slots; ++i) die_reading("suspect " + std::to_string(i));
  EXPECT_EQ(ends_of("suspect 0"), 0);
  EXPECT_EQ(ends_of("suspect " + std::to_string(ReadingMarks::slots)), 1);
}

TEST_F(ReadingMarksTest, a_damaged_file_is_made_anew_for_its_owner_alone) {
  std::ofstream(file()) << std::string(500, 'x') << "\n" << digest("a") << " -7\n";
  EXPECT_EQ(ends_of("a"), 0);
  die_reading("a");
  EXPECT_EQ(ends_of("a"), 1);
  struct stat found {};
  ASSERT_EQ(::stat(file().c_str(), &found), 0);
  EXPECT_EQ(fs::file_size(file()), ReadingMarks::slots * 80);
}

TEST_F(ReadingMarksTest, without_a_file_nothing_is_remembered) {
  ReadingMarks marks;
  EXPECT_EQ(ReadingMarks::Mark(marks, digest("a")).ends(), 0);
  EXPECT_FALSE(marks.open(folder_ + "/none/file").ok());
}

TEST_F(ReadingMarksTest, a_failure_is_known_once_and_a_doubtful_one_at_the_third_time) {
  ReadingMarks marks;
  EXPECT_EQ(marks.take_failure(digest("a")), "");
  marks.failed(digest("a"), "it threw");
  EXPECT_EQ(marks.take_failure(digest("a")), "it threw");
  EXPECT_EQ(marks.take_failure(digest("a")), "");
  for (int i = 1; i < ReadingMarks::doubts_max; ++i) {
    marks.failed(digest("b"), "the database broke off", ReadingMarks::doubts_max);
    EXPECT_EQ(marks.take_failure(digest("b")), "") << i;
  }
  marks.failed(digest("b"), "the database broke off", ReadingMarks::doubts_max);
  EXPECT_EQ(marks.take_failure(digest("b")), "the database broke off");
}

}  // namespace
}  // namespace suki::app
