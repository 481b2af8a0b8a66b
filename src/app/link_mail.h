/// Mails that carry a link by which somebody gets in. Their text leaves the outbox once they are sent.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "app/work.h"

namespace suki::app {

struct LinkMail {
  std::string name, email, language;
  const char *subject, *body;                              ///< keys of the catalogue
  std::vector<std::pair<const char*, std::string>> words;  ///< of both
};
/// Puts it into the outbox. False: there is no address, or the plan has no e-mail channel to send from.
bool send_link(const Work& work, const LinkMail& mail);

}  // namespace suki::app
