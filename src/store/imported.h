/// What moved in from other systems: how it was called there, and what it is here. A row is known by a hash of its
/// origin, which stays when the customer is erased, so that the same file brings nobody back.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/time.h"

namespace suki::store {

class Tx;

enum class ImportedKind : std::uint8_t { customer = 1, conversation = 2, mail = 3 };
struct ImportedRecord {
  ImportedKind kind = ImportedKind::conversation;
  std::string source, external_id;  ///< erasable
  std::string tags;                 ///< a line each; erasable
  std::string digest;               ///< of what the file said
  ConversationId conversation;      ///< none for a customer
  CustomerId customer;              ///< of a customer's row alone
  MessageId message;                ///< of a mail's row alone
  bool waits = false;               ///< a conversation that the plan does not serve yet
  bool held = false;                ///< a conversation that routing gives to nobody
  Instant at;                       ///< when it came
};

void add_imported(Tx& tx, const ImportedRecord& record);
std::optional<ImportedRecord> find_imported(Tx& tx, ImportedKind kind, std::string_view source,
                                            std::string_view external_id);
std::optional<ImportedRecord> imported_of(Tx& tx, ConversationId id);  ///< its conversation's row
std::vector<ConversationId> waiting_imported(Tx& tx, int limit);       ///< by id
std::int64_t count_waiting_imported(Tx& tx);
void set_taken_up(Tx& tx, ConversationId id);
void release_held(Tx& tx, ConversationId id);  ///< routing may give it to somebody from now on
/// How they were called elsewhere: the names go, the hashes stay.
void forget_imported(Tx& tx, ConversationId id);
void forget_imported(Tx& tx, CustomerId id);

}  // namespace suki::store
