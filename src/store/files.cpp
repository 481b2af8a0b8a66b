#include "store/files.h"

#include "store/hash.h"
#include "store/sql.h"
#include "store/tx.h"

namespace suki::store {
namespace {

using Num = std::int64_t;
using Text = std::string;

AttachmentRecord to_attachment(const std::tuple<Num, Num, Text, Text, Num, Text>& row) {
  AttachmentRecord a;
  a.id = std::get<0>(row);
  a.message = MessageId(std::get<1>(row));
  a.name = std::get<2>(row);
  a.type = std::get<3>(row);
  a.size = std::get<4>(row);
  a.digest = std::get<5>(row);
  return a;
}

void add_content(Sql& sql, const std::string& digest, std::string_view bytes) {
  sql.run("insert into blobs (digest, bytes) values (:digest, :bytes) on conflict (digest) do nothing", digest,
          BytesView{bytes});
}

std::optional<std::string> content_of(Sql& sql, const std::string& digest) {
  auto row = sql.row<Bytes>("select bytes from blobs where digest = :digest", digest);
  if (!row) return std::nullopt;
  return std::move(std::get<0>(*row).value);
}

}  // namespace

void forget_content(Sql& sql, const std::string& digest) {
  if (sql.number("select count(*) from (select id from attachments where digest = :digest limit 1) used", digest) > 0)
    return;
  if (sql.number("select count(*) from (select agent from uploads where digest = :digest limit 1) used", digest) > 0)
    return;
  if (sql.number("select count(*) from (select id from quarantine where digest = :digest limit 1) used", digest) > 0)
    return;
  if (sql.number("select count(*) from (select number from remote_pictures where digest = :digest limit 1) used",
                 digest) > 0)
    return;
  sql.run("delete from blobs where digest = :digest", digest);
}

void move_attachments(Sql& sql) {
  for (Num last = 0;;) {
    const auto found =
        sql.row<Num, Bytes>("select id, bytes from attachments where id > :last order by id limit 1", last);
    if (!found) break;
    const auto& [id, bytes] = *found;
    const std::string digest = sha256_hex(bytes.value);
    add_content(sql, digest, bytes.value);
    sql.run("update attachments set digest = :digest where id = :id", digest, id);
    last = id;
  }
}

void Tx::add_attachment(AttachmentRecord a) {
  if (a.digest.empty()) {
    a.digest = sha256_hex(a.bytes);
    a.size = static_cast<std::int64_t>(a.bytes.size());
    wrote(Lock::raw_mail, hash_of(a.digest));
    add_content(sql_, a.digest, a.bytes);
  }
  sql_.append(
      "insert into attachments (id, message, name, type, size, digest) values (:id, :message, :name, :type, :size, "
      ":digest)",
      next(Counter::attachment), a.message, a.name, a.type, a.size, a.digest);
}

std::vector<AttachmentRecord> Tx::attachments(ConversationId id) {
  std::vector<AttachmentRecord> result;
  for (const auto& row : sql_.rows<Num, Num, Text, Text, Num, Text>(
           "select a.id, a.message, a.name, a.type, a.size, a.digest from attachments a join messages m on m.id = "
           "a.message where m.conversation = :id order by a.id",
           id))
    result.push_back(to_attachment(row));
  return result;
}

std::optional<AttachmentRecord> Tx::find_attachment(std::int64_t id) {
  auto row = sql_.row<Num, Num, Text, Text, Num, Text>(
      "select id, message, name, type, size, digest from attachments where id = :id", id);
  if (!row) return std::nullopt;
  AttachmentRecord result = to_attachment(*row);
  result.bytes = content_of(sql_, result.digest).value_or("");
  return result;
}

std::optional<std::string> Tx::content(const std::string& digest) {
  return content_of(sql_, digest);
}

void Tx::add_upload(std::string_view token, const UploadRecord& upload, std::string_view bytes) {
  wrote(Lock::raw_mail, hash_of(upload.digest));
  add_content(sql_, upload.digest, bytes);
  sql_.append(
      "insert into uploads (token_hash, agent, name, type, size, digest, at) values (:hash, :agent, :name, :type, "
      ":size, :digest, :at)",
      sha256_hex(token), upload.agent, upload.name, upload.type, upload.size, upload.digest, upload.at);
}

std::optional<UploadRecord> Tx::find_upload(std::string_view token) {
  auto row = sql_.row<Num, Text, Text, Num, Text, Num>(
      "select agent, name, type, size, digest, at from uploads where token_hash = :hash", sha256_hex(token));
  if (!row) return std::nullopt;
  const auto& [agent, name, type, size, digest, at] = *row;
  return UploadRecord{AgentId(agent), name, type, digest, size, Instant{at}};
}

void Tx::remove_upload(std::string_view token) {
  sql_.run("delete from uploads where token_hash = :hash", sha256_hex(token));
}

std::int64_t Tx::upload_bytes(AgentId agent) {
  return sql_.number("select cast(coalesce(sum(size), 0) as bigint) from uploads where agent = :agent", agent);
}

int Tx::sweep_uploads(bool staff, Instant before, int limit) {
  writing();
  const auto old = staff ? sql_.rows<Text, Text>(
                               "select token_hash, digest from uploads where agent > 0 and at < :before order by at, "
                               "token_hash limit :limit",
                               before, limit)
                         : sql_.rows<Text, Text>(
                               "select token_hash, digest from uploads where agent = 0 and at < :before order by at, "
                               "token_hash limit :limit",
                               before, limit);
  for (const auto& [hash, digest] : old) {
    sql_.run("delete from uploads where token_hash = :hash", hash);
    forget_content(digest);
  }
  return static_cast<int>(old.size());
}

}  // namespace suki::store
