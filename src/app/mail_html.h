/// HTML of mails, made safe when the mail comes and again when the sanitiser has learned something.
#pragma once

#include "app/app.h"

namespace suki::mail {
struct Parsed;
}

namespace suki::app {

class Turn;

/// What may be shown of a mail's HTML: sanitised, its own pictures in it; "" where it has none.
[[nodiscard]] std::string safe_html(const mail::Parsed& mail);

/// What safe_html() gave.
void add_html(Turn& turn, MessageId message, const std::string& html);

/// A page of its own, to be shown in a sandboxed frame under a policy that lets nothing run and nothing be fetched.
struct SafeHtml {
  std::string page;
};
/// Of a message of this conversation; not_found where its mail has no HTML. `pictures`: with those that lie elsewhere
/// and were fetched (remote_pictures.h).
[[nodiscard]] Result<SafeHtml> show_html(store::Tx& tx, const Caller& caller, ConversationId id, MessageId message,
                                         bool pictures = false);
/// What this revision of the sanitiser makes of a mail's HTML; "" where it has none.
[[nodiscard]] std::string current_html(store::Tx& tx, MessageId message);

inline constexpr int remake_max = 20;  ///< mails in one transaction
/// Makes anew what an earlier revision of the sanitiser made; how many.
[[nodiscard]] int remake_html(store::Tx& tx);

}  // namespace suki::app
