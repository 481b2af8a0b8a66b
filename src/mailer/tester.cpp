#include "mailer/tester.h"

namespace suki::mailer {

Tester::Tester(app::App& app, std::string server, Try try_out) : app_(app), try_out_(std::move(try_out)) {
  app::set_trial_way(
      app_, [this](app::TrialMail mail) { take(std::move(mail)); }, std::move(server));
}

Tester::~Tester() {
  app::set_trial_way(app_, {}, "");
  if (thread_.joinable()) thread_.join();
}

// The app has one running at most, so the thread before has told its end and is about to be over.
void Tester::take(app::TrialMail mail) {
  if (thread_.joinable()) thread_.join();
  thread_ = std::thread([this, mail = std::move(mail)] { app::tell_trial(app_, try_out_(mail)); });
}

}  // namespace suki::mailer
