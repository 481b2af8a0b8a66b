/// What the delivery of a mail puts on top of it (RFC 5321, 4.4).
#pragma once

#include <string>

#include "lmtp/session.h"

namespace suki::lmtp {

/// Return-Path with the sender, which is how a report is told from a letter, and Delivered-To for each recipient, once.
[[nodiscard]] std::string trace_of(const Mail& mail);

}  // namespace suki::lmtp
