#include "app/plans.h"

#include <algorithm>

#include <fmt/format.h>

#include "app/basis.h"
#include "app/markdown.h"
#include "planfile/planfile.h"
#include "planfile/sources.h"

namespace suki::app {
namespace {

Date day_of(Instant at) {
  return Date{static_cast<std::int32_t>(at.us / days(1).us)};
}

Error damaged(const store::PlanVersionRecord& record, std::string_view what) {
  return fail(ErrorCode::io, fmt::format("plan version {} cannot be used: {}; restore the data folder from a backup",
                                         record.number.value, what));
}

}  // namespace

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

Result<plan::Symbols> load_symbols(store::Tx& tx, PlanVersion version) {
  plan::Symbols symbols;
  for (const store::SymbolName& name : tx.symbol_names(version)) {
    if (name.symbol.value <= symbols.size() && name.symbol)
      symbols.rename(name.symbol, name.slug);
    else if (name.slug.empty() || symbols.intern(name.slug) != name.symbol)
      return fail(ErrorCode::io, "the table of symbols is damaged; restore the data folder from a backup");
  }
  return symbols;
}

std::string LoadedPlan::name(Symbol symbol, std::string_view language) const {
  if (!symbol) return "";
  const std::string_view slug = symbols.text(symbol);
  // Another thing may have the name by now: then this one is of an earlier plan.
  return symbols.find(slug) == symbol ? plan.name_of(slug, language) : std::string(slug);
}

std::string LoadedPlan::language(const std::string& asked) const {
  const auto& known = plan.business.languages;
  return std::find(known.begin(), known.end(), asked) != known.end() ? asked : known.front();
}

std::string LoadedPlan::text(const plan::Text& text, std::string_view language) const {
  return std::string(text.get(language, plan.business.languages));
}

Result<PlanPtr> Plans::in_force(store::Tx& tx) {
  const auto record = tx.plan_in_force();
  if (!record) return fail(ErrorCode::not_found, "no plan is in force");
  return load(tx, *record);
}

Result<PlanPtr> Plans::find(store::Tx& tx, PlanVersion number) {
  const auto record = tx.find_plan(number);
  if (!record) return fail(ErrorCode::internal, "a conversation pins a plan version that is not stored");
  return load(tx, *record);
}

Result<PlanPtr> Plans::load(store::Tx& tx, const store::PlanVersionRecord& record) {
  const std::pair key(record.number, record.digest);
  {
    const std::lock_guard hold(mutex_);
    const auto found = loaded_.find(key);
    if (found != loaded_.end()) return found->second;
  }
  // Not under the lock: compiling takes milliseconds. Two threads may both do it; they get the same.
  SUKI_TRY(PlanPtr loaded, read(tx, record));
  const std::lock_guard hold(mutex_);
  return loaded_.emplace(key, std::move(loaded)).first->second;
}

Result<PlanPtr> Plans::read(store::Tx& tx, const store::PlanVersionRecord& record) {
  auto loaded = std::make_shared<LoadedPlan>();
  loaded->record = record;
  SUKI_TRY(loaded->symbols, load_symbols(tx, record.number));
  const auto files = tx.plan_files(record.number);
  const auto kept = tx.plan_basis(record.number);
  auto basis = to_basis(kept);
  if (!basis.ok()) return damaged(record, basis.error().detail);
  if (digest_of(files, kept) != record.digest) return damaged(record, "its files or what it was compiled from changed");
  loaded->basis = std::move(*basis);
  for (const auto& file : files)
    if (file.name == planfile::plan_file_name) loaded->source = file.bytes;
  // Checked as on the day of its adoption, since what is an error may depend on the day.
  const auto sources = planfile::kept_sources(loaded->basis, day_of(record.adopted_at));
  if (!sources.ok()) return damaged(record, sources.error().detail);
  const std::size_t known = loaded->symbols.size();
  auto compiled = planfile::load_bytes(to_files(files), *sources, loaded->symbols);
  if (!compiled.checked.plan || !compiled.checked.compiled) return bad_plan(compiled.checked.diagnostics);
  if (loaded->symbols.size() != known) return damaged(record, "it names what was never given a symbol");
  loaded->plan = std::move(*compiled.checked.plan);
  loaded->compiled = compiled.checked.compiled;
  for (const plan::AutoReplyDecl& reply : loaded->plan.auto_replies)
    for (const std::string& language : loaded->plan.business.languages)
      loaded->plain_replies[{reply.id, language}] = plain_text_of(loaded->text(reply.body, language));
  return PlanPtr(std::move(loaded));
}

std::vector<store::PlanVersionRecord> Plans::lacking_basis(store::Tx& tx) {
  auto versions = tx.plan_versions();
  std::erase_if(versions, [](const store::PlanVersionRecord& version) { return covers_basis(version.digest); });
  return versions;
}

Result<void> Plans::add_basis(store::Tx& tx) {
  for (const store::PlanVersionRecord& version : lacking_basis(tx)) {
    const auto files = tx.plan_files(version.number);
    const planfile::Recorder recorder(sources(version.adopted_at));
    plan::Symbols symbols;
    const auto read = planfile::load_bytes(to_files(files), recorder.sources(), symbols);
    if (!read.checked.compiled) return bad_plan(read.checked.diagnostics);
    const auto basis = to_records(recorder.basis());
    tx.add_plan_basis(version.number, basis);
    tx.set_plan_digest(version.number, digest_of(files, basis));
  }
  return {};
}

plan::Sources Plans::sources(Instant now) const {
  return planfile::system_sources(day_of(now), zone_folder_);
}

}  // namespace suki::app
