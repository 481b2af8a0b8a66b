#include "store/mailboxes.h"

#include "store/sql.h"
#include "store/tx.h"
#include "store/writing.h"

namespace suki::store {
namespace {

using Num = std::int64_t;
using Text = std::string;

std::uint32_t to_uid(Num number) {
  return static_cast<std::uint32_t>(number);
}

#define SUKI_MAILBOX_COLUMNS                                                                                          \
  "id, name, host, port, tls, login, auth, secret, provider, token_url, client_id, scope, folder, then_do, move_to, " \
  "older, every_us, channel, enabled, created_at, removed_at, revision, uidvalidity, last_uid, recheck_uid, "         \
  "first_at, last_error, "                                                                                            \
  "error_at, success_at, fetched"

using Row = std::tuple<Num, Text, Text, Num, Num, Text, Num, Text, Text, Text, Text, Text, Text, Num, Text, Num, Num,
                       Num, Num, Num, Num, Num, Num, Num, Num, Num, Text, Num, Num, Num>;

MailboxRecord to_record(const Row& row) {
  const auto& [id, name, host, port, tls, login, auth, secret, provider, token_url, client_id, scope, folder, then,
               move_to, older, every, channel, enabled, created, removed, revision, validity, last_uid, recheck, first,
               error, error_at, success_at, fetched] = row;
  MailboxRecord m;
  m.id = MailboxId(id);
  m.name = name;
  m.host = host;
  m.port = port;
  m.tls = static_cast<MailboxTls>(tls);
  m.login = login;
  m.auth = static_cast<MailboxAuth>(auth);
  m.secret = secret;
  m.provider = provider;
  m.token_url = token_url;
  m.client_id = client_id;
  m.scope = scope;
  m.folder = folder;
  m.then = static_cast<MailboxThen>(then);
  m.move_to = move_to;
  m.older = older != 0;
  m.every = Span{every};
  m.channel = Symbol(static_cast<std::uint32_t>(channel));
  m.enabled = enabled != 0;
  m.created_at = Instant{created};
  m.removed_at = Instant{removed};
  m.revision = revision;
  m.uidvalidity = to_uid(validity);
  m.last_uid = to_uid(last_uid);
  m.recheck_uid = to_uid(recheck);
  m.first_at = Instant{first};
  m.last_error = error;
  m.error_at = Instant{error_at};
  m.success_at = Instant{success_at};
  m.fetched = fetched;
  return m;
}

template <class... P>
std::vector<MailboxRecord> find(Tx& tx, const char* sql, const P&... params) {
  std::vector<MailboxRecord> all;
  for (const auto& row :
       tx.sql()
           .rows<Num, Text, Text, Num, Num, Text, Num, Text, Text, Text, Text, Text, Text, Num, Text, Num, Num, Num,
                 Num, Num, Num, Num, Num, Num, Num, Num, Text, Num, Num, Num>(sql, params...))
    all.push_back(to_record(row));
  return all;
}

}  // namespace

MailboxId add_mailbox(Tx& tx, MailboxRecord m) {
  m.id = MailboxId(tx.next(Counter::mailbox));
  tx.sql().run(
      "insert into mailboxes (" SUKI_MAILBOX_COLUMNS
      ") values (:id, :name, :host, :port, :tls, :login, :auth, :secret, :provider, :token_url, :client_id, :scope, "
      ":folder, :then_do, :move_to, :older, :every, :channel, :enabled, :created, :removed, :revision, 0, 0, 0, 0, '', "
      "0, 0, 0)",
      m.id, m.name, m.host, m.port, m.tls, m.login, m.auth, m.secret, m.provider, m.token_url, m.client_id, m.scope,
      m.folder, m.then, m.move_to, m.older, m.every, m.channel, m.enabled, m.created_at, m.removed_at, m.revision);
  return m.id;
}

std::optional<MailboxRecord> find_mailbox(Tx& tx, MailboxId id) {
  auto all = find(tx, "select " SUKI_MAILBOX_COLUMNS " from mailboxes where id = :id", id);
  if (all.empty()) return std::nullopt;
  return std::move(all.front());
}

std::vector<MailboxRecord> mailboxes(Tx& tx) {
  return find(tx, "select " SUKI_MAILBOX_COLUMNS " from mailboxes where removed_at = 0 order by id");
}

std::int64_t count_mailboxes(Tx& tx) {
  return tx.sql().number("select count(*) from mailboxes where removed_at = 0");
}

void update_mailbox(Tx& tx, const MailboxRecord& m) {
  tx.sql().run(
      "update mailboxes set name = :name, host = :host, port = :port, tls = :tls, login = :login, auth = :auth, secret "
      "= :secret, provider = :provider, token_url = :token_url, client_id = :client_id, scope = :scope, folder = "
      ":folder, then_do = :then_do, move_to = :move_to, older = :older, every_us = :every, channel = :channel, enabled "
      "= :enabled, removed_at = :removed, revision = :revision where id = :id",
      m.name, m.host, m.port, m.tls, m.login, m.auth, m.secret, m.provider, m.token_url, m.client_id, m.scope, m.folder,
      m.then, m.move_to, m.older, m.every, m.channel, m.enabled, m.removed_at, m.revision, m.id);
}

void save_mailbox_progress(Tx& tx, const MailboxRecord& m) {
  tx.sql().run(
      "update mailboxes set uidvalidity = :validity, last_uid = :last_uid, recheck_uid = :recheck, first_at = "
      ":first, fetched = :fetched where "
      "id = :id",
      m.uidvalidity, m.last_uid, m.recheck_uid, m.first_at, m.fetched, m.id);
}

void save_mailbox_health(Tx& tx, const MailboxRecord& m) {
  tx.sql().run(
      "update mailboxes set last_error = :error, error_at = :error_at, success_at = :success_at where id = :id",
      m.last_error, m.error_at, m.success_at, m.id);
}

void save_mailbox_secret(Tx& tx, MailboxId id, const std::string& secret) {
  tx.sql().run("update mailboxes set secret = :secret where id = :id", secret, id);
}

void purge_mailboxes(Tx& tx, Instant before) {
  tx.sql().run(
      "delete from fetched_mails where mailbox in (select id from mailboxes where removed_at <> 0 and removed_at < "
      ":before)",
      before);
  tx.sql().run("delete from mailboxes where removed_at <> 0 and removed_at < :before", before);
}

void save_fetched(Tx& tx, const FetchedRecord& mail) {
  tx.sql().run(
      "insert into fetched_mails (mailbox, uidvalidity, uid, digest, bytes, state, at) values (:mailbox, :validity, "
      ":uid, :digest, :bytes, :state, :at) on conflict (mailbox, uidvalidity, uid) do update set digest = "
      "excluded.digest, bytes = excluded.bytes, state = excluded.state, at = excluded.at",
      mail.mailbox, mail.uidvalidity, mail.uid, mail.digest, mail.bytes, mail.state, mail.at);
}

std::vector<FetchedRecord> fetched_in_state(Tx& tx, MailboxId id, std::uint32_t uidvalidity, FetchedState state,
                                            int limit) {
  std::vector<FetchedRecord> all;
  for (const auto& [uid, digest, bytes, at] : tx.sql().rows<Num, Text, Num, Num>(
           "select uid, digest, bytes, at from fetched_mails where mailbox = :id and state = :state and state <> 2 and "
           "uidvalidity = :validity order by uid limit :limit",
           id, state, uidvalidity, limit))
    all.push_back({id, uidvalidity, to_uid(uid), digest, bytes, state, Instant{at}});
  return all;
}

void set_fetched_state(Tx& tx, MailboxId id, std::uint32_t uidvalidity, std::uint32_t uid, FetchedState state) {
  tx.sql().run("update fetched_mails set state = :state where mailbox = :id and uidvalidity = :validity and uid = :uid",
               state, id, uidvalidity, uid);
}

std::int64_t retry_left(Tx& tx, MailboxId id) {
  const std::int64_t left = count_left(tx, id);
  tx.sql().run("update fetched_mails set state = 5 where mailbox = :id and state in (3, 4)", id);
  return left;
}

bool was_fetched_before(Tx& tx, MailboxId id, std::uint32_t uidvalidity, const std::string& digest) {
  return tx.sql().number(
             "select count(*) from fetched_mails where mailbox = :id and digest = :digest and uidvalidity <> :validity",
             id, digest, uidvalidity) > 0;
}

void forget_fetched_before(Tx& tx, MailboxId id, std::uint32_t uidvalidity) {
  tx.sql().run("delete from fetched_mails where mailbox = :id and uidvalidity <> :validity", id, uidvalidity);
}

std::int64_t count_left(Tx& tx, MailboxId id) {
  return tx.sql().number("select count(*) from fetched_mails where mailbox = :id and state <> 2 and state in (3, 4)",
                         id);
}

}  // namespace suki::store
