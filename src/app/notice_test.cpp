/// Escalation steps that tell staff: who gets which mail, what the history says of it, and what comes back.
#include "app/mail_rules.h"
#include "app/testing.h"
#include "base/text.h"
#include "mail/mail.h"

namespace suki::app {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// The plan of the other tests with a team that has nobody, and three steps: 30 minutes before, at, and 2 hours after.
std::string plan_with_notices() {
  std::string plan = plan_yaml;
  const auto replace = [&plan](std::string_view from, std::string_view to) {
    const auto at = plan.find(from);
    SUKI_ASSERT(at != std::string::npos);
    plan.replace(at, from.size(), to);
  };
  replace("teams: [{id: front, name: {en: Front, fil: Harap}}]",
          "teams: [{id: front, name: {en: Front, fil: Harap}}, {id: back, name: {en: Back, fil: Likod}}]");
  replace(
      "        - {id: tell-front, target: first_reply, at: due, do: raise_priority}",
      "        - {id: soon, name: {en: Nearly late, fil: Malapit nang mahuli}, target: first_reply, at: 30min before, "
      "do: notify_assignee}\n"
      "        - {id: broke, target: first_reply, at: due, do: notify_team}\n"
      "        - {id: still, target: first_reply, at: 2h after, do: notify_team, team: back}");
  return plan;
}

class NoticeTest : public AppTest {
 protected:
  NoticeTest() : AppTest(plan_with_notices()) {}

  /// Sends what waits, and gives the mails to staff among it.
  std::vector<ClaimedMail> notices() {
    std::vector<ClaimedMail> all;
    for (auto& mail : outgoing()) {
      EXPECT_TRUE(write([&](store::Tx& tx) -> Result<int> {
                    SUKI_CHECK(app_->mail_sent(tx, mail.outbox_id));
                    return 0;
                  }).ok());
      if (mail.to != "liza@example.net") all.push_back(std::move(mail));
    }
    return all;
  }
  /// "soon: Agent ana sent", one for each who was to be told, in the order of the history.
  std::vector<std::string> told(std::int64_t id = 1) {
    std::vector<std::string> all;
    for (const TimelineEvent& event : show(id).timeline)
      for (const Told& one : event.told)
        all.push_back(event.value + ":" + (one.who.empty() ? "" : " " + one.who) + " " + one.delivery +
                      (one.problem.empty() ? "" : " " + one.problem));
    return all;
  }
  std::int64_t conversations() {
    return *read([&](store::Tx& tx) -> Result<std::int64_t> { return tx.count_rows("conversations"); });
  }
};

TEST_F(NoticeTest, before_the_promise_runs_out_whoever_holds_it_gets_a_mail_in_their_language) {
  present(agent("ana", "Ana@Shop.example", "fil"));
  agent("ben", "ben@shop.example");
  create(form());
  wait(hours(3) + minutes(30));
  const auto mails = notices();
  ASSERT_EQ(mails.size(), 1u) << "only the one who holds it";
  EXPECT_EQ(mails[0].to, "ana@shop.example");
  EXPECT_EQ(mails[0].from, "help@shop.example");
  const mail::Parsed mail = mail::parse(mails[0].data);
  EXPECT_EQ(mail.subject, "Unang sagot, malapit na ang takda: Broken fan");
  EXPECT_THAT(mail.text,
              AllOf(HasSubstr("Agent ana"), HasSubstr("Liza Cruz"), HasSubstr("Usapan 1: Broken fan"),
                    HasSubstr("Lunes"), HasSubstr("2:00"), HasSubstr("(oras sa Manila)"), HasSubstr("30 minuto"),
                    HasSubstr("Pangako: Unang sagot, Pamantayan"), HasSubstr("Malapit nang mahuli"),
                    HasSubstr("hawak mo"), HasSubstr("https://shop.example/desk/inbox/all/1")));
  EXPECT_THAT(mail.text, AllOf(Not(HasSubstr("{")), Not(HasSubstr("Huli ang abiso")))) << "it is not late";
  EXPECT_THAT(mails[0].data, HasSubstr("\r\nAuto-Submitted: auto-generated\r\n"));
  EXPECT_EQ(told(), std::vector<std::string>{"Nearly late: Agent ana sent"});
}

TEST_F(NoticeTest, at_the_breach_every_member_of_the_team_gets_one_and_who_has_no_address_is_named) {
  agent("ana", "ana@shop.example", "fil");
  agent("ben", "ben@shop.example", "en");
  agent("eve", "eve@shop.example");
  agent("cid");
  ASSERT_TRUE(write([&](store::Tx& tx) -> Result<int> {
                SUKI_CHECK(app_->remove_account(tx, "eve"));
                return 0;
              }).ok());
  create(form());
  wait(hours(3) + minutes(30));  // nobody holds it: the team is told in place of its holder
  EXPECT_EQ(notices().size(), 2u);
  wait(minutes(30) + seconds(1));
  const auto mails = notices();
  ASSERT_EQ(mails.size(), 2u) << "one each; nobody is told twice, and not who has left";
  EXPECT_EQ(mails[0].to, "ana@shop.example");
  EXPECT_EQ(mails[1].to, "ben@shop.example");
  EXPECT_EQ(mail::parse(mails[0].data).subject, "Unang sagot, kalalampas lang ng takda: Broken fan");
  const mail::Parsed mail = mail::parse(mails[1].data);
  EXPECT_EQ(mail.subject, "First reply missed just now: Broken fan");
  EXPECT_THAT(mail.text, AllOf(HasSubstr("Held by: nobody yet"), HasSubstr("the team Front"), HasSubstr("just now"),
                               Not(HasSubstr("comes late"))));
  EXPECT_THAT(told(), testing::ElementsAre("Nearly late: Agent ana sent", "Nearly late: Agent ben sent",
                                           "Nearly late: Agent cid none no_address", "broke: Agent ana sent",
                                           "broke: Agent ben sent", "broke: Agent cid none no_address"));
}

TEST_F(NoticeTest, after_downtime_each_step_is_told_once_and_says_that_it_is_late) {
  present(agent("ana", "ana@shop.example"));
  create(form());
  (void)notices();
  now = now + days(2);
  open();
  wait(Span{0});
  wait(minutes(1));
  const auto mails = notices();
  ASSERT_EQ(mails.size(), 2u);
  for (const auto& raw : mails) {
    const mail::Parsed mail = mail::parse(raw.data);
    EXPECT_EQ(mail.subject, "First reply missed: Broken fan") << "also of the step that was meant to come before";
    EXPECT_THAT(mail.text, AllOf(HasSubstr("44 hours ago"), HasSubstr("This notice comes late")));
  }
  EXPECT_THAT(mail::parse(mails[0].data).text, HasSubstr("to be sent on Monday, November 23 at 1:30"));
  EXPECT_THAT(mail::parse(mails[1].data).text, HasSubstr("to be sent on Monday, November 23 at 2:00"));
  EXPECT_THAT(told(),
              testing::ElementsAre("Nearly late: Agent ana sent", "broke: Agent ana sent", "still: none no_member"))
      << "a team without members is said, not passed over";
  for (const TimelineEvent& event : show(1).timeline)
    EXPECT_EQ(event.late, !event.told.empty() || event.kind == "clock_warned" || event.kind == "clock_missed");
}

TEST_F(NoticeTest, a_mail_that_is_tried_again_is_the_same_mail_and_its_end_shows_in_the_history) {
  present(agent("ana", "ana@shop.example"));
  create(form());
  (void)notices();
  wait(hours(3) + minutes(30));
  const auto first = outgoing();
  ASSERT_EQ(first.size(), 1u);
  const auto fail_it = [&](bool for_good) {
    return write([&](store::Tx& tx) -> Result<int> {
      SUKI_CHECK(app_->mail_failed(tx, first[0].outbox_id, "no room", for_good));
      return 0;
    });
  };
  ASSERT_TRUE(fail_it(false).ok());
  EXPECT_EQ(told(), std::vector<std::string>{"Nearly late: Agent ana queued"});
  now = now + minutes(10);
  const auto again = outgoing();
  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(again[0].data, first[0].data) << "the same bytes, so the same Message-ID";
  EXPECT_FALSE(mail::parse(first[0].data).message_id.empty());

  std::vector<Changed> heard;
  app_->on_changed([&](const std::vector<Changed>& changes) { heard = changes; });
  ASSERT_TRUE(fail_it(true).ok());
  ASSERT_EQ(heard.size(), 1u) << "those who watch see it";
  EXPECT_EQ(heard[0].conversation, ConversationId(1));
  EXPECT_EQ(told(), std::vector<std::string>{"Nearly late: Agent ana failed"});
  app_->on_changed({});
}

TEST_F(NoticeTest, a_plan_without_a_mail_channel_has_nowhere_to_send_from_and_the_history_says_so) {
  present(agent("ana", "ana@shop.example"));
  std::string plan = plan_with_notices();
  const auto from = plan.find("  - {id: mail, kind: email"), to = plan.find("segments:");
  plan.erase(from, to - from);
  ASSERT_TRUE(write([&](store::Tx& tx) { return app_->adopt(tx, {{"plan.yaml", plan}}, "me", "no mail"); }).ok());
  create(form());
  wait(hours(3) + minutes(30));
  EXPECT_TRUE(outgoing().empty());
  EXPECT_EQ(told(), std::vector<std::string>{"Nearly late: Agent ana none no_sender"});
}

/// What comes back for a notice.
class NoticeAnswerTest : public NoticeTest {
 protected:
  NoticeAnswerTest() {
    present(agent("ana", "ana@shop.example"));
    created = create(form());
    wait(hours(3) + minutes(30));
    notice = notices().at(0);
    id = mail::parse(notice.data).message_id;
  }
  /// It is a note in the conversation, for staff alone; no conversation is opened and nothing is answered.
  void expect_note(const App::Delivered& delivered, const std::string& text, const std::string& author) {
    EXPECT_EQ(delivered.conversation, ConversationId(1));
    EXPECT_EQ(conversations(), 1);
    const Conversation shown = show(1);
    EXPECT_EQ(shown.messages.back().kind, "note");
    EXPECT_EQ(shown.messages.back().author, author);
    EXPECT_THAT(shown.messages.back().text, HasSubstr(text));
    EXPECT_TRUE(shown.messages.back().has_raw);
    EXPECT_EQ(shown.clocks.front().status, "running") << "the customer still waits";
    EXPECT_TRUE(notices().empty());
    const auto seen = read([&](store::Tx& tx) { return app_->public_conversation(tx, created.token, "en"); });
    for (const PublicMessage& message : seen->messages) EXPECT_THAT(message.text, Not(HasSubstr(text)));
  }

  Created created;
  ClaimedMail notice;
  std::string id;
};

TEST_F(NoticeAnswerTest, a_delivery_report_marks_it_though_only_the_mail_inside_names_it) {
  const auto report = [&](const std::string& type, const std::string& inside) {
    return "Return-Path: <>\r\nFrom: Mail Delivery System <MAILER-DAEMON@mx.example>\r\nTo: "
           "help@shop.example\r\nSubject: "
           "Undelivered\r\nMessage-ID: <dsn." +
           type.substr(type.find('/') + 1) +
           "@mx.example>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; "
           "boundary=\"b\"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nUser unknown here\r\n--b\r\nContent-Type: "
           "message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; "
           "ana@shop.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b\r\nContent-Type: " +
           type + "\r\n\r\n" + inside + "\r\n--b--\r\n";
  };
  expect_note(deliver(report("message/rfc822", notice.data)), "User unknown", "Mail Delivery System");
  EXPECT_EQ(told(), std::vector<std::string>{"Nearly late: Agent ana sent returned"});
  const std::string head = notice.data.substr(0, notice.data.find("\r\n\r\n") + 2);
  expect_note(deliver(report("text/rfc822-headers", head)), "User unknown", "Mail Delivery System");
}

TEST_F(NoticeAnswerTest, an_absence_note_is_kept_and_is_no_failure) {
  expect_note(deliver("From: ana@shop.example\r\nTo: help@shop.example\r\nSubject: Away\r\nAuto-Submitted: "
                      "auto-replied\r\nMessage-ID: <away@shop.example>\r\nIn-Reply-To: <" +
                      id + ">\r\n\r\nI am on leave\r\n"),
              "on leave", "ana@shop.example");
  EXPECT_EQ(told(), std::vector<std::string>{"Nearly late: Agent ana sent"});
}

TEST_F(NoticeAnswerTest, the_notice_itself_coming_in_again_opens_nothing) {
  expect_note(deliver(notice.data), "Conversation 1: Broken fan", "Test Shop");
  EXPECT_EQ(told(), std::vector<std::string>{"Nearly late: Agent ana sent returned"});
  EXPECT_TRUE(deliver(notice.data).duplicate);
}

TEST_F(NoticeAnswerTest, an_agents_answer_is_their_note_and_a_strangers_is_a_mail_like_any_other) {
  const auto answer = [&](const std::string& from) {
    return "From: " + from + "\r\nTo: help@shop.example\r\nSubject: Re: due soon\r\nMessage-ID: <" + from +
           ">\r\nReferences: <" + id + ">\r\n\r\nI will call her\r\n";
  };
  expect_note(deliver(answer("Ana@shop.example")), "call her", "Agent ana");
  EXPECT_EQ(show(1).timeline.back().actor, "Agent ana");
  EXPECT_EQ(deliver(answer("eve@example.com")).conversation, ConversationId(2));
}

TEST_F(NoticeAnswerTest, whoever_forges_an_agents_address_writes_no_note) {
  ASSERT_TRUE(write([&](store::Tx& tx) -> Result<bool> {
                SUKI_CHECK(keep_mail_rules(tx, {.trusted_servers = {"mx.shop.example"}}));
                return true;
              }).ok());
  const auto delivered = deliver(
      "Authentication-Results: mx.shop.example; dmarc=fail header.from=shop.example\r\nFrom: ana@shop.example\r\nTo: "
      "help@shop.example\r\nSubject: Re: due soon\r\nMessage-ID: <forged@x>\r\nReferences: <" +
      id + ">\r\n\r\nPay them\r\n");
  EXPECT_EQ(delivered.conversation, ConversationId(2));
  EXPECT_EQ(show(2).messages.front().kind, "customer");
  EXPECT_EQ(show(2).messages.front().origin.value_or(MailOrigin{}).verdict, "forged");
}

TEST_F(NoticeTest, an_address_of_staff_is_an_address_and_not_where_customers_write_to) {
  const std::string token = present(agent("ana"));
  const auto set = [&](const std::string& email) {
    return write([&](store::Tx& tx) -> Result<int> {
      SUKI_CHECK(app_->set_email(tx, "ana", email));
      return 0;
    });
  };
  for (const char* wrong : {"ana", "a b@shop.example", "ana@shop.example\r\nBcc: x@y.example", "Help@shop.example"}) {
    ASSERT_FALSE(set(wrong).ok()) << wrong;
    EXPECT_THAT(set(wrong).error().detail, testing::StartsWith("email: ")) << wrong;
    Preferences input;
    input.email = wrong;
    EXPECT_FALSE(write([&](store::Tx& tx) { return app_->set_preferences(tx, token, input); }).ok()) << wrong;
  }
  ASSERT_TRUE(set(" Ana@Shop.example ").ok());
  EXPECT_EQ(read([&](store::Tx& tx) { return app_->find_account(tx, "ana"); })->email, "ana@shop.example");
  Preferences input;
  input.email = "ana@home.example";
  EXPECT_EQ(write([&](store::Tx& tx) { return app_->set_preferences(tx, token, input); })->email, "ana@home.example");
  ASSERT_TRUE(set("").ok());
  EXPECT_EQ(read([&](store::Tx& tx) { return app_->find_account(tx, "ana"); })->email, "");
}

}  // namespace
}  // namespace suki::app
