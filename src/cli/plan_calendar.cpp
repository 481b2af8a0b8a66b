#include "cli/plan_calendar.h"

#include <fmt/format.h>

#include "base/text.h"
#include "cli/today.h"
#include "plan/compiled.h"
#include "plan/symbols.h"
#include "planfile/planfile.h"
#include "planfile/sources.h"

namespace suki::cli {
namespace {

/// The first errors of a plan, one a line.
std::string first_errors(const Diagnostics& diagnostics) {
  constexpr int shown_max = 5;
  int shown = 0;
  std::string text;
  for (const auto& diagnostic : diagnostics.list()) {
    if (diagnostic.severity != Severity::error || shown++ == shown_max) continue;
    text += "\n" + to_line(diagnostic);
  }
  return text;
}

}  // namespace

Result<calendar::Calendar> find_plan_calendar(const std::string& plan_dir, const std::string& calendar_id) {
  plan::Symbols symbols;
  const auto loaded = planfile::load_folder(plan_dir, planfile::system_sources(today()), symbols);
  if (loaded.cannot_read)
    return fail(ErrorCode::io, "the plan cannot be read" + first_errors(loaded.checked.diagnostics));
  if (loaded.checked.compiled == nullptr)
    return fail(ErrorCode::bad_plan, "the plan has errors" + first_errors(loaded.checked.diagnostics));
  const plan::CompiledPlan& compiled = *loaded.checked.compiled;
  std::vector<std::string> ids{"always"};
  for (std::size_t i = 1; i < compiled.calendars.size(); ++i) {
    ids.emplace_back(symbols.text(compiled.calendar_ids[i]));
    if (ids.back() == calendar_id) return compiled.calendars[i];
  }
  if (calendar_id == "always") return calendar::Calendar::always();
  const std::string_view nearest = find_nearest(calendar_id, ids);
  return fail(ErrorCode::not_found,
              fmt::format("the plan has no calendar \"{}\"{}", to_valid_utf8(calendar_id.substr(0, 64)),
                          nearest.empty() ? "" : fmt::format("; did you mean \"{}\"?", nearest)));
}

}  // namespace suki::cli
