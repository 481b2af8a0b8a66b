// Each folder of plans/bad holds a broken plan and, in expected.txt, every error and warning it must give: no fewer, no
// more.
#include <algorithm>

#include "planfile/testing.h"

namespace suki::planfile {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> bad_plans() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(testing::plans_folder() / "bad")) {
    if (entry.is_directory()) names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> expected_lines(const fs::path& folder) {
  std::ifstream in(folder / "expected.txt");
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

class BadPlan : public ::testing::TestWithParam<std::string> {};

TEST_P(BadPlan, GivesExactlyTheseDiagnostics) {
  const auto folder = testing::plans_folder() / "bad" / GetParam();
  plan::Symbols symbols;
  const auto loaded = load_folder(folder, testing::test_sources(), symbols);
  const auto expected = expected_lines(folder);
  ASSERT_FALSE(expected.empty()) << "expected.txt says nothing";
  EXPECT_EQ(testing::lines_of(loaded.checked.diagnostics), expected);

  const bool has_errors = loaded.checked.diagnostics.has_errors();
  EXPECT_EQ(loaded.checked.plan.has_value(), !has_errors);
  EXPECT_EQ(loaded.checked.compiled != nullptr, !has_errors);
  EXPECT_EQ(symbols.size() == 0, has_errors) << "a broken plan leaves no slugs behind, a good one does";
  for (const auto& diagnostic : loaded.checked.diagnostics.list()) {
    EXPECT_FALSE(diagnostic.code.empty()) << to_line(diagnostic);
    EXPECT_FALSE(diagnostic.message.ends_with('.')) << to_line(diagnostic);
  }
}

TEST_P(BadPlan, FromStoredBytesGivesTheSame) {
  const auto folder = testing::plans_folder() / "bad" / GetParam();
  std::vector<plan::Folder::File> files;
  for (const auto& entry : fs::directory_iterator(folder))
    files.push_back({entry.path().filename().string(), testing::read_bytes(entry.path())});
  plan::Symbols symbols;
  EXPECT_EQ(testing::lines_of(load_bytes(std::move(files), testing::test_sources(), symbols).checked.diagnostics),
            expected_lines(folder));
}

INSTANTIATE_TEST_SUITE_P(Plans, BadPlan, ::testing::ValuesIn(bad_plans()), [](const auto& its) {
  std::string name = its.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

TEST(BadPlans, AreMany) {
  EXPECT_GE(bad_plans().size(), 40U);
}

}  // namespace
}  // namespace suki::planfile
