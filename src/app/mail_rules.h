/// What the operator has said about mails that come in. `suki serve` keeps it in the store, so that a mail that comes
/// while no server runs is treated alike.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace suki::store {
class Tx;
}

namespace suki::app {

struct MailRules {
  bool spam_held = true;        ///< what a filter marked is kept in quarantine, and else delivered with a label
  bool remote_pictures = true;  ///< agents may have pictures fetched that lie elsewhere
  std::vector<std::string> trusted_servers =
      {};  ///< whose Authentication-Results are believed; lower case; "-": see mail/auth_results.h
};
[[nodiscard]] MailRules mail_rules(store::Tx& tx);
/// In work that runs alone. Errors: bad_input (a name of a server that is none).
[[nodiscard]] Result<void> keep_mail_rules(store::Tx& tx, const MailRules& rules);

}  // namespace suki::app
