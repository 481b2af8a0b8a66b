#include "app/health.h"

#include "app/work.h"
#include "plan/model.h"

namespace suki::app {

Result<Health> health(App& app, store::Tx& tx) {
  Health found;
  found.now = app.shared().host.now();
  found.figures = tx.figures(found.now);
  for (const store::AccountRecord& account : tx.accounts())
    if (!account.removed && !account.email.empty() && !check_email("email", account.email).ok())
      found.accounts_unreached.push_back(account.login);
  if (found.figures.plan == 0) return found;
  const Result<PlanPtr> plan = app.shared().plans.in_force(tx);
  if (!plan.ok()) {
    if (plan.error().code != ErrorCode::bad_plan && plan.error().code != ErrorCode::io) return plan.error();
    found.plan_problem = plan.error().detail;
    return found;
  }
  for (const plan::ChannelDecl& channel : (*plan)->plan.channels)
    if (channel.kind == plan::ChannelKind::email) {
      found.addresses.push_back({channel.id, channel.address});
      for (const std::string& alias : channel.aliases) found.addresses.push_back({channel.id, alias});
    }
  SUKI_TRY(const App::PlanStatus status, app.plan_status(tx));
  for (const App::Kept& kept : status.kept) {
    if (kept.kind != "zone") continue;
    found.zones.push_back(kept.name);
    if (!kept.gone && kept.differs_at != never) found.zones_moved.push_back(kept.name);
  }
  return found;
}

}  // namespace suki::app
