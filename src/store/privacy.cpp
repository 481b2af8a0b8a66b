/// Erasing what people said and who they are. History stays: it holds numbers only.
#include <limits>
#include <set>

#include "base/text.h"
#include "store/files.h"
#include "store/hash.h"
#include "store/imported.h"
#include "store/mail_thread.h"
#include "store/message_mail.h"
#include "store/remote_pictures.h"
#include "store/search.h"
#include "store/sql.h"
#include "store/tx.h"

namespace suki::store {
namespace {

using Num = std::int64_t;
using Text = std::string;

#define SUKI_ERASURE_COLUMNS                                                                                      \
  "customer, reason, asked_by, asked_at, done_at, first_conversation, first_at, conversations, messages, files, " \
  "mails"

ErasureRecord to_erasure(const std::tuple<Num, Num, Num, Num, Num, Num, Num, Num, Num, Num, Num>& row) {
  const auto& [customer, reason, by, asked, done, first, first_at, conversations, messages, files, mails] = row;
  return {CustomerId(customer), static_cast<ErasureReason>(reason),
          AgentId(by),          Instant{asked},
          Instant{done},        ConversationId(first),
          Instant{first_at},    {conversations, messages, files, mails}};
}

std::vector<ErasureRecord> to_erasures(
    const std::vector<std::tuple<Num, Num, Num, Num, Num, Num, Num, Num, Num, Num, Num>>& rows) {
  std::vector<ErasureRecord> result;
  for (const auto& row : rows) result.push_back(to_erasure(row));
  return result;
}

constexpr const char* scrub_setting = "scrub";

}  // namespace

CustomerHoldings Tx::holdings(CustomerId id) {
  CustomerHoldings h;
  h.conversations = sql_.number("select count(*) from conversations where customer = :id", id);
  h.unsolved = sql_.number("select count(*) from conversations where customer = :id and unsolved = 1", id);
  for (const auto& [kind, n] : sql_.rows<Num, Num>(
           "select m.kind, count(*) from conversations c join messages m on m.conversation = c.id where c.customer = "
           ":id and c.erased_at = 0 group by m.kind",
           id)) {
    (kind == static_cast<Num>(MessageKind::note) ? h.notes : h.messages) += n;
  }
  if (const auto files = sql_.row<Num, Num>(
          "select count(*), cast(coalesce(sum(a.size), 0) as bigint) from conversations c join messages m on "
          "m.conversation = c.id join attachments a on a.message = m.id where c.customer = :id",
          id))
    std::tie(h.files, h.file_bytes) = *files;
  if (const auto mails = sql_.row<Num, Num>(
          "select count(*), cast(coalesce(sum(length(r.bytes)), 0) as bigint) from conversations c join messages m on "
          "m.conversation = c.id join raw_mails r on r.message = m.id where c.customer = :id",
          id))
    std::tie(h.mails, h.mail_bytes) = *mails;
  h.drafts = sql_.number(
      "select count(*) from conversations c join drafts d on d.conversation = c.id where c.customer = :id and (d.body "
      "<> '' or d.uploads <> '')",
      id);
  h.waiting_mails = sql_.number(
      "select count(*) from conversations c join messages m on m.conversation = c.id join outbox o on o.message = "
      "m.id where c.customer = :id and o.state = 0",
      id);
  return h;
}

std::vector<CustomerId> Tx::customers_with_email(const std::string& email, CustomerId but, int limit) {
  std::vector<CustomerId> result;
  if (email.empty()) return result;
  for (const auto& [id] : sql_.rows<Num>(
           "select id from customers where email = :email and id <> :id order by id limit :limit", email, but, limit))
    result.emplace_back(id);
  return result;
}

void Tx::begin_erasure(const ErasureRecord& e) {
  writing().must_be_alone();
  sql_.run(
      "update customers set name = '', email = '', language = 0, segment = 0, erased_at = :at where id = :id and "
      "erased_at = 0",
      e.asked_at, e.customer);
  forget_imported(*this, e.customer);
  sql_.run(
      "insert into erasures (customer, reason, asked_by, asked_at, done_at, first_conversation, first_at, "
      "conversations, messages, files, mails) values (:customer, :reason, :by, :asked, :done, :first, :first_at, "
      ":conversations, :messages, :files, :mails) on conflict (customer) do nothing",
      e.customer, e.reason, e.asked_by, e.asked_at, e.done_at, e.first_conversation, e.first_at, e.counts.conversations,
      e.counts.messages, e.counts.files, e.counts.mails);
}

void Tx::update_erasure(const ErasureRecord& e) {
  writing().must_be_alone();
  sql_.run(
      "update erasures set done_at = :done, conversations = :conversations, messages = :messages, files = :files, "
      "mails = :mails where customer = :customer",
      e.done_at, e.counts.conversations, e.counts.messages, e.counts.files, e.counts.mails, e.customer);
}

std::optional<ErasureRecord> Tx::find_erasure(CustomerId id) {
  auto row = sql_.row<Num, Num, Num, Num, Num, Num, Num, Num, Num, Num, Num>(
      "select " SUKI_ERASURE_COLUMNS " from erasures where customer = :id", id);
  if (!row) return std::nullopt;
  return to_erasure(*row);
}

std::optional<ErasureRecord> Tx::next_erasure() {
  auto row = sql_.row<Num, Num, Num, Num, Num, Num, Num, Num, Num, Num, Num>(
      "select " SUKI_ERASURE_COLUMNS " from erasures where done_at = 0 order by asked_at, customer limit 1");
  if (!row) return std::nullopt;
  return to_erasure(*row);
}

std::vector<ErasureRecord> Tx::erasures(const ErasureKey* before, int limit) {
  constexpr Num high = std::numeric_limits<Num>::max();
  const ErasureKey key = before != nullptr ? *before : ErasureKey{high, high};
  return to_erasures(sql_.rows<Num, Num, Num, Num, Num, Num, Num, Num, Num, Num, Num>(
      "select " SUKI_ERASURE_COLUMNS
      " from erasures where (asked_at, customer) < (:at, :customer) order by asked_at desc, customer desc limit :limit",
      key.asked_at, key.customer, limit));
}

std::vector<ErasureRecord> Tx::erasures_after(CustomerId after, int limit) {
  return to_erasures(sql_.rows<Num, Num, Num, Num, Num, Num, Num, Num, Num, Num, Num>(
      "select " SUKI_ERASURE_COLUMNS " from erasures where customer > :after order by customer limit :limit", after,
      limit));
}

std::vector<ConversationId> Tx::conversations_to_erase(CustomerId id, int limit) {
  std::vector<ConversationId> result;
  for (const auto& [conversation] : sql_.rows<Num>(
           "select id from conversations where customer = :id and erased_at = 0 order by id limit :limit", id, limit))
    result.emplace_back(conversation);
  return result;
}

std::vector<ConversationId> Tx::conversations_to_forget(Instant before, int limit) {
  std::vector<ConversationId> result;
  for (const auto& [id] : sql_.rows<Num>(
           "select id from conversations where unsolved = 0 and erased_at = 0 and last_at < :before order by last_at, "
           "id limit :limit",
           before, limit))
    result.emplace_back(id);
  return result;
}

std::int64_t Tx::count_conversations_to_forget(Instant before) {
  return sql_.number("select count(*) from conversations where unsolved = 0 and erased_at = 0 and last_at < :before",
                     before);
}

Tx::CustomersToForget Tx::customers_to_forget(Instant before, CustomerId after, int stretch) {
  CustomersToForget result;
  result.last = after;
  const auto rows = sql_.rows<Num, Num>(
      "select u.id, cast(case when u.erased_at = 0 and exists (select 1 from conversations c where c.customer = u.id) "
      "and "
      "not exists (select 1 from conversations c where c.customer = u.id and (c.unsolved = 1 or c.last_at >= :before)) "
      "then 1 else 0 end as bigint) from customers u where u.id > :after order by u.id limit :limit",
      before, after, stretch);
  for (const auto& [id, due] : rows) {
    result.last = CustomerId(id);
    if (due != 0) result.found.emplace_back(id);
  }
  result.done = static_cast<int>(rows.size()) < stretch;
  return result;
}

std::vector<Forgettable> Tx::next_to_forget(const ForgetKey* after, int limit) {
  const ForgetKey key = after != nullptr ? *after : ForgetKey{std::numeric_limits<Num>::min(), 0};
  std::vector<Forgettable> result;
  for (const auto& [id, customer, last] : sql_.rows<Num, Num, Num>(
           "select id, customer, last_at from conversations where unsolved = 0 and erased_at = 0 and (last_at, id) > "
           "(:at, :id) order by last_at, id limit :limit",
           key.last_at, key.conversation, limit))
    result.push_back({ConversationId(id), CustomerId(customer), Instant{last}});
  return result;
}

Tx::NextCustomers Tx::next_customers_to_forget(const ForgetKey* after, int stretch, int limit) {
  NextCustomers result;
  result.last = after != nullptr ? *after : ForgetKey{std::numeric_limits<Num>::min(), 0};
  const auto rows = sql_.rows<Num, Num, Num, Num>(
      "select c.id, c.customer, c.last_at, cast(case when exists (select 1 from customers u where u.id = c.customer "
      "and u.erased_at = 0) and not exists (select 1 from conversations d where d.customer = c.customer and "
      "(d.unsolved "
      "= 1 or (d.last_at, d.id) > (c.last_at, c.id))) then 1 else 0 end as bigint) from conversations c where "
      "(c.last_at, c.id) > (:at, :id) order by c.last_at, c.id limit :limit",
      result.last.last_at, result.last.conversation, stretch);
  for (const auto& [id, customer, last, is_next] : rows) {
    if (static_cast<int>(result.found.size()) == limit) return result;
    result.last = {last, id};
    if (is_next != 0) result.found.push_back({ConversationId(id), CustomerId(customer), Instant{last}});
  }
  result.done = static_cast<int>(rows.size()) < stretch;
  return result;
}

/// Uploads that drafts about it and replies that wait name, with their contents.
std::int64_t Tx::erase_drafts(ConversationId id) {
  std::int64_t files = 0;
  std::set<Text> digests;
  std::vector<Text> tokens = erase_message_mail(*this, id);
  for (const auto& [uploads] : sql_.rows<Text>(
           "select uploads from drafts where conversation = :id and uploads <> '' order by agent, kind", id))
    for (const std::string_view token : split(uploads, ' ')) tokens.emplace_back(token);
  for (const Text& token : tokens) {
    const auto upload = find_upload(token);
    if (!upload) continue;
    digests.insert(upload->digest);
    remove_upload(token);
    ++files;
  }
  sql_.run("delete from drafts where conversation = :id", id);
  for (const Text& digest : digests) forget_content(digest);
  return files;
}

void Tx::forget_content(const std::string& digest) {
  wrote(Lock::raw_mail, hash_of(digest));
  store::forget_content(sql_, digest);
}

std::int64_t Tx::erase_files(ConversationId id) {
  std::int64_t files = 0;
  std::set<Text> digests;
  for (const AttachmentRecord& file : attachments(id)) {
    digests.insert(file.digest);
    ++files;
  }
  if (files == 0) return 0;
  sql_.run("delete from attachments where message in (select id from messages where conversation = :id)", id);
  for (const Text& digest : digests) forget_content(digest);
  return files;
}

/// What went out and what is to. A mail that waits is never sent: its bytes are gone. Notices to staff name the
/// customer and the subject: of those the staff's own address stays.
void Tx::erase_outgoing(ConversationId id) {
  sql_.run(
      "update outbox set data = :empty, to_address = '', last_error = '', state = case when state = 0 then 2 else "
      "state end where message in (select id from messages where conversation = :id)",
      BytesView{""}, id);
  sql_.run(
      "update outbox set data = :empty, last_error = '', state = case when state = 0 then 2 else state end where id in "
      "(select outbox from notices where conversation = :id and outbox <> 0)",
      BytesView{""}, id);
  sql_.run("update notices set mail_id = '' where conversation = :id", id);
}

ErasedCounts Tx::erase_texts(ConversationId id, Instant now) {
  writing().must_be_alone();
  wrote(Lock::conversation, key_of(id));
  ErasedCounts counts;
  counts.conversations = 1;
  for (const auto& [message, has_raw] :
       sql_.rows<Num, Num>("select id, has_raw from messages where conversation = :id order by id", id)) {
    unindex_message(MessageId(message));
    ++counts.messages;
    counts.mails += has_raw;
  }
  counts.files = erase_drafts(id) + erase_files(id);
  erase_outgoing(id);
  forget_pictures(*this, id);
  sql_.run("delete from mail_origins where message in (select id from messages where conversation = :id)", id);
  sql_.run("delete from raw_mails where message in (select id from messages where conversation = :id)", id);
  sql_.run("delete from mail_html where message in (select id from messages where conversation = :id)", id);
  sql_.run("delete from message_texts where message in (select id from messages where conversation = :id)", id);
  sql_.run("update messages set mail_id = '', has_raw = 0 where conversation = :id", id);
  sql_.run("update conversation_texts set subject = '', preview = '' where conversation = :id", id);
  forget_names(*this, id);
  sql_.run("delete from links where conversation = :id", id);
  forget_imported(*this, id);
  sql_.run("delete from requests where conversation = :id", id);
  sql_.run("update conversations set erased_at = :now where id = :id", now, id);
  return counts;
}

void Tx::add_retention(const RetentionDay& d) {
  sql_.run(
      "insert into retention_days (day, plan_version, conversations, customers, messages, files, mails) values (:day, "
      ":plan, :conversations, :customers, :messages, :files, :mails) on conflict (day) do update set plan_version = "
      "excluded.plan_version, conversations = retention_days.conversations + excluded.conversations, customers = "
      "retention_days.customers + excluded.customers, messages = retention_days.messages + excluded.messages, files = "
      "retention_days.files + excluded.files, mails = retention_days.mails + excluded.mails",
      d.day, d.plan, d.counts.conversations, d.customers, d.counts.messages, d.counts.files, d.counts.mails);
}

std::vector<RetentionDay> Tx::retention_days(int limit) {
  std::vector<RetentionDay> result;
  for (const auto& [day, plan, conversations, customers, messages, files, mails] :
       sql_.rows<Num, Num, Num, Num, Num, Num, Num>(
           "select day, plan_version, conversations, customers, messages, files, mails from retention_days order by "
           "day desc limit :limit",
           limit))
    result.push_back(
        {day, PlanVersion(static_cast<std::int32_t>(plan)), customers, {conversations, messages, files, mails}});
  return result;
}

// INVARIANT (gone for good): after a text was erased, `scrub` is not '' until search has been merged and the log of
// writes been folded, so that no file of the store holds its bytes. It is kept, so that a kill loses nothing of it.
void Tx::want_scrub() {
  set_setting(scrub_setting, "search");
}

bool Tx::scrub(int pages) {
  const Text state = setting(scrub_setting);
  if (state.empty()) return false;
  if (state == "search" || state == "merging") {
    // A group's words are taken out at its end: what was erased just before this in the same group is not out yet.
    const auto waits = [](const Pending& part) { return !part.words.empty(); };
    if (state == "search" && (waits(writing().pending) || (writing().earlier != nullptr && waits(*writing().earlier))))
      return true;
    const bool more = search_engine(sql_).merge(sql_, state == "search" ? -pages : pages);
    set_setting(scrub_setting, more ? "merging" : "log");
    return true;
  }
  if (!writing().log_is_folded()) {
    writing().fold_log();
    return true;
  }
  set_setting(scrub_setting, "");
  return false;
}

bool Tx::is_scrubbed() {
  return setting(scrub_setting).empty();
}

std::vector<SentMail> Tx::sent_mails(ConversationId id) {
  std::vector<SentMail> result;
  for (const auto& [outbox, message] : sql_.rows<Num, Num>("select o.id, o.message from outbox o join messages m on "
                                                           "m.id = o.message where m.conversation = :id order by "
                                                           "o.id",
                                                           id))
    result.push_back({outbox, MessageId(message)});
  return result;
}

std::vector<std::pair<MessageId, std::int64_t>> Tx::raw_mail_sizes(ConversationId id) {
  std::vector<std::pair<MessageId, std::int64_t>> result;
  for (const auto& [message, bytes] : sql_.rows<Num, Num>(
           "select r.message, cast(length(r.bytes) as bigint) from messages m join raw_mails r on r.message = m.id "
           "where m.conversation = :id order by r.message",
           id))
    result.emplace_back(MessageId(message), bytes);
  return result;
}

std::vector<DraftRecord> Tx::drafts_about(ConversationId id) {
  std::vector<DraftRecord> result;
  for (const auto& [agent, kind] : sql_.rows<Num, Num>(
           "select agent, kind from drafts where conversation = :id and (body <> '' or uploads <> '') order by agent, "
           "kind",
           id))
    if (auto draft = find_draft(AgentId(agent), id, static_cast<MessageKind>(kind)))
      result.push_back(std::move(*draft));
  return result;
}

}  // namespace suki::store
