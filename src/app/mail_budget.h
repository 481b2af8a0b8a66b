/// How many automatic mails go out because somebody wrote to the shop: so that nobody can have the shop's mail sent to
/// strangers in bulk, or one mailbox flooded, by writing their addresses into the form or forging them as senders. What
/// is over it is held back in silence: the message is taken, the answer stands in the conversation and on its private
/// page, and only the mail is not sent. Replies of people are never counted.
/// In memory: a server that has just begun has counted nothing. Time is an argument. Safe from any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "base/time.h"

namespace suki::app {

// Chosen: a customer who writes again and again in a day still gets each answer, an office behind one address too.
inline constexpr int mails_per_recipient_hour = 6, mails_per_recipient_day = 20;
/// Of one address that forms come from, IPv6 by its /64. This machine's own is none: a proxy that --trusted-proxy does
/// not name would make all visitors one.
inline constexpr int mails_per_source_hour = 60, mails_per_source_day = 300;
/// Of all forms together.
inline constexpr int mails_of_forms_hour = 2'000, mails_of_forms_day = 20'000;

class MailBudget {
 public:
  /// Takes one for an automatic mail. False: it is held back, and nothing was taken. `is_form`: what came by mail has
  /// no source, and is not counted with the forms. `source`: "" not known.
  [[nodiscard]] bool take(const std::string& recipient, bool is_form, const std::string& source, Instant now);
  [[nodiscard]] std::int64_t held_back() const;  ///< since the program began

 private:
  struct Count {
    Instant hour{}, day{};  ///< when each window began
    int in_hour = 0, in_day = 0;
  };
  static bool has_room(Count& count, Instant now, int hour_max, int day_max);
  void forget_old(Instant now);

  mutable std::mutex mutex_;
  std::map<std::string, Count> recipients_, sources_;
  Count forms_;
  std::int64_t held_back_ = 0;
};

/// A stranger's name as it may stand in a mail that goes to whatever address they wrote: "" when it is long or looks
/// like an address of the web or of mail, for then it may be an advertisement.
[[nodiscard]] std::string mailable_name(const std::string& name);

}  // namespace suki::app
