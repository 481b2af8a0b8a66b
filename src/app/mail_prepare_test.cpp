#include "app/mail_prepare.h"

#include "app/mail_intake.h"
#include "app/testing.h"

namespace suki::app {
namespace {

const std::string id_line = "Message-ID: <m1@example.net>\r\n";
const std::string stamp =
    "Received: from mx.example.net by shop.example (Postfix) id 4F1; Mon, 23 Nov 2026 10:00:00 +0800\r\n";

std::string letter(const std::string& top, const std::string& to = "help@shop.example") {
  return top + "From: Liza <liza@example.net>\r\nTo: " + to + "\r\nSubject: fan\r\n\r\nIt hums.\r\n";
}
PreparedMail delivered_for(const std::string& address, const std::string& letter) {
  const std::string trace = "Return-Path: <liza@example.net>\r\nDelivered-To: " + address + "\r\n";
  return prepare_mail(trace + letter, trace.size(), {address});
}

class MailInTest : public AppTest {
 protected:
  App::Delivered take(const PreparedMail& mail) {
    auto delivered = write([&](store::Tx& tx) { return deliver_mail(*app_, tx, mail); });
    EXPECT_TRUE(delivered.ok()) << delivered.error().detail;
    return delivered.ok() ? *delivered : App::Delivered{};
  }
};

TEST(Mailbox, leads_there_whatever_case_and_extension) {
  const struct {
    const char *mailbox, *address;
    bool leads;
  } rows[] = {
      {"help@shop.example", "help@shop.example", true},
      {"Help@Shop.example", "HELP@sHOP.EXAMPLE", true},
      {"help@shop.example", "help+4711@shop.example", true},
      {"help@shop.example", "help+a+b@shop.example", true},
      {"help+desk@shop.example", "help+desk@shop.example", true},
      {"help@shop.example", "helper@shop.example", false},
      {"help@shop.example", "help@shop.example.net", false},
      {"help@shop.example", "+help@shop.example", false},
      {"help@shop.example", "help@a+b.example", false},
      {"help@shop.example", "help", false},
      {"help@shop.example", "", false},
      {"help@shop.example", "other+help@shop.example", false},
  };
  for (const auto& row : rows) EXPECT_EQ(leads_to(row.mailbox, row.address), row.leads) << row.address;
}

TEST(Prepare, what_needs_no_store_is_made_ready) {
  const std::string raw =
      "Return-Path: <>\r\nFrom: a@example.net\r\nSubject: s\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
      "Content-Type: text/html\r\n\r\n<p onclick=x()>Hello</p>\r\n--b\r\nContent-Type: text/html; name=p.png\r\n"
      "Content-Disposition: attachment; filename=p.png\r\nContent-Transfer-Encoding: "
      "base64\r\n\r\niVBORw0KGgo=\r\n--b--\r\n";
  const PreparedMail mail = prepare_mail(raw, 17, {"help@shop.example"});
  EXPECT_EQ(mail.raw, raw);
  EXPECT_EQ(mail.digest.size(), 64u);
  EXPECT_EQ(mail.mail.machine, "null-sender");
  EXPECT_NE(mail.html.find("Hello"), std::string::npos);
  EXPECT_EQ(mail.html.find("onclick"), std::string::npos);
  ASSERT_EQ(mail.types.size(), mail.mail.attachments.size());
  EXPECT_EQ(mail.types.back(), "image/png") << "by its bytes, not by what it says";
  EXPECT_FALSE(mail.is_stamped);
  EXPECT_TRUE(prepare_mail(letter(stamp)).is_stamped);
  EXPECT_FALSE(prepare_mail("Subject: s\r\n\r\n" + stamp).is_stamped) << "in the text it says nothing";
  EXPECT_FALSE(prepare_mail("").is_stamped);
}

}  // namespace

TEST_F(MailInTest, mail_for_two_of_our_addresses_is_one_message) {
  const auto first = take(delivered_for("help@shop.example", letter(id_line)));
  const auto second = take(delivered_for("refunds@shop.example", letter(id_line)));
  EXPECT_FALSE(first.duplicate);
  EXPECT_TRUE(second.duplicate);
  EXPECT_EQ(second.message, first.message);
  const auto piped = prepare_mail(letter(id_line));
  EXPECT_TRUE(take(piped).duplicate) << "delivered once by LMTP and once by pipe";
}

TEST_F(MailInTest, the_same_message_id_over_another_text_is_another_message) {
  const auto first = take(delivered_for("help@shop.example", letter(id_line)));
  const auto other = take(delivered_for("help@shop.example", letter(id_line) + "And it stinks.\r\n"));
  EXPECT_FALSE(other.duplicate);
  EXPECT_NE(other.message, first.message);
  const std::string inner = letter(id_line);
  const auto longer = take(prepare_mail(letter("Message-ID: <m2@example.net>\r\n") + inner));
  const auto cut = take(delivered_for("help@shop.example", letter("Message-ID: <m2@example.net>\r\n")));
  EXPECT_NE(longer.message, cut.message) << "that one ends like the other does not make them the same";
}

TEST_F(MailInTest, without_a_message_id_only_what_a_mail_server_stamped_is_known_again) {
  EXPECT_FALSE(take(prepare_mail(letter(""))).duplicate);
  EXPECT_FALSE(take(prepare_mail(letter(""))).duplicate) << "two customers may write the same words";
  EXPECT_FALSE(take(prepare_mail(letter(stamp))).duplicate);
  EXPECT_TRUE(take(prepare_mail(letter(stamp))).duplicate);
}

TEST_F(MailInTest, a_mail_with_a_null_sender_is_a_machines) {
  const std::string trace = "Return-Path: <>\r\nDelivered-To: help@shop.example\r\n";
  const auto delivered = take(prepare_mail(trace + letter(id_line), trace.size(), {"help@shop.example"}));
  EXPECT_GT(delivered.message.value, 0);
  EXPECT_TRUE(outgoing().empty()) << "nobody answers it";
}

}  // namespace suki::app
