/// Plan versions, loaded once and kept: what is in force, and what old conversations have pinned.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "plan/model.h"
#include "plan/symbols.h"
#include "planfile/basis.h"
#include "store/tx.h"

namespace suki::app {

/// One version, ready to be asked. Immutable; shared by threads.
struct LoadedPlan {
  store::PlanVersionRecord record;
  plan::Plan plan;
  std::shared_ptr<const plan::CompiledPlan> compiled;
  plan::Symbols symbols;  ///< of all versions up to this one, by the names of this one
  planfile::Basis basis;  ///< what it was compiled from beside its files
  std::string source;     ///< plan.yaml as written
  /// Bodies of automatic replies as a mail says them, by reply and language: rendered once, since each takes longer
  /// than storing the message.
  std::map<std::pair<std::string, std::string>, std::string> plain_replies;

  [[nodiscard]] std::string slug(Symbol symbol) const { return std::string(symbols.text(symbol)); }
  /// What is called `slug`, or was before it was renamed: a form may have been opened before the adoption.
  [[nodiscard]] Symbol symbol(std::string_view slug) const { return symbols.find_by_any_name(slug); }
  /// "" for none; the slug that it had last when this version has it no more.
  [[nodiscard]] std::string name(Symbol symbol, std::string_view language) const;
  /// `language` when the plan has it, else its default.
  [[nodiscard]] std::string language(const std::string& language) const;
  [[nodiscard]] std::string text(const plan::Text& text, std::string_view language) const;
};
using PlanPtr = std::shared_ptr<const LoadedPlan>;

class Plans {
 public:
  /// The tz database that a plan is adopted with; "": the machine's.
  explicit Plans(std::string zone_folder = {}) : zone_folder_(std::move(zone_folder)) {}

  /// not_found: none is in force. io: what the version is made of is damaged. Compiled from what it keeps, whatever the
  /// machine has now.
  Result<PlanPtr> in_force(store::Tx& tx);
  Result<PlanPtr> find(store::Tx& tx, PlanVersion number);
  /// A version as it is stored now, kept or not. Errors as find().
  static Result<PlanPtr> read(store::Tx& tx, const store::PlanVersionRecord& record);
  /// bad_plan: the diagnostics, a line each. What `was:` renames carries conversations and the roster over; see
  /// docs/decisions/0007.
  Result<PlanVersion> adopt(store::Tx& tx, std::vector<store::PlanFileRecord> files, const std::string& by,
                            const std::string& why, Instant now);
  /// Versions adopted before the basis was kept get one, made as they were compiled until now; `lacking` are those.
  /// bad_plan: this machine cannot compile one of them.
  static std::vector<store::PlanVersionRecord> lacking_basis(store::Tx& tx);
  Result<void> add_basis(store::Tx& tx);

  /// What a plan adopted at `now` would be compiled from: this machine's zones, this suki's holidays.
  [[nodiscard]] plan::Sources sources(Instant now) const;

 private:
  Result<PlanPtr> load(store::Tx& tx, const store::PlanVersionRecord& record);
  std::string zone_folder_;
  std::mutex mutex_;
  /// By number and digest: a number whose adoption was undone may come again with another plan.
  std::map<std::pair<PlanVersion, std::string>, PlanPtr> loaded_;
};

// ---- shared by loading and adopting
[[nodiscard]] std::vector<plan::Folder::File> to_files(const std::vector<store::PlanFileRecord>& records);
[[nodiscard]] Error bad_plan(const Diagnostics& diagnostics);  ///< the errors, a line each
/// Everything that versions up to this one named, by the names of this one. Errors: io.
[[nodiscard]] Result<plan::Symbols> load_symbols(store::Tx& tx, PlanVersion version);

}  // namespace suki::app
