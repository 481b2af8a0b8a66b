/// What comes back for our mails, and addresses that take none any more. On both engines.
#include "app/mail_reports.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/customer_addresses.h"
#include "app/held.h"
#include "app/mail_failed.h"
#include "app/privacy.h"
#include "app/testing.h"
#include "mail/mail.h"

namespace suki::app {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::string report(const std::string& about, const std::string& recipient, const std::string& status,
                   const std::string& id = "dsn1") {
  return "Return-Path: <>\r\nFrom: Mail Delivery System <MAILER-DAEMON@mx.example>\r\nTo: "
         "help@shop.example\r\nSubject: "
         "Undelivered\r\nMessage-ID: <" +
         id +
         "@mx.example>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; "
         "boundary=\"b\"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nIt did not reach them\r\n--b\r\nContent-Type: "
         "message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; " +
         recipient + "\r\nAction: " + (status[0] == '5' ? "failed" : "delayed") + "\r\nStatus: " + status +
         "\r\n\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <" + about +
         ">\r\nSubject: Re: Radio\r\n\r\n--b--\r\n";
}

std::string letter(const std::string& id, const std::string& from = "jun@example.org", const std::string& more = "") {
  return "From: " + from + "\r\nTo: help@shop.example\r\nSubject: Radio\r\nMessage-ID: <" + id + ">\r\n" + more +
         "\r\nDo you repair it?\r\n";
}

class MailReports : public AppTest {
 protected:
  MailReports() {
    caller.agent = agent("ana");
    caller.role = Role::owner;
    deliver(letter("m1@example.org"));
    (void)sent();
    about = say("Yes, we do.").message_id;
  }
  ~MailReports() override {
    const auto slice = read([&](store::Tx& tx) { return app_->verify(tx, {}, 1'000); });
    EXPECT_TRUE(slice.ok());
    if (!slice.ok()) return;
    EXPECT_THAT(slice->differences, IsEmpty());
  }
  std::vector<mail::Parsed> sent() {
    std::vector<mail::Parsed> mails;
    for (const ClaimedMail& mail : outgoing()) {
      mails.push_back(mail::parse(mail.data));
      (void)write([&](store::Tx& tx) -> Result<bool> {
        SUKI_CHECK(app_->mail_sent(tx, mail.outbox_id));
        return true;
      });
    }
    return mails;
  }
  /// The agent's answer as it went out; nothing when it did not.
  mail::Parsed say(const std::string& text) {
    const auto done = reply(1, text, show(1).row.last_number, "a" + std::to_string(++replies_));
    EXPECT_TRUE(done.ok()) << done.error().detail;
    const auto mails = sent();
    return mails.empty() ? mail::Parsed{} : mails.front();
  }
  void set_state(const std::string& state) {
    Change change;
    change.state = state;
    ASSERT_TRUE(write([&](store::Tx& tx) { return app_->change(tx, caller, ConversationId(1), change); }).ok());
  }
  Result<Conversation> open(const std::string& address) {
    return write([&](store::Tx& tx) { return open_address(*app_, tx, caller, ConversationId(1), {address}); });
  }
  /// The agent's first answer, as the desk shows it.
  Message answer() {
    for (Message& message : show(1).messages)
      if (message.kind == "reply") return message;
    ADD_FAILURE() << "no reply";
    return {};
  }
  std::string about;

 private:
  int replies_ = 0;
};

TEST_F(MailReports, a_hard_one_parks_the_address_and_is_a_note_beside_the_mail) {
  set_state("pending");
  const App::Delivered came = deliver(report(about, "Jun@example.org", "5.1.1"));
  EXPECT_EQ(came.conversation.value, 1);
  const Conversation shown = show(1);
  EXPECT_EQ(shown.messages.back().kind, "note");
  EXPECT_THAT(shown.messages.back().text, HasSubstr("did not reach"));
  ASSERT_TRUE(answer().returned);
  EXPECT_TRUE(answer().returned->hard);
  EXPECT_EQ(answer().returned->status, "5.1.1");
  EXPECT_EQ(answer().returned->report, shown.messages.back().id);
  ASSERT_THAT(shown.parked, SizeIs(1));
  EXPECT_EQ(shown.parked[0].address, "jun@example.org");
  EXPECT_EQ(shown.row.state, "open") << "nobody must wait for an answer to what never arrived";
  EXPECT_THAT(sent(), IsEmpty());
}

TEST_F(MailReports, nothing_goes_to_a_parked_address_until_an_agent_opens_it) {
  deliver(report(about, "jun@example.org", "5.1.1"));
  EXPECT_EQ(say("Are you there?").message_id, "");
  EXPECT_EQ(show(1).messages.back().delivery, "held");
  now = now + hours(100);
  EXPECT_THAT(sent(), IsEmpty());
  EXPECT_EQ(open("eve@example.com").error().code, ErrorCode::not_found);
  const auto opened = open("Jun@example.org");
  ASSERT_TRUE(opened.ok()) << opened.error().detail;
  EXPECT_THAT(opened->parked, IsEmpty());
  EXPECT_EQ(opened->messages.back().delivery, "queued") << "what was held goes out";
  const auto mails = sent();
  ASSERT_THAT(mails, SizeIs(1));
  EXPECT_THAT(mails[0].text, HasSubstr("Are you there?"));
}

TEST_F(MailReports, what_is_held_is_not_tried_again_by_hand) {
  deliver(report(about, "jun@example.org", "5.1.1"));
  EXPECT_EQ(say("Are you there?").message_id, "");
  const auto failed = read([&](store::Tx& tx) { return failed_mails(*app_, tx, caller, "", 20); });
  ASSERT_TRUE(failed.ok()) << failed.error().detail;
  ASSERT_THAT(failed->items, SizeIs(1));
  EXPECT_FALSE(failed->items[0].may_retry);
  const auto tried = write([&](store::Tx& tx) -> Result<bool> {
    SUKI_CHECK(retry_mail(*app_, tx, std::stoll(failed->items[0].id)));
    return true;
  });
  ASSERT_FALSE(tried.ok());
  EXPECT_THAT(tried.error().detail, HasSubstr("mail_held"));
  EXPECT_EQ(show(1).messages.back().delivery, "held");
}

TEST_F(MailReports, who_got_a_copy_is_opened_from_the_conversation_too_and_goes_with_it) {
  Reply answer;
  answer.request_id = "copies";
  answer.text = "To both.";
  answer.after = show(1).row.last_number;
  answer.cc = List<Recipient>{{"Bob", "bob@example.com"}};
  ASSERT_TRUE(write([&](store::Tx& tx) { return app_->reply(tx, caller, ConversationId(1), answer); }).ok());
  const auto mails = sent();
  ASSERT_FALSE(mails.empty());
  deliver(report(mails.front().message_id, "bob@example.com", "5.1.1"));
  ASSERT_THAT(show(1).parked, SizeIs(1));
  EXPECT_EQ(show(1).parked[0].address, "bob@example.com");
  answer.request_id = "again";
  answer.after = show(1).row.last_number;
  ASSERT_TRUE(write([&](store::Tx& tx) { return app_->reply(tx, caller, ConversationId(1), answer); }).ok());
  EXPECT_EQ(show(1).messages.back().delivery, "partly_held");
  const auto opened = open("bob@example.com");
  ASSERT_TRUE(opened.ok()) << opened.error().detail;
  EXPECT_THAT(opened->parked, IsEmpty());
  deliver(report(mails.front().message_id, "bob@example.com", "5.1.1", "dsn2"));
  ASSERT_THAT(show(1).parked, SizeIs(1));
  const CustomerId id(std::stoll(show(1).customer));
  ASSERT_TRUE(write([&](store::Tx& tx) {
                return erase_customer(*app_, tx, caller, id, {"asked", "jun@example.org"});
              }).ok());
  EXPECT_FALSE(*read([&](store::Tx& tx) -> Result<bool> { return is_parked(tx, "bob@example.com"); }));
}

TEST_F(MailReports, one_about_a_forward_parks_its_address_and_wakes_nobody) {
  set_state("pending");
  Forward input;
  input.request_id = "fwd";
  input.to = "maker@example.com";
  input.subject = "Fwd: Radio";
  input.text = "Do you have the part?";
  const auto done = write([&](store::Tx& tx) { return forward(app_->shared(), tx, caller, ConversationId(1), input); });
  ASSERT_TRUE(done.ok()) << done.error().detail;
  const auto mails = sent();
  ASSERT_THAT(mails, SizeIs(1));
  deliver(report(mails.front().message_id, "maker@example.com", "5.1.1"));
  const Conversation shown = show(1);
  ASSERT_THAT(shown.parked, SizeIs(1));
  EXPECT_EQ(shown.parked[0].address, "maker@example.com");
  EXPECT_EQ(shown.row.state, "pending") << "the customer is waited for, not the maker";
  EXPECT_TRUE(std::any_of(shown.messages.begin(), shown.messages.end(),
                          [](const Message& one) { return one.returned && one.returned->hard; }));
}

TEST_F(MailReports, what_waited_already_is_held_too) {
  ASSERT_TRUE(reply(1, "One more thing.", show(1).row.last_number, "b1").ok());
  deliver(report(about, "jun@example.org", "5.1.1"));
  EXPECT_THAT(sent(), IsEmpty());
  EXPECT_EQ(open("jun@example.org")->parked.size(), 0u);
  EXPECT_THAT(sent(), SizeIs(1));
}

TEST_F(MailReports, the_customers_own_mail_opens_it_and_a_report_does_not) {
  deliver(report(about, "jun@example.org", "5.1.1"));
  deliver("From: jun@example.org\r\nTo: help@shop.example\r\nSubject: Undelivered Mail Returned to Sender\r\n" +
          report("none@x", "jun@example.org", "5.1.1", "dsn2").substr(std::string("Return-Path: <>\r\n").size()));
  EXPECT_THAT(show(1).parked, SizeIs(1));
  EXPECT_EQ(say("Are you there?").message_id, "");
  EXPECT_EQ(deliver(letter("m2@example.org", "Jun@example.org", "In-Reply-To: <" + about + ">\r\n")).conversation.value,
            1);
  EXPECT_THAT(show(1).parked, IsEmpty());
  EXPECT_THAT(sent(), SizeIs(1)) << "what the agent wrote meanwhile";
}

TEST_F(MailReports, a_soft_one_is_shown_and_parks_nothing) {
  set_state("pending");
  deliver(report(about, "jun@example.org", "4.2.2"));
  const Conversation shown = show(1);
  ASSERT_TRUE(answer().returned);
  EXPECT_FALSE(answer().returned->hard);
  EXPECT_THAT(shown.parked, IsEmpty());
  EXPECT_EQ(shown.row.state, "pending");
  EXPECT_NE(say("Again.").message_id, "");
}

TEST_F(MailReports, a_forged_one_parks_nothing) {
  EXPECT_EQ(deliver(report("guess@shop.example", "jun@example.org", "5.1.1")).conversation.value, 2);
  EXPECT_EQ(deliver(report("m1@example.org", "jun@example.org", "5.1.1", "dsn2")).conversation.value, 3)
      << "the customer's own Message-ID is no mail of ours";
  deliver(report(about, "liza@example.net", "5.1.1", "dsn3"));
  EXPECT_THAT(show(1).parked, IsEmpty()) << "nobody else is parked by it";
  ASSERT_TRUE(answer().returned);
  EXPECT_NE(say("Again.").message_id, "");
  EXPECT_THAT(outgoing(), IsEmpty()) << "and no report is ever answered";
}

TEST_F(MailReports, one_for_an_automatic_reply_comes_there_as_well) {
  now = now + hours(25);
  deliver(letter("n1@example.net", "nina@example.net"));
  const auto mails = sent();
  ASSERT_THAT(mails, SizeIs(1));
  EXPECT_EQ(deliver(report(mails[0].message_id, "nina@example.net", "5.1.1")).conversation.value, 2);
  ASSERT_THAT(show(2).parked, SizeIs(1));
}

TEST_F(MailReports, an_erased_customers_address_is_nowhere_left) {
  deliver(report(about, "jun@example.org", "5.1.1"));
  deliver(letter("x1@example.org", "eve@example.com", "References: <secret-thread@example.org>\r\n"));
  const CustomerId id(std::stoll(show(1).customer));
  ASSERT_TRUE(write([&](store::Tx& tx) {
                return erase_customer(*app_, tx, caller, id, {"asked", "jun@example.org"});
              }).ok());
  EXPECT_THAT(place_.dump(), testing::Not(HasSubstr("jun@example.org")));
  const CustomerId eve(std::stoll(show(2).customer));
  EXPECT_THAT(place_.dump(), HasSubstr("secret-thread"));
  ASSERT_TRUE(write([&](store::Tx& tx) {
                return erase_customer(*app_, tx, caller, eve, {"asked", "eve@example.com"});
              }).ok());
  EXPECT_THAT(place_.dump(), testing::Not(HasSubstr("secret-thread")));
}

}  // namespace
}  // namespace suki::app
