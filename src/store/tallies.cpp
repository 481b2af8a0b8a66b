/// How many conversations there are of what: kept exactly, sheet by sheet, in the transaction of the event.
#include <map>

#include <fmt/format.h>

#include "store/conversation_row.h"
#include "store/sql.h"
#include "store/tx.h"

namespace suki::store {
namespace {

using Num = std::int64_t;
using desk::State;
using plan::FactKey;

/// What `a` (and `b`) of a row of `tallies` mean. Stored: never renumbered. One sheet for each kind of view, so that a
/// reader adds up nothing (docs/decisions/0014).
enum Sheet : Num {
  sheet_state,     ///< all; a: state
  sheet_assignee,  ///< unsolved; a: agent, 0 nobody
  sheet_flag,      ///< unsolved; a: flag_at_risk, flag_breached
  sheet_team,      ///< unsolved; a: team
  sheet_topic,     ///< unsolved; a: topic
  sheet_load,      ///< open and somebody's; a: agent, b: channel
  sheet_count
};
constexpr Num flag_at_risk = 1, flag_breached = 2;

}  // namespace

void tally(Pending& pending, const ConversationRecord& record, int by) {
  const State state = record.state.state;
  const Num assignee = record.state.assignee.value;
  auto& tallies = pending.tallies;
  tallies[{sheet_state, static_cast<Num>(state), 0}] += by;
  count_in_cells(pending, record, by);
  if (!is_unsolved(state)) return;
  tallies[{sheet_assignee, assignee, 0}] += by;
  if (record.at_risk) tallies[{sheet_flag, flag_at_risk, 0}] += by;
  if (record.breached) tallies[{sheet_flag, flag_breached, 0}] += by;
  tallies[{sheet_team, fact(record, FactKey::team).value, 0}] += by;
  tallies[{sheet_topic, fact(record, FactKey::topic).value, 0}] += by;
  if (state == State::open && assignee != 0)
    tallies[{sheet_load, assignee, fact(record, FactKey::channel).value}] += by;
}

namespace {

void add(Tallies& t, AgentId me, Num sheet, Num a, Num n) {
  const auto symbol = Symbol(static_cast<std::uint32_t>(a));
  switch (sheet) {
    case sheet_state:
      t.all += n;
      switch (shelf_of(static_cast<State>(a))) {
        case shelf_open:
          t.open += n;
          break;
        case shelf_waiting:
          t.waiting += n;
          break;
        case shelf_resolved:
          t.resolved += n;
          break;
        case shelf_closed:
          t.closed += n;
          break;
      }
      break;
    case sheet_assignee:
      if (a == 0) t.unassigned += n;
      if (a != 0 && a == me.value) t.mine += n;
      break;
    case sheet_flag:
      (a == flag_at_risk ? t.at_risk : t.breached) += n;
      break;
    case sheet_team:
      t.teams[symbol] += n;
      break;
    case sheet_topic:
      t.topics[symbol] += n;
      break;
    default:
      break;
  }
}

}  // namespace

// Both add what this very transaction has changed and writes only at its end.
Tallies Tx::tallies(AgentId me) {
  Tallies t;
  for (const auto& [sheet, a, n] : sql_.rows<Num, Num, Num>(
           "select sheet, a, n from tallies where sheet in (0, 2, 3, 4) or (sheet = 1 and a in (0, :me))", me))
    add(t, me, sheet, a, n);
  if (writing_ != nullptr)
    writing_->each_tally([&](const auto& key, Num by) { add(t, me, std::get<0>(key), std::get<1>(key), by); });
  return t;
}

std::map<AgentId, Num> Tx::mine_of_all() {
  std::map<AgentId, Num> all;
  for (const auto& [agent, n] : sql_.rows<Num, Num>("select a, n from tallies where sheet = 1 and a <> 0 and n <> 0"))
    all[AgentId(agent)] = n;
  if (writing_ != nullptr)
    writing_->each_tally([&](const auto& key, Num by) {
      if (std::get<0>(key) == sheet_assignee && std::get<1>(key) != 0) all[AgentId(std::get<1>(key))] += by;
    });
  return all;
}

std::vector<LoadRow> Tx::loads() {
  std::map<std::pair<Num, Num>, Num> open;  // by assignee and channel
  for (const auto& [agent, channel, n] :
       sql_.rows<Num, Num, Num>("select a, b, n from tallies where sheet = 5 and n <> 0"))
    open[{agent, channel}] = n;
  if (writing_ != nullptr)
    writing_->each_tally([&](const auto& key, Num by) {
      if (std::get<0>(key) == sheet_load) open[{std::get<1>(key), std::get<2>(key)}] += by;
    });
  std::vector<LoadRow> result;
  for (const auto& [key, n] : open)
    if (n > 0) result.push_back({AgentId(key.first), Symbol(static_cast<std::uint32_t>(key.second)), n});
  return result;
}

namespace {

/// The sheets again, from the rows.
constexpr const char* recounts[] = {
    "select cast(0 as bigint), state, cast(0 as bigint), count(*) from conversations group by state",
    "select cast(1 as bigint), assignee, cast(0 as bigint), count(*) from conversations where unsolved = 1 "
    "group by assignee",
    "select cast(2 as bigint), cast(1 as bigint), cast(0 as bigint), count(*) from conversations where unsolved = 1 "
    "and at_risk = 1",
    "select cast(2 as bigint), cast(2 as bigint), cast(0 as bigint), count(*) from conversations where unsolved = 1 "
    "and breached = 1",
    "select cast(3 as bigint), team, cast(0 as bigint), count(*) from conversations where unsolved = 1 group by team",
    "select cast(4 as bigint), topic, cast(0 as bigint), count(*) from conversations where unsolved = 1 group by topic",
    "select cast(5 as bigint), assignee, channel, count(*) from conversations where shelf = 0 and assignee <> 0 "
    "group by assignee, channel"};
constexpr const char* sheet_names[sheet_count] = {"in state", "of agent", "with flag",
                                                  "of team",  "of topic", "open with agent"};

}  // namespace

std::vector<std::string> Tx::wrong_tallies() {
  std::map<std::tuple<Num, Num, Num>, std::pair<Num, Num>> all;  // stored, counted
  for (const auto& [sheet, a, b, n] : sql_.rows<Num, Num, Num, Num>("select sheet, a, b, n from tallies"))
    all[{sheet, a, b}].first = n;
  for (const char* recount : recounts)
    for (const auto& [sheet, a, b, n] : sql_.rows<Num, Num, Num, Num>(recount)) all[{sheet, a, b}].second = n;
  std::vector<std::string> wrong;
  for (const auto& [key, n] : all) {
    if (n.first == n.second) continue;
    const auto& [sheet, a, b] = key;
    const bool known = sheet >= 0 && sheet < sheet_count;
    const std::string what = sheet == sheet_state  ? std::string(desk::name_of(static_cast<State>(a)))
                             : sheet == sheet_flag ? (a == flag_at_risk ? "at risk" : "breached")
                                                   : std::to_string(a);
    wrong.push_back(fmt::format("conversations {} {}{}: counted as {}, there are {}",
                                known ? sheet_names[sheet] : "of an unknown sheet", what,
                                b != 0 ? fmt::format(", channel {}", b) : "", n.first, n.second));
  }
  for (std::string& sentence : wrong_cells()) wrong.push_back(std::move(sentence));
  return wrong;
}

bool Tx::has_list_columns_of(const ConversationRecord& r) {
  auto row = sql_.row<Num, Num, Num, Num, Num, Num, Num, Num, Num>(
      "select state, shelf, unsolved, assignee, channel, team, topic, priority, segment from conversations where id = "
      ":id",
      r.state.id);
  const State state = r.state.state;
  return row &&
         *row == std::tuple<Num, Num, Num, Num, Num, Num, Num, Num, Num>(
                     static_cast<Num>(state), shelf_of(state), is_unsolved(state), r.state.assignee.value,
                     fact(r, FactKey::channel).value, fact(r, FactKey::team).value, fact(r, FactKey::topic).value,
                     fact(r, FactKey::priority).value, fact(r, FactKey::segment).value);
}

}  // namespace suki::store
