#include "planfile/format.h"

#include <sys/stat.h>

#include "planfile/testing.h"

namespace suki::planfile {
namespace {

std::string format(std::string_view yaml) {
  auto out = format_yaml(yaml);
  if (!out) return "error: " + out.error().detail;
  EXPECT_EQ(format_yaml(*out).value_or("?"), *out) << "formatting again changes it";
  return *out;
}

TEST(Format, TwoSpacesForEachLevelAndListsUnderTheirKey) {
  EXPECT_EQ(format("a:\n    b:\n        - x\n        -   y: 1\n            z: 2\nc:\n- 1\n- - 2\n  - 3\n"),
            "a:\n  b:\n    - x\n    - y: 1\n      z: 2\nc:\n  - 1\n  - - 2\n    - 3\n");
}

TEST(Format, CommentsStayAndMoveWithWhatTheySpeakOf) {
  EXPECT_EQ(format("# top\na:\n    # about b\n    b: 1   # one\n    # after b\n# about c\nc: 2\n# end\n"),
            "# top\na:\n  # about b\n  b: 1   # one\n  # after b\n# about c\nc: 2\n# end\n");
}

TEST(Format, BlockTextMovesAsAWholeAndKeepsItsInside) {
  EXPECT_EQ(format("a:\n      b: |\n          one  \n            two\n\n          # no comment\n      c: >-\n         "
                   "x\n         y\n"),
            "a:\n  b: |\n      one  \n        two\n\n      # no comment\n  c: >-\n     x\n     y\n");
}

TEST(Format, BracketsAndQuotesOverSeveralLinesMoveAsAWhole) {
  EXPECT_EQ(format("a:\n    b: [1,\n        2,\n        {c: 3}]\n    d: \"x\n      y\"\n    e: p\n      q\n"),
            "a:\n  b: [1,\n      2,\n      {c: 3}]\n  d: \"x\n    y\"\n  e: p\n    q\n");
}

TEST(Format, BlanksLineEndsAndTheMarkGo) {
  EXPECT_EQ(format("\xEF\xBB\xBF\r\n\r\na:   1  \r\n\r\n\r\n\r\nb:  [ 1,2 ]\r\n\r\n"), "a: 1\n\nb: [ 1,2 ]\n");
}

TEST(Format, QuotingOrderAndInsideOfBracketsStay) {
  const std::string yaml = "\"on\": 'x'\nz: {a: 1,b:   2}\na: \"\"\n\"k: v\": 1\n";
  EXPECT_EQ(format(yaml), yaml);
}

TEST(Format, ATextOnALineOfItsOwn) {
  EXPECT_EQ(format("a:\n      b\nc:\n   - d\n   -\n     e: 1\n"), "a:\n  b\nc:\n  - d\n  -\n    e: 1\n");
}

TEST(Format, ABrokenPlanIsNotTouched) {
  EXPECT_EQ(format("a: [1\n"), "error: the plan has errors");
  EXPECT_EQ(format("a: 1\na: 2\n"), "error: the plan has errors");
}

TEST(Format, EveryTemplateIndentedByFourComesBackAsItWas) {
  for (const char* name : {"appliance-shop", "clinic", "office-hours", "software-service"}) {
    const auto yaml = testing::read_bytes(testing::plans_folder() / name / "plan.yaml");
    std::string wide;
    std::istringstream in(yaml);
    for (std::string line; std::getline(in, line);) {
      const auto indent = std::min(line.find_first_not_of(' '), line.size());
      // "  - id" becomes "    - id": its inner keys, two behind the dash, go to where "-   id" would have them.
      if (line.substr(indent).starts_with("- ")) line.insert(indent + 1, "  ");
      wide += std::string(indent, ' ') + line + "  \r\n";
    }
    EXPECT_EQ(format(wide), yaml) << name;
  }
}

TEST(Format, ReplacingAFileKeepsItsModeAndLeavesNothingBeside) {
  const testing::TemporaryFolder folder;
  folder.write("plan.yaml", "a:  1\n");
  const auto path = folder.path() / "plan.yaml";
  ASSERT_EQ(::chmod(path.c_str(), 0640), 0);
  ASSERT_TRUE(replace_file(path, "a: 1\n").ok());
  EXPECT_EQ(testing::read_bytes(path), "a: 1\n");
  struct stat info {};
  ASSERT_EQ(::stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0640U);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
  EXPECT_FALSE(replace_file(folder.path() / "none.yaml", "x").ok());
}

}  // namespace
}  // namespace suki::planfile
