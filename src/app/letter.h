/// What a person on the staff writes, read and checked: its words, its layout made safe, and to whom it goes.
#pragma once

#include <string>
#include <vector>

#include "app/api_types.h"
#include "app/work.h"
#include "store/message_mail.h"

namespace suki::app {

inline constexpr std::size_t letter_html_max = 120'000;  ///< bytes; chosen: it and its words fit one request
inline constexpr std::size_t recipients_max = 20;        ///< of a mail, in each of its fields; chosen

struct Letter {
  std::string text;  ///< whole and readable; of a laid out letter always made from its HTML
  std::string html;  ///< safe; a picture of its own is "cid:" and content_id_of(); "": plain text
  std::vector<store::Recipient> cc, bcc;
};

/// How a mail names a file that its HTML shows: of what it holds, so that it is the same each time.
[[nodiscard]] std::string content_id_of(const std::string& digest);

/// As HTML: escaped, lines kept, web addresses as links.
[[nodiscard]] std::string html_of_text(std::string_view text);

/// `html` none or without anything to see: plain text. A picture of it is "cid:TOKEN" of one of `uploads`, which are
/// not taken by this. Errors: bad_input (nothing to say, too long).
[[nodiscard]] Result<Letter> read_letter(store::Tx& tx, AgentId agent, const std::string& text, const Maybe<Text>& html,
                                         const Maybe<List<Text>>& uploads);
/// In the order given, each once, without `but` and our own addresses. Errors: bad_input "FIELD[i]: ...".
[[nodiscard]] Result<std::vector<store::Recipient>> read_recipients(const Work& work, const char* field,
                                                                    const Maybe<List<Recipient>>& given,
                                                                    const std::vector<std::string>& but);

/// As an earlier revision of the sanitiser made it, made anew.
[[nodiscard]] std::string made_safe(const store::MessageMailRecord& mail);
/// For the API; `files`: of the whole conversation.
[[nodiscard]] MessageMail show_mail(const store::MessageMailRecord& mail,
                                    const std::vector<store::AttachmentRecord>& files);
[[nodiscard]] List<Recipient> to_recipients(const std::vector<store::Recipient>& all);

}  // namespace suki::app
