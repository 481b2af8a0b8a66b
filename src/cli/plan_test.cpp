// `suki plan check`, `fmt` and `schema` as a shell sees them: what they print and how they exit.
#include "cli/plan.h"

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace suki::cli {
namespace {

namespace fs = std::filesystem;

struct Ran {
  int exit_code = -1;
  std::string out;
};

Ran run(std::vector<std::string> words) {
  CLI::App app;
  Ran ran;
  add_plan_commands(app, ran.exit_code);
  std::reverse(words.begin(), words.end());  // CLI11 takes them from the back
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  app.parse(words);
  std::fflush(stdout);
  ran.out = ::testing::internal::GetCapturedStdout();
  (void)::testing::internal::GetCapturedStderr();
  return ran;
}

std::string plans(const std::string& name) {
  return std::string(SUKI_SOURCE_DIR) + "/plans/" + name;
}

TEST(PlanCheck, ExitsZeroOneOrTwo) {
  EXPECT_EQ(run({"check", plans("clinic")}).exit_code, 0);
  EXPECT_EQ(run({"check", plans("bad/unknown-team")}).exit_code, 1);
  EXPECT_EQ(run({"check", plans("no-such-folder")}).exit_code, 2);
  EXPECT_EQ(run({"check", plans("bad/overlapping-hours")}).exit_code, 0) << "a warning is no failure";
}

TEST(PlanCheck, SaysErrorsFirstAndAdviceLast) {
  const auto bad = run({"check", plans("bad/unknown-team")});
  EXPECT_TRUE(bad.out.starts_with("plan.yaml:55:13: error: unknown team \"fornt\"; did you mean \"front\"?\n"))
      << bad.out;
  const auto good = run({"check", plans("clinic")});
  EXPECT_NE(good.out.find("advice: question 6"), std::string::npos);
  EXPECT_GT(good.out.find("advice:"), good.out.rfind("warning:"));
}

TEST(PlanCheck, GivesTheSameAsJson) {
  const auto shown = boost::json::parse(run({"check", plans("bad/unknown-team"), "--format", "json"}).out);
  EXPECT_EQ(shown.at("ok").as_bool(), false);
  const auto& first = shown.at("diagnostics").as_array().at(0);
  EXPECT_EQ(first.at("file").as_string(), "plan.yaml");
  EXPECT_EQ(first.at("line").to_number<int>(), 55);
  EXPECT_EQ(first.at("column").to_number<int>(), 13);
  EXPECT_EQ(first.at("severity").as_string(), "error");
  EXPECT_EQ(first.at("code").as_string(), "unknown-team");
  EXPECT_EQ(first.at("message").as_string(), "unknown team \"fornt\"");
  EXPECT_EQ(first.at("help").as_string(), "did you mean \"front\"?");
}

TEST(PlanFmt, FormatsOnceAndLeavesBrokenPlansAlone) {
  std::string name = (fs::temp_directory_path() / "suki-cli-plan-XXXXXX").string();
  const fs::path folder = ::mkdtemp(name.data());
  fs::copy(plans("office-hours"), folder, fs::copy_options::recursive);
  EXPECT_EQ(run({"fmt", folder.string(), "--check"}).exit_code, 0);
  std::ofstream(folder / "plan.yaml", std::ios::app) << "\n\n\n# the end   \n";
  EXPECT_EQ(run({"fmt", folder.string(), "--check"}).exit_code, 1);
  EXPECT_EQ(run({"fmt", folder.string()}).exit_code, 0);
  EXPECT_EQ(run({"fmt", folder.string(), "--check"}).exit_code, 0);

  std::ofstream(folder / "plan.yaml", std::ios::app) << "nonsense:   1   \n";
  const auto size = fs::file_size(folder / "plan.yaml");
  EXPECT_EQ(run({"fmt", folder.string()}).exit_code, 1);
  EXPECT_EQ(fs::file_size(folder / "plan.yaml"), size);
  fs::remove_all(folder);
}

TEST(PlanSchema, IsJson) {
  EXPECT_EQ(boost::json::parse(run({"schema"}).out).at("title").as_string(), "suki plan");
}

}  // namespace
}  // namespace suki::cli
