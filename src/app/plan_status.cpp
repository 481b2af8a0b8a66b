/// The plan in force against what the machine has become since.
#include "app/work.h"

namespace suki::app {

Result<App::PlanStatus> App::plan_status(store::Tx& tx) {
  SUKI_TRY(const Work work, Work::begin(*shared_, tx));
  const store::PlanVersionRecord& record = work.plan->record;
  PlanStatus status{record.number, record.adopted_at, record.adopted_by, record.why, record.digest, {}};
  const plan::Sources sources = shared_->plans.sources(work.now);
  for (const planfile::BasisPart& part : work.plan->basis) {
    Kept kept{planfile::name_of(part.kind), part.name, part.edition, "", never, false};
    const auto now = planfile::renew(part, sources);
    if (!now.ok()) {
      kept.gone = true;
    } else {
      kept.now = now->edition;
      SUKI_TRY(kept.differs_at, planfile::find_difference(part, *now, record.adopted_at));
    }
    status.kept.push_back(std::move(kept));
  }
  return status;
}

}  // namespace suki::app
