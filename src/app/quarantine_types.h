/// Mails in quarantine over the API.
#pragma once

#include "app/api_types.h"

namespace suki::app {

/// One mail that is kept apart. reason: crashed, slow, failed, refused, limits, not_a_mail, nothing_readable, spam.
/// detail: English, for whoever repairs it. email, name, subject: as far as they can be read. gone_at: of a deleted
/// one, when it can no longer be taken back.
struct QuarantinedMail {
  Text id, reason, detail, email, name, subject;
  std::int64_t size = 0, attempts = 0;
  Time received_at, tried_at;
  Maybe<Time> gone_at;
};
BOOST_DESCRIBE_STRUCT(QuarantinedMail, (),
                      (id, reason, detail, email, name, subject, size, attempts, received_at, tried_at, gone_at))
/// waiting, deleted: how many there are of each, up to 1,000.
struct QuarantinePage {
  List<QuarantinedMail> items;
  Maybe<Text> next;
  std::int64_t waiting = 0, deleted = 0;
};
BOOST_DESCRIBE_STRUCT(QuarantinePage, (), (items, next, waiting, deleted))
struct QuarantinedFile {
  Text name, type;
  std::int64_t size = 0;
};
BOOST_DESCRIBE_STRUCT(QuarantinedFile, (), (name, type, size))
/// What can be shown of it without harm, as plain text. decoded: the text is what the mail says; else it is the body's
/// bytes as they came. cut: there is more of it.
struct QuarantinedView {
  QuarantinedMail mail;
  Text headers, text;
  List<QuarantinedFile> files;
  bool decoded = false, cut = false;
};
BOOST_DESCRIBE_STRUCT(QuarantinedView, (), (mail, headers, text, files, decoded, cut))
/// how: again (as if it came now; what a filter said is no longer looked at) or new (as a conversation of its own, and
/// where it cannot be read, with the mail as a file).
struct QuarantineReplay {
  Text how;
};
BOOST_DESCRIBE_STRUCT(QuarantineReplay, (), (how))
/// outcome: delivered, known (it had been delivered before), kept (for the reason that `mail` has now).
struct QuarantineReplayed {
  Text outcome;
  Maybe<Text> conversation;
  Maybe<QuarantinedMail> mail;
};
BOOST_DESCRIBE_STRUCT(QuarantineReplayed, (), (outcome, conversation, mail))

}  // namespace suki::app
