#include "cli/adopt.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <boost/describe.hpp>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <vector>

#include "app/audit.h"
#include "base/text.h"
#include "cli/open_data.h"
#include "json/read.h"
#include "json/write.h"
#include "planfile/planfile.h"
#include "planfile/sources.h"

namespace suki::cli {
namespace {

struct File {
  std::string name, text;
};
BOOST_DESCRIBE_STRUCT(File, (), (name, text))
struct Adoption {
  std::string by, why;
  std::vector<File> files;
};
BOOST_DESCRIBE_STRUCT(Adoption, (), (by, why, files))

struct GivenToAdopt {
  DataPlace place{};
  std::string folder, why, by;
};

/// Checked here as well as in the store's process, so that every diagnostic can be printed.
Result<std::string> read_plan(const GivenToAdopt& given) {
  const auto now = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now().time_since_epoch());
  plan::Symbols symbols;
  const planfile::Loaded loaded = planfile::load_folder(
      given.folder, planfile::system_sources(Date{static_cast<std::int32_t>(now.count())}), symbols);
  for (const Diagnostic& diagnostic : loaded.checked.diagnostics.list()) {
    if (diagnostic.severity != Severity::advice) fmt::print(stderr, "{}\n", to_line(diagnostic));
  }
  if (loaded.cannot_read) return fail(ErrorCode::io, given.folder + " cannot be read");
  if (loaded.checked.diagnostics.has_errors())
    return fail(ErrorCode::bad_plan, "the plan has errors and was not adopted");
  Adoption adoption{given.by, given.why, {}};
  for (const auto& file : loaded.files) {
    if (!is_utf8(file.bytes)) return fail(ErrorCode::bad_plan, file.name + " is not UTF-8");
    adoption.files.push_back({file.name, file.bytes});
  }
  return json::write(adoption);
}

std::string who_runs_this() {
  const char* user = std::getenv("SUDO_USER");
  if (user == nullptr) user = std::getenv("USER");
  return user == nullptr ? "operator" : user;
}

}  // namespace

Result<std::string> adopt_plan(app::App& app, store::Store& store, const std::string& body) {
  SUKI_TRY(const Adoption adoption, json::read<Adoption>(body));
  std::vector<app::App::PlanFile> files;
  for (const File& file : adoption.files) files.push_back({file.name, file.text});
  PlanVersion version;
  SUKI_CHECK(store.write_and_wait([&](store::Tx& tx) -> Result<void> {
    SUKI_TRY(version, app.adopt(tx, files, adoption.by, adoption.why));
    app::record(app, tx, app::the_operator(), {"plan.adopt", "plan", version.value});
    return {};
  }));
  return fmt::format("plan version {} is in force\n", version.value);
}

void add_plan_adopt_command(CLI::App& plan, int& exit_code) {
  const auto given = std::make_shared<GivenToAdopt>();
  given->by = who_runs_this();
  CLI::App* command =
      plan.add_subcommand("adopt", "Put the plan in a folder in force; conversations keep the promises they have");
  command->add_option("DIR", given->folder, "The plan folder")->required();
  add_data_options(*command, given->place);
  command->add_option("--why", given->why, "Why, for those who ask later")->required();
  command->add_option("--by", given->by, "Who decided")->capture_default_str();
  command->footer("Exit status: 0 in force, 1 the plan has errors, 2 a folder cannot be used.");
  command->callback([given, &exit_code] {
    const Result<std::string> body = read_plan(*given);
    exit_code = report(body.ok() ? perform(given->place, "adopt", *body, Missing::make) : body);
  });
}

}  // namespace suki::cli
