/// What an owner sets up, and what nobody gets to see.
#include "app/mailboxes.h"

#include "app/mail_intake.h"
#include "app/testing.h"
#include "base/reason.h"
#include "json/write.h"

namespace suki::app {
namespace {

using store::Tx;
using testing::HasSubstr;
using testing::Not;

class MailboxesAppTest : public AppTest {
 protected:
  MailboxesAppTest() {
    secret_key = std::string(32, 'k');
    open();
  }
  static NewMailbox input() {
    NewMailbox m;
    m.name = "Help";
    m.host = "IMAP.shop.example";
    m.tls = "tls";
    m.user = "help@shop.example";
    m.auth = "password";
    m.password = "geheim";
    m.folder = "INBOX";
    m.then = "mark_seen";
    return m;
  }
  static NewMailbox by_token() {
    NewMailbox m = input();
    m.auth = "oauth";
    m.provider = "google";
    m.client_id = "client";
    m.client_secret = "hush";
    m.refresh_token = "refresh";
    m.password = "";
    return m;
  }
  Result<MailboxId> add(const NewMailbox& m) {
    return write([&](Tx& tx) { return add_mailbox(*app_, tx, m); });
  }
  Result<void> change(MailboxId id, const MailboxChange& c) {
    return write([&](Tx& tx) { return change_mailbox(*app_, tx, id, c); });
  }
  std::string reason(const NewMailbox& m) {
    const auto added = add(m);
    return added.ok() ? "added" : take_apart(added.error().detail).reason;
  }
  MailboxSecret secret(MailboxId id) {
    auto opened = read([&](Tx& tx) { return open_mailbox_secret(*app_, *store::find_mailbox(tx, id)); });
    EXPECT_TRUE(opened.ok());
    return opened.value_or({});
  }
  Mailboxes list() {
    auto all = read([&](Tx& tx) { return list_mailboxes(*app_, tx, "en"); });
    EXPECT_TRUE(all.ok());
    return all.value_or({});
  }
};

TEST_F(MailboxesAppTest, a_password_goes_in_sealed_and_never_comes_out) {
  const MailboxId id = add(input()).value();
  const Mailboxes all = list();
  ASSERT_EQ(all.items.size(), 1u);
  EXPECT_EQ(all.items[0].host, "imap.shop.example");
  EXPECT_THAT(json::write(all), Not(HasSubstr("geheim")));
  const auto row = read([&](Tx& tx) -> Result<store::MailboxRecord> { return *store::find_mailbox(tx, id); });
  EXPECT_THAT(row->secret, Not(HasSubstr("geheim")));
  EXPECT_EQ(secret(id).password, "geheim");
  // A row that is moved to another mailbox does not open.
  store::MailboxRecord moved = *row;
  moved.id = MailboxId(99);
  EXPECT_EQ(take_apart(open_mailbox_secret(*app_, moved).error().detail).reason, "mailbox_key");
}

TEST_F(MailboxesAppTest, a_token_s_provider_is_known_and_another_refresh_token_takes_its_place) {
  const MailboxId id = add(by_token()).value();
  EXPECT_EQ(list().items[0].token_url, "https://oauth2.googleapis.com/token");
  EXPECT_EQ(list().items[0].scope, "https://mail.google.com/");
  ASSERT_TRUE(write([&](Tx& tx) { return keep_refresh_token(*app_, tx, id, "second"); }).ok());
  EXPECT_EQ(secret(id).refresh_token, "second");
  EXPECT_EQ(secret(id).client_secret, "hush");
}

TEST_F(MailboxesAppTest, what_is_wrong_is_said) {
  const auto with = [](auto set) {
    NewMailbox m = input();
    set(m);
    return m;
  };
  EXPECT_EQ(reason(with([](NewMailbox& m) { m.host = "a b"; })), "mailbox_host");
  EXPECT_EQ(reason(with([](NewMailbox& m) { m.host = "imap.example.com/x"; })), "mailbox_host");
  EXPECT_EQ(reason(with([](NewMailbox& m) { m.host = "-oProxyCommand"; })), "mailbox_host");
  EXPECT_EQ(reason(with([](NewMailbox& m) { m.tls = "none"; })), "mailbox_tls");
  EXPECT_EQ(reason(with([](NewMailbox& m) { m.password = ""; })), "mailbox_password");
  EXPECT_EQ(reason(with([](NewMailbox& m) { m.then = "move"; })), "mailbox_move_to");
  EXPECT_EQ(reason(with([](NewMailbox& m) { m.every_s = 5; })), "mailbox_every");
  EXPECT_EQ(add(with([](NewMailbox& m) { m.password = "a\r\nS1 DELETE INBOX"; })).error().code, ErrorCode::bad_input);
  EXPECT_EQ(add(with([](NewMailbox& m) { m.folder = "a\nb"; })).error().code, ErrorCode::bad_input);
  EXPECT_EQ(add(with([](NewMailbox& m) { m.channel = "form"; })).error().code, ErrorCode::bad_input);
  EXPECT_EQ(add(with([](NewMailbox& m) { m.port = 70'000; })).error().code, ErrorCode::bad_input);
  NewMailbox token = by_token();
  token.provider = "custom";
  token.token_url = "http://id.example/token";
  EXPECT_EQ(reason(token), "mailbox_token_url");
  token = by_token();
  token.refresh_token = "";
  EXPECT_EQ(reason(token), "mailbox_refresh_token");
  EXPECT_EQ(reason(input()), "added");
  EXPECT_EQ(reason(input()), "mailbox_twice");
}

TEST_F(MailboxesAppTest, the_password_is_not_sent_to_a_server_that_it_was_not_given_for) {
  const MailboxId id = add(input()).value();
  MailboxChange c;
  c.host = "imap.thief.example";
  EXPECT_EQ(take_apart(change(id, c).error().detail).reason, "mailbox_secret_again");
  c.password = "";
  EXPECT_FALSE(change(id, c).ok()) << "nothing is not a password";
  c.password = "another";
  EXPECT_TRUE(change(id, c).ok());
  EXPECT_EQ(secret(id).password, "another");
  const MailboxId token = add(by_token()).value();
  MailboxChange url;
  url.token_url = "https://thief.example/token";
  EXPECT_EQ(take_apart(change(token, url).error().detail).reason, "mailbox_secret_again");
}

TEST_F(MailboxesAppTest, another_folder_begins_anew_and_another_name_does_not) {
  const MailboxId id = add(input()).value();
  const auto set_uid = [&] {
    return write([&](Tx& tx) -> Result<void> {
      auto m = *store::find_mailbox(tx, id);
      m.uidvalidity = 5;
      m.last_uid = 9;
      store::save_mailbox_progress(tx, m);
      store::save_fetched(tx, {id, 5, 9, "d", 1, store::FetchedState::kept, Instant{1}});
      return {};
    });
  };
  ASSERT_TRUE(set_uid().ok());
  MailboxChange c;
  c.name = "Sales";
  ASSERT_TRUE(change(id, c).ok());
  const auto row = [&] {
    return read([&](Tx& tx) -> Result<store::MailboxRecord> { return *store::find_mailbox(tx, id); });
  };
  EXPECT_EQ(row()->last_uid, 9u);
  c.folder = "Sales";
  ASSERT_TRUE(change(id, c).ok());
  EXPECT_EQ(row()->uidvalidity, 0u);
  EXPECT_TRUE(read([&](Tx& tx) -> Result<bool> {
                return store::fetched_in_state(tx, id, 5, store::FetchedState::kept, 9).empty();
              }).value())
      << "else mails of another folder, with the same numbers, were marked";
}

TEST_F(MailboxesAppTest, a_removed_one_comes_back_within_a_day) {
  const MailboxId id = add(input()).value();
  MailboxChange away, back;
  away.removed = true;
  back.removed = false;
  ASSERT_TRUE(change(id, away).ok());
  EXPECT_TRUE(list().items.empty());
  EXPECT_EQ(change(id, away).error().code, ErrorCode::not_found);
  now = now + hours(23);
  ASSERT_TRUE(change(id, back).ok());
  EXPECT_EQ(secret(id).password, "geheim");
  ASSERT_TRUE(change(id, away).ok());
  now = now + hours(25);
  EXPECT_EQ(change(id, back).error().code, ErrorCode::not_found);
}

TEST_F(MailboxesAppTest, orders_are_for_who_attends) {
  const MailboxId id = add(input()).value();
  const auto ask = [&] { return read([&](Tx& tx) { return ask_test(*app_, tx, id); }); };
  EXPECT_EQ(ask().error().code, ErrorCode::unavailable);
  int called = 0;
  mailbox_board(*app_).attend([&] { ++called; });
  EXPECT_TRUE(ask().ok());
  EXPECT_EQ(called, 1);
  EXPECT_TRUE(list().items[0].testing);
  EXPECT_EQ(mailbox_board(*app_).take_orders().test, std::set<MailboxId>{id});
  mailbox_board(*app_).tested(id, {now, {{"name", true, "127.0.0.1"}}, "no [imap_log_in]"});
  const MailboxItem item = list().items[0];
  EXPECT_FALSE(item.testing);
  ASSERT_TRUE(item.test.has_value());
  EXPECT_EQ(item.test->trouble, "no");
  EXPECT_EQ(item.test->reason, "imap_log_in");
  mailbox_board(*app_).attend({});
}

TEST_F(MailboxesAppTest, mail_without_an_address_of_ours_goes_to_the_mailbox_s_channel) {
  NewMailbox m = input();
  m.channel = "mail";
  const MailboxId id = add(m).value();
  const auto done = write([&](Tx& tx) {
    return deliver_fetched(*app_, tx, id, 5, 9,
                           prepare_mail("From: a@example.net\nTo: x@elsewhere.example\nSubject: S\n\nHi\n"));
  });
  ASSERT_TRUE(done.ok()) << done.error().detail;
  const auto row = read([&](Tx& tx) -> Result<store::MailboxRecord> { return *store::find_mailbox(tx, id); });
  EXPECT_EQ(row->last_uid, 9u);
  EXPECT_EQ(row->fetched, 1);
}

}  // namespace
}  // namespace suki::app
