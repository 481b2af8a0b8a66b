/// One mail sent to see whether the way out works, with every step of it told: for `suki mail test` and the desk.
#pragma once

#include <string>
#include <vector>

#include "mail/mail.h"

namespace suki::mail {

enum class TrialStepId : std::uint8_t { name, connect, tls, login, sender, recipient, taken };
enum class TrialOutcome : std::uint8_t { ok, failed, left_out };
/// What to do about what failed.
enum class TrialCure : std::uint8_t {
  none,
  address,        ///< --smtp-url is none
  unknown_host,   ///< no such name
  silent,         ///< nobody answers there
  no_tls,         ///< it offers none, and one is demanded
  untrusted,      ///< its certificate is not to be trusted
  log_in,         ///< the password is refused
  log_in_needed,  ///< it takes no mail without a log-in
  sender,         ///< it takes no mail from this address
  recipient,      ///< the recipient does not exist
  relay,          ///< it takes no mail for other domains from here
  content,        ///< it refuses what the mail says
  later,          ///< it takes none now (4xx)
};
struct TrialStep {
  TrialStepId id = TrialStepId::name;
  TrialOutcome outcome = TrialOutcome::left_out;
  std::string words;  ///< the server's, or what was found out; no password
  TrialCure cure = TrialCure::none;
};
struct Trial {
  bool sent = false;
  std::vector<TrialStep> steps;  ///< all seven, in order; those behind a failed one are left out
};
inline constexpr long trial_seconds_max = 30;

/// Sends one mail as send() does. Never fails: what fails is a step of it.
[[nodiscard]] Trial try_to_send(const Smtp& server, const std::string& from, const std::string& to,
                                const std::string& data);

[[nodiscard]] const char* name_of(TrialStepId id);
[[nodiscard]] const char* name_of(TrialOutcome outcome);
[[nodiscard]] const char* name_of(TrialCure cure);  ///< "" for none
/// For the command line: English, one or two sentences.
[[nodiscard]] const char* say(TrialStepId id);
[[nodiscard]] const char* say(TrialCure cure);

}  // namespace suki::mail
