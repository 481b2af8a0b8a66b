/// How a mail came, beside its bytes.
#pragma once

#include <string>

#include "app/app.h"

namespace suki::app {

struct Arrival {
  Symbol channel{};  ///< of a mail whose addresses name none of ours; none: the plan's first e-mail channel
};
/// App::deliver_mail, for who knows more of a mail than its bytes.
[[nodiscard]] Result<App::Delivered> deliver_arrival(App::Shared& shared, store::Tx& tx, const std::string& raw,
                                                     const Arrival& arrival);

}  // namespace suki::app
