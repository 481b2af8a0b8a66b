/// One line of input, understood: what happens, when, and what the first line sets.
#pragma once

#include <map>
#include <string>

#include "base/result.h"
#include "desk/conversation.h"
#include "plan/symbols.h"

namespace suki::rehearsal {

enum class What : std::uint8_t { customer_message, agent_reply, automatic_reply, note, state, topic, priority, assign };

struct Line {
  Instant at;
  What what = What::note;
  plan::Facts facts;  ///< channel, topic, priority, segment, language where the line names them
  desk::State state = desk::State::open;
  Symbol reason, team;
  bool sets_agent = false;  ///< assign: `agent` was there; "" or null means nobody
  std::string agent;
  bool explain = false;
};

/// Errors: bad_input, in words for the person who wrote the line.
[[nodiscard]] Result<Line> read_line(std::string_view text, const plan::CompiledPlan& plan,
                                     const plan::Symbols& symbols);

}  // namespace suki::rehearsal
