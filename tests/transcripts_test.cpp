// Plays every transcript in tests/transcripts and compares line by line.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

#include "plan/carry_over.h"
#include "planfile/planfile.h"
#include "planfile/sources.h"
#include "transcript.h"

namespace suki::transcript {
namespace {

namespace fs = std::filesystem;

fs::path folder() {
  return fs::path(SUKI_SOURCE_DIR) / "tests" / "transcripts";
}
bool writes() {
  return std::getenv("SUKI_TRANSCRIPTS_WRITE") != nullptr;
}

std::vector<std::string> lines_of(const fs::path& file) {
  std::ifstream in(file);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

bool is_indented(const std::string& line) {
  return line.starts_with("  ");
}

/// A file played: the same lines, with what really comes of each step under it.
class Player {
 public:
  explicit Player(std::vector<std::string> lines) : lines_(std::move(lines)) {}

  std::vector<std::string> play() {
    for (at_ = 0; at_ < lines_.size();) {
      const std::string& line = lines_[at_];
      if (line == "plan" || line.starts_with("plan "))
        read_plan();
      else if (line.starts_with("case "))
        start_case();
      else if (line.empty() || line.starts_with("#"))
        copy();
      else
        step();
    }
    return std::move(played_);
  }
  std::set<std::string> names;
  std::vector<std::string> problems;

 private:
  void copy() { played_.push_back(lines_[at_++]); }

  void read_plan() {
    copy();
    std::string yaml;
    for (; at_ < lines_.size() && (is_indented(lines_[at_]) || lines_[at_].empty()); copy()) {
      yaml += (lines_[at_].empty() ? "" : lines_[at_].substr(2)) + "\n";
    }
    Plans::Version version;
    const plan::Sources sources = planfile::system_sources(make_date(2026, 11, 23));
    if (!plans_.versions.empty()) {
      // As at an adoption: first what it calls otherwise, then compiled.
      const Plans::Version& before = plans_.versions.back();
      plan::Symbols scratch;
      const auto read = planfile::load_bytes({{"plan.yaml", yaml}}, sources, scratch).checked;
      version.names = before.names;
      if (read.plan) {
        const plan::CarryOver carried = plan::carry_over(before.plan, *read.plan);
        report(carried.diagnostics);
        plan::rename_all(carried.renames, version.names);
      }
    }
    const auto checked = planfile::load_bytes({{"plan.yaml", yaml}}, sources, version.names).checked;
    report(checked.diagnostics);
    if (!checked.compiled) return;
    version.plan = *checked.plan;
    version.compiled = checked.compiled;
    plans_.versions.push_back(std::move(version));
  }

  void report(const Diagnostics& diagnostics) {
    for (const Diagnostic& diagnostic : diagnostics.list()) {
      if (diagnostic.severity == Severity::error) problems.push_back(to_line(diagnostic));
    }
  }

  void start_case() {
    if (!names.insert(lines_[at_]).second) problems.push_back("twice: " + lines_[at_]);
    copy();
    if (plans_.versions.empty())
      problems.emplace_back("no plan before the first case");
    else
      case_ = std::make_unique<Case>(plans_);
  }

  void step() {
    const std::string text = lines_[at_];
    copy();
    while (at_ < lines_.size() && is_indented(lines_[at_])) ++at_;  // what is expected: compared by the caller
    if (!case_) return;
    for (const std::string& line : case_->run(text)) played_.push_back("  " + line);
  }

  std::vector<std::string> lines_;
  std::vector<std::string> played_;
  std::size_t at_ = 0;
  Plans plans_;
  std::unique_ptr<Case> case_;
};

TEST(transcripts, every_step_gives_what_stands_under_it) {
  std::size_t cases = 0;
  for (const auto& entry : fs::directory_iterator(folder())) {
    if (entry.path().extension() != ".txt") continue;
    const std::vector<std::string> expected = lines_of(entry.path());
    Player player(expected);
    const std::vector<std::string> played = player.play();
    for (const std::string& problem : player.problems) ADD_FAILURE() << entry.path().string() << ": " << problem;
    cases += player.names.size();
    if (writes()) {
      std::ofstream out(entry.path());
      for (const std::string& line : played) out << line << '\n';
      continue;
    }
    for (std::size_t i = 0; i < std::max(played.size(), expected.size()); ++i) {
      const std::string came = i < played.size() ? played[i] : "(nothing)",
                        stands = i < expected.size() ? expected[i] : "(nothing)";
      if (came == stands) continue;
      ADD_FAILURE() << entry.path().string() << ":" << i + 1 << ":\n stands: " << stands << "\n came:   " << came;
      break;  // what follows is shifted
    }
  }
  EXPECT_GE(cases, 80U) << "a rule without its case";
  if (writes()) GTEST_FAIL() << "transcripts were written, not tested: read what changed";
}

TEST(transcripts, a_wrong_expectation_is_noticed) {
  std::vector<std::string> lines = lines_of(folder() / "first_reply.txt");
  ASSERT_FALSE(lines.empty());
  const auto line = std::find_if(lines.begin(), lines.end(), [](const std::string& l) {
    return l.find("first_reply/1 running") != std::string::npos;
  });
  ASSERT_NE(line, lines.end());
  line->replace(line->find("running"), 7, "cancelled");
  EXPECT_NE(Player(lines).play(), lines);
}

}  // namespace
}  // namespace suki::transcript
