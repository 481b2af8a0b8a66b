/// Mails that did not go out, and trials of the way out, over the API.
#pragma once

#include "app/api_types.h"

namespace suki::app {

/// kind: reply, automatic, notice (to staff, about a conversation) or access (about somebody's own way in). why: the
/// mail server's words, or ours. at: when it was given up. may_retry: false once its words are gone.
struct FailedMail {
  Text id, kind, to, why, subject;
  Maybe<Text> conversation;
  std::int64_t attempts = 0;
  Time at;
  bool may_retry = false;
};
BOOST_DESCRIBE_STRUCT(FailedMail, (), (id, kind, to, why, subject, conversation, attempts, at, may_retry))
/// The newest first. next: the cursor of the page behind; null: there is none. total: up to 1,000.
struct FailedMails {
  List<FailedMail> items;
  Maybe<Text> next;
  std::int64_t total = 0;
};
BOOST_DESCRIBE_STRUCT(FailedMails, (), (items, next, total))

struct TryMail {
  Text to;
};
BOOST_DESCRIBE_STRUCT(TryMail, (), (to))
/// step: name, connect, tls, login, sender, recipient, taken. outcome: ok, failed, left_out. words: the server's, or
/// what was found out. cure: a code of what to do, "" where nothing is wrong.
struct TrialStep {
  Text step, outcome, words, cure;
};
BOOST_DESCRIBE_STRUCT(TrialStep, (), (step, outcome, words, cure))
/// state: none (nobody has tried since the server began), running, done.
struct MailTrial {
  Text state, to, server;
  Maybe<Time> at;
  bool sent = false;
  List<TrialStep> steps;
};
BOOST_DESCRIBE_STRUCT(MailTrial, (), (state, to, server, at, sent, steps))

}  // namespace suki::app
