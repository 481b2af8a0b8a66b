#include "app/mail_trial.h"

#include <fmt/format.h>

#include "app/channels.h"
#include "app/work.h"
#include "base/reason.h"
#include "catalogue/catalogue.h"
#include "mail/mail.h"
#include "mail/trial.h"

namespace suki::app {

void MailTrials::set_way(PerformTrial perform, std::string server) {
  const std::scoped_lock lock(mutex_);
  perform_ = std::move(perform);
  server_ = std::move(server);
}

Result<bool> MailTrials::begin(TrialMail mail, Instant now) {
  PerformTrial perform;
  {
    const std::scoped_lock lock(mutex_);
    if (!perform_) return because(fail(ErrorCode::conflict, "no mail server is named (--smtp-url)"), "no_mail_server");
    if (newest_.state == "running") return false;
    newest_ = {};
    newest_.state = "running";
    newest_.to = mail.to;
    newest_.server = server_;
    newest_.at = format_instant(now);
    perform = perform_;
  }
  perform(std::move(mail));
  return true;
}

void MailTrials::end(const mail::Trial& trial) {
  const std::scoped_lock lock(mutex_);
  newest_.state = "done";
  newest_.sent = trial.sent;
  newest_.steps.clear();
  for (const mail::TrialStep& step : trial.steps)
    newest_.steps.push_back({name_of(step.id), name_of(step.outcome), step.words, name_of(step.cure)});
}

MailTrial MailTrials::look() const {
  const std::scoped_lock lock(mutex_);
  MailTrial trial = newest_;
  if (trial.state.empty()) trial.state = "none";
  trial.server = server_;
  return trial;
}

Result<TrialMail> write_trial(App& app, store::Tx& tx, const std::string& to, const std::string& language) {
  SUKI_TRY(Work work, Work::begin(app.shared(), tx));
  SUKI_TRY(const std::string address, check_email("to", to));
  SUKI_CHECK(check_present("to", address));
  const plan::ChannelDecl* sender = find_sender(*work.plan);
  if (sender == nullptr)
    return because(fail(ErrorCode::conflict, "the plan has no e-mail channel to send from"), "no_sender");
  const std::string& business = work.plan->plan.business.name;
  mail::Outgoing mail;
  mail.from = {business, sender->address};
  mail.to = {"", address};
  mail.subject = catalogue::message(language, "app.trial.subject", {{"business", business}});
  mail.text = catalogue::message(language, "app.trial.text", {{"business", business}}) + "\n";
  mail.automatic = mail::Automatic::notice;
  mail.date = work.now;
  mail.message_id = fmt::format("trial.{}@{}", work.shared.host.random_token(12),
                                sender->address.substr(sender->address.rfind('@') + 1));
  SUKI_TRY(std::string bytes, mail::compose(mail));
  return TrialMail{sender->address, address, std::move(bytes)};
}

Result<MailTrial> try_mail(App& app, store::Tx& tx, const Caller& caller, const TryMail& input) {
  SUKI_TRY(TrialMail mail, write_trial(app, tx, input.to, caller.language));
  SUKI_TRY(const bool begun, app.shared().mail_trials.begin(std::move(mail), app.shared().host.now()));
  (void)begun;  // of the one that runs already is told
  return newest_trial(app);
}

MailTrial newest_trial(App& app) {
  return app.shared().mail_trials.look();
}

void set_trial_way(App& app, PerformTrial perform, std::string server) {
  app.shared().mail_trials.set_way(std::move(perform), std::move(server));
}

void tell_trial(App& app, const mail::Trial& trial) {
  app.shared().mail_trials.end(trial);
}

}  // namespace suki::app
