#include "app/views.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "app/work.h"
#include "base/number.h"
#include "base/text.h"

namespace suki::app {
namespace {

using store::Facet;
using store::Filter;
using store::View;
using Strings = std::vector<std::string>;

constexpr std::pair<const char*, View> views[] = {
    {"open", View::open},         {"mine", View::mine},         {"unassigned", View::unassigned},
    {"at_risk", View::at_risk},   {"breached", View::breached}, {"waiting", View::waiting},
    {"resolved", View::resolved}, {"closed", View::closed},     {"all", View::all}};
constexpr desk::State states[] = {desk::State::open, desk::State::pending, desk::State::on_hold, desk::State::resolved,
                                  desk::State::closed};

// ---- conditions, in and out

/// One value of a facet as it is stored; none: there is nothing of that name.
std::optional<std::int64_t> to_value(Work& work, Facet facet, const std::string& text) {
  if (facet == Facet::state) {
    for (const desk::State state : states)
      if (text == desk::name_of(state)) return static_cast<std::int64_t>(state);
    return std::nullopt;
  }
  if (facet == Facet::assignee) {
    if (text == "me") return store::assignee_me;
    if (text == "nobody") return 0;
    const auto number = parse_positive(text);
    if (!number || !work.tx.find_account(AgentId(*number))) return std::nullopt;
    return number;
  }
  const Symbol symbol = work.plan->symbol(text);
  if (!symbol) return std::nullopt;
  return symbol.value;
}

std::string to_name(const Work& work, Facet facet, std::int64_t value) {
  if (facet == Facet::state) return desk::name_of(static_cast<desk::State>(value));
  if (facet == Facet::assignee && value == store::assignee_me) return "me";
  if (facet == Facet::assignee) return value == 0 ? "nobody" : to_text(value);
  return work.plan->slug(Symbol(static_cast<std::uint32_t>(value)));
}

/// The lists of `conditions` in the order of the facets, and its flags in theirs.
template <class C>
auto lists_of(C& c) {
  return std::array{&c.state, &c.team, &c.assignee, &c.topic, &c.priority, &c.segment, &c.channel};
}
template <class C>
auto flags_of(C& c) {
  return std::array{&c.at_risk, &c.breached, &c.unanswered};
}

Conditions to_conditions(const Work& work, const Filter& filter) {
  Conditions conditions;
  const auto lists = lists_of(conditions);
  for (std::size_t i = 0; i < store::facet_count; ++i)
    for (const std::int64_t value : filter.values[i]) lists[i]->push_back(to_name(work, static_cast<Facet>(i), value));
  const auto flags = flags_of(conditions);
  for (std::size_t i = 0; i < store::flag_count; ++i)
    if (filter.flags[i] >= 0) *flags[i] = filter.flags[i] == 1;
  return conditions;
}

/// The teams that the caller is in now.
std::set<Symbol> teams_of(Work& work, const Caller& caller) {
  std::set<Symbol> teams;
  for (const store::MembershipRecord& one : work.tx.memberships(caller.agent))
    if (one.membership.holds(work.now)) teams.insert(one.membership.team);
  return teams;
}

bool may_see(Work& work, const Caller& caller, const store::SavedViewRecord& view) {
  return view.removed_at == Instant{} &&
         (view.owner == caller.agent || (view.team && teams_of(work, caller).contains(view.team)));
}

Result<Symbol> find_team(Work& work, const Caller& caller, const std::string& slug) {
  if (slug.empty()) return Symbol();
  const Symbol team = work.plan->symbol(slug);
  if (!team || work.plan->compiled->find_team(team) == nullptr)
    return bad_input("team", "the plan has no team \"" + slug + "\"");
  if (!teams_of(work, caller).contains(team)) return bad_input("team", "must be one that you belong to");
  return team;
}

Result<std::string> check_name(const std::string& name) {
  const std::string trimmed(trim(name));
  SUKI_CHECK(check_present("name", trimmed));
  SUKI_CHECK(check_text("name", trimmed, view_name_max));
  if (trimmed.find_first_of("\n\r\t") != std::string::npos) return bad_input("name", "must be one line");
  return trimmed;
}

SavedView to_saved_view(Work& work, const Caller& caller, const std::map<AgentId, std::string>& names,
                        const store::SavedViewRecord& record) {
  SavedView view;
  view.id = to_text(record.id.value);
  view.name = record.name;
  view.team = work.plan->slug(record.team);
  view.team_name = work.plan->name(record.team, caller.language);
  if (const auto owner = names.find(record.owner); owner != names.end()) view.owner = owner->second;
  view.own = record.owner == caller.agent;
  view.conditions = to_conditions(work, record.filter);
  return view;
}

/// The caller's own, then those of the caller's teams.
std::vector<store::SavedViewRecord> seen_views(Work& work, const Caller& caller) {
  std::vector<store::SavedViewRecord> seen = work.tx.saved_views(caller.agent);
  const auto teams = teams_of(work, caller);
  std::size_t shared = 0;
  for (store::SavedViewRecord& record : work.tx.shared_views()) {
    if (record.owner == caller.agent || !teams.contains(record.team)) continue;
    if (++shared > shared_views_max) break;
    seen.push_back(std::move(record));
  }
  return seen;
}

Result<SavedViews> list_saved(Work& work, const Caller& caller) {
  SavedViews result;
  std::map<AgentId, std::string> names;
  for (auto& [id, name] : work.tx.account_names()) names.emplace(id, std::move(name));
  std::vector<Filter> filters;
  for (const store::SavedViewRecord& record : seen_views(work, caller)) {
    result.items.push_back(to_saved_view(work, caller, names, record));
    filters.push_back(record.filter);
  }
  const std::vector<std::int64_t> counts = work.tx.count(filters, caller.agent);
  for (std::size_t i = 0; i < counts.size(); ++i) result.items[i].count = counts[i];
  result.position = work.tx.last_position();
  return result;
}

/// What the caller owns; also a removed one.
Result<store::SavedViewRecord> find_own(Work& work, const Caller& caller, SavedViewId id) {
  auto record = work.tx.find_saved_view(id);
  if (!record || record->owner != caller.agent) return fail(ErrorCode::not_found, "no such view of yours");
  return std::move(*record);
}

Error too_many() {
  return fail(ErrorCode::conflict, fmt::format("you have {} views already: remove one first", saved_views_max));
}

}  // namespace

Result<Filter> to_filter(Work& work, const Conditions& conditions) {
  Filter filter;
  const auto lists = lists_of(conditions);
  for (std::size_t i = 0; i < store::facet_count; ++i) {
    const char* const name = store::facet_names[i];
    if (lists[i]->size() > condition_values_max)
      return bad_input(name, fmt::format("must have at most {} values", condition_values_max));
    for (const std::string& text : *lists[i]) {
      const auto value = to_value(work, static_cast<Facet>(i), text);
      if (!value) return bad_input(name, "there is no \"" + cut(text, view_name_max) + "\"");
      auto& values = filter.values[i];
      if (std::find(values.begin(), values.end(), *value) == values.end()) values.push_back(*value);
    }
  }
  const auto flags = flags_of(conditions);
  for (std::size_t i = 0; i < store::flag_count; ++i)
    if (*flags[i]) filter.flags[i] = **flags[i] ? 1 : 0;
  return filter;
}

Result<store::ListQuery> find_view(Work& work, const Caller& caller, const std::string& name) {
  store::ListQuery query;
  query.me = caller.agent;
  for (const auto& [known, view] : views)
    if (name == known) {
      query.view = view;
      return query;
    }
  const auto colon = name.find(':');
  const std::string kind = name.substr(0, colon);
  const std::string of = colon == std::string::npos ? "" : name.substr(colon + 1);
  if (kind == "team" || kind == "topic") {
    query.view = kind == "team" ? View::team : View::topic;
    query.of = work.plan->symbol(of);
    if (!query.of) return bad_input("view", "the plan has no " + kind + " of that id");
    return query;
  }
  if (kind == "saved") {
    const auto id = parse_positive(of);
    const auto record = id ? work.tx.find_saved_view(SavedViewId(*id)) : std::nullopt;
    if (!record || !may_see(work, caller, *record)) return fail(ErrorCode::not_found, "no such view");
    query.view = View::filtered;
    query.filter = record->filter;
    return query;
  }
  return bad_input("view",
                   "must be open, mine, unassigned, at_risk, breached, waiting, resolved, closed, all, team:ID, "
                   "topic:ID or saved:ID");
}

Counts count_views(Work& work, const Caller& caller) {
  const store::Tallies t = work.tx.tallies(caller.agent);
  Counts counts{t.open, t.mine, t.unassigned, t.at_risk, t.breached, t.waiting, t.resolved, t.closed, t.all, {}, {}};
  const auto fill = [&](const std::map<Symbol, std::int64_t>& from, List<Tally>& to) {
    for (const auto& [symbol, n] : from)
      if (symbol && n != 0) to.push_back({work.plan->slug(symbol), n});
  };
  fill(t.teams, counts.teams);
  fill(t.topics, counts.topics);
  return counts;
}

Counts CountsOfAll::of(AgentId agent) const {
  Counts own = counts;
  if (const auto found = mine.find(agent); found != mine.end()) own.mine = found->second;
  return own;
}

Result<CountsOfAll> count_for_all(App& app, store::Tx& tx) {
  SUKI_TRY(Work work, Work::begin(app.shared(), tx));
  return CountsOfAll{count_views(work, {}), tx.mine_of_all()};
}

Result<SavedViews> saved_views(App& app, store::Tx& tx, const Caller& caller) {
  SUKI_TRY(Work work, Work::begin(app.shared(), tx));
  return list_saved(work, caller);
}

Result<SavedViews> save_view(App& app, store::Tx& tx, const Caller& caller, const NewView& input) {
  SUKI_TRY(Work work, Work::begin(app.shared(), tx));
  store::SavedViewRecord record;
  record.owner = caller.agent;
  SUKI_TRY(record.name, check_name(input.name));
  SUKI_TRY(record.team, find_team(work, caller, input.team));
  SUKI_TRY(record.filter, to_filter(work, input.conditions));
  const auto own = tx.saved_views(caller.agent);
  if (own.size() >= saved_views_max) return too_many();
  record.place = own.empty() ? 1 : own.back().place + 1;
  tx.purge_saved_views(caller.agent, work.now - view_undo_time);
  tx.add_saved_view(record);
  return list_saved(work, caller);
}

Result<SavedViews> change_view(App& app, store::Tx& tx, const Caller& caller, SavedViewId id, const ViewChange& input) {
  SUKI_TRY(Work work, Work::begin(app.shared(), tx));
  SUKI_TRY(store::SavedViewRecord record, find_own(work, caller, id));
  if (input.name) {
    SUKI_TRY(record.name, check_name(*input.name));
  }
  if (input.team) {
    SUKI_TRY(record.team, find_team(work, caller, *input.team));
  }
  if (input.conditions) {
    SUKI_TRY(record.filter, to_filter(work, *input.conditions));
  }
  if (input.removed) {
    const bool returns = record.removed_at != Instant{} && !*input.removed;
    if (returns && tx.saved_views(caller.agent).size() >= saved_views_max) return too_many();
    record.removed_at = *input.removed ? work.now : Instant{};
    tx.purge_saved_views(caller.agent, work.now - view_undo_time);
  }
  tx.update_saved_view(record);
  return list_saved(work, caller);
}

Result<SavedViews> order_views(App& app, store::Tx& tx, const Caller& caller, const ViewOrder& input) {
  SUKI_TRY(Work work, Work::begin(app.shared(), tx));
  auto own = tx.saved_views(caller.agent);
  if (input.ids.size() != own.size()) return bad_input("ids", "must name each of your views once");
  std::int64_t place = 0;
  for (const std::string& id : input.ids) {
    const auto found =
        std::find_if(own.begin(), own.end(), [&](const auto& view) { return to_text(view.id.value) == id; });
    if (found == own.end()) return bad_input("ids", "must name each of your views once");
    store::SavedViewRecord record = std::move(*found);
    own.erase(found);
    record.place = ++place;
    tx.update_saved_view(record);
  }
  return list_saved(work, caller);
}

}  // namespace suki::app
