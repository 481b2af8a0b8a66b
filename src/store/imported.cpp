#include "store/imported.h"

#include <fmt/format.h>

#include "store/hash.h"
#include "store/sql.h"
#include "store/tx.h"

namespace suki::store {
namespace {

using Num = std::int64_t;
using Text = std::string;

#define SUKI_IMPORTED_COLUMNS \
  "kind, source, external_id, tags, digest, conversation, customer, message, waits, held, at"

/// Lengths stand before the parts, so that no two origins are one text.
std::string origin_of(ImportedKind kind, std::string_view source, std::string_view external_id) {
  return sha256_hex(
      fmt::format("{}:{}:{}{}:{}", static_cast<int>(kind), source.size(), source, external_id.size(), external_id));
}

ImportedRecord to_record(const std::tuple<Num, Text, Text, Text, Text, Num, Num, Num, Num, Num, Num>& row) {
  const auto& [kind, source, external_id, tags, digest, conversation, customer, message, waits, held, at] = row;
  return {static_cast<ImportedKind>(kind),
          source,
          external_id,
          tags,
          digest,
          ConversationId(conversation),
          CustomerId(customer),
          MessageId(message),
          waits != 0,
          held != 0,
          Instant{at}};
}

}  // namespace

void add_imported(Tx& tx, const ImportedRecord& r) {
  tx.sql().append(
      "insert into imported (origin, kind, source, external_id, tags, digest, conversation, customer, message, waits, "
      "held, at) values (:origin, :kind, :source, :external_id, :tags, :digest, :conversation, :customer, :message, "
      ":waits, :held, :at)",
      origin_of(r.kind, r.source, r.external_id), r.kind, r.source, r.external_id, r.tags, r.digest, r.conversation,
      r.customer, r.message, r.waits, r.held, r.at);
}

std::optional<ImportedRecord> find_imported(Tx& tx, ImportedKind kind, std::string_view source,
                                            std::string_view external_id) {
  auto row = tx.sql().row<Num, Text, Text, Text, Text, Num, Num, Num, Num, Num, Num>(
      "select " SUKI_IMPORTED_COLUMNS " from imported where origin = :origin", origin_of(kind, source, external_id));
  if (!row) return std::nullopt;
  return to_record(*row);
}

std::optional<ImportedRecord> imported_of(Tx& tx, ConversationId id) {
  auto row = tx.sql().row<Num, Text, Text, Text, Text, Num, Num, Num, Num, Num, Num>(
      "select " SUKI_IMPORTED_COLUMNS
      " from imported where conversation = :id and conversation <> 0 and kind = 2 limit 1",
      id);
  if (!row) return std::nullopt;
  return to_record(*row);
}

std::vector<ConversationId> waiting_imported(Tx& tx, int limit) {
  std::vector<ConversationId> result;
  for (const auto& [id] : tx.sql().rows<Num>(
           "select conversation from imported where waits = 1 order by conversation limit :limit", limit))
    result.emplace_back(id);
  return result;
}

std::int64_t count_waiting_imported(Tx& tx) {
  return tx.sql().number("select count(*) from imported where waits = 1");
}

void set_taken_up(Tx& tx, ConversationId id) {
  tx.sql().run("update imported set waits = 0 where conversation = :id and conversation <> 0 and kind = 2", id);
}

void release_held(Tx& tx, ConversationId id) {
  tx.sql().run("update imported set held = 0 where conversation = :id and conversation <> 0 and kind = 2 and held = 1",
               id);
}

void forget_imported(Tx& tx, ConversationId id) {
  tx.sql().run(
      "update imported set external_id = '', tags = '', digest = '' where conversation = :id and conversation <> 0",
      id);
}

void forget_imported(Tx& tx, CustomerId id) {
  tx.sql().run("update imported set external_id = '', digest = '' where customer = :id and customer <> 0", id);
}

}  // namespace suki::store
