/// What comes back for the mails that we sent: it belongs to the conversation that the mail was about. An address that
/// is dead is parked: no more mail goes there until somebody opens it, or its owner writes.
#pragma once

#include <optional>
#include <string>

#include "app/mail_message.h"

namespace suki::app {

/// A delivery report about a mail of ours becomes a note in its conversation; none when it is no report, or about no
/// mail of ours. Only an address that this mail went to is parked: whoever forges a report must have got the mail, and
/// parks nobody but himself.
[[nodiscard]] Result<std::optional<App::Delivered>> take_report(Work& work, const PreparedMail& read);

/// The address takes mail again: its owner wrote from it, or an agent said so. What people wrote meanwhile goes out.
/// False: it was not parked.
bool open_address(Work& work, const std::string& address);
[[nodiscard]] bool is_parked(store::Tx& tx, const std::string& address);
/// The customer's addresses that are parked.
[[nodiscard]] List<ParkedAddress> show_parked(store::Tx& tx, const store::CustomerRecord& customer);
/// Those, and those of whoever got a copy in this conversation.
[[nodiscard]] List<ParkedAddress> show_parked(store::Tx& tx, const store::ConversationRecord& record);

}  // namespace suki::app
