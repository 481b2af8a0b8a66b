/// Whether a program wrote a mail, so that no other program answers it.
#pragma once

#include <string>
#include <string_view>

#include "mail/headers.h"

namespace suki::mail {

/// "" for a person; else the first of these that holds:
///   own-loop        our own mark (X-Suki-Loop)
///   bounce          a report that a mail did not reach somebody
///   receipt         a report that it did, or was read; a complaint of a mail provider
///   vacation        an absence note, by its words in two dozen languages
///   auto-submitted  RFC 3834, and the fields that older programs say it by
///   list            a mailing list or bulk mail
///   null-sender     Return-Path: <>
///   no-reply        an address that says nobody reads it
/// `mail` has from, subject, text, bounce and in_reply_to; `type` is the whole mail's, "multipart/report" ...
[[nodiscard]] std::string machine_reason(const HeaderFields& header, const Parsed& mail, std::string_view type,
                                         std::string_view report_type);

/// An absence note by its subject, or by its first words where it answers something.
[[nodiscard]] bool is_vacation(std::string_view subject, std::string_view text, bool is_reply);

/// The last word of a filter that the mail came through: X-Spam-Flag, X-Spam-Status, Rspamd, Exchange's confidence.
[[nodiscard]] bool is_spam(const HeaderFields& header);

}  // namespace suki::mail
