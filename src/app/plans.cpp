#include "app/plans.h"

#include <algorithm>

#include <sodium.h>

#include "planfile/planfile.h"
#include "planfile/sources.h"

namespace suki::app {
namespace {

Date today(Instant now) {
  return Date{static_cast<std::int32_t>(now.us / days(1).us)};
}

plan::Symbols load_symbols(store::Tx& tx) {
  plan::Symbols symbols;
  for (const std::string& slug : tx.symbols()) symbols.intern(slug);
  return symbols;
}

/// Over names, lengths and bytes of all files, in the order of names.
std::string digest_of(const std::vector<store::PlanFileRecord>& files) {
  crypto_generichash_state state;
  crypto_generichash_init(&state, nullptr, 0, 16);
  const auto add = [&state](const std::string& text) {
    const std::string length = std::to_string(text.size()) + ":";
    crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(length.data()), length.size());
    crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  };
  for (const auto& file : files) {
    add(file.name);
    add(file.bytes);
  }
  unsigned char hash[16];
  crypto_generichash_final(&state, hash, sizeof hash);
  char hex[2 * sizeof hash + 1];
  return sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
}

std::vector<plan::Folder::File> to_files(const std::vector<store::PlanFileRecord>& records) {
  std::vector<plan::Folder::File> files;
  for (const auto& record : records) files.push_back({record.name, record.bytes});
  return files;
}

Error bad_plan(const Diagnostics& diagnostics) {
  std::string lines;
  for (const Diagnostic& diagnostic : diagnostics.list())
    if (diagnostic.severity == Severity::error) lines += to_line(diagnostic) + "\n";
  return fail(ErrorCode::bad_plan, lines);
}

/// The ids that conversations still use and the new plan does not have: they would fall out of every rule in silence.
/// A renamed id counts as gone: what old conversations hold cannot be carried over yet.
std::string find_dropped(store::Tx& tx, const plan::Symbols& symbols, const plan::CompiledPlan& plan) {
  using plan::FactKey;
  std::map<std::string, int> dropped;
  const auto look = [&](const char* what, Symbol symbol, bool there) {
    if (symbol && !there) ++dropped[std::string(what) + " \"" + std::string(symbols.text(symbol)) + "\""];
  };
  const auto has = [](const std::vector<Symbol>& all, Symbol symbol) {
    return std::find(all.begin(), all.end(), symbol) != all.end();
  };
  for (const store::View view : {store::View::open, store::View::waiting, store::View::resolved}) {
    constexpr int page = 500;
    for (auto rows = tx.list(view, {}, nullptr, page); !rows.empty();
         rows = tx.list(view, {}, &rows.back().key, page)) {
      for (const store::ListRow& row : rows) {
        const desk::Conversation& state = row.record.state;
        const auto fact = [&state](FactKey key) { return state.facts.get(key); };
        look("channel", fact(FactKey::channel), plan.find_channel(fact(FactKey::channel)) != nullptr);
        look("topic", fact(FactKey::topic), plan.find_topic(fact(FactKey::topic)) != nullptr);
        look("priority", fact(FactKey::priority), plan.find_priority(fact(FactKey::priority)) != nullptr);
        look("team", fact(FactKey::team), plan.find_team(fact(FactKey::team)) != nullptr);
        look("segment", fact(FactKey::segment), has(plan.segments, fact(FactKey::segment)));
        look("language", fact(FactKey::language), has(plan.languages, fact(FactKey::language)));
        look("hold reason", state.hold_reason, has(plan.hold_reasons, state.hold_reason));
      }
    }
  }
  std::string lines;
  for (const auto& [what, count] : dropped)
    lines += planfile::plan_file_name + std::string(": error: ") + what +
             " is gone, and conversations that are not closed still use it (" + std::to_string(count) +
             "); keep it until they are closed\n";
  return lines;
}

}  // namespace

std::string LoadedPlan::name(Symbol symbol, std::string_view language) const {
  return symbol ? plan.name_of(symbols.text(symbol), language) : "";
}

std::string LoadedPlan::language(const std::string& asked) const {
  const auto& known = plan.business.languages;
  return std::find(known.begin(), known.end(), asked) != known.end() ? asked : known.front();
}

std::string LoadedPlan::text(const plan::Text& text, std::string_view language) const {
  return std::string(text.get(language, plan.business.languages));
}

Result<PlanPtr> Plans::in_force(store::Tx& tx, Instant now) {
  const auto record = tx.plan_in_force();
  if (!record) return fail(ErrorCode::not_found, "no plan is in force");
  return load(tx, *record, now);
}

Result<PlanPtr> Plans::find(store::Tx& tx, PlanVersion number, Instant now) {
  const auto record = tx.find_plan(number);
  if (!record) return fail(ErrorCode::internal, "a conversation pins a plan version that is not stored");
  return load(tx, *record, now);
}

Result<PlanPtr> Plans::load(store::Tx& tx, const store::PlanVersionRecord& record, Instant now) {
  const std::pair key(record.number, record.digest);
  {
    const std::lock_guard hold(mutex_);
    const auto found = loaded_.find(key);
    if (found != loaded_.end()) return found->second;
  }
  // Not under the lock: compiling takes milliseconds. Two threads may both do it; they get the same.
  auto loaded = std::make_shared<LoadedPlan>();
  loaded->record = record;
  loaded->symbols = load_symbols(tx);
  const auto files = tx.plan_files(record.number);
  for (const auto& file : files)
    if (file.name == planfile::plan_file_name) loaded->source = file.bytes;
  auto read = planfile::load_bytes(to_files(files), planfile::system_sources(today(now)), loaded->symbols);
  if (!read.checked.plan || !read.checked.compiled) return bad_plan(read.checked.diagnostics);
  loaded->plan = std::move(*read.checked.plan);
  loaded->compiled = read.checked.compiled;
  const std::lock_guard hold(mutex_);
  return loaded_.emplace(key, std::move(loaded)).first->second;
}

Result<PlanVersion> Plans::adopt(store::Tx& tx, std::vector<store::PlanFileRecord> files, const std::string& by,
                                 const std::string& why, Instant now) {
  std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  plan::Symbols symbols = load_symbols(tx);
  const std::size_t known = symbols.size();
  const auto read = planfile::load_bytes(to_files(files), planfile::system_sources(today(now)), symbols);
  if (!read.checked.plan || !read.checked.compiled) return bad_plan(read.checked.diagnostics);
  if (const std::string dropped = find_dropped(tx, symbols, *read.checked.compiled); !dropped.empty())
    return fail(ErrorCode::bad_plan, dropped);
  std::vector<std::string> slugs;
  for (std::size_t i = 1; i <= symbols.size(); ++i)
    slugs.emplace_back(symbols.text(Symbol(static_cast<std::uint32_t>(i))));
  tx.add_symbols(slugs, known);
  // Only what makes the plan is kept, not whatever else lay in the folder.
  std::vector<store::PlanFileRecord> kept;
  for (const auto& file : read.files) kept.push_back({file.name, file.bytes});
  std::sort(kept.begin(), kept.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return tx.add_plan({{}, now, by, why, digest_of(kept)}, kept);
}

}  // namespace suki::app
