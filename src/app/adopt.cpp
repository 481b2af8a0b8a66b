#include "app/work.h"

namespace suki::app {

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
