#include "lmtp/trace.h"

#include <algorithm>

namespace suki::lmtp {

// No address holds a line break: the session takes none with a control character.
std::string trace_of(const Mail& mail) {
  std::string trace = "Return-Path: <" + mail.sender + ">\r\n";
  for (auto one = mail.recipients.begin(); one != mail.recipients.end(); ++one)
    if (std::find(mail.recipients.begin(), one, *one) == one) trace += "Delivered-To: " + *one + "\r\n";
  return trace;
}

}  // namespace suki::lmtp
