#include "cli/plan_status.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/open_data.h"
#include "store/tx.h"

namespace suki::cli {
namespace {

std::string release(const std::string& edition) {
  return edition.empty() ? "an unknown release" : edition;
}

std::string tell_zone(const app::App::Kept& kept) {
  const std::string start = fmt::format("time zone {}: kept {}; this machine ", kept.name, release(kept.edition));
  if (kept.gone) return start + "has it no more";
  return start + fmt::format("has {}: {}", release(kept.now),
                             kept.differs_at == never
                                 ? "the same times"
                                 : fmt::format("other times from {} on", format_instant(kept.differs_at)));
}

std::string tell_set(const app::App::Kept& kept) {
  const std::string start = fmt::format("holidays {}: this suki ", kept.name);
  if (kept.gone) return start + "has them no more";
  if (kept.differs_at == never) return start + "has the same days";
  return start + "has other days from " + format_instant(kept.differs_at).substr(0, 10) + " on";
}

}  // namespace

Result<std::string> tell_plan_status(app::App& app, store::Store& store, const std::string&) {
  app::App::PlanStatus status;
  SUKI_CHECK(store.read_and_wait([&](store::Tx& tx) -> Result<void> {
    SUKI_TRY(status, app.plan_status(tx));
    return {};
  }));
  std::string text = fmt::format("plan version {} is in force since {}, by {}: {}\ndigest {}\n", status.number.value,
                                 format_instant(status.adopted_at), status.adopted_by, status.why, status.digest);
  bool moved = false;
  for (const app::App::Kept& kept : status.kept) {
    moved = moved || kept.gone || kept.differs_at != never;
    text += kept.kind == "zone"          ? tell_zone(kept)
            : kept.kind == "holiday_set" ? tell_set(kept)
                                         : fmt::format("calendar file {}: kept as it was read", kept.name);
    text += "\n";
  }
  if (moved) text += "promises go by what is kept; to take what is here now, adopt the plan again\n";
  return text;
}

void add_plan_status_command(CLI::App& plan, int& exit_code) {
  const auto place = std::make_shared<DataPlace>();
  CLI::App* command = plan.add_subcommand(
      "status", "The plan in force, and whether this machine's time zones and holidays are still those it keeps");
  add_data_options(*command, *place);
  command->footer("Exit status: 0 told, 1 no plan is in force, 2 the data folder cannot be used.");
  command->callback([place, &exit_code] { exit_code = report(perform(*place, "plan-status", "")); });
}

}  // namespace suki::cli
