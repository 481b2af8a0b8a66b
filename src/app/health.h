/// What a desk says of itself to whoever looks after it: figures, and the names that its plan and its staff depend on.
#pragma once

#include <string>
#include <vector>

#include "app/app.h"
#include "store/figures.h"

namespace suki::app {

struct Health {
  Instant now;
  store::Figures figures;
  std::string plan_problem;              ///< why the plan in force cannot be used; "" it can, or there is none
  std::vector<std::string> zones;        ///< that it uses
  std::vector<std::string> zones_moved;  ///< of them, those for which this machine has other times
  struct Address {
    std::string channel, address;
  };
  std::vector<Address> addresses;               ///< of its channels of kind email
  std::vector<std::string> accounts_unreached;  ///< log-ins of staff whose address is none
};
/// Changes nothing. Reads the tz database: milliseconds.
[[nodiscard]] Result<Health> health(App& app, store::Tx& tx);

}  // namespace suki::app
