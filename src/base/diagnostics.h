/// What is wrong with a person's file: every finding at once, each with place, code, message and help.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace suki {

/// A place in a file; line and column count from 1 (columns in Unicode code points). line 0: the file as a whole.
struct Place {
  std::string file;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

enum class Severity : std::uint8_t { error, warning, advice };
[[nodiscard]] const char* name_of(Severity severity);

struct Diagnostic {
  Severity severity = Severity::error;
  Place place;
  std::string code;     ///< stable, kebab-case: "unknown-team"
  std::string message;  ///< one sentence, lower-case start, no full stop: `unknown team "refunds"`
  std::string help;     ///< the cure: `did you mean "refund"?`; may be empty
};

/// "plan.yaml:14:9: error: unknown team \"refunds\"; did you mean \"refund\"?"
[[nodiscard]] std::string to_line(const Diagnostic& diagnostic);

class Diagnostics {
 public:
  void add(Diagnostic diagnostic) { list_.push_back(std::move(diagnostic)); }
  [[nodiscard]] bool has_errors() const;
  [[nodiscard]] const std::vector<Diagnostic>& list() const { return list_; }
  /// By file, line, column, then code, so that the same plan always gives the same report.
  void sort();

 private:
  std::vector<Diagnostic> list_;
};

}  // namespace suki
