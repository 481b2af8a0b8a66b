/// What happened at a desk, one step after the other, as far as somebody who watches can see it. Made by the random
/// script on a real desk; kept as files, which this program's test and the one of the pages play (see README.md there).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/app.h"

namespace suki::feed {

/// Each conversation's row as JSON.
using Rows = std::map<std::int64_t, std::string>;

struct Step {
  Instant at;
  std::vector<app::Changed> changes;  ///< as they were told
  Rows rows;                          ///< those that look different than before
  std::string counts;                 ///< of the one who watches, as JSON
};
/// What the server tells somebody who comes back after so many steps.
struct Answer {
  std::size_t steps = 0;
  std::int64_t after = 0;                         ///< the last position that they heard
  std::optional<std::vector<std::int64_t>> told;  ///< none: to read a snapshot
};
/// The order of rows in each view, after so many steps.
struct Views {
  std::size_t steps = 0;
  std::map<std::string, std::vector<std::string>> views;
};

struct Recording {
  std::uint64_t seed = 0;
  std::size_t kept_max = 0, missed_max = 0;  ///< Hub::Reach
  std::vector<Step> steps;                   ///< the first one: how it was at first
  std::vector<Answer> answers;
  std::vector<Views> views;
};

/// `acts` acts of the script with this seed. A row that changed in silence ends the program: nobody would be told.
[[nodiscard]] Recording record(std::uint64_t seed, int acts);
/// JSON, one line for each step, answer and views; numbers of positions are JSON numbers, ids are text.
[[nodiscard]] std::string to_lines(const Recording& recording);
[[nodiscard]] Recording from_lines(const std::string& lines);  ///< ends the program when it is none

}  // namespace suki::feed
