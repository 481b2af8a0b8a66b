/// A conversation's row: what its sources share. For this room's sources only.
#pragma once

#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <tuple>
#include <vector>

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

/// A filter as the parameters of SUKI_REST.
struct FilterParams {
  /// What one value says, or what several lie between, is looked at first: it costs a fifth of a list.
  std::array<std::int64_t, facet_count> least{}, most{};
  std::array<std::string, facet_count> lists;  ///< ",3,7,"; "": not several
  std::int64_t from[flag_count] = {0, 0, 0}, to[flag_count] = {1, 1, 1};
  bool narrows = false;

  FilterParams() {
    least.fill(std::numeric_limits<std::int64_t>::min());
    most.fill(std::numeric_limits<std::int64_t>::max());
  }
  FilterParams(const Filter& filter, AgentId me) : FilterParams() {
    for (std::size_t i = 0; i < facet_count; ++i) {
      std::vector<std::int64_t> values = filter.values[i];
      if (values.empty()) continue;
      narrows = true;
      if (i == static_cast<std::size_t>(Facet::assignee))
        std::replace(values.begin(), values.end(), assignee_me, me.value);
      const auto [first, last] = std::minmax_element(values.begin(), values.end());
      least[i] = *first;
      most[i] = *last;
      if (*first == *last) continue;
      lists[i] = ",";
      for (const std::int64_t value : values) lists[i] += std::to_string(value) + ",";
    }
    for (std::size_t i = 0; i < flag_count; ++i) {
      if (filter.flags[i] < 0) continue;
      narrows = true;
      from[i] = to[i] = filter.flags[i];
    }
  }
  /// In their places.
  [[nodiscard]] auto all() const {
    const auto of = [this](std::size_t i) { return std::tie(least[i], most[i], lists[i], lists[i]); };
    return std::tuple_cat(of(0), of(1), of(2), of(3), of(4), of(5), of(6),
                          std::tie(from[0], to[0], from[1], to[1], from[2], to[2]));
  }
};
#define SUKI_ONE_OF(column, p) \
  "and c." column " between :" p "x and :" p "y and (:" p "a = '' or :" p "b like '%,' || c." column " || ',%') "
#define SUKI_REST              \
  SUKI_ONE_OF("state", "s")    \
  SUKI_ONE_OF("team", "t")     \
  SUKI_ONE_OF("assignee", "a") \
  SUKI_ONE_OF("topic", "o")    \
  SUKI_ONE_OF("priority", "p") \
  SUKI_ONE_OF("segment", "g")  \
  SUKI_ONE_OF("channel", "h")  \
  "and c.at_risk between :ra and :rb and c.breached between :ba and :bb and c.unanswered between :ua and :ub "

/// Counts `record` in (1) or out (-1), on every sheet that it belongs to (tallies.cpp), and in its cells (cells.cpp).
void tally(Pending& pending, const ConversationRecord& record, int by);
void count_in_cells(Pending& pending, const ConversationRecord& record, int by);
/// What was counted in and out, written in the order of its keys.
void settle_cells(Sql& sql, const std::map<CellKey, std::int64_t>& cells);

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
