#include "store/quarantine.h"

#include <limits>
#include <tuple>

#include "store/files.h"
#include "store/sql.h"
#include "store/tx.h"

namespace suki::store {
namespace {

using Num = std::int64_t;
using Text = std::string;
using Row = std::tuple<Num, Text, Num, Num, Num, Text, Text, Text, Num, Text, Num, Num, Num>;

#define SUKI_QUARANTINE_COLUMNS \
  "id, digest, size, received_at, tried_at, email, name, subject, reason, detail, attempts, state, deleted_at"

QuarantineRecord to_record(const Row& row) {
  const auto& [id, digest, size, received, tried, email, name, subject, reason, detail, attempts, state, deleted] = row;
  QuarantineRecord mail;
  mail.id = id;
  mail.digest = digest;
  mail.size = size;
  mail.received_at = Instant{received};
  mail.tried_at = Instant{tried};
  mail.email = email;
  mail.name = name;
  mail.subject = subject;
  mail.reason = static_cast<QuarantineReason>(reason);
  mail.detail = detail;
  mail.attempts = attempts;
  mail.state = static_cast<QuarantineState>(state);
  mail.deleted_at = Instant{deleted};
  return mail;
}

std::vector<QuarantineRecord> to_records(const std::vector<Row>& rows) {
  std::vector<QuarantineRecord> mails;
  mails.reserve(rows.size());
  for (const Row& row : rows) mails.push_back(to_record(row));
  return mails;
}

int remove_all(Tx& tx, const std::vector<QuarantineRecord>& mails) {
  for (const QuarantineRecord& mail : mails) remove_quarantined(tx, mail);
  return static_cast<int>(mails.size());
}

template <class... P>
std::vector<Row> read_rows(Sql& sql, const char* statement, const P&... params) {
  return sql.rows<Num, Text, Num, Num, Num, Text, Text, Text, Num, Text, Num, Num, Num>(statement, params...);
}

}  // namespace

std::int64_t add_quarantined(Tx& tx, QuarantineRecord mail, std::string_view bytes) {
  mail.id = tx.next(Counter::quarantine);
  tx.sql().run("insert into blobs (digest, bytes) values (:digest, :bytes) on conflict (digest) do nothing",
               mail.digest, BytesView{bytes});
  tx.sql().run(
      "insert into quarantine (id, digest, size, received_at, tried_at, email, name, subject, reason, detail, "
      "attempts, state, deleted_at) values (:id, :digest, :size, :received, :tried, :email, :name, :subject, :reason, "
      ":detail, :attempts, :state, :deleted)",
      mail.id, mail.digest, static_cast<Num>(bytes.size()), mail.received_at, mail.tried_at, mail.email, mail.name,
      mail.subject, mail.reason, mail.detail, mail.attempts, mail.state, mail.deleted_at);
  return mail.id;
}

std::optional<QuarantineRecord> find_quarantined(Tx& tx, std::int64_t id) {
  const auto rows = read_rows(tx.sql(), "select " SUKI_QUARANTINE_COLUMNS " from quarantine where id = :id", id);
  if (rows.empty()) return std::nullopt;
  return to_record(rows.front());
}

std::optional<QuarantineRecord> find_quarantined(Tx& tx, const std::string& digest) {
  const auto rows = read_rows(
      tx.sql(), "select " SUKI_QUARANTINE_COLUMNS " from quarantine where digest = :digest order by id limit 1",
      digest);
  if (rows.empty()) return std::nullopt;
  return to_record(rows.front());
}

std::vector<QuarantineRecord> quarantined(Tx& tx, QuarantineState state, const QuarantineKey* before, int limit) {
  constexpr Num high = std::numeric_limits<Num>::max();
  const QuarantineKey key = before != nullptr ? *before : QuarantineKey{high, high};
  return to_records(read_rows(tx.sql(),
                              "select " SUKI_QUARANTINE_COLUMNS
                              " from quarantine where state = :state and (received_at, id) < (:at, :id) order by "
                              "received_at desc, id desc limit :limit",
                              state, key.received_at, key.id, limit));
}

std::int64_t count_quarantined(Tx& tx, QuarantineState state, int limit) {
  return tx.sql().number("select count(*) from (select 1 as one from quarantine where state = :state limit :limit) w",
                         state, limit);
}

void update_quarantined(Tx& tx, const QuarantineRecord& mail) {
  tx.sql().run(
      "update quarantine set tried_at = :tried, reason = :reason, detail = :detail, attempts = :attempts, state = "
      ":state, deleted_at = :deleted where id = :id",
      mail.tried_at, mail.reason, mail.detail, mail.attempts, mail.state, mail.deleted_at, mail.id);
}

void remove_quarantined(Tx& tx, const QuarantineRecord& mail) {
  tx.sql().run("delete from quarantine where id = :id", mail.id);
  forget_content(tx.sql(), mail.digest);
}

std::optional<QuarantineRecord> next_quarantined_from(Tx& tx, const std::string& email, std::int64_t after) {
  const auto rows = read_rows(tx.sql(),
                              "select " SUKI_QUARANTINE_COLUMNS
                              " from quarantine where email = :email and id > :after order by id limit 1",
                              email, after);
  if (email.empty() || rows.empty()) return std::nullopt;
  return to_record(rows.front());
}

int remove_quarantined_from(Tx& tx, const std::string& email, int limit) {
  if (email.empty()) return 0;
  return remove_all(
      tx, to_records(read_rows(
              tx.sql(), "select " SUKI_QUARANTINE_COLUMNS " from quarantine where email = :email order by id limit :n",
              email, limit)));
}

int remove_quarantined_before(Tx& tx, Instant received_before, int limit) {
  return remove_all(tx, to_records(read_rows(tx.sql(),
                                             "select " SUKI_QUARANTINE_COLUMNS
                                             " from quarantine where received_at < :before order by received_at, id "
                                             "limit :n",
                                             received_before, limit)));
}

int remove_deleted_quarantined(Tx& tx, Instant deleted_before, int limit) {
  return remove_all(tx, to_records(read_rows(tx.sql(),
                                             "select " SUKI_QUARANTINE_COLUMNS
                                             " from quarantine where state = 1 and deleted_at < :before order by "
                                             "deleted_at, id limit :n",
                                             deleted_before, limit)));
}

QuarantinedOf count_quarantined_from(Tx& tx, const std::string& email) {
  if (email.empty()) return {};
  const auto row = tx.sql().row<Num, Num>(
      "select count(*), cast(coalesce(sum(size), 0) as bigint) from quarantine where email = :email", email);
  return row ? QuarantinedOf{std::get<0>(*row), std::get<1>(*row)} : QuarantinedOf{};
}

}  // namespace suki::store
