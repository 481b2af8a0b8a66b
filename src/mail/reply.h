/// What somebody wrote now, apart from what they quote and sign with. A guess that loses nothing: the text stays whole
/// beside it, and every line of it is in exactly one of the three.
#pragma once

#include <string>
#include <string_view>

namespace suki::mail {

struct Split {
  std::string reply;      ///< with the quotes that stand between answers
  std::string quote;      ///< the quote at the end (or before the signature), with the line that introduces it
  std::string signature;  ///< with its delimiter; a mailing list's footer and "Sent from my phone" too
};

/// Quotes by ">", by an introduction ("On ... wrote:") and by a header block ("From: ... Sent: ..."), in English,
/// Filipino, German, French, Spanish, Japanese and what is near; signatures by their delimiters, by the marks of
/// telephones, and by a closing before a name and an address. What was forwarded is no quote: it is what the sender
/// wants read. `subject` tells a forward. `text` is UTF-8 with LF line ends. O(bytes).
[[nodiscard]] Split split_reply(std::string_view text, std::string_view subject);

/// Whether the mail passes another one on: its subject begins with a forward's word. FW, FWD and WG mean nothing else;
/// the other words (I, TR, VS ...) count only where the text shows the mail that is passed on, too. "Re: Fwd: ..." is
/// an answer. O(bytes).
[[nodiscard]] bool is_forward(std::string_view text, std::string_view subject);

}  // namespace suki::mail
