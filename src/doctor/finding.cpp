#include "doctor/finding.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>
#include <boost/describe.hpp>

#include "json/write.h"

namespace suki::doctor {
namespace {

struct Written {
  std::string check, level, code, what, why, cure;
};
BOOST_DESCRIBE_STRUCT(Written, (), (check, level, code, what, why, cure))
struct Report {
  bool ok = false;
  std::vector<Written> findings;
};
BOOST_DESCRIBE_STRUCT(Report, (), (ok, findings))

}  // namespace

const char* name_of(Level level) {
  switch (level) {
    case Level::ok:
      return "ok";
    case Level::warning:
      return "warning";
    case Level::error:
      return "error";
  }
  return "";
}

Finding fine(std::string check, std::string what) {
  return {std::move(check), Level::ok, "", std::move(what), "", ""};
}

void append(Findings& to, Findings more) {
  to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

int exit_code_of(const Findings& findings) {
  int worst = 0;
  for (const Finding& finding : findings) worst = std::max(worst, static_cast<int>(finding.level));
  return worst;
}

std::string to_text(const Findings& findings) {
  std::string text;
  int warnings = 0, errors = 0;
  for (const Finding& f : findings) {
    text += fmt::format("{:<8} {}: {}\n", name_of(f.level), f.check, f.what);
    if (!f.why.empty()) text += fmt::format("         why:  {}\n", f.why);
    if (!f.cure.empty()) text += fmt::format("         cure: {}\n", f.cure);
    warnings += f.level == Level::warning ? 1 : 0;
    errors += f.level == Level::error ? 1 : 0;
  }
  if (errors + warnings == 0) return text + "nothing is wrong\n";
  return text + fmt::format("{} {}, {} {}\n", errors, errors == 1 ? "error" : "errors", warnings,
                            warnings == 1 ? "warning" : "warnings");
}

std::string to_json(const Findings& findings) {
  Report report{exit_code_of(findings) == 0, {}};
  for (const Finding& f : findings)
    report.findings.push_back({f.check, name_of(f.level), f.code, f.what, f.why, f.cure});
  return json::write(report) + "\n";
}

}  // namespace suki::doctor
