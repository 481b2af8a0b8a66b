/// What libical does not tell: on which line each event begins, and whether the file is whole. Inside of room ical.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace suki::ical {

struct Outline {
  std::vector<std::uint32_t> event_lines;  ///< of "BEGIN:VEVENT" in order, from 1
};
/// Checks encoding, limits and that every BEGIN has its END. One pass.
[[nodiscard]] Result<Outline> read_outline(std::string_view bytes);

}  // namespace suki::ical
