/// Mails that did not go out: seen, and tried again.
#include "app/mail_failed.h"

#include "app/mail_queue.h"
#include "app/testing.h"

namespace suki::app {
namespace {

class MailFailed : public AppTest {
 protected:
  /// Gives up on every mail that is to go out now.
  void give_up(const std::string& why) {
    for (const auto& mail : outgoing())
      EXPECT_TRUE(write([&](store::Tx& tx) { return app_->mail_failed(tx, mail.outbox_id, why, true); }).ok());
  }
  FailedMails list(const std::string& cursor = "", int limit = 50) {
    auto page = read([&](store::Tx& tx) { return failed_mails(*app_, tx, caller, cursor, limit); });
    EXPECT_TRUE(page.ok()) << page.error().detail;
    return page.ok() ? *page : FailedMails{};
  }
  Result<void> retry(const std::string& id) {
    return write([&](store::Tx& tx) { return retry_mail(*app_, tx, std::stoll(id)); });
  }
};

TEST_F(MailFailed, the_newest_stands_first_with_its_reason_and_what_it_is_about) {
  EXPECT_TRUE(list().items.empty());
  create(form());
  give_up("550 no such user");
  now = now + minutes(5);
  auto other = form("r2");
  other.email = "jo@example.net";
  other.subject = "Lamp";
  create(other);
  give_up("554 not from you");
  const FailedMails page = list();
  EXPECT_EQ(page.total, 2);
  ASSERT_EQ(page.items.size(), 2u);
  EXPECT_EQ(page.items[0].to, "jo@example.net");
  EXPECT_EQ(page.items[0].subject, "Lamp");
  EXPECT_EQ(page.items[0].why, "554 not from you");
  EXPECT_EQ(page.items[0].at, format_instant(now));
  EXPECT_EQ(page.items[1].kind, "automatic");
  EXPECT_EQ(page.items[1].conversation, "1");
  EXPECT_EQ(page.items[1].attempts, 1);
  EXPECT_TRUE(page.items[1].may_retry);
  // By pages.
  const FailedMails first = list("", 1);
  ASSERT_TRUE(first.next);
  const FailedMails second = list(*first.next, 1);
  ASSERT_EQ(second.items.size(), 1u);
  EXPECT_EQ(second.items[0].id, page.items[1].id);
  EXPECT_FALSE(second.next);
  EXPECT_FALSE(read([&](store::Tx& tx) { return failed_mails(*app_, tx, caller, "x", 1); }).ok());
  EXPECT_FALSE(read([&](store::Tx& tx) { return failed_mails(*app_, tx, caller, "", 0); }).ok());
}

TEST_F(MailFailed, tried_again_it_goes_out_with_the_same_bytes_and_all_its_attempts) {
  create(form());
  const auto mails = outgoing();
  ASSERT_EQ(mails.size(), 1u);
  EXPECT_TRUE(write([&](store::Tx& tx) { return app_->mail_failed(tx, mails[0].outbox_id, "550 no", true); }).ok());
  EXPECT_EQ(show(1).messages.back().delivery, "failed");
  EXPECT_TRUE(outgoing().empty());
  ASSERT_TRUE(retry(list().items[0].id).ok());
  EXPECT_TRUE(list().items.empty());
  EXPECT_EQ(show(1).messages.back().delivery, "queued");
  const auto again = outgoing();
  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(again[0].data, mails[0].data);
  EXPECT_EQ(again[0].attempts, 0);
  EXPECT_TRUE(retry(std::to_string(again[0].outbox_id)).ok()) << "pressed twice";
  EXPECT_FALSE(retry("999").ok());
}

TEST_F(MailFailed, of_a_message_to_several_those_that_failed_are_tried_again) {
  create(form());
  give_up("550 no");
  mail::Outgoing mail;
  mail.from = {"Shop", "help@shop.example"};
  mail.to = {"", "liza@example.net"};
  mail.cc = {{"", "ben@example.net"}};
  mail.text = "x";
  mail.message_id = "2.a@shop.example";
  const MessageId message(1);
  EXPECT_TRUE(write([&](store::Tx& tx) -> Result<void> {
                SUKI_TRY(auto rows, queue_mails(mail, {}, now));
                for (store::OutboxRecord& row : rows) {
                  row.message = message;
                  tx.add_outgoing(row);
                }
                return {};
              }).ok());
  const auto mails = outgoing();
  ASSERT_EQ(mails.size(), 2u);
  EXPECT_TRUE(write([&](store::Tx& tx) { return app_->mail_sent(tx, mails[0].outbox_id); }).ok());
  EXPECT_TRUE(write([&](store::Tx& tx) { return app_->mail_failed(tx, mails[1].outbox_id, "550 no", true); }).ok());
  EXPECT_FALSE(write([&](store::Tx& tx) { return retry_message(*app_, tx, ConversationId(2), message); }).ok())
      << "it is not of that conversation";
  ASSERT_TRUE(write([&](store::Tx& tx) { return retry_message(*app_, tx, ConversationId(1), message); }).ok());
  const auto again = outgoing();
  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(again[0].to, "ben@example.net");
}

TEST_F(MailFailed, one_that_lets_somebody_in_is_listed_and_cannot_be_sent_again) {
  store::OutboxRecord row;
  row.from = "help@shop.example";
  row.to = "ana@shop.example";
  row.data = "a link";
  row.secret = true;
  row.next_at = now;
  std::int64_t id = 0;
  EXPECT_TRUE(write([&](store::Tx& tx) -> Result<void> {
                id = tx.add_outgoing(row);
                return {};
              }).ok());
  EXPECT_TRUE(write([&](store::Tx& tx) { return app_->mail_failed(tx, id, "550 no", true); }).ok());
  const FailedMails page = list();
  ASSERT_EQ(page.items.size(), 1u);
  EXPECT_EQ(page.items[0].kind, "access");
  EXPECT_FALSE(page.items[0].conversation);
  EXPECT_FALSE(page.items[0].may_retry);
  const auto refused = retry(page.items[0].id);
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().detail.find("mail_gone"), std::string::npos);
}

}  // namespace
}  // namespace suki::app
