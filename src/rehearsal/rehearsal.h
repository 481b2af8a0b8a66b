/// One imagined conversation, told in JSON lines, run by the same rules as a real one. Nothing is stored or sent; time
/// is what the lines say, and what time alone does in between (warnings, breaches, escalations) happens at its own
/// instant. The language of the lines is described in docs/plan-try.md.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "plan/compiled.h"
#include "plan/symbols.h"

namespace suki::rehearsal {

inline constexpr std::size_t line_bytes_max = 64 * 1024;  ///< of one line read; chosen

class Rehearsal {
 public:
  /// `plan` and `symbols` must outlive this.
  Rehearsal(const plan::CompiledPlan& plan, const plan::Symbols& symbols);
  ~Rehearsal();
  Rehearsal(const Rehearsal&) = delete;
  Rehearsal& operator=(const Rehearsal&) = delete;

  /// One line in, one JSON object out, without a line end. A line that cannot be understood changes nothing and gives
  /// {"line":n,"error":"..."}. Blank lines must be left out but counted with skip_line().
  [[nodiscard]] std::string answer(std::string_view line);
  /// A line longer than line_bytes_max.
  [[nodiscard]] std::string answer_too_long();
  void skip_line();
  /// Was there a line that could not be understood?
  [[nodiscard]] bool failed() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace suki::rehearsal
