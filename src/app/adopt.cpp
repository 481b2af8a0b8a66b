/// Putting a plan in force: what it drops, what it renames, and what it is kept with.
#include <algorithm>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "app/basis.h"
#include "app/work.h"
#include "plan/carry_over.h"
#include "planfile/planfile.h"

namespace suki::app {
namespace {

using plan::FactKey;

/// The ids that conversations still use and the new plan does not have: they would fall out of every rule in silence.
class Dropped {
 public:
  Dropped(const plan::Symbols& symbols, const plan::CompiledPlan& plan) : symbols_(symbols), plan_(plan) {}

  void look(const desk::Conversation& state) {
    const auto fact = [&state](FactKey key) { return state.facts.get(key); };
    look("channel", fact(FactKey::channel), plan_.find_channel(fact(FactKey::channel)) != nullptr);
    look("topic", fact(FactKey::topic), plan_.find_topic(fact(FactKey::topic)) != nullptr);
    look("priority", fact(FactKey::priority), plan_.find_priority(fact(FactKey::priority)) != nullptr);
    look("team", fact(FactKey::team), plan_.find_team(fact(FactKey::team)) != nullptr);
    look("segment", fact(FactKey::segment), has(plan_.segments, fact(FactKey::segment)));
    look("language", fact(FactKey::language), has(plan_.languages, fact(FactKey::language)));
    look("hold reason", state.hold_reason, has(plan_.hold_reasons, state.hold_reason));
  }

  /// A line for each, with how many use it and what helps.
  [[nodiscard]] std::string lines() const {
    std::string all;
    for (const auto& [what, count] : counts_) {
      const std::string slug(symbols_.text(what.second));
      all += fmt::format(
          "{}: error: {} \"{}\" is gone, but {}; keep it until they are closed{}\n", planfile::plan_file_name,
          what.first, slug,
          count == 1 ? "1 conversation that is not closed uses it"
                     : fmt::format("{} conversations that are not closed use it", count),
          what.first == "language" ? "" : fmt::format(", or write was: {} at the id under which it goes on", slug));
    }
    return all;
  }

 private:
  void look(const char* kind, Symbol symbol, bool there) {
    if (symbol && !there) ++counts_[{kind, symbol}];
  }
  static bool has(const std::vector<Symbol>& all, Symbol symbol) {
    return std::find(all.begin(), all.end(), symbol) != all.end();
  }

  const plan::Symbols& symbols_;
  const plan::CompiledPlan& plan_;
  std::map<std::pair<std::string, Symbol>, int> counts_;
};

std::string find_dropped(store::Tx& tx, const plan::Symbols& symbols, const plan::CompiledPlan& plan) {
  Dropped dropped(symbols, plan);
  for (const store::View view : {store::View::open, store::View::waiting, store::View::resolved}) {
    constexpr int page = 500;
    for (auto rows = tx.list(view, {}, nullptr, page); !rows.empty();
         rows = tx.list(view, {}, &rows.back().key, page)) {
      for (const store::ListRow& row : rows) dropped.look(row.record.state);
    }
  }
  return dropped.lines();
}

/// An agent's teams or skills under their new ids. What an earlier plan called so is another thing: it goes.
std::vector<std::string> rename_places(const std::vector<std::string>& places, plan::Kind kind,
                                       const plan::Plan& before, const std::vector<plan::Renamed>& renames) {
  std::vector<std::string> result;
  for (const std::string& place : places) {
    const auto is_here = [&](const std::string& id) { return id == place; };
    const bool in_force = before.kind_of(place) == kind;
    const auto moved =
        std::find_if(renames.begin(), renames.end(), [&](const plan::Renamed& r) { return is_here(r.from); });
    const bool taken = std::any_of(renames.begin(), renames.end(), [&](const auto& r) { return is_here(r.to); });
    if (in_force && moved != renames.end())
      result.push_back(moved->to);
    else if (!taken)
      result.push_back(place);
  }
  std::sort(result.begin(), result.end());
  return result;
}

/// Accounts name skills by their ids, since a plan adopted later may bring them. (A team is a thing of its own there.)
void rename_skills(store::Tx& tx, const plan::Plan& before, const std::vector<plan::Renamed>& renames) {
  for (store::AccountRecord& account : tx.accounts()) {
    auto skills = rename_places(account.skills, plan::Kind::skill, before, renames);
    if (skills == account.skills) continue;
    account.skills = std::move(skills);
    tx.update_account(account);
  }
}

/// Names that are new with version `number`: of renamed things, and of things that no version had.
std::vector<store::SymbolName> new_names(const plan::Symbols& symbols, std::size_t known, PlanVersion number,
                                         const std::vector<plan::Renamed>& renames) {
  std::vector<store::SymbolName> names;
  for (const plan::Renamed& renamed : renames)
    if (const Symbol symbol = symbols.find(renamed.to); symbol && symbol.value <= known)
      names.push_back({symbol, number, renamed.to});
  for (std::size_t i = known + 1; i <= symbols.size(); ++i) {
    const Symbol symbol(static_cast<std::uint32_t>(i));
    names.push_back({symbol, number, std::string(symbols.text(symbol))});
  }
  return names;
}

}  // namespace

Result<PlanVersion> Plans::adopt(store::Tx& tx, std::vector<store::PlanFileRecord> files, const std::string& by,
                                 const std::string& why, Instant now) {
  const Date today{static_cast<std::int32_t>(now.us / days(1).us)};
  const planfile::Recorder recorder(sources(now));
  plan::Symbols scratch;
  const auto read = planfile::load_bytes(to_files(files), recorder.sources(), scratch);
  if (!read.checked.plan) return bad_plan(read.checked.diagnostics);

  const auto last = tx.plan_in_force();
  SUKI_TRY(plan::Symbols symbols, load_symbols(tx, last ? last->number : PlanVersion()));
  const std::size_t known = symbols.size();
  PlanPtr before;
  plan::CarryOver carried;
  // A version in force that is damaged can be followed by another, unless that one has to be held against it.
  if (last && !read.checked.plan->renamed.empty()) {
    SUKI_TRY(before, load(tx, *last));
    carried = plan::carry_over(before->plan, *read.checked.plan);
    if (carried.diagnostics.has_errors()) return bad_plan(carried.diagnostics);
    plan::rename_all(carried.renames, symbols);
  }

  // Compiled a second time, from what is kept: that it is enough shows here and not when it is needed.
  SUKI_TRY(const plan::Sources kept_ones, planfile::kept_sources(recorder.basis(), today));
  const auto compiled = planfile::load_bytes(to_files(files), kept_ones, symbols).checked;
  if (!compiled.compiled) return bad_plan(compiled.diagnostics);
  if (const std::string dropped = find_dropped(tx, symbols, *compiled.compiled); !dropped.empty())
    return fail(ErrorCode::bad_plan, dropped);

  // Only what makes the plan is kept, not whatever else lay in the folder.
  std::vector<store::PlanFileRecord> kept;
  for (const auto& file : read.files) kept.push_back({file.name, file.bytes});
  const auto basis = to_records(recorder.basis());
  const PlanVersion number = tx.add_plan({{}, now, by, why, digest_of(kept, basis)}, kept);
  tx.add_plan_basis(number, basis);
  tx.add_symbol_names(new_names(symbols, known, number, carried.renames));
  if (!carried.renames.empty()) rename_skills(tx, before->plan, carried.renames);
  tx.touch_all();  // topics, teams and priorities may have other names now
  return number;
}

Result<PlanVersion> App::adopt(store::Tx& tx, const std::vector<PlanFile>& folder, const std::string& by,
                               const std::string& why) {
  SUKI_CHECK(check_text("by", by, name_max));
  SUKI_CHECK(check_text("why", why, subject_max));
  std::vector<store::PlanFileRecord> files;
  for (const PlanFile& file : folder) files.push_back({file.name, file.bytes});
  // The key of the private links lives as long as the store.
  if (tx.setting("link_key").empty()) tx.set_setting("link_key", shared_->host.random_token(32));
  return shared_->plans.adopt(tx, std::move(files), by, why, shared_->host.now());
}

}  // namespace suki::app
