/// What suki reads in a mail, for people and programs that ask on the command line.
#pragma once

#include <string>
#include <string_view>

namespace suki::cli {

/// One JSON object: from, to, cc, reply_to, subject, date, message_id, in_reply_to, references, text, reply_text,
/// quote, signature, html, attachments, machine, bounce, spam, problems. An address is {name, email}. `html` is
/// sanitised. docs/guide/mail.md says what each tells. Any bytes have an answer.
[[nodiscard]] std::string describe_mail(std::string_view raw);

}  // namespace suki::cli
