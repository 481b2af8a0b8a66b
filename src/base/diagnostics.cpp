#include "base/diagnostics.h"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

namespace suki {

const char* name_of(Severity severity) {
  switch (severity) {
    case Severity::error:
      return "error";
    case Severity::warning:
      return "warning";
    case Severity::advice:
      return "advice";
  }
  return "error";
}

std::string to_line(const Diagnostic& d) {
  std::string place = d.place.file;
  if (d.place.line != 0) place += fmt::format(":{}:{}", d.place.line, d.place.column);
  return fmt::format("{}: {}: {}{}{}", place, name_of(d.severity), d.message, d.help.empty() ? "" : "; ", d.help);
}

bool Diagnostics::has_errors() const {
  return std::any_of(list_.begin(), list_.end(), [](const Diagnostic& d) { return d.severity == Severity::error; });
}

void Diagnostics::sort() {
  std::stable_sort(list_.begin(), list_.end(), [](const Diagnostic& a, const Diagnostic& b) {
    return std::tie(a.place.file, a.place.line, a.place.column, a.code) <
           std::tie(b.place.file, b.place.line, b.place.column, b.code);
  });
}

}  // namespace suki
