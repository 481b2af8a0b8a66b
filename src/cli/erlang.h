/// `suki erlang`: how many agents, by formula.
#pragma once

#include <string>

#include "base/result.h"

namespace CLI {
class App;
}

namespace suki::cli {

/// As they were typed; "" where nothing was.
struct GivenToErlang {
  std::string contacts, per, handling, within = "20s";
  std::string model{}, patience{}, agents{}, level{}, blocking{}, shrinkage{}, occupancy{};
};

/// One JSON object, without a line end. Errors: bad_input, naming the option at fault; refused.
[[nodiscard]] Result<std::string> answer_erlang(const GivenToErlang& given);

/// Adds `erlang` under `app`. `exit_code` when it has run: 0 answered, 1 no answer or a wrong question.
void add_erlang_command(CLI::App& app, int& exit_code);

}  // namespace suki::cli
