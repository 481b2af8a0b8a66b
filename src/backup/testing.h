/// For tests of this room: a small store with something in every kind of table, and work that goes on after it.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>

#include "store/hash.h"
#include "store/mail_origins.h"
#include "store/mailboxes.h"
#include "store/message_mail.h"
#include "store/quarantine.h"
#include "store/remote_pictures.h"
#include "store/store.h"
#include "store/tx.h"
#include "store_testing/dump.h"
#include "store_testing/engines.h"

namespace suki::backup {

inline std::unique_ptr<store::Store> open_store(const store::Options& options) {
  auto opened = store::Store::open(options);
  EXPECT_TRUE(opened.ok()) << (opened.ok() ? "" : opened.error().detail);
  return opened.ok() ? std::move(*opened) : nullptr;
}
inline std::unique_ptr<store::Store> open_store(const store_testing::TestPlace& place) {
  return open_store(place.options());
}

/// Neither folder nor tables: as somebody finds it who restores.
inline void make_empty(const store_testing::TestPlace& place) {
  if (place.engine() != "postgres") return;
  place.run("set client_min_messages to warning; drop schema public cascade");
  place.run("create schema public");
}

inline std::string dump_at(const std::string& data_dir, const std::string& url) {
  return url == "sqlite" ? store_testing::dump_sqlite(data_dir + "/suki.db") : store_testing::dump_postgres(url);
}

/// A customer's mail with all that hangs on it. `size` of the raw mail and of its attachment.
inline void write_mail(store::Tx& tx, const store::ConversationRecord& conversation, const std::string& text,
                       std::size_t size) {
  std::string raw;
  for (std::size_t i = 0; i < size; ++i) raw.push_back(static_cast<char>(i * 7 + i / 251));
  store::MessageRecord message;
  message.id = tx.new_message_id();
  message.conversation = conversation.state.id;
  message.at = Instant{1'000'000};
  message.has_raw = true;
  message.mail_id = std::to_string(message.id.value) + "@example.com";
  message.author = "Liza \xE2\x98\x80";
  message.text = text;
  tx.add_message(message);
  tx.add_raw_mail(message.id, raw, "digest" + std::to_string(message.id.value));
  tx.add_attachment({0, message.id, "fan.jpg", "image/jpeg", raw, static_cast<std::int64_t>(raw.size())});
  store::OutboxRecord mail;
  mail.message = message.id;
  mail.data = raw.substr(0, size / 2);
  mail.next_at = never;
  tx.add_outgoing(mail);
}

/// `large`: bytes of the largest raw mail.
inline void fill(const store_testing::TestPlace& place, std::size_t large = 1'500'000) {
  const auto store = open_store(place);
  const auto done = store->write_and_wait([large](store::Tx& tx) -> Result<void> {
    tx.set_setting("empty", "");
    tx.set_setting("odd", "tab\t, quote ', \xF0\x9F\x8C\x9E");
    tx.add_plan({{}, Instant{5}, "Nena", "why", "d"}, {{"plan.yaml", "suki: 1\n"}, {"empty.md", ""}});
    tx.add_plan_basis(PlanVersion(1), {{"zone", "Asia/Manila", "2025b", "z1", std::string("\0\xFF\1", 3)}});
    tx.add_symbol_names({{Symbol(1), PlanVersion(0), "form"}, {Symbol(1), PlanVersion(1), "web-form"}});
    store::AccountRecord account;
    account.login = "ana";
    account.skills = {"repair"};
    account.email = "ana@shop.example";
    const AgentId ana = tx.add_account(account);
    tx.add_session("token", {ana, "csrf", Instant{9}});
    tx.add_membership({0, {ana, Symbol(1), Instant{}, never}, Instant{2}, {}});
    tx.add_membership({0, {ana, Symbol(1), Instant{7}, Instant{8}}, Instant{2}, ana});
    tx.add_shift({0, ana, {desk::ShiftKind::shift, Instant{10}, Instant{20}}, Instant{2}, ana});
    tx.add_shift({0, ana, {desk::ShiftKind::absence, Instant{12}, Instant{13}}, Instant{2}, ana});
    tx.save_presence(ana, {desk::Presence::away, desk::PresenceCause::idle, true, Instant{3}});
    store::ConversationRecord record;
    record.state.id = tx.new_conversation_id();
    record.customer = tx.add_customer({{}, "Liza", "liza@example.net", Symbol(1), {}});
    tx.save_conversation(record, nullptr);
    tx.set_texts(record.state.id, "Broken fan", "It does not turn");
    tx.add_link("link", record.state.id);
    desk::Event event;
    event.due = Instant{std::numeric_limits<std::int64_t>::min()};
    for (std::uint32_t i = 1; i <= 5; ++i) {
      event.number = i;
      tx.append_event(record.state.id, event);
    }
    tx.append_input({0, Instant{3}, record.state.id, PlanVersion(1), {}, {}});
    write_mail(tx, record, "short", 0);
    write_mail(tx, record, std::string(large / 20, 'x'), 768);
    write_mail(tx, record, "large", large);
    store::add_message_mail(tx, {MessageId(2),
                                 true,
                                 Instant{7},
                                 "Fwd: fan",
                                 {{"", "p@example.com"}},
                                 {{"Ben", "b@example.com"}},
                                 {},
                                 1,
                                 "<p>x</p>"});
    store::add_held(tx, {0,
                         record.state.id,
                         ana,
                         store::HeldState::stopped,
                         Instant{8},
                         Instant{9},
                         true,
                         "moved",
                         "{}",
                         {"t1", "t2"}});
    store::set_draft_mail(tx, ana, record.state.id, store::MessageKind::reply, "{\"html\":\"\"}");
    tx.add_request("r1", {record.state.id, MessageId(1)}, Instant{4});
    tx.add_notice({0, record.state.id, 1, ana, store::NoticeProblem::none, 1, "n@example.com", {}});
    const CustomerId gone = tx.add_customer({{}, "Zenaida", "zenaida@example.net", {}, {}});
    tx.begin_erasure({gone, store::ErasureReason::duty, ana, Instant{11}, Instant{12}, {}, {}, {3, 14, 2, 1}});
    const CustomerId going = tx.add_customer({{}, "Ben", "ben@example.net", {}, {}});
    tx.begin_erasure({going, store::ErasureReason::retention, {}, Instant{13}, {}, ConversationId(9), Instant{1}, {}});
    store::MailboxRecord mailbox;
    mailbox.name = "Help";
    mailbox.host = "imap.shop.example";
    mailbox.login = "help@shop.example";
    mailbox.secret = "SEALED";
    mailbox.folder = "INBOX";
    const MailboxId id = store::add_mailbox(tx, mailbox);
    store::save_fetched(tx, {id, 7, 4'000'000'000u, "d", 10, store::FetchedState::kept, Instant{14}});
    tx.add_retention({20'000, PlanVersion(1), 1, {2, 30, 4, 5}});
    store::QuarantineRecord apart;
    apart.digest = store::sha256_hex("\xFF\x01 no mail");
    apart.email = "win@prize.example";
    apart.subject = "You won \xE2\x98\x80";
    apart.reason = store::QuarantineReason::not_a_mail;
    store::add_quarantined(tx, apart, "\xFF\x01 no mail");
    store::add_mail_origin(tx, MessageId(1), {1, false, "example.net", "pass", "", "pass", "mx.shop.example"});
    store::want_pictures(tx, MessageId(1), {"https://a.example/x.gif?a=1&b=2", "https://a.example/y.gif"}, Instant{6});
    store::picture_came(tx, store::remote_pictures(tx, MessageId(1)).front(), "GIF89a");
    store::set_wants_pictures_of(tx, ana, "liza@example.net", true, Instant{6});
    tx.add_retention({20'001, PlanVersion(1), 0, {7, 0, 0, 0}});
    return {};
  });
  EXPECT_TRUE(done.ok()) << done.error().detail;
  // Over several pages: more settings than one holds.
  const auto more = store->write_and_wait([](store::Tx& tx) -> Result<void> {
    for (int i = 0; i < 250; ++i) tx.set_setting("setting " + std::to_string(i), std::to_string(i));
    return {};
  });
  EXPECT_TRUE(more.ok());
}

/// What a day of work would do: everything that takes a number.
inline void go_on(const store::Options& options) {
  const auto store = open_store(options);
  const auto done = store->write_and_wait([](store::Tx& tx) -> Result<void> {
    store::ConversationRecord record;
    record.state.id = tx.new_conversation_id();
    record.customer = tx.add_customer({{}, "Jose", "jose@example.net", {}, {}});
    tx.save_conversation(record, nullptr);
    write_mail(tx, record, "later", 100);
    store::AccountRecord account;
    account.login = "ben";
    account.last_taken = tx.next_turn();
    tx.add_account(account);
    tx.add_notice({0, record.state.id, 1, AgentId(1), store::NoticeProblem::none, 0, "", {}});
    tx.append_input({0, Instant{6}, record.state.id, PlanVersion(1), {}, {}});
    return {};
  });
  EXPECT_TRUE(done.ok()) << done.error().detail;
}
inline void go_on(const store_testing::TestPlace& place) {
  go_on(place.options());
}

}  // namespace suki::backup
