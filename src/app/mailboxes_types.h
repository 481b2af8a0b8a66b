/// What goes over the API about mailboxes that mail is fetched from. Secrets go in and never come out.
#pragma once

#include "app/api_types.h"

namespace suki::app {

/// name: name, connected, encrypted, logged_in, folder, waiting, idle; in the order of doing.
/// detail: an address, whose certificate, a folder, a count, "idle" or "polling".
struct MailboxStep {
  Text name;
  bool done = false;
  Text detail;
};
BOOST_DESCRIBE_STRUCT(MailboxStep, (), (name, done, detail))
struct MailboxTestResult {
  Time at;
  List<MailboxStep> steps;
  Text trouble, reason;  ///< English, and its code for a page's own words; "" all is well
};
BOOST_DESCRIBE_STRUCT(MailboxTestResult, (), (at, steps, trouble, reason))

/// tls: tls, starttls, none. auth: password, oauth. provider: google, microsoft, custom. then: mark_seen, move, remove.
/// state: off, connecting, fetching, idle, polling, waiting (for another attempt, at `until`).
struct MailboxItem {
  Text id, name, host;
  std::int64_t port = 993;
  Text tls, user, auth, provider, token_url, client_id, scope, folder, then, move_to;
  bool older = false;
  std::int64_t every_s = 60;
  Text channel;
  bool enabled = true;
  Text state;
  Maybe<Time> until;
  std::int64_t done = 0, total = 0;  ///< of the mails that wait, while fetching
  Maybe<Time> success_at, error_at;
  Text error, error_reason;  ///< of the last attempt; "" it went well
  std::int64_t fetched = 0;  ///< since it was added
  std::int64_t left = 0;     ///< mails left there: too large, or not to be read
  bool testing = false;
  Maybe<MailboxTestResult> test;  ///< the last one
};
BOOST_DESCRIBE_STRUCT(MailboxItem, (),
                      (id, name, host, port, tls, user, auth, provider, token_url, client_id, scope, folder, then,
                       move_to, older, every_s, channel, enabled, state, until, done, total, success_at, error_at,
                       error, error_reason, fetched, left, testing, test))
struct Mailboxes {
  List<MailboxItem> items;
  List<Named> channels;  ///< e-mail channels of the plan
  Time now;
  Text added;  ///< id of what this call added; "" none
};
BOOST_DESCRIBE_STRUCT(Mailboxes, (), (items, channels, now, added))

struct NewMailbox {
  Text name, host;
  std::int64_t port = 993;
  Text tls, user, auth, password, provider, token_url, client_id, client_secret, refresh_token, scope, folder, then,
      move_to;
  bool older = false;
  std::int64_t every_s = 60;
  Text channel;
  bool enabled = true;
};
BOOST_DESCRIBE_STRUCT(NewMailbox, (),
                      (name, host, port, tls, user, auth, password, provider, token_url, client_id, client_secret,
                       refresh_token, scope, folder, then, move_to, older, every_s, channel, enabled))
/// What is given changes. password, client_secret, refresh_token: "" keeps the one that is there. removed: true takes
/// the mailbox away, false brings it back within a day.
struct MailboxChange {
  Maybe<Text> name, host;
  Maybe<std::int64_t> port;
  Maybe<Text> tls, user, auth, password, provider, token_url, client_id, client_secret, refresh_token, scope, folder,
      then, move_to;
  Maybe<bool> older;
  Maybe<std::int64_t> every_s;
  Maybe<Text> channel;
  Maybe<bool> enabled, removed;
};
BOOST_DESCRIBE_STRUCT(MailboxChange, (),
                      (name, host, port, tls, user, auth, password, provider, token_url, client_id, client_secret,
                       refresh_token, scope, folder, then, move_to, older, every_s, channel, enabled, removed))

}  // namespace suki::app
