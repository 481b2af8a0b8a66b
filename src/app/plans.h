/// Plan versions, loaded once and kept: what is in force, and what old conversations have pinned.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "plan/model.h"
#include "plan/symbols.h"
#include "store/tx.h"

namespace suki::app {

/// One version, ready to be asked. Immutable; shared by threads.
struct LoadedPlan {
  store::PlanVersionRecord record;
  plan::Plan plan;
  std::shared_ptr<const plan::CompiledPlan> compiled;
  plan::Symbols symbols;  ///< at least those of all versions up to this one
  std::string source;     ///< plan.yaml as written

  [[nodiscard]] std::string slug(Symbol symbol) const { return std::string(symbols.text(symbol)); }
  [[nodiscard]] Symbol symbol(std::string_view slug) const { return symbols.find(slug); }
  /// "" for none.
  [[nodiscard]] std::string name(Symbol symbol, std::string_view language) const;
  /// `language` when the plan has it, else its default.
  [[nodiscard]] std::string language(const std::string& language) const;
  [[nodiscard]] std::string text(const plan::Text& text, std::string_view language) const;
};
using PlanPtr = std::shared_ptr<const LoadedPlan>;

class Plans {
 public:
  /// not_found: none is in force.
  Result<PlanPtr> in_force(store::Tx& tx, Instant now);
  Result<PlanPtr> find(store::Tx& tx, PlanVersion number, Instant now);
  /// bad_plan: the diagnostics, a line each.
  Result<PlanVersion> adopt(store::Tx& tx, std::vector<store::PlanFileRecord> files, const std::string& by,
                            const std::string& why, Instant now);

 private:
  Result<PlanPtr> load(store::Tx& tx, const store::PlanVersionRecord& record, Instant now);
  std::mutex mutex_;
  /// By number and digest: a number whose adoption was undone may come again with another plan.
  std::map<std::pair<PlanVersion, std::string>, PlanPtr> loaded_;
};

}  // namespace suki::app
