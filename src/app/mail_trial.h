/// Trials of the way out: one mail is sent to an address of somebody's choice, and every step of it is told. Whoever
/// serves performs them (mailer/tester.h); the newest is remembered, in memory.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "app/app.h"
#include "app/mail_failed_types.h"

namespace suki::mail {
struct Trial;
}

namespace suki::app {

/// What is sent, and to whom.
struct TrialMail {
  std::string from, to, data;  ///< addresses of the envelope; RFC 5322
};
/// Takes it on and comes back at once; tell_trial() says what became of it.
using PerformTrial = std::function<void(TrialMail mail)>;

/// Of App::Shared. Thread-safe.
class MailTrials {
 public:
  void set_way(PerformTrial perform, std::string server);  ///< {}: mail is not sent any more
  /// False: another one is running. Errors: conflict (no_mail_server).
  [[nodiscard]] Result<bool> begin(TrialMail mail, Instant now);
  void end(const mail::Trial& trial);
  [[nodiscard]] MailTrial look() const;

 private:
  mutable std::mutex mutex_;
  PerformTrial perform_;
  MailTrial newest_;
  std::string server_;
};

/// The mail of a trial, from the plan's first e-mail channel. Errors: bad_input (to), conflict ("no_sender": the plan
/// has no e-mail channel).
[[nodiscard]] Result<TrialMail> write_trial(App& app, store::Tx& tx, const std::string& to,
                                            const std::string& language);
/// Begins one; when one is running, tells of that. Errors: as write_trial(); conflict (no_mail_server).
[[nodiscard]] Result<MailTrial> try_mail(App& app, store::Tx& tx, const Caller& caller, const TryMail& input);
[[nodiscard]] MailTrial newest_trial(App& app);

void set_trial_way(App& app, PerformTrial perform, std::string server);
void tell_trial(App& app, const mail::Trial& trial);

}  // namespace suki::app
