/// Performs trials of the way out, one at a time, on a thread of its own: a mail server may take half a minute to
/// answer.
#pragma once

#include <functional>
#include <string>
#include <thread>

#include "app/mail_trial.h"
#include "mail/trial.h"

namespace suki::mailer {

class Tester {
 public:
  /// mail::try_to_send in the server, a fake in tests. `server` is what pages show of it.
  using Try = std::function<mail::Trial(const app::TrialMail& mail)>;
  Tester(app::App& app, std::string server, Try try_out);
  Tester(const Tester&) = delete;
  Tester& operator=(const Tester&) = delete;
  ~Tester();  ///< waits for the one that runs

 private:
  void take(app::TrialMail mail);

  app::App& app_;
  Try try_out_;
  std::thread thread_;
};

}  // namespace suki::mailer
