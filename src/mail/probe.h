/// Whether a mail server would take mail of ours. For `suki doctor`.
#pragma once

#include "mail/mail.h"

namespace suki::mail {

inline constexpr long probe_seconds_max = 10;

/// Connects, agrees on TLS and logs in as send() does, and sends nothing. Errors: bad_input (the address is none),
/// not_found (no such host), unauthorized (the log-in is refused), forbidden (TLS: none offered, or not to be trusted),
/// io (nobody answers, or not as a mail server does).
[[nodiscard]] Result<void> probe(const Smtp& server);

/// Nobody is on the line to it.
[[nodiscard]] bool is_on_this_machine(const std::string& url);

}  // namespace suki::mail
