/// The audit log: rows that only grow, each with a hash over itself and the one before it.
#include <charconv>

#include <fmt/format.h>

#include "base/text.h"
#include "store/hash.h"
#include "store/sql.h"
#include "store/tx.h"

namespace suki::store {
namespace {

using Num = std::int64_t;
using Text = std::string;
using Row = std::tuple<Num, Num, Num, Num, Text, Text, Num, Text, Num, Text, Text>;

#define SUKI_AUDIT_COLUMNS "number, at, actor, agent, act, object, object_id, address, done, hash, request"

AuditRecord to_record(Row&& row) {
  AuditRecord r;
  r.number = std::get<0>(row);
  r.at = Instant{std::get<1>(row)};
  r.actor = static_cast<AuditActor>(std::get<2>(row));
  r.agent = AgentId(std::get<3>(row));
  r.act = std::move(std::get<4>(row));
  r.object = std::move(std::get<5>(row));
  r.object_id = std::get<6>(row);
  r.address = std::move(std::get<7>(row));
  r.done = std::get<8>(row) != 0;
  r.hash = std::move(std::get<9>(row));
  r.request = std::move(std::get<10>(row));
  return r;
}

std::vector<AuditRecord> to_records(std::vector<Row>&& rows) {
  std::vector<AuditRecord> result;
  result.reserve(rows.size());
  for (Row& row : rows) result.push_back(to_record(std::move(row)));
  return result;
}

/// Kept beside the rows, so that rows missing at the end show.
constexpr const char* head_name = "audit_head";

}  // namespace

std::string Tx::audit_hash(const std::string& before, const AuditRecord& r) {
  // No text here holds a line break: acts, objects and addresses are checked before they come.
  std::string text =
      fmt::format("{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}", before, r.number, r.at.us, static_cast<int>(r.actor),
                  r.agent.value, r.act, r.object, r.object_id, r.address, r.done ? 1 : 0);
  // Records from before there were request ids keep their hash.
  if (!r.request.empty()) text += "\n" + r.request;
  return sha256_hex(text);
}

void Tx::add_audit(AuditRecord r) {
  writing().must_be_alone();
  const auto last = sql_.row<Num, Text>("select number, hash from audit order by number desc limit 1");
  r.number = last ? std::get<0>(*last) + 1 : 1;
  r.hash = audit_hash(last ? std::get<1>(*last) : "", r);
  sql_.run("insert into audit (" SUKI_AUDIT_COLUMNS
           ") values (:number, :at, :actor, :agent, :act, :object, :id, :address, :done, :hash, :request)",
           r.number, r.at, r.actor, r.agent, r.act, r.object, r.object_id, r.address, r.done, r.hash, r.request);
  set_setting(head_name, fmt::format("{} {}", r.number, r.hash));
}

AuditHead Tx::audit_head() {
  const std::string text = setting(head_name);
  AuditHead head;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), head.number);
  if (error == std::errc() && end != text.data() + text.size()) head.hash.assign(end + 1, text.data() + text.size());
  return head;
}

std::vector<AuditRecord> Tx::audit_after(std::int64_t number, int limit) {
  return to_records(sql_.rows<Num, Num, Num, Num, Text, Text, Num, Text, Num, Text, Text>(
      "select " SUKI_AUDIT_COLUMNS " from audit where number > :after order by number limit :limit", number, limit));
}

// One statement for each index that can lead; what else is asked is looked at row by row.
#define SUKI_AUDIT_PAGE(lead)                                                                                    \
  "select " SUKI_AUDIT_COLUMNS " from audit where " lead                                                         \
  " and at >= :from and at < :to and (at < :key or (at = :same and number < :number)) and (:any_agent = 1 or "   \
  "agent = :agent) and (:any_act = 1 or act = :act) and (:any_object = 1 or object = :object) and (:any_id = 1 " \
  "or object_id = :id) order by at desc, number desc limit :limit"

std::vector<AuditRecord> Tx::audit(const AuditQuery& q, const AuditKey* before, int limit) {
  const AuditKey key = before != nullptr ? *before : AuditKey{never, 0};
  const auto page = [&](const char* sql, const auto&... lead) {
    return to_records(sql_.rows<Num, Num, Num, Num, Text, Text, Num, Text, Num, Text, Text>(
        sql, lead..., q.from, q.to, key.at, key.at, key.number, !q.agent, q.agent, q.act.empty(), q.act,
        q.object.empty(), q.object, q.object_id == 0, q.object_id, limit));
  };
  if (q.object_id != 0) return page(SUKI_AUDIT_PAGE("object = :lead and object_id = :lead_id"), q.object, q.object_id);
  if (q.agent) return page(SUKI_AUDIT_PAGE("agent = :lead"), q.agent);
  if (!q.act.empty()) return page(SUKI_AUDIT_PAGE("act = :lead"), q.act);
  return page(SUKI_AUDIT_PAGE("at <= :lead"), key.at);
}

}  // namespace suki::store
