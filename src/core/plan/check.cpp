#include "plan/build.h"
#include "plan/model.h"
#include "plan/semantics.h"
#include "plan/validate.h"

namespace suki::plan {

Checked check(const Folder& folder, const Sources& sources, Symbols& symbols) {
  Context context{folder, sources};
  validate(context);
  const auto calendars = build_calendars(context);
  check_channels(context, calendars);
  check_policies(context, calendars);
  check_rule_lists(context);
  check_replies(context);
  Checked out;
  if (!context.diagnostics.has_errors()) {
    advise(context, calendars);
    out.plan = build_plan(context, calendars);
    out.compiled = build_compiled(context, calendars, symbols);
  }
  out.diagnostics = std::move(context.diagnostics);
  out.diagnostics.sort();
  return out;
}

}  // namespace suki::plan
