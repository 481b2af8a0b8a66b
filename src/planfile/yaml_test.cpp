#include "planfile/yaml.h"

#include <fcntl.h>
#include <unistd.h>

#include "planfile/testing.h"

namespace suki::planfile {
namespace {

using plan::Node;
using plan::NodeKind;

std::string where(const Place& place) {
  return place.file + ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
}

Node tree(std::string_view yaml) {
  auto read = read_yaml(yaml, "p");
  for (const auto& diagnostic : read.diagnostics.list()) ADD_FAILURE() << to_line(diagnostic);
  return read.root ? std::move(*read.root) : Node{};
}

std::string first_code(std::string_view yaml) {
  const auto read = read_yaml(yaml, "p");
  return read.diagnostics.list().empty() ? "" : read.diagnostics.list().front().code;
}

TEST(Yaml, PlacesCountCodePointsAndPointAtQuotes) {
  const auto root = tree("a: \"h\u00e9\"\n\u00f1\u00f1: {k: 'v', \u00e9: 1}\nlist:\n  - x\n  - y: 2\n");
  EXPECT_EQ(where(root.find("a")->place), "p:1:4");
  EXPECT_EQ(where(root.entries[1].place), "p:2:1");
  EXPECT_EQ(where(root.entries[1].value.find("k")->place), "p:2:9");
  EXPECT_EQ(where(root.entries[1].value.entries[1].place), "p:2:14");
  EXPECT_EQ(where(root.find("list")->items[1].place), "p:5:5");
  EXPECT_EQ(where(root.find("list")->items[1].find("y")->place), "p:5:8");
}

TEST(Yaml, LineEndsOfEveryKindCount) {
  EXPECT_EQ(where(tree("a: 1\r\nb: 2\r\n").entries[1].place), "p:2:1");
  EXPECT_EQ(where(tree("\xEF\xBB\xBF"
                       "a: 1\nb: 2\n")
                      .entries[0]
                      .place),
            "p:1:1");
}

TEST(Yaml, KindsOfPlainAndQuotedValues) {
  const auto root =
      tree("[1, 1.5, -3, 0x1F, true, no, On, ~, '', \"1\", 'no', 09:00-18:00, 2026-12-25, 4h, nO, 1_000]");
  const NodeKind n = NodeKind::number, b = NodeKind::boolean, t = NodeKind::text, z = NodeKind::null;
  std::vector<NodeKind> kinds;
  for (const auto& item : root.items) kinds.push_back(item.kind);
  EXPECT_EQ(kinds, (std::vector<NodeKind>{n, n, n, n, b, b, b, z, t, t, t, t, t, t, t, t}));
}

TEST(Yaml, ABareOnOrNoIsAnOrdinaryKey) {
  const auto root = tree("on: received\nno: norsk\n12: x\n");
  EXPECT_EQ(root.find("on")->scalar, "received");
  EXPECT_NE(root.find("no"), nullptr);
  EXPECT_NE(root.find("12"), nullptr);
}

TEST(Yaml, BlockAndFoldedTextIsKept) {
  const auto root = tree("a: |\n  one\n    two\n\n  three\nb: >-\n  x\n  y\n");
  EXPECT_EQ(root.find("a")->scalar, "one\n  two\n\nthree\n");
  EXPECT_EQ(root.find("b")->scalar, "x y");
}

TEST(Yaml, ADuplicateKeyKeepsTheFirstAndTheTree) {
  const auto read = read_yaml("a: 1\nb: 2\na: 3\n", "p");
  ASSERT_TRUE(read.root.has_value());
  EXPECT_EQ(read.root->find("a")->scalar, "1");
  ASSERT_EQ(read.diagnostics.list().size(), 1U);
  EXPECT_EQ(to_line(read.diagnostics.list()[0]),
            "p:3:1: error: the key \"a\" is here twice; the first one is in line 1");
}

TEST(Yaml, TrapsEndInADiagnostic) {
  EXPECT_EQ(first_code("a: 1\n\tb: 2\n"), "tab-indent");
  EXPECT_EQ(first_code("a:\n  \tb: 2\n"), "tab-indent");
  EXPECT_EQ(first_code("a: &x 1\n"), "yaml-anchor");
  EXPECT_EQ(first_code("a: !!set {x}\n"), "yaml-tag");
  EXPECT_EQ(first_code("<<: {a: 1}\n"), "yaml-merge");
  EXPECT_EQ(first_code("--- a\n--- b\n"), "several-documents");
  EXPECT_EQ(first_code(std::string("a: \0", 4)), "control-character");
  EXPECT_EQ(first_code("a: \xC0\xAF\n"), "not-utf8");
  EXPECT_EQ(first_code("a: \xED\xA0\x80\n"), "not-utf8");
  EXPECT_EQ(first_code("a: [1\n"), "yaml-syntax");
  EXPECT_EQ(first_code("a: b: c\n"), "yaml-syntax");
  EXPECT_EQ(first_code("? [a]\n: b\n"), "yaml-key");
  EXPECT_EQ(first_code(""), "empty-plan");
}

TEST(Yaml, NestingHasALimit) {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_EQ(first_code(nested(yaml_depth_max)), "");
  EXPECT_EQ(first_code(nested(yaml_depth_max + 2)), "too-deep");
  EXPECT_NE(first_code(std::string(500'000, '[')), "");
  EXPECT_NE(first_code(std::string(200'000, '-')), "x");
}

TEST(Yaml, ManyValuesHaveALimit) {
  std::string yaml = "[";
  for (std::size_t i = 0; i <= yaml_nodes_max; ++i) yaml += "1,";
  EXPECT_EQ(first_code(yaml + "1]"), "too-large");
}

TEST(Yaml, AMapOfThousandsOfKeysIsNoTrap) {
  std::string yaml;
  for (int i = 0; i < 20'000; ++i) yaml += "k" + std::to_string(i) + ": 1\n";
  EXPECT_EQ(tree(yaml).entries.size(), 20'000U);
}

// ---- folders -------------------------------------------------------------------------------------------------------

std::vector<std::string> lines_of_folder(const std::filesystem::path& folder, bool& cannot_read) {
  plan::Symbols symbols;
  const auto loaded = load_folder(folder, testing::test_sources(), symbols);
  cannot_read = loaded.cannot_read;
  return testing::lines_of(loaded.checked.diagnostics);
}

TEST(Folder, AFileOfOneGibibyteIsRefusedByItsSize) {
  const testing::TemporaryFolder folder;
  folder.write("plan.yaml", "suki: 1\n");
  ASSERT_EQ(::truncate((folder.path() / "plan.yaml").c_str(), 1LL << 30), 0);
  bool cannot_read = false;
  EXPECT_EQ(lines_of_folder(folder.path(), cannot_read),
            (std::vector<std::string>{"plan.yaml: error: \"plan.yaml\" has 1073741824 bytes; the limit is 1048576"}));
  EXPECT_TRUE(cannot_read);
}

TEST(Folder, WhatIsNotThereOrNoFileIsSaid) {
  const testing::TemporaryFolder folder;
  bool cannot_read = false;
  EXPECT_EQ(lines_of_folder(folder.path(), cannot_read),
            (std::vector<std::string>{"plan.yaml: error: there is no file \"plan.yaml\" in the plan folder"}));
  EXPECT_TRUE(cannot_read);
  EXPECT_EQ(lines_of_folder(folder.path() / "none", cannot_read).size(), 1U);
  EXPECT_TRUE(cannot_read);
  std::filesystem::create_directory(folder.path() / "plan.yaml");
  EXPECT_EQ(lines_of_folder(folder.path(), cannot_read),
            (std::vector<std::string>{"plan.yaml: error: \"plan.yaml\" is not a file"}));
  EXPECT_TRUE(cannot_read);
}

TEST(Folder, APipeDoesNotHang) {
  const testing::TemporaryFolder folder;
  ASSERT_EQ(::mkfifo((folder.path() / "plan.yaml").c_str(), 0600), 0);
  bool cannot_read = false;
  EXPECT_EQ(lines_of_folder(folder.path(), cannot_read),
            (std::vector<std::string>{"plan.yaml: error: \"plan.yaml\" is not a file"}));
  EXPECT_TRUE(cannot_read);
}

std::string with_tone(const std::string& value) {
  std::string yaml = testing::small_plan;
  return yaml.replace(yaml.find("languages: [en]"), 15, "languages: [en], tone: " + value);
}

TEST(Folder, ALinkOutOfTheFolderIsRefusedAndOneInsideIsFine) {
  const testing::TemporaryFolder outside;
  outside.write("secret.md", "secret");
  const testing::TemporaryFolder folder;
  folder.write("plan.yaml", with_tone("{file: tone.md}"));
  std::filesystem::create_symlink(outside.path() / "secret.md", folder.path() / "tone.md");
  bool cannot_read = false;
  EXPECT_EQ(lines_of_folder(folder.path(), cannot_read),
            (std::vector<std::string>{"plan.yaml:2:78: error: \"tone.md\" leads out of the plan folder"}));
  EXPECT_FALSE(cannot_read);

  std::filesystem::remove(folder.path() / "tone.md");
  folder.write("real.md", "kind");
  std::filesystem::create_symlink("real.md", folder.path() / "tone.md");
  EXPECT_TRUE(lines_of_folder(folder.path(), cannot_read).empty());
}

TEST(Folder, NamesThatLeaveItAreRefused) {
  for (const char* name :
       {"../tone.md", "/etc/hostname", "a/../../tone.md", "./tone.md", "a//b.md", "\"\"", "'a\\b.md'"}) {
    const auto loaded = testing::load_text(with_tone(std::string("{file: ") + name + "}"));
    EXPECT_TRUE(loaded.checked.diagnostics.has_errors()) << name;
  }
}

TEST(Folder, BytesAndDiskGiveTheSamePlan) {
  plan::Symbols symbols;
  const auto folder = testing::plans_folder() / "appliance-shop";
  const auto from_disk = load_folder(folder, testing::test_sources(), symbols);
  const auto from_bytes = load_bytes(from_disk.files, testing::test_sources(), symbols);
  ASSERT_TRUE(from_disk.checked.plan && from_bytes.checked.plan);
  EXPECT_EQ(from_disk.files.size(), from_bytes.files.size());
  EXPECT_EQ(from_disk.checked.plan->auto_replies[0].body.by_language,
            from_bytes.checked.plan->auto_replies[0].body.by_language);
}

}  // namespace
}  // namespace suki::planfile
