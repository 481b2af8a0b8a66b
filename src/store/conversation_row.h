/// A conversation's row: what its sources share. For this room's sources only.
#pragma once

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

/// Counts `record` in (1) or out (-1), on every sheet that it belongs to (tallies.cpp).
void tally(Pending& pending, const ConversationRecord& record, int by);

#define SUKI_CONVERSATION_COLUMNS                                                                              \
  "c.core, c.digest, c.customer, c.continues, c.next_wake, c.next_due, c.next_target, c.at_risk, c.breached, " \
  "c.unanswered, c.last_at"

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
  return record;
}

}  // namespace suki::store
