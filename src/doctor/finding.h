/// What `suki doctor` has found: one sentence each for what is so, why it matters, and what to do.
#pragma once

#include <string>
#include <vector>

namespace suki::doctor {

enum class Level : std::uint8_t {
  ok,
  warning,  ///< it works, and will not for long, or not for everybody
  error     ///< something does not work
};
[[nodiscard]] const char* name_of(Level level);

struct Finding {
  std::string check;  ///< clock, zones, folder, disk, store, plan, mail, certificate, server
  Level level = Level::ok;
  std::string code;  ///< stable, kebab-case; "" when ok
  std::string what;
  std::string why, cure;  ///< "" when ok
};
using Findings = std::vector<Finding>;

[[nodiscard]] Finding fine(std::string check, std::string what);
void append(Findings& to, Findings more);
/// 0: nothing worse than ok, 1: warnings, 2: errors.
[[nodiscard]] int exit_code_of(const Findings& findings);
/// The bad ones with why and cure; at the end how many of each.
[[nodiscard]] std::string to_text(const Findings& findings);
[[nodiscard]] std::string to_json(const Findings& findings);

}  // namespace suki::doctor
