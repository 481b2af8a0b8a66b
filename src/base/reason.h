/// Why something was refused, so that a page says it in its reader's language.
///
/// An error's detail is English: for logs, the command line, and whoever reads an API's answers. A refusal that people
/// meet on pages has a reason as well: a stable code, and values for the sentence that the page's catalogue has for it
/// ("reason.in_team"). In an Error it is the end of the detail: "from: is in this team already [in_team
/// from=2026-11-23T10:00]".
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace suki {

/// Name and value. Times as the wall at the business shows them ("2026-11-23T10:00"), numbers as digits; neither holds
/// blanks or brackets.
using ReasonValue = std::pair<std::string, std::string>;

/// The same error with a reason: a-z and "_".
[[nodiscard]] Error because(Error error, std::string_view reason, const std::vector<ReasonValue>& values = {});

struct Detail {
  std::string text;    ///< without the reason
  std::string reason;  ///< "" when none was given
  std::vector<ReasonValue> values;
};
/// What because() put together. A text that only ends alike is taken whole.
[[nodiscard]] Detail take_apart(std::string_view detail);

}  // namespace suki
