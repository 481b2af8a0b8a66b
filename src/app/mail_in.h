/// A mail that can be delivered becomes a message: for this room; whoever has a mail goes to mail_intake.h.
#pragma once

#include "app/mail_prepare.h"
#include "app/work.h"
#include "mail/auth_results.h"

namespace suki::app {

/// How a mail is to be delivered.
struct Delivery {
  bool as_new = false;      ///< in a conversation of its own, and without an automatic reply
  bool as_file = false;     ///< the mail is among the attachments, and never read again
  Symbol fetched_for = {};  ///< the channel of a mail whose addresses name none of ours
  mail::Origin origin{};    ///< as far as a trusted server says
};
/// In the transaction of the caller.
[[nodiscard]] Result<App::Delivered> deliver_prepared(Work& work, const PreparedMail& mail, const Delivery& how);

}  // namespace suki::app
