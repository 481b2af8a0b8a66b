/// Reports that a mail did not reach somebody: RFC 3464, and the forms that were there before it and still are.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "mail/headers.h"

namespace suki::mail {

/// Null when the mail is no such report, or reports a success. `mail` has from, to, subject, text and attachments.
/// At most 100 recipients.
[[nodiscard]] std::optional<Bounce> find_bounce(const HeaderFields& header, const Parsed& mail);

/// The body of a message/delivery-status part. Null when it names no recipient that failed or waits.
[[nodiscard]] std::optional<Bounce> read_report(std::string_view report);

/// What a mail server's words say: qmail, exim, postfix, sendmail, Exchange, Gmail and what is like them. Null without
/// a recipient. `leave_out`: addresses of the report itself, which are nobody's that was written to.
[[nodiscard]] std::optional<Bounce> read_notice(std::string_view text, const std::vector<std::string>& leave_out);

/// hard: the address is dead. By RFC 3463: 5.x.x but for a full mailbox (5.2.2), a mail too large (5.2.3, 5.3.4), a
/// system in trouble (5.3.x, 5.4.x that passes), and a policy or filter (5.7.x); by `words` where the status says
/// nothing. In doubt soft, so that no address is parked for nothing.
[[nodiscard]] BounceClass class_of(std::string_view status, std::string_view words);

/// The first RFC 3463 status in these words ("550 5.1.1 ..." and "#5.1.1" give "5.1.1"); else "5.0.0" or "4.0.0" by a
/// reply code of SMTP; else "".
[[nodiscard]] std::string status_in(std::string_view words);

}  // namespace suki::mail
