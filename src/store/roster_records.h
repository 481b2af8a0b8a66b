/// Who belongs where and who is due when: dated records, and who set them. What the rules make of them: desk/roster.h.
#pragma once

#include <cstdint>
#include <optional>

#include "desk/roster.h"
#include "desk/types.h"

namespace suki::store {

struct MembershipRecord {
  std::int64_t id = 0;
  desk::Membership membership;
  Instant set_at;
  AgentId set_by;  ///< none: at the command line, or since before records were kept
  friend bool operator==(const MembershipRecord&, const MembershipRecord&) = default;
};
struct ShiftRecord {
  std::int64_t id = 0;
  AgentId agent;
  desk::Shift shift;
  Instant set_at;
  AgentId set_by;
  friend bool operator==(const ShiftRecord&, const ShiftRecord&) = default;
};

/// A row of the input log, whatever it is about. `roster`: a change of it; else the command of `conversation`.
struct LoggedInput {
  std::int64_t position = 0;
  Instant at;
  ConversationId conversation;
  std::optional<desk::RosterInput> roster;
  desk::Command command;
};

}  // namespace suki::store
