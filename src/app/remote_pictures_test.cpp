/// Pictures of mails that lie elsewhere, and what a trusted mail server says of a sender.
#include "app/remote_pictures.h"

#include "app/mail_html.h"
#include "app/mail_rules.h"
#include "app/privacy.h"
#include "app/quarantine.h"
#include "app/testing.h"
#include "base/reason.h"

namespace suki::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

const std::string gif("GIF89a\1\0\1\0\0\0\0,\0\0\0\0\1\0\1\0\0\2\0;", 26);

class PicturesCase : public AppTest {
 protected:
  PicturesCase() { ana_ = agent("ana"), caller.agent = ana_; }
  App::Delivered mail(const std::string& html, const std::string& id = "p1", const std::string& head = "") {
    return deliver(head + "From: Pedro <pedro@example.com>\nTo: help@shop.example\nSubject: Look\nMessage-ID: <" + id +
                   "@example.com>\nContent-Type: text/html; charset=utf-8\n\n" + html + "\n");
  }
  PicturesView ask(const App::Delivered& of, bool fetch, Maybe<bool> always = std::nullopt) {
    auto shown = write([&](store::Tx& tx) {
      return ask_pictures(*app_, tx, caller, of.conversation, of.message, {fetch, always});
    });
    EXPECT_TRUE(shown.ok()) << shown.error().detail;
    return shown.ok() ? *shown : PicturesView{};
  }
  PicturesView look(const App::Delivered& of) {
    auto shown = read([&](store::Tx& tx) { return show_pictures(tx, caller, of.conversation, of.message); });
    EXPECT_TRUE(shown.ok()) << shown.error().detail;
    return shown.ok() ? *shown : PicturesView{};
  }
  std::string page(const App::Delivered& of, bool pictures) {
    return read([&](store::Tx& tx) { return show_html(tx, caller, of.conversation, of.message, pictures); })->page;
  }
  std::vector<store::RemotePicture> claim(int limit = 10) {
    return *write([&](store::Tx& tx) -> Result<std::vector<store::RemotePicture>> {
      return claim_wanted_pictures(*app_, tx, minutes(2), limit);
    });
  }
  void came(const store::RemotePicture& picture, const std::string& bytes, const std::string& problem = "",
            std::int64_t max = 1'000) {
    EXPECT_TRUE(write([&](store::Tx& tx) -> Result<bool> {
                  SUKI_CHECK(picture_fetched(*app_, tx, picture, bytes, "image/gif", problem, max));
                  return true;
                }).ok());
  }
  void rules(const MailRules& said) {
    ASSERT_TRUE(write([&](store::Tx& tx) -> Result<bool> {
                  SUKI_CHECK(keep_mail_rules(tx, said));
                  return true;
                }).ok());
  }
  AgentId ana_;
};

const std::string two =
    "<p>Hi<img src='https://a.example/x.gif?a=1&amp;b=2' alt=one width=40><img src='https://b.example/y.gif'>"
    "<img src='https://a.example/x.gif?a=1&amp;b=2'></p>";

TEST_F(PicturesCase, nothing_is_asked_for_until_somebody_wants_to_see_it) {
  const auto came_in = mail(two);
  EXPECT_EQ(look(came_in).count, 2) << "the same address once";
  EXPECT_THAT(claim(), IsEmpty());
  EXPECT_THAT(page(came_in, false), HasSubstr("<span data-blocked=\"1\">one</span>"));
  EXPECT_THAT(page(came_in, false), Not(HasSubstr("a.example")));
  EXPECT_THAT(page(came_in, true), Not(HasSubstr("a.example"))) << "also the page with pictures names no address";
}

TEST_F(PicturesCase, what_came_is_shown_from_here_and_never_fetched_twice) {
  const auto of = mail(two);
  EXPECT_EQ(ask(of, true).waiting, 2);
  const auto wanted = claim();
  ASSERT_THAT(wanted, SizeIs(2));
  EXPECT_EQ(wanted[0].url, "https://a.example/x.gif?a=1&b=2");
  EXPECT_THAT(claim(), IsEmpty()) << "somebody has them in hand";
  came(wanted[0], gif);
  came(wanted[1], "", "closed");
  const PicturesView shown = look(of);
  EXPECT_EQ(shown.came, 1);
  EXPECT_EQ(shown.failed, 1);
  const std::string html = page(of, true);
  EXPECT_THAT(html, HasSubstr("<img src=\"data:image/gif;base64,R0lGODlh"));
  EXPECT_THAT(html, HasSubstr(" alt=\"one\" width=\"40\">"));
  EXPECT_THAT(html, HasSubstr("<span data-blocked=\"1\"></span>"));
  EXPECT_THAT(html, Not(HasSubstr("http")));
  // Asked again, only what failed is wanted.
  EXPECT_EQ(ask(of, true).waiting, 1);
  const auto again = claim();
  ASSERT_THAT(again, SizeIs(1));
  EXPECT_EQ(again[0].number, 2);
}

TEST_F(PicturesCase, one_that_was_in_hand_of_somebody_who_ended_is_taken_over) {
  ask(mail(two), true);
  EXPECT_THAT(claim(1), SizeIs(1));
  now = now + minutes(3);
  EXPECT_THAT(claim(), SizeIs(2));
}

TEST_F(PicturesCase, a_mail_has_so_many_bytes_and_so_many_pictures_at_most) {
  std::string html = "x";
  for (int i = 0; i < 150; ++i) html += "<img src='https://a.example/" + std::to_string(i) + "'>";
  const auto of = mail(html);
  EXPECT_EQ(look(of).count, 100);
  ask(of, true);
  const auto wanted = claim();
  came(wanted[0], gif, "", 30);
  came(wanted[1], gif + "2", "", 30);
  EXPECT_EQ(look(of).came, 1);
  EXPECT_EQ(look(of).failed, 1);
}

TEST_F(PicturesCase, an_agent_is_not_asked_again_about_a_sender_whom_they_trust) {
  const auto first = mail(two), second = mail(two, "p2");
  EXPECT_FALSE(look(second).always);
  EXPECT_EQ(look(second).sender, "pedro@example.com");
  ask(first, true, true);
  EXPECT_TRUE(look(second).always);
  const AgentId ana = caller.agent;
  caller.agent = agent("ben");
  EXPECT_FALSE(look(second).always) << "each agent decides alone";
  caller.agent = ana;
  ask(first, false, false);
  EXPECT_FALSE(look(second).always);
}

TEST_F(PicturesCase, a_forged_sender_is_not_the_one_who_is_trusted) {
  rules({.trusted_servers = {"mx.shop.example"}});
  const auto genuine = mail(two, "p1", "Authentication-Results: mx.shop.example; dmarc=pass header.from=example.com\n");
  ask(genuine, false, true);
  EXPECT_TRUE(look(genuine).always);
  const auto forged = mail(two, "p2", "Authentication-Results: mx.shop.example; dmarc=fail header.from=example.com\n");
  EXPECT_FALSE(look(forged).always);
}

TEST_F(PicturesCase, the_operator_can_turn_them_off) {
  const auto of = mail(two);
  ask(of, true);
  rules({.remote_pictures = false});
  EXPECT_FALSE(look(of).allowed);
  EXPECT_THAT(claim(), IsEmpty()) << "also those that were asked for before";
  const auto refused = write([&](store::Tx& tx) {
    return ask_pictures(*app_, tx, caller, of.conversation, of.message, {true, std::nullopt});
  });
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(take_apart(refused.error().detail).reason, "pictures_off");
}

TEST_F(PicturesCase, they_go_with_their_conversation_and_its_customer) {
  const auto of = mail(two);
  ask(of, true, true);
  for (const auto& picture : claim()) came(picture, gif);
  const CustomerId id(std::stoll(show(of.conversation.value).customer));
  ASSERT_TRUE(write([&](store::Tx& tx) {
                return erase_customer(*app_, tx, caller, id, {"asked", "pedro@example.com"});
              }).ok());
  for (const char* table : {"remote_pictures", "picture_senders", "mail_origins", "blobs"})
    EXPECT_EQ(*read([&](store::Tx& tx) -> Result<std::int64_t> { return tx.count_rows(table); }), 0) << table;
}

TEST_F(PicturesCase, a_message_of_another_conversation_is_not_there) {
  const auto of = mail(two);
  EXPECT_EQ(read([&](store::Tx& tx) { return show_pictures(tx, caller, ConversationId(99), of.message); }).error().code,
            ErrorCode::not_found);
  const auto plain = deliver("From: jun@example.org\r\nSubject: Radio\r\nMessage-ID: <r@example.org>\r\n\r\nHello\r\n");
  EXPECT_EQ(
      read([&](store::Tx& tx) { return show_pictures(tx, caller, plain.conversation, plain.message); }).error().code,
      ErrorCode::not_found);
}

// ---- where a mail came from ----------------------------------------------------------------------------------------

TEST_F(PicturesCase, the_verdict_of_a_trusted_server_stands_beside_the_message) {
  const std::string results = "Authentication-Results: mx.shop.example; spf=pass smtp.mailfrom=example.com; dmarc=";
  const auto before = mail("<p>a</p>", "o1", results + "pass header.from=example.com\n");
  EXPECT_FALSE(show(before.conversation.value).messages.front().origin) << "nobody is trusted";
  rules({.trusted_servers = {"MX.shop.example"}});
  const auto origin_of = [&](const App::Delivered& of) {
    const auto shown = show(of.conversation.value);
    return shown.messages.front().origin.value_or(MailOrigin{});
  };
  const MailOrigin verified = origin_of(mail("<p>b</p>", "o2", results + "pass header.from=example.com\n"));
  EXPECT_EQ(verified.verdict, "verified");
  EXPECT_EQ(verified.domain, "example.com");
  EXPECT_EQ(verified.spf, "pass");
  EXPECT_EQ(verified.dmarc, "pass");
  EXPECT_EQ(verified.server, "mx.shop.example");
  EXPECT_FALSE(verified.spam);
  EXPECT_EQ(origin_of(mail("<p>c</p>", "o3", results + "fail header.from=example.com\n")).verdict, "forged");
  EXPECT_EQ(origin_of(mail("<p>d</p>", "o4")).verdict, "unverified");
  EXPECT_FALSE(show(before.conversation.value).messages.front().origin) << "what was known then stays";
}

TEST_F(PicturesCase, the_named_sender_of_a_forged_mail_gets_no_answer_that_they_never_asked_for) {
  rules({.trusted_servers = {"mx.shop.example"}});
  mail("<p>a</p>", "f1", "Authentication-Results: mx.shop.example; dmarc=fail header.from=example.com\n");
  EXPECT_THAT(outgoing(), IsEmpty());
  mail("<p>b</p>", "f2", "Authentication-Results: mx.shop.example; dmarc=none\n");
  EXPECT_THAT(outgoing(), SizeIs(1)) << "not verified is no reproach";
}

TEST_F(PicturesCase, spam_that_is_delivered_says_so) {
  rules({.spam_held = false});
  const auto of = mail("<p>Buy</p>", "s1", "X-Spam-Flag: YES\n");
  const auto origin = show(of.conversation.value).messages.front().origin;
  ASSERT_TRUE(origin);
  EXPECT_TRUE(origin->spam);
  EXPECT_EQ(origin->verdict, "");
}

TEST_F(PicturesCase, a_server_has_a_name_of_one_word) {
  for (const char* wrong : {"", "two words", "a;b", "a(b", "caf\xc3\xa9"}) {
    const auto kept = write([&](store::Tx& tx) -> Result<bool> {
      SUKI_CHECK(keep_mail_rules(tx, {.trusted_servers = {wrong}}));
      return true;
    });
    EXPECT_EQ(kept.ok() ? ErrorCode::internal : kept.error().code, ErrorCode::bad_input) << wrong;
  }
}

}  // namespace
}  // namespace suki::app
