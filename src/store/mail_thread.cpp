#include "store/mail_thread.h"

#include <algorithm>

#include <fmt/format.h>

#include "store/sql.h"
#include "store/tx.h"

namespace suki::store {
namespace {

using Num = std::int64_t;
using Text = std::string;

MailLinkRecord to_link(const std::tuple<Num, Num, Num, Num, Num>& row) {
  const auto& [conversation, other, message, cause, claim] = row;
  return {ConversationId(conversation), ConversationId(other), MessageId(message), static_cast<LinkCause>(cause),
          static_cast<Claim>(claim)};
}

CustomerAddressRecord to_address(const std::tuple<Text, Num, Num, Num, Num>& row) {
  const auto& [email, customer, was, by, at] = row;
  return {email, CustomerId(customer), CustomerId(was), AgentId(by), Instant{at}};
}

std::vector<ConversationId> to_conversations(const std::vector<std::tuple<Num>>& rows) {
  std::vector<ConversationId> result;
  for (const auto& [id] : rows) result.emplace_back(id);
  return result;
}

}  // namespace

// ---- the graph of Message-IDs

std::vector<MailName> find_named(Tx& tx, const std::string& mail_id) {
  std::vector<MailName> result;
  if (mail_id.empty()) return result;
  for (const auto& [conversation, message] : tx.sql().rows<Num, Num>(
           "select conversation, id from (select conversation, id from (select conversation, id from messages where "
           "mail_id = :mail order by id desc limit 10) m union all select conversation, id from (select conversation, "
           "0 "
           "as id from mail_references where mail = :named order by conversation desc limit 10) r) f order by id desc, "
           "conversation desc",
           mail_id, mail_id))
    result.push_back({ConversationId(conversation), MessageId(message)});
  return result;
}

std::vector<MailHead> newest_mails(Tx& tx, ConversationId id, int limit) {
  std::vector<MailHead> result;
  for (const auto& [message, kind, has_raw, email] : tx.sql().rows<Num, Num, Num, Text>(
           "select m.id, m.kind, m.has_raw, coalesce(lower(t.email), '') from messages m left join message_texts t on "
           "t.message = m.id where m.conversation = :id and m.kind <> :note order by m.id desc limit :limit",
           id, MessageKind::note, limit))
    result.push_back({MessageId(message), kind == static_cast<Num>(MessageKind::customer), has_raw != 0, email});
  return result;
}

std::string raw_mail_start(Tx& tx, MessageId message, int bytes) {
  auto row = tx.sql().row<Bytes>("select substr(bytes, 1, cast(:bytes as integer)) from raw_mails where message = :id",
                                 bytes, message);
  return row ? std::move(std::get<0>(*row).value) : std::string();
}

std::vector<MessageId> messages_with(Tx& tx, const std::string& mail_id, int limit) {
  std::vector<MessageId> result;
  if (mail_id.empty()) return result;
  for (const auto& [id] :
       tx.sql().rows<Num>("select id from messages where mail_id = :mail order by id limit :limit", mail_id, limit))
    result.emplace_back(id);
  return result;
}

void add_name(Tx& tx, const std::string& mail_id, ConversationId conversation) {
  tx.sql().run(
      "insert into mail_references (mail, conversation) values (:mail, :conversation) on conflict (mail, conversation) "
      "do nothing",
      mail_id, conversation);
}

// ---- links

void add_mail_link(Tx& tx, const MailLinkRecord& link) {
  tx.sql().run(
      "insert into mail_links (conversation, other, message, cause, claim) values (:conversation, :other, :message, "
      ":cause, :claim)",
      link.conversation, link.other, link.message, link.cause, link.claim);
}

std::vector<MailLinkRecord> mail_links(Tx& tx, ConversationId id, int limit) {
  std::vector<MailLinkRecord> result;
  if (auto own = find_mail_link(tx, id)) result.push_back(*own);
  for (const auto& row : tx.sql().rows<Num, Num, Num, Num, Num>(
           "select conversation, other, message, cause, claim from mail_links where other = :id order by conversation "
           "desc limit :limit",
           id, limit))
    result.push_back(to_link(row));
  return result;
}

std::optional<MailLinkRecord> find_mail_link(Tx& tx, ConversationId opened) {
  const auto row = tx.sql().row<Num, Num, Num, Num, Num>(
      "select conversation, other, message, cause, claim from mail_links where conversation = :id", opened);
  if (!row) return std::nullopt;
  return to_link(*row);
}

void set_claim(Tx& tx, ConversationId opened, Claim claim) {
  tx.sql().run("update mail_links set claim = :claim where conversation = :id", claim, opened);
}

// ---- further addresses of a customer

std::vector<CustomerAddressRecord> customer_addresses(Tx& tx, CustomerId id) {
  std::vector<CustomerAddressRecord> result;
  for (const auto& row : tx.sql().rows<Text, Num, Num, Num, Num>(
           "select email, customer, was, added_by, at from customer_addresses where customer = :id order by at, email",
           id))
    result.push_back(to_address(row));
  return result;
}

std::optional<CustomerAddressRecord> find_customer_address(Tx& tx, const std::string& email) {
  const auto row = tx.sql().row<Text, Num, Num, Num, Num>(
      "select email, customer, was, added_by, at from customer_addresses where email = :email", email);
  if (!row) return std::nullopt;
  return to_address(*row);
}

std::vector<ConversationId> join_customer(Tx& tx, const CustomerAddressRecord& a) {
  auto moved =
      to_conversations(tx.sql().rows<Num>("select id from conversations where customer = :was order by id", a.was));
  // What came to them from a third one goes back there, if ever.
  tx.sql().run(
      "insert into moved_conversations (conversation, was) select c.id, c.customer from conversations c where "
      "c.customer = :was and not exists (select 1 from moved_conversations m where m.conversation = c.id)",
      a.was);
  tx.sql().run("update conversations set customer = :customer where customer = :was", a.customer, a.was);
  tx.sql().run("update customer_addresses set customer = :customer where customer = :was", a.customer, a.was);
  tx.sql().run(
      "insert into customer_addresses (email, customer, was, added_by, at) values (:email, :customer, :was, :by, :at)",
      a.email, a.customer, a.was, a.by, a.at);
  return moved;
}

std::vector<ConversationId> part_customer(Tx& tx, const CustomerAddressRecord& a) {
  auto moved = to_conversations(
      tx.sql().rows<Num>("select conversation from moved_conversations where was = :was order by conversation", a.was));
  tx.sql().run(
      "update conversations set customer = :was where id in (select conversation from moved_conversations where was = "
      ":from)",
      a.was, a.was);
  tx.sql().run("delete from moved_conversations where was = :was", a.was);
  tx.sql().run("delete from customer_addresses where email = :email", a.email);
  return moved;
}

void note_moved(Tx& tx, ConversationId id, CustomerId was) {
  tx.sql().run("insert into moved_conversations (conversation, was) values (:id, :was)", id, was);
}

// ---- delivery reports, parked addresses

void add_mail_report(Tx& tx, const MailReportRecord& r) {
  tx.sql().run("insert into mail_reports (report, message, hard, status) values (:report, :message, :hard, :status)",
               r.report, r.message, r.hard, r.status);
}

std::vector<MailReportRecord> mail_reports(Tx& tx, ConversationId id) {
  std::vector<MailReportRecord> result;
  for (const auto& [report, message, hard, status] : tx.sql().rows<Num, Num, Num, Text>(
           "select r.report, r.message, r.hard, r.status from messages m join mail_reports r on r.message = m.id where "
           "m.conversation = :id order by r.report",
           id))
    result.push_back({MessageId(report), MessageId(message), hard != 0, status});
  return result;
}

std::optional<ParkedRecord> find_parked(Tx& tx, const std::string& address) {
  const auto row = tx.sql().row<Text, Text, Num, Num>(
      "select address, status, report, at from parked_addresses where address = :address", address);
  if (!row) return std::nullopt;
  return ParkedRecord{std::get<0>(*row), std::get<1>(*row), MessageId(std::get<2>(*row)), Instant{std::get<3>(*row)}};
}

void park(Tx& tx, const ParkedRecord& p) {
  tx.sql().run(
      "insert into parked_addresses (address, status, report, at) values (:address, :status, :report, :at) on conflict "
      "(address) do nothing",
      p.address, p.status, p.report, p.at);
  tx.sql().run(
      "update outbox set state = 2, claimed = 0, last_error = :held where state = 0 and to_address = :address and "
      "message <> 0",
      held_error, p.address);
}

bool unpark(Tx& tx, const std::string& address, Instant now) {
  if (!find_parked(tx, address)) return false;
  tx.sql().run("delete from parked_addresses where address = :address", address);
  tx.sql().run(
      "update outbox set state = 0, attempts = 0, next_at = :now, last_error = '' where state = 2 and last_error = "
      ":held and to_address = :address and message in (select id from messages where kind in (:reply, :note))",
      now, held_error, address, MessageKind::reply, MessageKind::note);
  return true;
}

std::vector<MessageToParked> messages_to_parked(Tx& tx, ConversationId id) {
  std::vector<MessageToParked> result;
  for (
      const auto& [message, held, all] : tx.sql().rows<Num, Num, Num>(
          "select m.id, cast(sum(case when o.last_error = :held then 1 else 0 end) as bigint), count(*) from messages "
          "m join outbox o on o.message = m.id where m.conversation = :id group by m.id having sum(case when o.state = "
          "2 and o.last_error = :error then 1 else 0 end) > 0 and sum(case when o.state = 2 and o.last_error <> :other "
          "then 1 else 0 end) = 0 order by m.id",
          held_error, id, held_error, held_error))
    result.push_back({MessageId(message), held == all});
  return result;
}

std::vector<std::int64_t> mails_of(Tx& tx, MessageId message) {
  std::vector<std::int64_t> result;
  for (const auto& [id] : tx.sql().rows<Num>("select id from outbox where message = :id order by id", message))
    result.push_back(id);
  return result;
}

std::vector<std::string> addresses_of_mail(Tx& tx, MessageId message) {
  std::vector<std::string> result;
  for (const auto& [address] : tx.sql().rows<Text>(
           "select lower(to_address) from outbox where message = :id and to_address <> '' order by id", message))
    result.push_back(address);
  return result;
}

// ---- how many automatic mails went out

AutomaticMails count_automatic_mails(Tx& tx, ConversationId id, CustomerId customer, Instant since) {
  return {tx.sql().number(
              "select count(*) from messages m join outbox o on o.message = m.id where m.conversation = :id and m.kind "
              "= :automatic and m.at > :since and o.state <> 2",
              id, MessageKind::automatic, since),
          tx.sql().number(
              "select count(*) from (select id from conversations where customer = :customer order by id desc limit "
              "30) c join messages m on m.conversation = c.id join outbox o on o.message = m.id where m.kind = "
              ":automatic and m.at > :since and o.state <> 2",
              customer, MessageKind::automatic, since)};
}

// ---- erasing

void forget_names(Tx& tx, ConversationId id) {
  tx.sql().run("delete from mail_references where conversation = :id", id);
  // Of people who got copies in it: nothing else says who they were.
  tx.sql().run("delete from parked_addresses where report in (select id from messages where conversation = :id)", id);
}

std::vector<CustomerId> forget_addresses(Tx& tx, CustomerId id) {
  std::vector<CustomerId> others;
  for (const auto& [was] :
       tx.sql().rows<Num>("select was from customer_addresses where customer = :id order by was", id))
    others.emplace_back(was);
  tx.sql().run(
      "delete from parked_addresses where address in (select email from customers where id = :id union all select "
      "email from customer_addresses where customer = :of or was = :was)",
      id, id, id);
  tx.sql().run("delete from customer_addresses where customer = :id or was = :was", id, id);
  tx.sql().run(
      "update mail_links set claim = :refused where claim = :open and (conversation in (select id from conversations "
      "where customer = :id) or other in (select id from conversations where customer = :other))",
      Claim::refused, Claim::open, id, id);
  return others;
}

std::optional<ConversationId> own_first_conversation(Tx& tx, CustomerId id) {
  const auto row = tx.sql().row<Num>(
      "select id from (select c.id from conversations c where c.customer = :id and not exists (select 1 from "
      "moved_conversations m where m.conversation = c.id) union all select m.conversation as id from "
      "moved_conversations m where m.was = :was) f order by id limit 1",
      id, id);
  if (!row) return std::nullopt;
  return ConversationId(std::get<0>(*row));
}

std::vector<std::string> wrong_mail_threads(Tx& tx) {
  struct Kind {
    const char *sentence, *query;
  };
  constexpr Kind all[] = {
      {"conversation {} was opened by a mail that named conversation {}, which is not there",
       "select l.conversation, l.other from mail_links l where not exists (select 1 from conversations c where c.id = "
       "l.other) order by l.conversation limit 20"},
      {"conversation {} was opened by message {}, which is not there",
       "select l.conversation, l.message from mail_links l where not exists (select 1 from messages m where m.id = "
       "l.message and m.conversation = l.conversation) order by l.conversation limit 20"},
      {"conversation {} was erased, but Message-IDs still lead to it; it was customer {}'s",
       "select c.id, c.customer from conversations c where c.erased_at <> 0 and exists (select 1 from mail_references "
       "r where r.conversation = c.id) order by c.id limit 20"},
      {"customer {} has an address that stood for customer {} before, who is not there",
       "select a.customer, a.was from customer_addresses a where not exists (select 1 from customers u where u.id = "
       "a.was) order by a.customer limit 20"},
      {"customer {} was erased, but has an address that stood for customer {} before",
       "select a.customer, a.was from customer_addresses a join customers u on u.id = a.customer or u.id = a.was where "
       "u.erased_at <> 0 order by a.customer limit 20"},
      {"conversation {} came from customer {}, who is not there",
       "select m.conversation, m.was from moved_conversations m where not exists (select 1 from customers u where u.id "
       "= m.was) order by m.conversation limit 20"},
      {"the delivery report {} is about message {}, which is not there",
       "select r.report, r.message from mail_reports r where not exists (select 1 from messages m where m.id = "
       "r.message) order by r.report limit 20"},
      {"an address is parked since {} for the delivery report {}, which is not there",
       "select p.at, p.report from parked_addresses p where not exists (select 1 from mail_reports r where r.report = "
       "p.report) order by p.at limit 20"},
  };
  std::vector<std::string> wrong;
  for (const Kind& kind : all)
    for (const auto& [id, other] : tx.sql().rows<Num, Num>(kind.query))
      wrong.push_back(fmt::format(fmt::runtime(kind.sentence), id, other));
  return wrong;
}

}  // namespace suki::store
