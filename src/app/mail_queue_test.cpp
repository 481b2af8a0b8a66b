/// A mail to several people: each is tried and shown by itself, and the hidden ones stay hidden.
#include "app/mail_queue.h"

#include "app/testing.h"

namespace suki::app {
namespace {

class MailQueueTest : public AppTest {
 protected:
  MailQueueTest() {
    create(form());
    for (const auto& mail : outgoing())
      EXPECT_TRUE(write([&](store::Tx& tx) { return app_->mail_sent(tx, mail.outbox_id); }).ok());
    mail_.from = {"Test Shop", "help@shop.example"};
    mail_.to = {"Liza", "liza@example.net"};
    mail_.cc = {{"Ben", "ben@example.net"}, {"", "Liza@example.net"}};
    mail_.bcc = {"boss@shop.example"};
    mail_.subject = "Your fan";
    mail_.text = "It is ready.\n";
    mail_.html = "<p>It is ready. <img src=\"cid:fan@suki\"></p>";
    mail_.message_id = "7.token@shop.example";
    mail_.date = now;
  }
  /// As carried by the conversation's first message.
  void queue() {
    const MessageId carrier(1);
    EXPECT_TRUE(write([&](store::Tx& tx) -> Result<void> {
                  SUKI_TRY(auto rows, queue_mails(mail_, {}, now));
                  for (store::OutboxRecord& row : rows) {
                    row.message = carrier;
                    tx.add_outgoing(row);
                    EXPECT_EQ(row.data.find("boss"), std::string::npos) << row.data;
                  }
                  return {};
                }).ok());
  }
  mail::Outgoing mail_;
};

TEST_F(MailQueueTest, each_person_gets_the_same_bytes_once) {
  queue();
  const auto mails = outgoing();
  ASSERT_EQ(mails.size(), 3u);
  EXPECT_EQ(mails[0].to, "liza@example.net");
  EXPECT_EQ(mails[1].to, "ben@example.net");
  EXPECT_EQ(mails[2].to, "boss@shop.example");
  for (const auto& mail : mails) EXPECT_EQ(mail.data, mails[0].data);
  EXPECT_EQ(mails[0].data.find("boss"), std::string::npos);
  const mail::Parsed read = mail::parse(mails[0].data);
  ASSERT_EQ(read.cc.size(), 2u);
  EXPECT_EQ(read.cc[0].name, "Ben");
  EXPECT_EQ(read.html, mail_.html);
  EXPECT_EQ(read.text, mail_.text);
}

TEST_F(MailQueueTest, one_dead_address_holds_up_nobody_and_is_seen) {
  queue();
  const auto mails = outgoing();
  const auto delivery = [&] { return show(1).messages.front().delivery; };
  EXPECT_EQ(delivery(), "queued");
  EXPECT_TRUE(
      write([&](store::Tx& tx) { return app_->mail_failed(tx, mails[1].outbox_id, "550 no such user", true); }).ok());
  EXPECT_EQ(delivery(), "failed");
  for (const std::size_t other : {0u, 2u})
    EXPECT_TRUE(write([&](store::Tx& tx) { return app_->mail_sent(tx, mails[other].outbox_id); }).ok());
  EXPECT_EQ(delivery(), "failed") << "Ben has it not, whoever else has";
}

TEST_F(MailQueueTest, a_row_of_an_earlier_version_is_still_a_mail) {
  store::OutboxRecord row;
  row.from = "help@shop.example";
  row.to = "liza@example.net";
  row.described = true;
  row.next_at = now;
  row.data =
      R"({"from":{"name":"Shop","email":"help@shop.example"},"to":{"name":"","email":"liza@example.net"},"reply_to":"",)"
      R"("subject":"Re: fan","text":"hi","message_id":"1.a@shop.example","in_reply_to":"","references":[],"automatic":0,)"
      R"("date":0,"files":[]})";
  EXPECT_TRUE(write([&](store::Tx& tx) -> Result<void> {
                tx.add_outgoing(row);
                return {};
              }).ok());
  const auto mails = outgoing();
  ASSERT_EQ(mails.size(), 1u);
  EXPECT_EQ(mail::parse(mails[0].data).text, "hi\n");
}

}  // namespace
}  // namespace suki::app
