/// Mails about somebody's way in: those that carry a link, and those that tell of a change. Their text leaves the
/// outbox once they are sent.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "app/work.h"
#include "mail/mail.h"

namespace suki::app {

struct LinkMail {
  std::string name, email, language;
  const char *subject, *body;                              ///< keys of the catalogue
  std::vector<std::pair<const char*, std::string>> words;  ///< of both
};
/// Puts it into the outbox. False: there is no address, or the plan has no e-mail channel to send from.
bool send_link(const Work& work, const LinkMail& mail);
/// The same for a text that is written already.
bool send_about_access(const Work& work, const mail::Address& to, const std::string& subject, const std::string& text);

}  // namespace suki::app
