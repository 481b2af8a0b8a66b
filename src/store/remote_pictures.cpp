#include "store/remote_pictures.h"

#include <set>

#include "store/files.h"
#include "store/hash.h"
#include "store/sql.h"
#include "store/tx.h"

namespace suki::store {
namespace {

using Num = std::int64_t;
using Text = std::string;
using Row = std::tuple<Num, Num, Text, Num, Text, Text, Text>;

std::vector<RemotePicture> to_pictures(const std::vector<Row>& rows) {
  std::vector<RemotePicture> pictures;
  for (const auto& [message, number, url, state, digest, type, problem] : rows)
    pictures.push_back({MessageId(message), number, url, static_cast<PictureState>(state), digest, type, problem});
  return pictures;
}

void update(Tx& tx, const RemotePicture& picture) {
  tx.sql().run(
      "update remote_pictures set state = :state, digest = :digest, type = :type, problem = :problem where message = "
      ":message and number = :number",
      picture.state, picture.digest, picture.type, picture.problem, picture.message, picture.number);
}

bool is_there(Tx& tx, const RemotePicture& picture) {
  return tx.sql().number("select count(*) from remote_pictures where message = :message and number = :number",
                         picture.message, picture.number) > 0;
}

}  // namespace

void want_pictures(Tx& tx, MessageId message, const std::vector<std::string>& urls, Instant now) {
  for (std::size_t i = 0; i < urls.size(); ++i)
    tx.sql().run(
        "insert into remote_pictures (message, number, url, state, digest, type, problem, at) values (:message, "
        ":number, :url, 0, '', '', '', :at) on conflict (message, number) do nothing",
        message, static_cast<Num>(i + 1), urls[i], now);
  tx.sql().run("update remote_pictures set state = 0, problem = '', at = :at where message = :message and state = 2",
               now, message);
}

std::vector<RemotePicture> remote_pictures(Tx& tx, MessageId message) {
  return to_pictures(tx.sql().rows<Num, Num, Text, Num, Text, Text, Text>(
      "select message, number, url, state, digest, type, problem from remote_pictures where message = :message order "
      "by number",
      message));
}

bool are_pictures_wanted(Tx& tx, Instant now) {
  return tx.sql().number(
             "select count(*) from (select number from remote_pictures where state = 0 and at <= :now limit "
             "1) w",
             now) > 0;
}

std::vector<RemotePicture> claim_pictures(Tx& tx, Instant now, Instant until, int limit) {
  auto pictures = to_pictures(tx.sql().rows<Num, Num, Text, Num, Text, Text, Text>(
      "select message, number, url, state, digest, type, problem from remote_pictures where state = 0 and at <= :now "
      "order by at, message, number limit :limit",
      now, limit));
  for (const RemotePicture& picture : pictures)
    tx.sql().run("update remote_pictures set at = :until where message = :message and number = :number", until,
                 picture.message, picture.number);
  return pictures;
}

std::int64_t picture_bytes(Tx& tx, MessageId message) {
  return tx.sql().number(
      "select cast(coalesce(sum(length(b.bytes)), 0) as bigint) from remote_pictures p join blobs b on b.digest = "
      "p.digest where p.message = :message and p.state = 1",
      message);
}

void picture_came(Tx& tx, const RemotePicture& picture, std::string_view bytes) {
  if (!is_there(tx, picture)) return;
  RemotePicture came = picture;
  came.state = PictureState::got;
  came.digest = sha256_hex(bytes);
  came.problem.clear();
  tx.sql().run("insert into blobs (digest, bytes) values (:digest, :bytes) on conflict (digest) do nothing",
               came.digest, BytesView{bytes});
  update(tx, came);
}

void picture_failed(Tx& tx, const RemotePicture& picture) {
  RemotePicture failed = picture;
  failed.state = PictureState::failed;
  failed.digest.clear();
  failed.type.clear();
  update(tx, failed);
}

void forget_pictures(Tx& tx, ConversationId conversation) {
  std::set<Text> digests;
  for (const auto& [digest] : tx.sql().rows<Text>(
           "select p.digest from messages m join remote_pictures p on p.message = m.id where m.conversation = :id and "
           "p.digest <> ''",
           conversation))
    digests.insert(digest);
  tx.sql().run("delete from remote_pictures where message in (select id from messages where conversation = :id)",
               conversation);
  for (const Text& digest : digests) forget_content(tx.sql(), digest);
}

bool wants_pictures_of(Tx& tx, AgentId agent, const std::string& email) {
  return !email.empty() && tx.sql().number(
                               "select count(*) from picture_senders where agent = :agent and email = "
                               ":email",
                               agent, email) > 0;
}

void set_wants_pictures_of(Tx& tx, AgentId agent, const std::string& email, bool wants, Instant now) {
  if (email.empty()) return;
  if (wants)
    tx.sql().run(
        "insert into picture_senders (agent, email, at) values (:agent, :email, :at) on conflict (agent, "
        "email) do nothing",
        agent, email, now);
  else
    tx.sql().run("delete from picture_senders where agent = :agent and email = :email", agent, email);
}

void forget_picture_sender(Tx& tx, const std::string& email) {
  tx.sql().run("delete from picture_senders where email = :email", email);
}

}  // namespace suki::store
