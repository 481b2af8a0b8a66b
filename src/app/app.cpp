#include "app/app.h"

#include "app/work.h"

namespace suki::app {

App::App(store::Store& store, Host host) : shared_(new Shared{store, host, Plans(host.zone_folder)}) {}
App::~App() = default;

Result<void> App::start() {
  bool lacking = false;
  SUKI_CHECK(shared_->store.read_and_wait([&](store::Tx& tx) -> Result<void> {
    lacking = !Plans::lacking_basis(tx).empty();
    return {};
  }));
  if (lacking) SUKI_CHECK(shared_->store.write_and_wait([&](store::Tx& tx) { return shared_->plans.add_basis(tx); }));
  return shared_->store.read_and_wait([this](store::Tx& tx) -> Result<void> {
    if (!tx.plan_in_force()) return {};
    auto plan = shared_->plans.in_force(tx);
    if (!plan.ok()) return plan.error();
    return {};
  });
}

void App::set_site_url(std::string url) {
  shared_->host.site_url = std::move(url);
}

void App::on_changed(std::function<void(const std::vector<Changed>&)> subscriber) {
  if (!subscriber) return shared_->store.on_commit({});
  shared_->store.on_commit([subscriber = std::move(subscriber)](const std::vector<store::Change>& changes) {
    std::vector<Changed> told;
    for (const store::Change& change : changes) told.push_back({change.position, change.conversation, change.staff});
    subscriber(told);
  });
}

}  // namespace suki::app
