/// What stands below the words of a mail out: its signature, and what it quotes. In the text and, where it has HTML, in
/// that too, so that both say the same.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mail/mail.h"

namespace suki::mail {

/// Text as HTML that reads the same: markup characters are escaped, lines end where they ended.
[[nodiscard]] std::string html_of_text(std::string_view text);

/// Below the line "-- ", by which mail programs know it (RFC 3676, 4.3). "" adds nothing.
void add_signature(Outgoing& mail, std::string_view signature);

struct Quoted {
  std::string introduction;  ///< "On ..., Liza wrote:", one line
  std::string text;
};
/// Each introduced, its lines behind "> "; in HTML a blockquote. Our own reader finds them again (mail/reply.h).
void add_quotes(Outgoing& mail, const std::vector<Quoted>& quotes);

}  // namespace suki::mail
