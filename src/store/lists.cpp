/// Pages of conversations: each is a range of one index, read in its order. What an index cannot narrow is looked at
/// row by row, over a stretch of stated length.
#include <algorithm>
#include <array>
#include <limits>
#include <tuple>

#include "store/conversation_row.h"
#include "store/sql.h"
#include "store/tx.h"

namespace suki::store {
namespace {

using Num = std::int64_t;
using Text = std::string;

/// Which index a list is read from. Those by due instant rise, those by last message fall.
enum class Source : std::uint8_t { unsolved, open, assignee, at_risk, breached, team, topic, shelf, agent, all };
inline constexpr std::size_t source_count = 10;

/// Rows, rows that pass a filter, the key `stretch` rows further on. A view without a filter has a statement of its
/// own: by conditions that let everything through, PostgreSQL expects to find nothing, and then sorts the whole table.
struct Statements {
  const char *rows, *passing, *end;
};
struct Order {
  bool by_due;
  Statements onward, back;  ///< in the list's order, and from its end
};

#define SUKI_LIST_ROWS                                                         \
  "select " SUKI_CONVERSATION_COLUMNS                                          \
  ", t.subject, t.preview, u.name, u.email, u.erased_at from conversations c " \
  "join conversation_texts t on t.conversation = c.id join customers u on u.id = c.customer where "
// The one offset here is over `stretch` entries of an index, whatever the size of the table.
#define SUKI_STATEMENTS(where, key, past, to, order)                                                     \
  {                                                                                                      \
    SUKI_LIST_ROWS where " and (" key ") " past " (:sort, :id) " order "limit :limit",                   \
        SUKI_LIST_ROWS where " and (" key ") " past " (:sort, :id) and (" key ") " to                    \
                             " (:end, :endid) " SUKI_REST order "limit :limit",                          \
        "select " key " from conversations c where " where " and (" key ") " past " (:sort, :id) " order \
        "limit 1 offset :stretch"                                                                        \
  }
#define SUKI_RISING(where, key, first) SUKI_STATEMENTS(where, key, ">", "<=", "order by " first ", c.id ")
#define SUKI_FALLING(where, key, first) SUKI_STATEMENTS(where, key, "<", ">=", "order by " first " desc, c.id desc ")
#define SUKI_BY_DUE(where) \
  { true, SUKI_RISING(where, "c.next_due, c.id", "c.next_due"), SUKI_FALLING(where, "c.next_due, c.id", "c.next_due") }
#define SUKI_BY_LAST(where) \
  { false, SUKI_FALLING(where, "c.last_at, c.id", "c.last_at"), SUKI_RISING(where, "c.last_at, c.id", "c.last_at") }

// "0 = :of" takes the value that the others narrow their index by.
constexpr Order orders[source_count] = {
    SUKI_BY_DUE("0 = :of and c.unsolved = 1"),
    SUKI_BY_DUE("0 = :of and c.state = 0"),
    SUKI_BY_DUE("c.assignee = :of and c.unsolved = 1"),
    SUKI_BY_DUE("0 = :of and c.unsolved = 1 and c.at_risk = 1"),
    SUKI_BY_DUE("0 = :of and c.unsolved = 1 and c.breached = 1"),
    SUKI_BY_DUE("c.team = :of and c.unsolved = 1"),
    SUKI_BY_DUE("c.topic = :of and c.unsolved = 1"),
    SUKI_BY_LAST("c.shelf = :of"),
    SUKI_BY_LAST("c.assignee = :of and c.assignee <> 0"),
    SUKI_BY_LAST("0 = :of"),
};

constexpr Num low = std::numeric_limits<Num>::min(), high = std::numeric_limits<Num>::max();

/// A query with its index chosen.
struct Chosen {
  Source source = Source::all;
  Num of = 0;
  FilterParams rest{};  ///< what is left to look at row by row

  bool from_end = false;

  [[nodiscard]] const Order& order() const { return orders[static_cast<std::size_t>(source)]; }
  [[nodiscard]] const Statements& sql() const { return from_end ? order().back : order().onward; }
  [[nodiscard]] bool rises() const { return order().by_due != from_end; }
  [[nodiscard]] ListKey first() const { return rises() ? ListKey{low, 0} : ListKey{high, high}; }
  [[nodiscard]] ListKey last() const { return rises() ? ListKey{high, high} : ListKey{low, 0}; }
};

bool only_unsolved(const std::vector<Num>& states) {
  for (const Num state : states)
    if (!is_unsolved(static_cast<desk::State>(state))) return false;
  return !states.empty();
}

/// One shelf that all the states lie on, or -1.
Num shelf_of_all(const std::vector<Num>& states) {
  Num shelf = -1;
  for (const Num state : states) {
    const Num own = shelf_of(static_cast<desk::State>(state));
    if (shelf != -1 && shelf != own) return -1;
    shelf = own;
  }
  return shelf;
}

/// The index that leaves least to look at: by what usually narrows most.
Chosen choose(const Filter& filter, AgentId me) {
  Chosen chosen;
  chosen.rest = FilterParams(filter, me);
  const auto& states = filter.of(Facet::state);
  const auto one = [&](Facet facet) { return filter.of(facet).size() == 1; };
  Num who = one(Facet::assignee) ? filter.of(Facet::assignee).front() : 0;
  if (who == assignee_me) who = me.value;
  if (!only_unsolved(states)) {
    if (who != 0) {
      chosen.source = Source::agent;
      chosen.of = who;
      return chosen;
    }
    const Num shelf = shelf_of_all(states);
    if (shelf >= 0) {
      chosen.source = Source::shelf;
      chosen.of = shelf;
    }
    return chosen;
  }
  if (one(Facet::assignee)) {
    chosen.source = Source::assignee;
    chosen.of = who;
  } else if (filter.of(Flag::at_risk) == 1) {
    chosen.source = Source::at_risk;
  } else if (filter.of(Flag::breached) == 1) {
    chosen.source = Source::breached;
  } else if (one(Facet::topic)) {
    chosen.source = Source::topic;
    chosen.of = filter.of(Facet::topic).front();
  } else if (one(Facet::team)) {
    chosen.source = Source::team;
    chosen.of = filter.of(Facet::team).front();
  } else {
    chosen.source = shelf_of_all(states) == shelf_open ? Source::open : Source::unsolved;
  }
  return chosen;
}

Chosen choose(const ListQuery& query) {
  Chosen chosen;
  switch (query.view) {
    case View::open:
      chosen.source = Source::open;
      break;
    case View::mine:
      chosen.source = Source::assignee;
      chosen.of = query.me.value;
      break;
    case View::unassigned:
      chosen.source = Source::assignee;
      break;
    case View::at_risk:
      chosen.source = Source::at_risk;
      break;
    case View::breached:
      chosen.source = Source::breached;
      break;
    case View::team:
      chosen.source = Source::team;
      chosen.of = query.of.value;
      break;
    case View::topic:
      chosen.source = Source::topic;
      chosen.of = query.of.value;
      break;
    case View::waiting:
    case View::resolved:
    case View::closed:
      chosen.source = Source::shelf;
      chosen.of = query.view == View::waiting    ? shelf_waiting
                  : query.view == View::resolved ? shelf_resolved
                                                 : shelf_closed;
      break;
    case View::all:
      chosen.source = Source::all;
      break;
    case View::filtered:
      return choose(query.filter, query.me);
  }
  return chosen;
}

template <class Row>
ListRow to_list_row(const Row& row) {
  ListRow result;
  result.record = to_record(row);
  result.subject = std::get<12>(row);
  result.preview = std::get<13>(row);
  result.customer_name = std::get<14>(row);
  result.customer_email = std::get<15>(row);
  result.customer_erased = std::get<16>(row) != 0;
  return result;
}

template <class... P>
std::vector<ListRow> list_rows(Sql& sql, const char* text, const P&... params) {
  std::vector<ListRow> result;
  for (const auto& row :
       sql.rows<Text, Text, Num, Num, Num, Num, Num, Num, Num, Num, Num, Num, Text, Text, Text, Text, Num>(text,
                                                                                                           params...))
    result.push_back(to_list_row(row));
  return result;
}

/// Where a stretch of `length` rows behind `after` ends; none: the index ends before.
std::optional<ListKey> end_of_stretch(Sql& sql, const Chosen& chosen, const ListKey& after, int length) {
  auto row = sql.row<Num, Num>(chosen.sql().end, chosen.of, after.sort, after.id, length - 1);
  if (!row) return std::nullopt;
  return ListKey{std::get<0>(*row), std::get<1>(*row)};
}

}  // namespace

std::optional<ListRow> Tx::list_row(ConversationId id) {
  auto rows = list_rows(sql_, SUKI_LIST_ROWS "c.id = :id", id);
  if (rows.empty()) return std::nullopt;
  return std::move(rows.front());
}

std::vector<ListRow> Tx::conversations_of(CustomerId customer, ConversationId before, int limit) {
  const Num id = before ? before.value : high;
  return list_rows(sql_, SUKI_LIST_ROWS "c.customer = :customer and c.id < :id order by c.id desc limit :limit",
                   customer, id, limit);
}

std::int64_t Tx::count_conversations_of(CustomerId customer, int limit) {
  return sql_.number(
      "select count(*) from (select id from conversations where customer = :customer limit :limit) counted", customer,
      limit);
}

std::optional<ConversationId> Tx::first_conversation_of(CustomerId customer) {
  auto row = sql_.row<Num>("select id from conversations where customer = :customer order by id limit 1", customer);
  if (!row) return std::nullopt;
  return ConversationId(std::get<0>(*row));
}

std::optional<ConversationId> Tx::next_conversation_of(CustomerId customer, ConversationId after) {
  auto row = sql_.row<Num>(
      "select id from conversations where customer = :customer and id > :after order by id limit 1", customer, after);
  if (!row) return std::nullopt;
  return ConversationId(std::get<0>(*row));
}

ListPage Tx::list(const ListQuery& query, const ListKey* after, int limit) {
  Chosen chosen = choose(query);
  chosen.from_end = query.from_end;
  // One more than asked tells whether there is a next page.
  Num wanted = limit + 1, there = -1;
  if (chosen.rest.narrows && after == nullptr) {
    // Nothing is looked for behind the last one, and nothing at all where there is none.
    there = count(std::array{query.filter}, query.me).front();
    if (there == 0) return {};
    wanted = std::min(wanted, there);
  }
  const ListKey begin = after != nullptr ? *after : chosen.first();
  std::optional<ListKey> end;
  if (chosen.rest.narrows) end = end_of_stretch(sql_, chosen, begin, list_stretch);
  ListPage page;
  if (chosen.rest.narrows) {
    const ListKey last = end.value_or(chosen.last());
    page.rows = std::apply([&](const auto&... params) { return list_rows(sql_, chosen.sql().passing, params...); },
                           std::tuple_cat(std::tie(chosen.of, begin.sort, begin.id, last.sort, last.id),
                                          chosen.rest.all(), std::tie(wanted)));
  } else {
    page.rows = list_rows(sql_, chosen.sql().rows, chosen.of, begin.sort, begin.id, wanted);
  }
  if (static_cast<Num>(page.rows.size()) == there) end.reset();
  const bool full = static_cast<int>(page.rows.size()) > limit;
  if (full) page.rows.pop_back();
  for (ListRow& row : page.rows)
    row.key = {chosen.order().by_due ? row.record.next_due.us : row.record.last_at.us, row.record.state.id.value};
  page.next = full ? page.rows.back().key : end;
  return page;
}

std::vector<ListRow> Tx::list(View view, AgentId me, const ListKey* after, int limit) {
  return list({.view = view, .me = me, .of = {}, .filter = {}, .from_end = false}, after, limit).rows;
}

std::vector<std::string> Tx::list_statements() {
  std::vector<std::string> all;
  for (const Order& order : orders)
    for (const Statements& one : {order.onward, order.back})
      for (const char* text : {one.rows, one.passing, one.end}) all.emplace_back(text);
  return all;
}

}  // namespace suki::store
