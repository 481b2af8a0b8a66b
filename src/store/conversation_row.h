/// A conversation's row: what its sources share. For this room's sources only.
#pragma once

#include <array>
#include <string>
#include <tuple>

#include "store/codec.h"
#include "store/records.h"
#include "store/writing.h"

namespace suki::store {

/// Shelves are what the open, waiting, resolved and closed views are cut from.
enum Shelf : std::int64_t { shelf_open, shelf_waiting, shelf_resolved, shelf_closed };
[[nodiscard]] inline Shelf shelf_of(desk::State state) {
  switch (state) {
    case desk::State::open:
      return shelf_open;
    case desk::State::pending:
    case desk::State::on_hold:
      return shelf_waiting;
    case desk::State::resolved:
      return shelf_resolved;
    case desk::State::closed:
      return shelf_closed;
  }
  return shelf_closed;
}
[[nodiscard]] inline bool is_unsolved(desk::State state) {
  return shelf_of(state) == shelf_open || shelf_of(state) == shelf_waiting;
}
[[nodiscard]] inline Symbol fact(const ConversationRecord& record, plan::FactKey key) {
  return record.state.facts.get(key);
}

/// A filter as the parameters of SUKI_REST, each list given twice.
struct FilterParams {
  std::array<std::string, facet_count> lists;  ///< ",3,7,"; "" lets all through
  std::int64_t from[flag_count] = {0, 0, 0}, to[flag_count] = {1, 1, 1};
  bool narrows = false;

  FilterParams() = default;
  FilterParams(const Filter& filter, AgentId me) {
    for (std::size_t i = 0; i < facet_count; ++i) {
      if (filter.values[i].empty()) continue;
      narrows = true;
      lists[i] = ",";
      for (const std::int64_t value : filter.values[i]) {
        const bool mine = i == static_cast<std::size_t>(Facet::assignee) && value == assignee_me;
        lists[i] += std::to_string(mine ? me.value : value) + ",";
      }
    }
    for (std::size_t i = 0; i < flag_count; ++i) {
      if (filter.flags[i] < 0) continue;
      narrows = true;
      from[i] = to[i] = filter.flags[i];
    }
  }
};
#define SUKI_ONE_OF(column, a, b) "(:" a " = '' or :" b " like '%,' || c." column " || ',%') "
#define SUKI_REST \
  "and " SUKI_ONE_OF("state", "sa", "sb") "and " SUKI_ONE_OF("team", "ta", "tb") "and " SUKI_ONE_OF(               \
      "assignee", "aa", "ab") "and " SUKI_ONE_OF("topic", "oa", "ob") "and " SUKI_ONE_OF("priority", "pa", "pb")   \
      "and " SUKI_ONE_OF("segment", "ga", "gb") "and " SUKI_ONE_OF("channel", "ha", "hb")                          \
          "and c.at_risk between :ra and :rb and c.breached between :ba and :bb and c.unanswered between :ua and " \
          ":ub "

/// Counts `record` in (1) or out (-1), on every sheet that it belongs to (tallies.cpp).
void tally(Pending& pending, const ConversationRecord& record, int by);

#define SUKI_CONVERSATION_COLUMNS                                                                              \
  "c.core, c.digest, c.customer, c.continues, c.next_wake, c.next_due, c.next_target, c.at_risk, c.breached, " \
  "c.unanswered, c.last_at, c.erased_at"

template <class Row>
ConversationRecord to_record(const Row& row) {
  ConversationRecord record;
  record.state = decode_conversation(std::get<0>(row));
  record.digest = std::get<1>(row);
  record.customer = CustomerId(std::get<2>(row));
  record.continues = ConversationId(std::get<3>(row));
  record.next_wake = Instant{std::get<4>(row)};
  record.next_due = Instant{std::get<5>(row)};
  record.next_target = static_cast<desk::Target>(std::get<6>(row));
  record.at_risk = std::get<7>(row) != 0;
  record.breached = std::get<8>(row) != 0;
  record.unanswered = std::get<9>(row) != 0;
  record.last_at = Instant{std::get<10>(row)};
  record.erased_at = Instant{std::get<11>(row)};
  return record;
}

}  // namespace suki::store
