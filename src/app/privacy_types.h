/// Erasing and retention over the API.
#pragma once

#include "app/api_types.h"

namespace suki::app {

/// What is kept of a customer. unsolved: of the conversations, those that erasing will close. waiting_mails: decided
/// and not sent; erasing withdraws them.
struct Holdings {
  std::int64_t conversations = 0, unsolved = 0, messages = 0, notes = 0, files = 0, file_bytes = 0, mails = 0,
               mail_bytes = 0, drafts = 0, waiting_mails = 0;
};
BOOST_DESCRIBE_STRUCT(Holdings, (),
                      (conversations, unsolved, messages, notes, files, file_bytes, mails, mail_bytes, drafts,
                       waiting_mails))

/// One erasure, done or under way. reason: asked, withdrawn, not_needed, unlawful, duty, retention, restored.
/// by: an agent's name; "" the command line or the plan's rule. left: conversations still to be erased.
struct Erasure {
  Text customer, reason, by;
  Time asked_at;
  Maybe<Time> done_at;
  std::int64_t conversations = 0, messages = 0, files = 0, mails = 0, left = 0;
};
BOOST_DESCRIBE_STRUCT(Erasure, (),
                      (customer, reason, by, asked_at, done_at, conversations, messages, files, mails, left))

/// confirm: what has to be typed. same_address: other customers with this e-mail address, who are not erased with this
/// one. erasure: when it has begun, or is done.
struct ErasurePreview {
  Text id, name, email, confirm;
  Holdings holdings;
  List<Text> same_address;
  Maybe<Erasure> erasure;
};
BOOST_DESCRIBE_STRUCT(ErasurePreview, (), (id, name, email, confirm, holdings, same_address, erasure))

struct EraseCustomer {
  Text reason;   ///< asked, withdrawn, not_needed, unlawful, duty
  Text confirm;  ///< as the preview says; letter case does not matter
};
BOOST_DESCRIBE_STRUCT(EraseCustomer, (), (reason, confirm))

struct Erasures {
  List<Erasure> items;  ///< the newest first
  Maybe<Text> next;
};
BOOST_DESCRIBE_STRUCT(Erasures, (), (items, next))

/// What the rule took on one day (UTC).
struct RetentionDayView {
  Text day, plan_version;
  std::int64_t customers = 0, conversations = 0, messages = 0, files = 0, mails = 0;
};
BOOST_DESCRIBE_STRUCT(RetentionDayView, (), (day, plan_version, customers, conversations, messages, files, mails))

/// The plan's rule, what it would take now, and what it took. Days: null, for ever. begins_at: a rule that is shorter
/// than those before it is not followed yet.
struct RetentionView {
  Maybe<std::int64_t> conversation_days, customer_days;
  Maybe<Time> begins_at;
  std::int64_t due_conversations = 0, due_customers = 0;
  List<RetentionDayView> days;
};
BOOST_DESCRIBE_STRUCT(RetentionView, (),
                      (conversation_days, customer_days, begins_at, due_conversations, due_customers, days))

/// What the rule takes next when nothing more is said. conversation: the one, or the customer's newest. name: the
/// customer's. at: when; not before the rule is followed.
struct RetentionNext {
  Text conversation, customer, name;
  Time at;
};
BOOST_DESCRIBE_STRUCT(RetentionNext, (), (conversation, customer, name, at))
/// items: the earliest first; few or none of them with `next` in a store where many are looked at in vain.
struct RetentionNextPage {
  List<RetentionNext> items;
  Maybe<Text> next;
};
BOOST_DESCRIBE_STRUCT(RetentionNextPage, (), (items, next))

}  // namespace suki::app
