/// A mail that was read, and what is then done with it: for this room. Reading needs no store, so that it can be done
/// before a transaction begins.
#pragma once

#include <optional>
#include <string>

#include "app/app.h"
#include "app/mail_rules.h"
#include "mail/auth_results.h"
#include "mail/mail.h"
#include "store/quarantine.h"

namespace suki::app {

struct Work;

inline constexpr int reading_ms_max = 1'000;  ///< of the processor's time, for reading one mail

/// Why a mail is to be kept apart.
struct Hold {
  store::QuarantineReason reason{};
  std::string detail{};  ///< English; "" the reason says all
};
struct Read {
  bool is_read = false;  ///< false: reading it failed, and what follows is empty
  mail::Parsed mail{};
  std::string html{};          ///< made safe
  mail::Origin origin{};       ///< as far as a trusted server says
  std::optional<Hold> hold{};  ///< none: it can be delivered
};
/// Never throws.
[[nodiscard]] Read read_mail(const std::string& raw, const MailRules& rules);

/// How a mail is to be delivered.
struct Delivery {
  bool as_new = false;   ///< in a conversation of its own, and without an automatic reply
  bool as_file = false;  ///< the mail is among the attachments, and never read again
};
/// In the transaction of the caller (mail_in.cpp). `digest`: SHA-256 of `raw`.
[[nodiscard]] Result<App::Delivered> deliver_read(Work& work, const Read& read, const std::string& raw,
                                                  const std::string& digest, const Delivery& how);

}  // namespace suki::app
