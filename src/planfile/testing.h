/// For tests only: sources that never change, and plans as text.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "planfile/planfile.h"
#include "planfile/sources.h"

namespace suki::planfile::testing {

/// A Sunday; the fixed day of all these tests.
inline Date test_today() {
  return make_date(2026, 11, 22);
}

/// Zones of the machine; one holiday set of three days for 2024 to 2026, whatever the shipped sets come to hold.
inline plan::Sources test_sources() {
  plan::Sources sources = system_sources(test_today());
  sources.holiday_set = [](const std::string& id) -> Result<std::vector<calendar::Holiday>> {
    if (id != "PH") return fail(ErrorCode::not_found, id);
    return std::vector<calendar::Holiday>{{make_date(2026, 11, 2), {}, "All Souls' Day"},
                                          {make_date(2026, 12, 25), {}, "Christmas Day"},
                                          {make_date(2026, 12, 30), {}, "Rizal Day"}};
  };
  sources.holiday_years = [](const std::string&) { return std::optional(plan::Sources::Years{2024, 2026}); };
  sources.holiday_sets = {"DE", "PH"};
  return sources;
}

inline std::string read_bytes(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

inline std::filesystem::path plans_folder() {
  return std::filesystem::path(SUKI_SOURCE_DIR) / "plans";
}

/// Errors and warnings as lines; advice is left out unless `with_advice`.
inline std::vector<std::string> lines_of(const Diagnostics& diagnostics, bool with_advice = false) {
  std::vector<std::string> out;
  for (const auto severity : {Severity::error, Severity::warning, Severity::advice}) {
    if (severity == Severity::advice && !with_advice) continue;
    for (const auto& diagnostic : diagnostics.list()) {
      if (diagnostic.severity == severity) out.push_back(to_line(diagnostic));
    }
  }
  return out;
}

inline Loaded load_text(std::string yaml, plan::Symbols& symbols, std::vector<plan::Folder::File> others = {}) {
  others.insert(others.begin(), {plan_file_name, std::move(yaml)});
  return load_bytes(std::move(others), test_sources(), symbols);
}
inline Loaded load_text(std::string yaml) {
  plan::Symbols symbols;
  return load_text(std::move(yaml), symbols);
}

/// A folder that is gone after the test.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "suki-plan-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  void write(const std::string& name, std::string_view bytes) const {
    std::filesystem::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary) << bytes;
  }

 private:
  std::filesystem::path path_;
};

/// One language, one team, one of each: the least that is a plan.
inline const std::string small_plan = R"(suki: 1
business: {name: Shop, time_zone: Asia/Manila, languages: [en]}
channels:
  - {id: form, kind: form, name: Form}
teams:
  - {id: front, name: Front}
topics:
  - {id: question, name: Question}
priorities:
  - {id: normal, name: Normal}
defaults: {topic: question, priority: normal, team: front}
)";

}  // namespace suki::planfile::testing
