/// Mail as values: one answer for any bytes, bytes for any answer. GMime and libcurl stay inside.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace suki::mail {

struct Address {
  std::string name, email;
};  ///< decoded to UTF-8; email in lower case after the @
struct Part {
  std::string name, type, content_id;  ///< type: "image/png"
  bool is_inline = false;
  std::string bytes;  ///< decoded
};

/// Whether an address is dead, or did not take one mail.
enum class BounceClass : std::uint8_t { soft, hard };
/// A report that a mail did not reach somebody.
struct Bounce {
  std::vector<std::string> recipients;     ///< whom it did not reach, or not yet; at least one
  BounceClass class_ = BounceClass::soft;  ///< hard only where every recipient failed for good
  std::string status;                      ///< RFC 3463 "5.1.1", of the first; "5.0.0" or "4.0.0" where none is said
  std::string original_message_id;         ///< "" where the report does not say
};

/// What a mail says, all text as valid UTF-8. Fields that the mail lacks are empty.
struct Parsed {
  Address from;
  std::vector<Address> to, cc, reply_to;
  std::string subject, message_id, in_reply_to;  ///< ids without angle brackets
  /// Oldest first; further ids of In-Reply-To, which some programs write, stand at the end.
  std::vector<std::string> references;
  std::optional<Instant> date;
  std::string text;  ///< whole and readable: the plain part, or made from HTML
  /// The same text, each line in one of three: see mail/reply.h.
  std::string reply_text, quote, signature;
  std::string html;  ///< as it came, not sanitised: never show it
  std::vector<Part> attachments;
  std::string machine;           ///< "" for a person; else why not: see mail/machine.h
  std::optional<Bounce> bounce;  ///< then machine is "bounce"
  bool spam = false;             ///< as a filter on the way here marked it
  /// What could not be understood or opened, as codes: see docs/guide/mail.md.
  std::vector<std::string> problems;
};
inline constexpr std::size_t mail_bytes_max = 64u << 20;
/// Never fails and never throws: what cannot be understood is in problems. Reads at most mail_bytes_max. O(bytes).
[[nodiscard]] Parsed parse(std::string_view raw);

/// What a program wrote says so (RFC 3834), so that no other program answers it.
enum class Automatic : std::uint8_t {
  no,      ///< of a person
  reply,   ///< Auto-Submitted: auto-replied
  notice,  ///< Auto-Submitted: auto-generated
};
struct Outgoing {
  Address from, to;
  std::vector<Address> cc = {};
  std::vector<std::string> bcc = {};  ///< who else gets it, and stands nowhere in its bytes
  std::string reply_to = {}, subject = {}, text = {}, message_id = {}, in_reply_to = {};
  /// The same as `text`, already safe; "": it goes as text alone. With it and no text, the text is made from it.
  std::string html = {};
  std::vector<std::string> references = {};
  Automatic automatic = Automatic::no;  ///< else also adds X-Auto-Response-Suppress and our own mark
  Instant date = {};
  /// Name, type and bytes of each. One with a content_id stands in the HTML, which names it as "cid:..."; the others,
  /// and all where there is no HTML, are files beside the text.
  std::vector<Part> attachments = {};
};
inline constexpr std::size_t mail_recipients_max = 50;  ///< to, cc and bcc together; chosen
/// Whether compose() can make a mail of it. Errors: bad_input (not an address, too many of them, not a content id),
/// bad_text (not UTF-8).
[[nodiscard]] Result<void> check(const Outgoing& mail);
/// Everybody who gets it, each once, `to` first.
[[nodiscard]] std::vector<std::string> recipients_of(const Outgoing& mail);
/// RFC 5322 bytes with CRLF, the same each time. Header injection is impossible: line breaks in fields become spaces.
/// Errors: as of check().
[[nodiscard]] Result<std::string> compose(const Outgoing& mail);

struct Smtp {
  std::string url;  ///< "smtp://127.0.0.1:1025", "smtps://host"; TLS is demanded but of this machine
  std::string user = {}, password = {};  ///< empty: no log-in
  std::string ca_file = {};              ///< PEM: who may have signed its certificate; "": whom this machine trusts
  bool plain = false;                    ///< of another machine, too, TLS is taken when offered and not demanded
  /// Asked about once a second while a mail is on its way; true: it is let go of.
  std::function<bool()> given_up = {};
};
/// Sends one mail. Errors: io (try again), refused (a 5xx answer: for good), unavailable (given up: nothing is known of
/// it); detail has the server's words.
[[nodiscard]] Result<void> send(const Smtp& server, const std::string& from, const std::string& to,
                                const std::string& data);

}  // namespace suki::mail
