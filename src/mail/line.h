/// What the line to a mail server must be. For this room's sources.
#pragma once

#include <string>
#include <string_view>

#include "mail/mail.h"

namespace suki::mail {

/// For CURLOPT_USE_SSL. TLS is demanded of another machine, unless the operator lets it be without, and always where a
/// password goes.
[[nodiscard]] long wanted_tls(const Smtp& server);
/// An address as servers write it to each other: a domain of other letters in its ASCII form (IDNA).
[[nodiscard]] std::string wire_address(const std::string& email);
[[nodiscard]] bool is_ascii(std::string_view text);
/// What to do about a server that has no TLS.
[[nodiscard]] std::string tls_cure(const Smtp& server);

}  // namespace suki::mail
