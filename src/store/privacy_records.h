/// What erasing leaves: ids, codes, counts and instants. Never a word of a person.
#pragma once

#include <cstdint>

#include "base/ids.h"
#include "base/time.h"

namespace suki::store {

/// Why a customer was erased. Kept as a number: free words might name the person again. Numbers are never reused.
enum class ErasureReason : std::uint8_t {
  asked = 1,       ///< the customer asked for it
  withdrawn = 2,   ///< consent was withdrawn
  not_needed = 3,  ///< the business needs it no more
  unlawful = 4,    ///< it should never have been kept
  duty = 5,        ///< a law or a court demands it
  retention = 6,   ///< the plan's rule
  restored = 7,    ///< erased before, and brought back by a backup
};

/// How much there was of it.
struct ErasedCounts {
  std::int64_t conversations = 0, messages = 0;
  std::int64_t files = 0;  ///< attachments, and uploads of drafts
  std::int64_t mails = 0;  ///< kept as they came
  void add(const ErasedCounts& more) {
    conversations += more.conversations;
    messages += more.messages;
    files += more.files;
    mails += more.mails;
  }
};

/// A customer who was erased, or is being erased while `done_at` is 0. first_*: by which a store from a backup shows
/// that it means the same person; none and 0 when there was no conversation.
struct ErasureRecord {
  CustomerId customer;
  ErasureReason reason = ErasureReason::asked;
  AgentId asked_by;  ///< none: the command line, or the rule
  Instant asked_at, done_at;
  ConversationId first_conversation;
  Instant first_at;
  ErasedCounts counts;  ///< so far
};
struct ErasureKey {
  std::int64_t asked_at = 0, customer = 0;
};

/// What the plan's rule will take, when nothing more is said in it.
struct Forgettable {
  ConversationId conversation;
  CustomerId customer;
  Instant last_at;  ///< of the last message
};
struct ForgetKey {
  std::int64_t last_at = 0, conversation = 0;
};

/// What the plan's rule took on one day (UTC).
struct RetentionDay {
  std::int64_t day = 0;  ///< since 1970-01-01
  PlanVersion plan;      ///< the last that said so
  std::int64_t customers = 0;
  ErasedCounts counts;
};

/// What is kept of a customer.
struct CustomerHoldings {
  std::int64_t conversations = 0, unsolved = 0, messages = 0, notes = 0, files = 0, file_bytes = 0, mails = 0,
               mail_bytes = 0, drafts = 0, waiting_mails = 0;
};

/// A mail that went out, or is to.
struct SentMail {
  std::int64_t outbox = 0;
  MessageId message;
};

}  // namespace suki::store
