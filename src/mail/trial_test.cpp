/// A trial of the way out tells each step, and what to do about the one that failed.
#include "mail/trial.h"

#include "mail/fake_smtp.h"

namespace suki::mail {
namespace {

using testing::FakeServer;

Trial try_with(const std::string& refuse_at, const std::string& refusal, const std::string& user = "") {
  FakeServer server(refuse_at, refusal);
  return try_to_send({.url = server.url, .user = user, .password = user.empty() ? "" : "secret"}, "help@shop.example",
                     "ana@example.org", "Subject: x\r\n\r\nhi\r\n");
}

const TrialStep& step(const Trial& trial, TrialStepId id) {
  return trial.steps.at(static_cast<std::size_t>(id));
}

TEST(trial, a_mail_that_is_taken_passes_every_step) {
  const Trial trial = try_with("", "");
  EXPECT_TRUE(trial.sent);
  ASSERT_EQ(trial.steps.size(), 7u);
  for (const TrialStepId id :
       {TrialStepId::name, TrialStepId::connect, TrialStepId::sender, TrialStepId::recipient, TrialStepId::taken})
    EXPECT_EQ(step(trial, id).outcome, TrialOutcome::ok) << name_of(id);
  EXPECT_EQ(step(trial, TrialStepId::connect).words, "220 test");
  EXPECT_EQ(step(trial, TrialStepId::taken).words, "250 kept");
  EXPECT_EQ(step(trial, TrialStepId::tls).outcome, TrialOutcome::left_out) << "on this machine it may be without";
  EXPECT_EQ(step(trial, TrialStepId::tls).words, "without TLS");
  EXPECT_EQ(step(trial, TrialStepId::login).words, "without a log-in");
  for (const TrialStep& one : trial.steps) EXPECT_EQ(one.cure, TrialCure::none);
}

TEST(trial, what_is_refused_is_told_with_the_servers_words_and_a_cure) {
  const struct {
    const char* at;
    const char* answer;
    TrialStepId step;
    TrialCure cure;
  } rows[] = {{"MAIL", "553 5.7.1 not your address", TrialStepId::sender, TrialCure::sender},
              {"MAIL", "530 5.7.0 Authentication required", TrialStepId::sender, TrialCure::log_in_needed},
              {"RCPT", "550 5.1.1 no such user", TrialStepId::recipient, TrialCure::recipient},
              {"RCPT", "554 5.7.1 Relay access denied", TrialStepId::recipient, TrialCure::relay},
              {"RCPT", "450 4.2.0 greylisted", TrialStepId::recipient, TrialCure::later},
              {".", "554 5.7.1 this is spam", TrialStepId::taken, TrialCure::content}};
  for (const auto& row : rows) {
    const Trial trial = try_with(row.at, row.answer);
    EXPECT_FALSE(trial.sent) << row.answer;
    const TrialStep& failed = step(trial, row.step);
    EXPECT_EQ(failed.outcome, TrialOutcome::failed) << row.answer;
    EXPECT_EQ(failed.words, row.answer);
    EXPECT_STREQ(name_of(failed.cure), name_of(row.cure)) << row.answer;
    EXPECT_STRNE(say(failed.cure), "");
    for (const TrialStep& one : trial.steps) {
      if (one.id < row.step) {
        EXPECT_NE(one.outcome, TrialOutcome::failed) << name_of(one.id);
      }
      if (one.id > row.step) {
        EXPECT_EQ(one.outcome, TrialOutcome::left_out) << name_of(one.id);
      }
    }
  }
}

TEST(trial, a_line_that_cannot_be_had_is_the_step_that_failed) {
  const Trial silent = try_to_send({.url = "smtp://127.0.0.1:1"}, "a@example.com", "b@example.com", "x\r\n");
  EXPECT_EQ(step(silent, TrialStepId::name).outcome, TrialOutcome::ok);
  EXPECT_EQ(step(silent, TrialStepId::connect).outcome, TrialOutcome::failed);
  EXPECT_EQ(step(silent, TrialStepId::connect).cure, TrialCure::silent);
  const Trial unknown = try_to_send({.url = "smtp://mail.invalid"}, "a@example.com", "b@example.com", "x\r\n");
  EXPECT_EQ(step(unknown, TrialStepId::name).outcome, TrialOutcome::failed);
  EXPECT_EQ(step(unknown, TrialStepId::name).cure, TrialCure::unknown_host);
  const Trial address = try_to_send({.url = "http://127.0.0.1"}, "a@example.com", "b@example.com", "x\r\n");
  EXPECT_EQ(step(address, TrialStepId::name).cure, TrialCure::address);
}

TEST(trial, a_password_is_neither_sent_without_tls_nor_told) {
  const Trial trial = try_with("", "", "ana");
  EXPECT_FALSE(trial.sent);
  EXPECT_EQ(step(trial, TrialStepId::tls).outcome, TrialOutcome::failed);
  EXPECT_EQ(step(trial, TrialStepId::tls).cure, TrialCure::no_tls);
  for (const TrialStep& one : trial.steps) EXPECT_EQ(one.words.find("secret"), std::string::npos);
}

}  // namespace
}  // namespace suki::mail
