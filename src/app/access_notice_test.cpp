/// People are told by mail when their way in changes.
#include "app/access_notice.h"

#include "app/access.h"
#include "app/second_step.h"
#include "app/testing.h"
#include "mail/mail.h"

namespace suki::app {
namespace {

using store::AuditActor;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class AccessNoticeTest : public AppTest {
 protected:
  AccessNoticeTest() {
    secret_key = std::string(32, 'k');
    open();
    ana = agent("ana", "ana@staff.example", "en");
    mia = agent("mia", "mia@staff.example", "fil");
  }
  struct Letter {
    std::string to, subject, text;
  };
  /// What went out since the last look.
  std::vector<Letter> letters() {
    std::vector<Letter> result;
    for (const auto& one : outgoing()) {
      const mail::Parsed parsed = mail::parse(one.data);
      EXPECT_EQ(parsed.machine, "own-loop") << "marked, so that no program answers it";
      result.push_back({one.to, parsed.subject, parsed.text});
      (void)write([&](store::Tx& tx) { return app_->mail_sent(tx, one.outbox_id); });
    }
    return result;
  }
  void act(const Actor& actor, std::string_view what, AgentId whom, bool done = true) {
    (void)write([&](store::Tx& tx) -> Result<int> {
      record(*app_, tx, actor, {what, "account", whom.value}, done);
      return 0;
    });
  }
  App::NewSession log_in(AgentId who, const std::string& browser) {
    return *write([&](store::Tx& tx) {
      return app_->start_session(tx, who, {"203.0.113.7", "Firefox on Linux", false, browser});
    });
  }
  [[nodiscard]] Actor self(AgentId who) const { return {AuditActor::agent, who, "203.0.113.7"}; }

  AgentId ana, mia;
};

TEST_F(AccessNoticeTest, every_change_of_the_way_in_is_told_in_the_language_of_the_person) {
  for (const char* what : {"password.change", "password.reset", "reset_link.make", "second_step.on", "second_step.off",
                           "second_step.reset", "second_step.codes", "second_step.recover", "session.end_person"}) {
    act(self(mia), what, ana);
    const auto to_ana = letters();
    ASSERT_EQ(to_ana.size(), 1U) << what;
    EXPECT_EQ(to_ana[0].to, "ana@staff.example");
    EXPECT_THAT(to_ana[0].text, HasSubstr("Hello Agent ana")) << what;
    EXPECT_THAT(to_ana[0].text, HasSubstr("Who: Agent mia")) << what;
    EXPECT_THAT(to_ana[0].text, Not(HasSubstr("203.0.113.7"))) << "where a colleague sits is nobody's business";
    act(the_operator(), what, mia);
    const auto to_mia = letters();
    ASSERT_EQ(to_mia.size(), 1U) << what;
    EXPECT_THAT(to_mia[0].text, HasSubstr("Kumusta Agent mia")) << what;
    EXPECT_NE(to_mia[0].subject, to_ana[0].subject);
  }
}

TEST_F(AccessNoticeTest, what_changes_no_way_in_or_was_refused_is_told_to_nobody) {
  for (const char* what : {"session.start", "session.end", "account.change", "account.create", "reset_link.ask",
                           "second_step.begin", "role.change"})
    act(self(mia), what, ana);
  act(self(mia), "password.change", ana, false);
  act(self(ana), "session.end_person", ana);
  EXPECT_THAT(letters(), IsEmpty());
  act({AuditActor::nobody, {}, "198.51.100.9"}, "second_step.reuse", ana, false);
  const auto told = letters();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_THAT(told[0].text, HasSubstr("198.51.100.9"));
  EXPECT_THAT(told[0].text, HasSubstr("They were not let in"));
}

TEST_F(AccessNoticeTest, a_manager_s_link_is_told_and_not_given_away) {
  const auto made = write([&](store::Tx& tx) -> Result<LinkMade> {
    SUKI_TRY(LinkMade link, make_reset_link(*app_, tx, ana, mia));
    record(*app_, tx, self(mia), {"reset_link.make", "account", ana.value});
    return link;
  });
  const auto told = letters();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_THAT(told[0].text, Not(HasSubstr(made->link.substr(made->link.rfind('/') + 1))));
  EXPECT_THAT(told[0].text, HasSubstr("https://shop.example/desk/forgot"));
}

TEST_F(AccessNoticeTest, another_address_is_told_to_the_one_before_too_and_names_neither) {
  const auto session = log_in(ana, "");
  ASSERT_TRUE(write([&](store::Tx& tx) {
                return app_->set_preferences(tx, session.token, {{}, {}, "new@staff.example", {}, {}});
              }).ok());
  const auto told = letters();
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0].to, "ana@staff.example");
  EXPECT_EQ(told[1].to, "new@staff.example");
  for (const Letter& one : told) {
    EXPECT_THAT(one.text, Not(HasSubstr("@staff.example")));
    EXPECT_THAT(one.text, HasSubstr("Who: you, at an open session"));
  }
  ASSERT_TRUE(write([&](store::Tx& tx) { return app_->set_email(tx, "ana", "new@staff.example"); }).ok());
  EXPECT_THAT(letters(), IsEmpty()) << "it is the same";
  ASSERT_TRUE(write([&](store::Tx& tx) { return app_->set_email(tx, "ana", ""); }).ok());
  const auto gone = letters();
  ASSERT_EQ(gone.size(), 1U);
  EXPECT_EQ(gone[0].to, "new@staff.example");
}

TEST_F(AccessNoticeTest, a_log_in_from_a_new_browser_is_told_but_not_the_first_one) {
  const auto first = log_in(ana, "");
  EXPECT_THAT(letters(), IsEmpty()) << "somebody who joins uses some browser";
  ASSERT_FALSE(first.browser.empty());
  EXPECT_EQ(log_in(ana, first.browser).browser, first.browser) << "it is known again";
  EXPECT_THAT(letters(), IsEmpty());
  const auto other = log_in(ana, "");
  EXPECT_NE(other.browser, first.browser);
  const auto told = letters();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_THAT(told[0].text, HasSubstr("203.0.113.7 (Firefox on Linux)"));
  EXPECT_NE(log_in(ana, "planted-by-somebody-else").browser, "planted-by-somebody-else");
  EXPECT_EQ(letters().size(), 1U);
  // Two people at one computer keep one token, and each is told once.
  (void)log_in(mia, "");
  EXPECT_EQ(log_in(mia, first.browser).browser, first.browser);
  EXPECT_EQ(letters().size(), 1U);
  (void)log_in(mia, first.browser);
  EXPECT_THAT(letters(), IsEmpty());
}

TEST_F(AccessNoticeTest, a_mailbox_is_not_flooded_and_the_last_mail_says_so) {
  for (int i = 0; i < 50; ++i) act(self(mia), "reset_link.make", ana);
  const auto told = letters();
  ASSERT_EQ(told.size(), static_cast<std::size_t>(access_notices_max));
  for (std::size_t i = 0; i < told.size(); ++i)
    EXPECT_EQ(told[i].text.find("until tomorrow") != std::string::npos, i + 1 == told.size()) << i;
  act(self(mia), "second_step.reset", ana);
  EXPECT_EQ(letters().size(), 1U) << "much of one kind hides nothing of another";
  now = now + access_notice_window;
  act(self(mia), "reset_link.make", ana);
  EXPECT_EQ(letters().size(), 1U);
}

TEST_F(AccessNoticeTest, who_has_no_address_or_has_left_gets_none) {
  const AgentId ben = agent("ben");
  act(self(mia), "reset_link.make", ben);
  ASSERT_TRUE(write([&](store::Tx& tx) { return app_->remove_account(tx, "ana"); }).ok());
  act(self(mia), "reset_link.make", ana);
  EXPECT_THAT(letters(), IsEmpty());
}

TEST_F(AccessNoticeTest, a_session_that_nobody_uses_ends) {
  const auto session = log_in(ana, "");
  const auto holds = [&] { return read([&](store::Tx& tx) { return app_->find_session(tx, session.token); }).ok(); };
  const auto use = [&] {
    (void)write([&](store::Tx& tx) -> Result<int> {
      tx.saw_session(session.token, now, "203.0.113.7");
      return 0;
    });
  };
  now = now + hours(2) - seconds(1);
  EXPECT_TRUE(holds());
  use();
  now = now + hours(2) - seconds(1);
  EXPECT_TRUE(holds()) << "it was used meanwhile";
  EXPECT_EQ(*read([&](store::Tx& tx) { return app_->next_session_end(tx); }), now + seconds(1));
  now = now + seconds(1);
  EXPECT_FALSE(holds());
  EXPECT_EQ(*read([&](store::Tx& tx) { return Result<std::size_t>(tx.sessions(ana, "").size()); }), 1U);
  ASSERT_TRUE(write([&](store::Tx& tx) -> Result<int> {
                SUKI_CHECK(app_->end_old_sessions(tx));
                return 0;
              }).ok());
  EXPECT_EQ(*read([&](store::Tx& tx) { return Result<std::size_t>(tx.sessions(ana, "").size()); }), 0U);
}

}  // namespace
}  // namespace suki::app
