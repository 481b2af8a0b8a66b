/// Getting in: codes, invites, links, and the records of it.
#include "app/access.h"
#include "app/audit.h"
#include "app/second_step.h"
#include "app/testing.h"
#include "app/totp.h"
#include "base/text.h"

namespace suki::app {
namespace {

// RFC 6238, appendix B, SHA-1: the last six of its eight digits.
TEST(Totp, TheCodesOfTheStandard) {
  const std::string secret = "12345678901234567890";
  for (const auto& [at, code] : {std::pair{59, "287082"},
                                 {1111111109, "081804"},
                                 {1111111111, "050471"},
                                 {1234567890, "005924"},
                                 {2000000000, "279037"}})
    EXPECT_EQ(totp_code(secret, at / 30), code) << at;
  EXPECT_EQ(to_base32("foobar"), "MZXW6YTBOI");
}

TEST(Totp, OneStepOfDriftEitherWayAndNoCodeTwice) {
  const std::string secret = "12345678901234567890";
  const Instant now{std::int64_t{1'000'000'000} * 1'000'000};
  const std::int64_t step = 1'000'000'000 / 30;
  for (const std::int64_t off : {-1, 0, 1})
    EXPECT_EQ(find_totp_step(secret, totp_code(secret, step + off), now, 0), step + off);
  EXPECT_FALSE(find_totp_step(secret, totp_code(secret, step + 2), now, 0).has_value());
  EXPECT_FALSE(find_totp_step(secret, totp_code(secret, step - 2), now, 0).has_value());
  EXPECT_FALSE(find_totp_step(secret, totp_code(secret, step), now, step).has_value()) << "it was used";
  EXPECT_FALSE(find_totp_step(secret, "", now, 0).has_value());
}

class AccessTest : public AppTest {
 protected:
  AccessTest() { set_key('k'); }
  void set_key(char c) {
    secret_key = std::string(32, c);
    open();
  }
  AgentId add(const std::string& login) {
    return *write([&](store::Tx& tx) {
      return app_->create_account(tx,
                                  {login, "Name " + login, "hash", Role::agent, {}, {}, login + "@shop.example", "en"});
    });
  }
};

TEST_F(AccessTest, an_invite_lets_one_person_in_once) {
  const AgentId ana = add("ana");
  Caller boss{ana, Role::manager, "en"};
  const auto made = write([&](store::Tx& tx) {
    return make_invite(*app_, tx, boss, {"Cid", "cid@shop.example", "agent", "fil", {"front"}, 7});
  });
  ASSERT_TRUE(made.ok()) << made.error().detail;
  EXPECT_TRUE(made->answer.mailed);
  const std::string token = made->answer.link.substr(made->answer.link.rfind('/') + 1);
  EXPECT_EQ(read([&](store::Tx& tx) { return show_invite(*app_, tx, token); })->name, "Cid");
  const auto joined = write([&](store::Tx& tx) {
    return join(*app_, tx, token, {"cid", "Cid Ramos", "", ""}, "hash");
  });
  ASSERT_TRUE(joined.ok()) << joined.error().detail;
  const auto again = write([&](store::Tx& tx) { return join(*app_, tx, token, {"eve", "Eve", "", ""}, "hash"); });
  EXPECT_EQ(again.error().detail, "invite_used");
  const auto view = *read([&](store::Tx& tx) { return show_invite(*app_, tx, token); });
  EXPECT_EQ(view.state, "used");
  EXPECT_EQ(view.name, "") << "one that is over tells nothing of the person";
}

TEST_F(AccessTest, an_invite_that_is_over_or_revoked_says_so) {
  Caller boss{add("ana"), Role::manager, "en"};
  const auto make = [&] {
    return *write([&](store::Tx& tx) { return make_invite(*app_, tx, boss, {"Cid", "", "agent", "", {}, 1}); });
  };
  const MadeInvite late = make(), revoked = make();
  EXPECT_FALSE(late.answer.mailed) << "there is no address";
  EXPECT_TRUE(write([&](store::Tx& tx) { return revoke_invite(*app_, tx, revoked.id); }).ok());
  now = now + days(1);
  const auto try_join = [&](const MadeInvite& made) {
    const std::string token = made.answer.link.substr(made.answer.link.rfind('/') + 1);
    return write([&](store::Tx& tx) { return join(*app_, tx, token, {"cid", "Cid", "", ""}, "hash"); }).error().detail;
  };
  EXPECT_EQ(try_join(late), "invite_expired");
  EXPECT_EQ(try_join(revoked), "invite_revoked");
  EXPECT_FALSE(read([&](store::Tx& tx) { return show_invite(*app_, tx, "guess"); }).ok());
}

TEST_F(AccessTest, a_reset_link_works_once_and_ends_every_session) {
  const AgentId ana = add("ana");
  const auto session = *write([&](store::Tx& tx) { return app_->start_session(tx, ana); });
  const auto link = *write([&](store::Tx& tx) { return make_reset_link(*app_, tx, ana, {}); });
  const std::string token = link.link.substr(link.link.rfind('/') + 1);
  EXPECT_TRUE(write([&](store::Tx& tx) { return reset_password(*app_, tx, token, "new hash"); }).ok());
  EXPECT_FALSE(read([&](store::Tx& tx) { return app_->find_session(tx, session.token); }).ok());
  EXPECT_FALSE(write([&](store::Tx& tx) { return reset_password(*app_, tx, token, "other"); }).ok());
  const auto later = *write([&](store::Tx& tx) { return make_reset_link(*app_, tx, ana, {}); });
  now = now + hours(24);
  const std::string old = later.link.substr(later.link.rfind('/') + 1);
  EXPECT_FALSE(read([&](store::Tx& tx) { return show_reset(*app_, tx, old); }).ok()) << "it is over";
}

TEST_F(AccessTest, a_second_step_is_confirmed_and_each_code_is_good_once) {
  const AgentId ana = add("ana");
  const auto start = write([&](store::Tx& tx) { return begin_second_step(*app_, tx, ana); });
  ASSERT_TRUE(start.ok()) << start.error().detail;
  EXPECT_GT(start->qr_size, 20);
  EXPECT_FALSE(write([&](store::Tx& tx) { return confirm_second_step(*app_, tx, ana, "000000"); }).ok());
  std::string secret;  // as an authenticator reads it
  std::uint32_t held = 0;
  unsigned bits = 0;
  for (const char c : start->secret) {
    held = (held << 5u) | static_cast<std::uint32_t>(c >= 'A' ? c - 'A' : c - '2' + 26);
    if ((bits += 5) >= 8) secret += static_cast<char>((held >> (bits -= 8)) & 0xFFu);
  }
  const auto code = [&] { return totp_code(secret, now.us / totp_step.us); };
  const auto codes = write([&](store::Tx& tx) { return confirm_second_step(*app_, tx, ana, code()); });
  ASSERT_TRUE(codes.ok()) << codes.error().detail;
  EXPECT_EQ(codes->codes.size(), 10u);
  EXPECT_EQ(codes->codes[0].size(), 24u + 5u) << "24 letters and digits, in fours";
  const auto prove = [&](const std::string& given) {
    return *write([&](store::Tx& tx) -> Result<StepProof> { return prove_second_step(*app_, tx, ana, given); });
  };
  EXPECT_EQ(prove(code()), StepProof::used) << "the code that confirmed it is used up";
  EXPECT_EQ(prove("000000"), StepProof::wrong);
  now = now + seconds(30);
  EXPECT_EQ(prove(code()), StepProof::code);
  EXPECT_EQ(prove(code()), StepProof::used);
  EXPECT_EQ(prove(codes->codes[3]), StepProof::recovery);
  EXPECT_EQ(prove(codes->codes[3]), StepProof::wrong);
  set_key('x');
  now = now + seconds(30);
  EXPECT_EQ(prove(code()), StepProof::lost) << "a copy of the store alone opens nothing";
  EXPECT_EQ(prove(codes->codes[4]), StepProof::recovery);
  const auto session = *write([&](store::Tx& tx) { return app_->start_session(tx, ana); });
  EXPECT_TRUE(write([&](store::Tx& tx) { return reset_second_step(*app_, tx, ana); }).ok());
  EXPECT_FALSE(read([&](store::Tx& tx) { return app_->find_session(tx, session.token); }).ok())
      << "the phone that is gone may have it";
}

TEST_F(AccessTest, tampering_with_the_audit_log_shows) {
  const AgentId ana = add("ana");
  for (int i = 0; i < 5; ++i)
    (void)write([&](store::Tx& tx) -> Result<int> {
      record(*app_, tx, {store::AuditActor::agent, ana, "203.0.113.7"}, {"conversation.open", "conversation", i + 1});
      return 0;
    });
  const auto verify = [&] {
    return *read([](store::Tx& tx) -> Result<AuditCheck> { return audit_verify(tx, 0, "", 100); });
  };
  EXPECT_TRUE(verify().differences.empty());
  const auto page = *read([&](store::Tx& tx) {
    return audit_page(*app_, tx, {"", "", "conversation:3", "", "", "", 50});
  });
  ASSERT_EQ(page.items.size(), 1u);
  EXPECT_EQ(page.items[0].agent, "Name ana");
  const auto piece = *read([&](store::Tx& tx) { return audit_export(*app_, tx, {}, AuditFormat::csv); });
  EXPECT_EQ(std::count(piece.text.begin(), piece.text.end(), '\n'), 6);
  EXPECT_EQ(piece.text.find("ana"), std::string::npos) << "ids only";
}

}  // namespace
}  // namespace suki::app
