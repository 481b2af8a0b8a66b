/// What a check of the whole store asks: everything in order (counts again from the rows: tallies.cpp).
#include <algorithm>

#include <fmt/format.h>

#include "base/number.h"
#include "store/hash.h"
#include "store/mail_thread.h"
#include "store/sql.h"
#include "store/tx.h"

namespace suki::store {
namespace {

using Num = std::int64_t;

}  // namespace

std::vector<ConversationId> Tx::conversations_after(ConversationId after, int limit) {
  std::vector<ConversationId> result;
  for (const auto& [id] :
       sql_.rows<Num>("select id from conversations where id > :after order by id limit :limit", after, limit))
    result.emplace_back(id);
  return result;
}

std::vector<std::string> Tx::wrong_counters() {
  struct Numbered {
    const char *counter, *table, *query;
  };
  constexpr Numbered all[] = {
      {"conversation", "conversations", "select coalesce(max(id), 0) from conversations"},
      {"message", "messages", "select coalesce(max(id), 0) from messages"},
      {"customer", "customers", "select coalesce(max(id), 0) from customers"},
      {"agent", "accounts", "select coalesce(max(id), 0) from accounts"},
      {"attachment", "attachments", "select coalesce(max(id), 0) from attachments"},
      {"outbox", "outbox", "select coalesce(max(id), 0) from outbox"},
      {"notice", "notices", "select coalesce(max(id), 0) from notices"},
      {"saved_view", "saved_views", "select coalesce(max(id), 0) from saved_views"},
      {"membership", "memberships", "select coalesce(max(id), 0) from memberships"},
      {"shift", "shifts", "select coalesce(max(id), 0) from shifts"},
      {"mailbox", "mailboxes", "select coalesce(max(id), 0) from mailboxes"},
      {position_name, "input_log", "select coalesce(max(position), 0) from input_log"},
  };
  std::vector<std::string> wrong;
  for (const Numbered& numbered : all) {
    const auto given = sql_.row<Num>("select value from counters where name = :name", numbered.counter);
    const Num last = sql_.number(numbered.query);
    const Num counter = given ? std::get<0>(*given) : 0;
    if (last > counter)
      wrong.push_back(fmt::format("{} has number {}, but the last that was given is {}: it would be given again",
                                  numbered.table, last, counter));
  }
  return wrong;
}

std::vector<std::string> Tx::wrong_references() {
  struct Kind {
    const char *sentence, *query;
  };
  constexpr Kind all[] = {
      {"mail {} of the outbox carries message {}, which is not there",
       "select o.id, o.message from outbox o where o.message <> 0 and not exists (select 1 from messages m where m.id "
       "= "
       "o.message) order by o.id limit 20"},
      {"notice {} went out as mail {} of the outbox, which is not there",
       "select n.id, n.outbox from notices n where n.outbox <> 0 and not exists (select 1 from outbox o where o.id = "
       "n.outbox) order by n.id limit 20"},
      {"notice {} is of event {} of its conversation, which is not there",
       "select n.id, n.event from notices n where not exists (select 1 from events e where e.conversation = "
       "n.conversation and e.number = n.event) order by n.id limit 20"},
      {"message {} of conversation {} came as a mail, whose bytes are not there",
       "select m.id, m.conversation from messages m where m.has_raw = 1 and not exists (select 1 from raw_mails r "
       "where "
       "r.message = m.id) order by m.id limit 20"},
      {"attachment {} of message {} has not the bytes that it is said to have",
       "select a.id, a.message from attachments a where a.size <> coalesce((select length(b.bytes) from blobs b where "
       "b.digest = a.digest), -1) order by a.id limit 20"},
      {"mail {} in quarantine has not the {} bytes that it is said to have",
       "select q.id, q.size from quarantine q where q.size <> coalesce((select length(b.bytes) from blobs b where "
       "b.digest = q.digest), -1) order by q.id limit 20"},
      {"picture {} of message {}, fetched from elsewhere, is not there",
       "select p.number, p.message from remote_pictures p where p.state = 1 and not exists (select 1 from blobs b "
       "where "
       "b.digest = p.digest) order by p.message, p.number limit 20"},
      {"conversation {} goes on from conversation {}, which is not there",
       "select c.id, c.continues from conversations c where c.continues <> 0 and not exists (select 1 from "
       "conversations f where f.id = c.continues) order by c.id limit 20"},
      {"place {} of the input log was decided under plan version {}, though a later one had been in force before",
       "select position, in_force from (select position, in_force, max(in_force) over (order by position) as newest "
       "from input_log where conversation <> 0) i where in_force < newest order by position limit 20"},
      {"message {} of conversation {} has a text, but the conversation was erased",
       "select m.id, m.conversation from conversations c join messages m on m.conversation = c.id where c.erased_at <> "
       "0 and (m.mail_id <> '' or m.has_raw <> 0 or exists (select 1 from message_texts t where t.message = m.id) or "
       "exists (select 1 from attachments a where a.message = m.id)) order by m.id limit 20"},
      {"message {} of conversation {} has recipients or a layout, but the conversation was erased",
       "select w.message, c.id from message_mail w join messages m on m.id = w.message join conversations c on c.id = "
       "m.conversation where c.erased_at <> 0 order by w.message limit 20"},
      {"reply {} waits to go out in conversation {}, which was erased",
       "select h.id, c.id from held_replies h join conversations c on c.id = h.conversation where c.erased_at <> 0 "
       "order by h.id limit 20"},
      {"conversation {} of customer {} was erased, but has a subject, a draft or a private link",
       "select c.id, c.customer from conversations c where c.erased_at <> 0 and (exists (select 1 from "
       "conversation_texts t where t.conversation = c.id and (t.subject <> '' or t.preview <> '')) or exists (select 1 "
       "from drafts d where d.conversation = c.id and d.body <> '') or exists (select 1 from links l where "
       "l.conversation = c.id)) order by c.id limit 20"},
      {"customer {} was erased, but is still known by name or address; its erasure was asked for at {}",
       "select u.id, u.erased_at from customers u where u.erased_at <> 0 and (u.name <> '' or u.email <> '' or not "
       "exists (select 1 from erasures e where e.customer = u.id)) order by u.id limit 20"},
      {"customer {} was erased, but conversation {} was not",
       "select e.customer, c.id from erasures e join conversations c on c.customer = e.customer where e.done_at <> 0 "
       "and c.erased_at = 0 order by c.id limit 20"},
      {"what was imported at {} is said to be conversation {}, which is not there",
       "select i.at, i.conversation from imported i where i.conversation <> 0 and not exists (select 1 from "
       "conversations c where c.id = i.conversation) order by i.conversation limit 20"},
      {"conversation {} of customer {} was erased, but how it was called elsewhere was not",
       "select c.id, c.customer from imported i join conversations c on c.id = i.conversation where i.conversation <> "
       "0 "
       "and c.erased_at <> 0 and (i.external_id <> '' or i.tags <> '') order by c.id limit 20"},
      {"place {} of the input log is of conversation {}, which is not there",
       "select i.position, i.conversation from input_log i where i.conversation <> 0 and not exists (select 1 from "
       "conversations c where c.id = i.conversation) order by i.position limit 20"},
  };
  std::vector<std::string> wrong;
  for (const Kind& kind : all)
    for (const auto& [id, other] : sql_.rows<Num, Num>(kind.query))
      wrong.push_back(fmt::format(fmt::runtime(kind.sentence), id, other));
  for (std::string& sentence : wrong_mail_threads(*this)) wrong.push_back(std::move(sentence));
  return wrong;
}

Tx::ContentCheck Tx::check_contents(const std::string& after, std::int64_t bytes) {
  using Text = std::string;
  constexpr const char* mails = "mails ";
  constexpr int at_once = 200;
  ContentCheck check;
  check.last = after;
  std::int64_t seen = 0;
  if (!after.starts_with(mails)) {
    const auto contents =
        sql_.rows<Text>("select digest from blobs where digest > :after order by digest limit :limit", after, at_once);
    for (const auto& [digest] : contents) {
      if (seen >= bytes) return check;
      const Text held = content(digest).value_or("");
      seen += static_cast<std::int64_t>(held.size()) + 1;
      check.last = digest;
      if (sha256_hex(held) == digest) continue;
      const auto file =
          sql_.row<Num, Num>("select id, message from attachments where digest = :digest order by id limit 1", digest);
      check.wrong.push_back(
          file
              ? fmt::format("the content of attachment {} of message {} is not what came: its SHA-256 differs",
                            std::get<0>(*file), std::get<1>(*file))
              : fmt::format("the content {} of an upload is not what came: its SHA-256 differs", digest.substr(0, 12)));
    }
    if (static_cast<int>(contents.size()) == at_once) return check;
    check.last = Text(mails) + "0";
  }
  const Num from = parse_whole(check.last.substr(Text(mails).size())).value_or(0);
  const auto raw = sql_.rows<Num, Text>(
      "select message, digest from raw_mails where message > :after order by message limit :limit", from, at_once);
  for (const auto& [message, digest] : raw) {
    if (seen >= bytes) return check;
    const Text held = raw_mail(MessageId(message)).value_or("");
    seen += static_cast<std::int64_t>(held.size()) + 1;
    check.last = mails + std::to_string(message);
    if (sha256_hex(held) != digest)
      check.wrong.push_back(fmt::format("the mail kept of message {} is not what came: its SHA-256 differs", message));
  }
  check.done = static_cast<int>(raw.size()) < at_once;
  return check;
}

}  // namespace suki::store
