/// Mails of the outbox that did not go out, for those who look after them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "store/records.h"

namespace suki::store {

class Tx;

/// A place in the list of failed mails: the newest failure comes first.
struct FailedMailKey {
  Instant at;
  std::int64_t id = 0;
};
struct FailedMailRecord {
  std::int64_t id = 0;
  MessageId message;            ///< what it carried; none for a notice, and for a mail about somebody's own access
  ConversationId conversation;  ///< none for a mail about access
  std::string to, error;
  int attempts = 0;
  Instant at;              ///< when it was given up
  bool may_retry = false;  ///< its words are still there: those of a mail that lets somebody in are not
};

/// Behind `before` (null: the first), at most `limit`. What was erased is no mail any more. One range of an index.
[[nodiscard]] std::vector<FailedMailRecord> failed_mails(Tx& tx, const FailedMailKey* before, int limit);
/// How many there are, counted up to `most`.
[[nodiscard]] int count_failed_mails(Tx& tx, int most);
/// Failed mails that carry this message, by id.
[[nodiscard]] std::vector<std::int64_t> failed_mails_of(Tx& tx, MessageId message);
/// As if it had never been tried. False: it is none that failed, or nothing is left of it.
[[nodiscard]] bool queue_again(Tx& tx, std::int64_t outbox_id, Instant now);

}  // namespace suki::store
