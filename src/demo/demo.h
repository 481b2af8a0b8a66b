/// A desk to try: an appliance shop with two hundred conversations of the past three weeks. Nothing is written into the
/// tables by hand: every message, reply and change goes through the same use cases as in the shop, in virtual time, so
/// that every clock has its history.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/app.h"
#include "store/store.h"

namespace suki::demo {

struct Options {
  std::uint64_t seed = 1;                ///< the same seed and the same `now` give the same conversations
  Instant now;                           ///< where the made history ends
  std::vector<app::App::PlanFile> plan;  ///< empty: the appliance shop that comes with the program
  std::string site_url;                  ///< of the private links in the made messages; "": the host's own default
  int conversations = 200;
};
struct Account {
  std::string role, login, password;
};
/// Errors: conflict when a plan is in force already, bad_plan, io. All or nothing. About a second.
[[nodiscard]] Result<std::vector<Account>> make(store::Store& store, const Options& options);

}  // namespace suki::demo
