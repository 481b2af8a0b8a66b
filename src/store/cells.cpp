/// How many conversations there are of what a filter asks for. A *cell* holds how many are alike in all that a filter
/// may ask; cells are kept exactly, in the transaction of the event, so that any filter is counted by adding up those
/// that it lets through. They are kept twice: by who has the conversation, and for all agents together, since then
/// there are few (docs/decisions/0021).
#include <algorithm>

#include <fmt/format.h>

#include "store/conversation_row.h"
#include "store/sql.h"
#include "store/tx.h"

namespace suki::store {
namespace {

using Num = std::int64_t;
using plan::FactKey;

constexpr Num all_together = -1;             ///< in the place of whoever has it; stored
constexpr std::size_t wrong_cells_max = 20;  ///< sentences; chosen
constexpr std::size_t place_of_who = 0, place_of_state = 1, place_of_flags = 7;
/// Of the other facets in a key.
constexpr std::pair<Facet, std::size_t> places[] = {
    {Facet::topic, 2}, {Facet::team, 3}, {Facet::priority, 4}, {Facet::segment, 5}, {Facet::channel, 6}};

bool lets_through(const Filter& filter, const CellKey& key) {
  for (const auto& [facet, place] : places) {
    const auto& wanted = filter.of(facet);
    if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), key[place]) == wanted.end()) return false;
  }
  for (std::size_t i = 0; i < flag_count; ++i)
    if (filter.flags[i] >= 0 && filter.flags[i] != (key[place_of_flags] >> i & 1)) return false;
  return true;
}

struct Cell {
  CellKey key;
  Num n = 0;
};

/// Those that were asked for, each stretch of them read once.
class Cells {
 public:
  Cells(Sql& sql, const Writing* writing) : sql_(sql), writing_(writing) {}

  const std::vector<Cell>& of(Num who, Num state) {
    const auto [at, is_new] = read_.try_emplace({who, state});
    std::vector<Cell>& cells = at->second;
    if (!is_new) return cells;
    for (const auto& [topic, team, priority, segment, channel, flags, n] : sql_.rows<Num, Num, Num, Num, Num, Num, Num>(
             "select topic, team, priority, segment, channel, flags, n from cells where who = :who and state = :state",
             who, state))
      cells.push_back({{who, state, topic, team, priority, segment, channel, flags}, n});
    // What this very transaction has changed is written only at its end.
    if (writing_ != nullptr)
      writing_->each_cell([&](const CellKey& key, Num by) {
        if (key[place_of_who] == who && key[place_of_state] == state) cells.push_back({key, by});
      });
    return cells;
  }

 private:
  Sql& sql_;
  const Writing* writing_;
  std::map<std::pair<Num, Num>, std::vector<Cell>> read_;
};

/// `wanted`, each once; none: `otherwise`.
std::vector<Num> each_once(std::vector<Num> wanted, std::vector<Num> otherwise) {
  if (wanted.empty()) return otherwise;
  std::sort(wanted.begin(), wanted.end());
  wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
  return wanted;
}

Num count_of(Cells& cells, const Filter& filter, AgentId me) {
  std::vector<Num> agents = filter.of(Facet::assignee);
  std::replace(agents.begin(), agents.end(), assignee_me, me.value);
  Num n = 0;
  for (const Num who : each_once(std::move(agents), {all_together}))
    for (const Num state : each_once(filter.of(Facet::state), {0, 1, 2, 3, 4}))
      for (const Cell& cell : cells.of(who, state))
        if (lets_through(filter, cell.key)) n += cell.n;
  return n;
}

std::string describe(const CellKey& key) {
  const auto& [who, state, topic, team, priority, segment, channel, flags] = key;
  std::string text =
      fmt::format("{} in {}, topic {}, team {}, priority {}, segment {}, channel {}",
                  who == all_together ? std::string("of all") : fmt::format("of agent {}", who),
                  desk::name_of(static_cast<desk::State>(state)), topic, team, priority, segment, channel);
  for (std::size_t i = 0; i < flag_count; ++i)
    if ((flags >> i & 1) != 0) (text += ", ") += flag_names[i];
  return text;
}

}  // namespace

void count_in_cells(Pending& pending, const ConversationRecord& r, int by) {
  const Num flags = (r.at_risk ? 1 : 0) | (r.breached ? 2 : 0) | (r.unanswered ? 4 : 0);
  CellKey key{r.state.assignee.value,           static_cast<Num>(r.state.state),
              fact(r, FactKey::topic).value,    fact(r, FactKey::team).value,
              fact(r, FactKey::priority).value, fact(r, FactKey::segment).value,
              fact(r, FactKey::channel).value,  flags};
  pending.cells[key] += by;
  key[place_of_who] = all_together;
  pending.cells[key] += by;
}

void settle_cells(Sql& sql, const std::map<CellKey, std::int64_t>& cells) {
  for (const auto& [key, by] : cells) {
    if (by == 0) continue;
    const auto& [who, state, topic, team, priority, segment, channel, flags] = key;
    sql.run(
        "insert into cells (who, state, topic, team, priority, segment, channel, flags, n) values (:who, :state, "
        ":topic, :team, :priority, :segment, :channel, :flags, :n) on conflict (who, state, topic, team, priority, "
        "segment, channel, flags) do update set n = cells.n + excluded.n",
        who, state, topic, team, priority, segment, channel, flags, by);
    // An empty one is none: so what is stored depends on the conversations alone, and not on what they went through.
    if (by < 0)
      sql.run(
          "delete from cells where who = :who and state = :state and topic = :topic and team = :team and priority = "
          ":priority and segment = :segment and channel = :channel and flags = :flags and n = 0",
          who, state, topic, team, priority, segment, channel, flags);
  }
}

std::vector<std::int64_t> Tx::count(std::span<const Filter> filters, AgentId me) {
  Cells cells(sql_, writing_);
  std::vector<Num> counts;
  counts.reserve(filters.size());
  for (const Filter& filter : filters) counts.push_back(count_of(cells, filter, me));
  return counts;
}

std::vector<std::string> Tx::wrong_cells() {
  std::map<CellKey, std::pair<Num, Num>> all;  // stored, counted
  const auto read = [&](const char* sql, Num std::pair<Num, Num>::*where) {
    for (const auto& [who, state, topic, team, priority, segment, channel, flags, n] :
         sql_.rows<Num, Num, Num, Num, Num, Num, Num, Num, Num>(sql))
      all[{who, state, topic, team, priority, segment, channel, flags}].*where += n;
  };
  read("select who, state, topic, team, priority, segment, channel, flags, n from cells", &std::pair<Num, Num>::first);
  read(
      "select assignee, state, topic, team, priority, segment, channel, at_risk + 2 * breached + 4 * unanswered, "
      "count(*) from conversations group by assignee, state, topic, team, priority, segment, channel, at_risk, "
      "breached, unanswered",
      &std::pair<Num, Num>::second);
  std::map<CellKey, Num> together;
  for (const auto& [key, n] : all) {
    if (key[place_of_who] == all_together) continue;
    CellKey whole = key;
    whole[place_of_who] = all_together;
    together[whole] += n.second;
  }
  for (const auto& [key, n] : together) all[key].second = n;
  std::vector<std::string> wrong;
  for (const auto& [key, n] : all)
    if (n.first != n.second && wrong.size() < wrong_cells_max)
      wrong.push_back(fmt::format("conversations {}: counted as {}, there are {}", describe(key), n.first, n.second));
  return wrong;
}

}  // namespace suki::store
