/// Which conversation a mail joins, and who gets into none. On both engines; the history is checked after each.
#include "app/mail_thread.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/channels.h"
#include "app/customer_addresses.h"
#include "app/customers.h"
#include "app/mail_rules.h"
#include "app/testing.h"
#include "app/verify.h"
#include "base/text.h"
#include "mail/mail.h"

namespace suki::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

const std::string thread_plan = [] {
  std::string plan = plan_yaml;
  const std::string mail_channel = "  - {id: mail, kind: email,";
  plan.replace(plan.find("address: help@shop.example"), 26,
               "address: help@shop.example, aliases: [hello@shop.example, Tulong@shop.example]");
  plan.insert(
      plan.find("segments:"),
      "  - {id: parts-mail, kind: email, name: {en: Parts, fil: Pyesa}, hours: office, address: parts@shop.example}\n");
  return plan;
}();

/// A mail with any header, in a few words.
struct Letter {
  std::string from = "Jun Reyes <jun@example.org>", id = "m1@example.org", subject = "Radio",
              text = "Do you repair it?";
  std::string to = "help@shop.example", cc = "", in_reply_to = "", references = "", more = "",
              date = "Mon, 23 Nov 2026 10:00:00 +0800";

  [[nodiscard]] std::string raw() const {
    const auto line = [](const char* name, const std::string& value) {
      return value.empty() ? "" : std::string(name) + ": " + value + "\r\n";
    };
    return more + line("From", from) + line("To", to) + line("Cc", cc) + line("Subject", subject) + line("Date", date) +
           line("Message-ID", id.empty() ? "" : "<" + id + ">") + line("In-Reply-To", in_reply_to) +
           line("References", references) + "\r\n" + text + "\r\n";
  }
};

class MailThread : public AppTest {
 protected:
  MailThread() : AppTest(thread_plan) { caller.agent = agent("ana", "ana@shop.example"); }
  ~MailThread() override { EXPECT_THAT(differences(), IsEmpty()); }

  App::Delivered take(const Letter& letter) { return deliver(letter.raw()); }
  std::int64_t where(const Letter& letter) { return take(letter).conversation.value; }
  /// The agent's answer as it goes out.
  mail::Parsed answer(std::int64_t id, const std::string& text = "Yes, we do.") {
    (void)sent();
    const auto done = reply(id, text, show(id).row.last_number, "a" + std::to_string(++replies_));
    EXPECT_TRUE(done.ok()) << done.error().detail;
    const auto mails = sent();
    EXPECT_THAT(mails, SizeIs(1));
    return mails.empty() ? mail::Parsed{} : mails.front();
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
  std::string token(std::int64_t id) {
    return *read([&](store::Tx& tx) -> Result<std::string> { return reply_token(tx, ConversationId(id)); });
  }
  std::vector<std::string> differences() {
    std::vector<std::string> all;
    (void)read([&](store::Tx& tx) -> Result<bool> {
      auto slice = app_->verify(tx, {}, 1'000);
      EXPECT_TRUE(slice.ok()) << slice.error().detail;
      if (slice.ok()) all = slice->differences;
      return true;
    });
    return all;
  }
  /// "stranger 2 here none": cause, the other one, which side was opened by the mail, claim.
  std::vector<std::string> links(std::int64_t id) {
    std::vector<std::string> all;
    for (const LinkedConversation& link : show(id).links)
      all.push_back(link.cause + " " + link.conversation + (link.opened ? " here " : " there ") + link.claim);
    return all;
  }
  Result<Conversation> claim(std::int64_t id, bool same) {
    return write([&](store::Tx& tx) { return answer_claim(*app_, tx, caller, ConversationId(id), {same}); });
  }
  CustomerView customer(std::int64_t conversation) {
    const CustomerId id(std::stoll(show(conversation).customer));
    auto shown = read([&](store::Tx& tx) { return show_customer(app_->shared(), tx, caller, id); });
    EXPECT_TRUE(shown.ok());
    return shown.ok() ? *shown : CustomerView{};
  }

 private:
  int replies_ = 0;
};

// ---- the reply token

TEST_F(MailThread, a_token_leads_to_its_conversation_and_nothing_else_does) {
  const auto find = [&](const std::string& text) {
    return *read([&](store::Tx& tx) -> Result<std::int64_t> {
      const auto id = find_reply_token(tx, text);
      return id ? id->value : 0;
    });
  };
  for (const std::int64_t id : {1LL, 2LL, 4'711LL, 1'000'000'000'000LL}) {
    const std::string made = token(id);
    EXPECT_THAT(made, testing::MatchesRegex("[a-z2-7]{24}"));
    EXPECT_EQ(find(made), id);
    std::string upper = made;
    for (char& c : upper) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
    EXPECT_EQ(find(upper), id) << "a mail program changed the case";
    for (std::size_t i = 0; i < made.size(); ++i) {
      std::string changed = made;
      changed[i] = changed[i] == 'a' ? 'b' : 'a';
      EXPECT_EQ(find(changed), 0) << changed;
    }
  }
  EXPECT_EQ(find(""), 0);
  EXPECT_EQ(find(std::string(24, 'a')), 0);
  int alike = 0;
  const std::string one = token(1), two = token(2);
  for (std::size_t i = 0; i < one.size(); ++i) alike += one[i] == two[i] ? 1 : 0;
  EXPECT_LT(alike, 8) << "a token tells no number: " << one << " " << two;
}

TEST_F(MailThread, what_we_send_has_the_token_in_its_message_id_and_where_answers_go) {
  take({});
  const mail::Parsed ours = answer(1);
  EXPECT_THAT(ours.message_id, testing::StartsWith(token(1) + "."));
  EXPECT_THAT(ours.message_id, testing::EndsWith("@shop.example"));
  ASSERT_THAT(ours.reply_to, SizeIs(1));
  EXPECT_EQ(ours.reply_to[0].email, "help+r-" + token(1) + "@shop.example");
  EXPECT_EQ(ours.from.email, "help@shop.example");
  EXPECT_EQ(reply_address(std::string(50, 'x') + "@shop.example", token(1)), "") << "longer than a mailbox may be";
}

TEST_F(MailThread, the_token_alone_joins_wherever_it_stands) {
  take({});
  const std::string address = "help+r-" + token(1) + "@shop.example";
  EXPECT_EQ(where({.id = "a@x", .to = address}), 1);
  EXPECT_EQ(where({.id = "b@x", .to = "ben@elsewhere.example", .cc = "HELP+R-" + token(1) + "@Shop.example"}), 1);
  EXPECT_EQ(where({.id = "c@x", .more = "Delivered-To: " + address + "\r\n"}), 1) << "a blind copy";
  EXPECT_EQ(where({.id = "d@x", .more = "X-Original-To: " + address + "\r\n"}), 1);
  EXPECT_EQ(where({.id = "e@x", .in_reply_to = "<" + token(1) + ".lost@shop.example>"}), 1) << "that mail is not here";
  EXPECT_EQ(where({.id = "f@x", .references = "<q@x> <" + token(1) + ".lost@shop.example> <r@x>"}), 1);
  EXPECT_EQ(where({.id = "g@x", .to = "help+r-" + std::string(24, 'a') + "@shop.example"}), 2) << "a guess";
  EXPECT_EQ(show(2).row.channel_id, "mail") << "it came to the mailbox all the same";
}

// ---- the graph of Message-IDs

TEST_F(MailThread, two_mails_that_answer_what_we_never_saw_are_one_conversation) {
  EXPECT_EQ(where({.id = "a@x", .in_reply_to = "<lost@x>"}), 1);
  EXPECT_EQ(where({.id = "b@x", .references = "<older@x> <lost@x>"}), 1);
  EXPECT_EQ(where({.id = "c@x", .references = "<older@x>"}), 1) << "known by the second one";
  EXPECT_EQ(where({.id = "lost@x"}), 1) << "the first one of all comes last";
  EXPECT_EQ(where({.id = "d@x"}), 2);
}

TEST_F(MailThread, all_that_it_names_is_looked_for) {
  take({.id = "root@x"});
  std::string many = "<root@x>";
  for (int i = 0; i < 100; ++i) many += " <n" + std::to_string(i) + "@x>";
  EXPECT_EQ(where({.id = "a@x", .references = many}), 1) << "the first of a hundred";
  EXPECT_EQ(where({.id = "b@x", .in_reply_to = "<none@x> <root@x>"}), 1) << "the second id of In-Reply-To";
}

TEST_F(MailThread, a_number_or_a_subject_joins_nothing) {
  take({});
  EXPECT_EQ(where({.id = "a@x", .subject = "Re: Radio"}), 2);
  EXPECT_EQ(where({.id = "b@x", .subject = "Re: [#1] Radio"}), 3);
}

TEST_F(MailThread, a_message_id_may_be_as_long_as_a_line) {
  std::string random;
  for (unsigned i = 0, x = 7; i < 900; ++i)
    random += static_cast<char>('a' + ((x = x * 1'103'515'245 + 12'345) >> 16) % 26);
  EXPECT_EQ(where({.id = random + "@x"}), 1);
  EXPECT_EQ(where({.id = "a@x", .in_reply_to = "<" + random + "@x>"}), 1);
  EXPECT_EQ(where({.id = "b@x", .in_reply_to = "<z" + random + "@x>"}), 2) << "remembered, too";
}

TEST_F(MailThread, a_closed_one_goes_on_in_one_that_follows_whatever_names_it) {
  take({});
  const mail::Parsed ours = answer(1);
  Change close;
  close.state = "closed";
  ASSERT_TRUE(write([&](store::Tx& tx) { return app_->change(tx, caller, ConversationId(1), close); }).ok());
  EXPECT_EQ(where({.id = "a@x", .in_reply_to = "<" + ours.message_id + ">"}), 2);
  EXPECT_EQ(show(2).continues, "1");
  EXPECT_EQ(where({.id = "b@x", .to = ours.reply_to[0].email}), 2) << "not one more for each mail";
}

// ---- who gets in

TEST_F(MailThread, a_stranger_who_knows_an_id_opens_another_one_and_both_sides_say_so) {
  take({});
  EXPECT_EQ(where({.from = "Eve <eve@example.com>", .id = "e@x", .in_reply_to = "<m1@example.org>"}), 2);
  EXPECT_THAT(links(2), ElementsAre("stranger 1 here none"));
  EXPECT_THAT(links(1), ElementsAre("stranger 2 there none"));
  EXPECT_EQ(show(1).links[0].email, "eve@example.com");
  EXPECT_THAT(show(1).messages, SizeIs(2)) << "hers and the automatic one: nothing of Eve's";
  EXPECT_EQ(where({.from = "eve@example.com", .id = "e2@x", .references = "<m1@example.org> <e@x>"}), 2);
  EXPECT_EQ(where({.from = "eve@example.com", .id = "e3@x", .references = "<m1@example.org>"}), 2) << "her own again";
  EXPECT_EQ(where({.id = "m2@example.org", .in_reply_to = "<m1@example.org>"}), 1) << "the customer is not led astray";
  EXPECT_FALSE(claim(2, true).ok()) << "she did not have the token";
}

TEST_F(MailThread, who_was_written_a_copy_to_may_answer_to_all) {
  take({.cc = "Ben <Ben@example.com>, parts@shop.example"});
  EXPECT_EQ(where({.from = "ben@example.com", .id = "b@x", .in_reply_to = "<m1@example.org>"}), 1);
  EXPECT_EQ(where({.from = "cora@example.com", .id = "c@x", .in_reply_to = "<b@x>"}), 2);
  EXPECT_EQ(where({.from = "ben@example.com", .id = "b2@x", .cc = "cora@example.com", .in_reply_to = "<b@x>"}), 1);
  EXPECT_EQ(where({.from = "cora@example.com", .id = "c2@x", .in_reply_to = "<b2@x>"}), 1) << "now she was asked";
  const mail::Parsed ours = answer(1);
  EXPECT_EQ(ours.to.at(0).email, "jun@example.org") << "answers still go to the customer";
}

TEST_F(MailThread, what_staff_writes_by_mail_is_a_note_of_theirs) {
  take({});
  const mail::Parsed ours = answer(1);
  EXPECT_EQ(
      where({.from = "Ana@shop.example", .id = "s@x", .text = "Call him.", .in_reply_to = "<" + ours.message_id + ">"}),
      1);
  const Message note = show(1).messages.back();
  EXPECT_EQ(note.kind, "note");
  EXPECT_EQ(note.author, "Agent ana");
  EXPECT_THAT(sent(), IsEmpty());
}

TEST_F(MailThread, a_forged_colleague_is_a_stranger) {
  ASSERT_TRUE(write([](store::Tx& tx) -> Result<bool> {
                SUKI_CHECK(keep_mail_rules(
                    tx, {.trusted_servers = {"mx.a-name-of-some-length.shop.example", "mx2.shop.example"}}));
                return true;
              }).ok());
  take({});
  const mail::Parsed ours = answer(1);
  Letter letter{
      .from = "Ana@shop.example", .id = "s@x", .text = "Send it to me.", .in_reply_to = "<" + ours.message_id + ">"};
  letter.more =
      "Authentication-Results: mx.a-name-of-some-length.shop.example; dmarc=fail header.from=shop.example\r\n";
  EXPECT_EQ(where(letter), 2);
  EXPECT_EQ(show(2).messages.back().kind, "customer");
  EXPECT_THAT(links(2), ElementsAre("stranger 1 here none"));
  EXPECT_THAT(sent(), IsEmpty()) << "whose address it is has not asked";
}

TEST_F(MailThread, an_address_is_the_customers_when_an_agent_says_so_and_not_before) {
  take({});
  const mail::Parsed ours = answer(1);
  const Letter from_home{.from = "Jun <jun@home.example>",
                         .id = "h1@home",
                         .to = ours.reply_to[0].email,
                         .in_reply_to = "<" + ours.message_id + ">"};
  EXPECT_EQ(where(from_home), 2);
  EXPECT_THAT(links(2), ElementsAre("token 1 here open"));
  EXPECT_THAT(links(1), ElementsAre("token 2 there open"));
  EXPECT_NE(show(1).customer, show(2).customer);
  (void)sent();

  ASSERT_TRUE(claim(2, true).ok());
  ASSERT_TRUE(claim(2, true).ok()) << "the same click again";
  EXPECT_THAT(links(2), ElementsAre("token 1 here confirmed"));
  EXPECT_EQ(show(1).customer, show(2).customer);
  EXPECT_EQ(customer(1).conversations, 2);
  ASSERT_THAT(customer(1).addresses, SizeIs(1));
  EXPECT_EQ(customer(1).addresses[0].email, "jun@home.example");
  EXPECT_EQ(customer(1).addresses[0].by, "Agent ana");

  Letter again = from_home;
  again.id = "h2@home";
  EXPECT_EQ(where(again), 1) << "now it joins";
  EXPECT_EQ(answer(1).to.at(0).email, "jun@home.example") << "where he wrote from last";
  EXPECT_EQ(where({.id = "m5@example.org", .in_reply_to = "<h2@home>"}), 1);
  EXPECT_EQ(answer(1).to.at(0).email, "jun@example.org");
  now = now + hours(25);
  EXPECT_EQ(where({.from = "jun@home.example", .id = "h3@home", .subject = "Another"}), 3);
  EXPECT_EQ(sent().at(0).to.at(0).email, "jun@home.example");
  EXPECT_EQ(customer(3).conversations, 3);

  const CustomerId one(std::stoll(show(1).customer));
  const auto parted = write([&](store::Tx& tx) { return part_address(*app_, tx, caller, one, {"Jun@Home.example"}); });
  ASSERT_TRUE(parted.ok()) << parted.error().detail;
  EXPECT_EQ(parted->conversations, 1);
  EXPECT_THAT(parted->addresses, IsEmpty());
  EXPECT_NE(show(2).customer, show(1).customer);
  EXPECT_EQ(show(3).customer, show(2).customer) << "what was opened from there goes with it";
  EXPECT_EQ(show(2).email, "jun@home.example");
  EXPECT_THAT(links(2), ElementsAre("token 1 here refused"));
}

TEST_F(MailThread, a_claim_that_was_refused_can_still_be_confirmed_and_an_erased_customers_cannot) {
  take({});
  const mail::Parsed ours = answer(1);
  take({.from = "jun@home.example", .id = "h1@home", .to = ours.reply_to[0].email});
  ASSERT_TRUE(claim(2, false).ok());
  EXPECT_THAT(links(1), ElementsAre("token 2 there refused"));
  ASSERT_TRUE(claim(2, true).ok());
  const auto otherwise = claim(2, false);
  ASSERT_FALSE(otherwise.ok());
  EXPECT_EQ(otherwise.error().code, ErrorCode::conflict);
  EXPECT_EQ(claim(1, true).error().code, ErrorCode::not_found);
}

TEST_F(MailThread, a_machine_claims_nothing) {
  take({});
  const mail::Parsed ours = answer(1);
  take({.from = "robot@home.example",
        .id = "h1@home",
        .to = ours.reply_to[0].email,
        .more = "Auto-Submitted: auto-replied\r\n"});
  EXPECT_THAT(links(2), ElementsAre("token 1 here none"));
}

// ---- forwards

TEST_F(MailThread, a_forward_opens_a_new_one_unless_it_is_sent_to_the_conversation) {
  take({});
  const mail::Parsed ours = answer(1);
  const std::string names = "<m1@example.org> <" + ours.message_id + ">";
  EXPECT_EQ(
      where({.id = "f1@x", .subject = "Fwd: Radio", .in_reply_to = "<" + ours.message_id + ">", .references = names}),
      2);
  EXPECT_THAT(links(2), ElementsAre("forward 1 here none"));
  EXPECT_EQ(where({.id = "f2@x", .subject = "WG: Radio", .references = names}), 3);
  EXPECT_EQ(where({.id = "f3@x", .subject = "Re: Fwd: Radio", .references = "<f1@x>"}), 2) << "an answer to a forward";
  EXPECT_EQ(where({.id = "f4@x", .subject = "Fwd: Receipt", .to = ours.reply_to[0].email}), 1);
  EXPECT_EQ(where({.id = "f5@x", .subject = "VS: Radio", .in_reply_to = "<" + ours.message_id + ">"}), 1)
      << "a Finnish answer";
  EXPECT_EQ(where({.id = "f6@x",
                   .subject = "VS: Radio",
                   .text = "Se her\r\n\r\n---------- Forwarded message ----------\r\nFrom: x",
                   .in_reply_to = "<" + ours.message_id + ">"}),
            4)
      << "a Norwegian forward";
}

// ---- copies, aliases, blind copies

TEST_F(MailThread, one_mail_to_two_of_our_mailboxes_is_one_message) {
  Letter letter{.to = "help@shop.example, parts@shop.example"};
  letter.more = "Delivered-To: help@shop.example\r\nReceived: by mx1.shop.example; Mon, 23 Nov 2026 10:00:01 +0800\r\n";
  const App::Delivered first = take(letter);
  letter.more =
      "Delivered-To: parts@shop.example\r\nReceived: by mx1.shop.example; Mon, 23 Nov 2026 10:00:02 +0800\r\n";
  const App::Delivered second = take(letter);
  EXPECT_TRUE(second.duplicate);
  EXPECT_EQ(second.message, first.message);
  letter.more +=
      "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=us-ascii\r\nContent-Transfer-Encoding: base64\r\n";
  letter.text = "RG8geW91IHJlcGFpciBpdD8NCg==";
  EXPECT_TRUE(take(letter).duplicate) << "a server on the way encoded it anew";
  EXPECT_THAT(show(1).messages, SizeIs(2)) << "the mail and one automatic reply";
}

TEST_F(MailThread, another_mail_under_the_same_id_is_not_lost) {
  take({});
  const App::Delivered other =
      take({.subject = "Fan", .text = "And a fan?", .date = "Mon, 23 Nov 2026 11:00:00 +0800"});
  EXPECT_FALSE(other.duplicate);
  EXPECT_EQ(other.conversation.value, 2) << "a sender who uses one id for all";
  EXPECT_EQ(where({.from = "eve@example.com", .text = "Mine now"}), 3) << "a stranger who uses somebody's id";
  EXPECT_THAT(links(3), IsEmpty()) << "it names nothing";
  const App::Delivered list = take({.text = "Do you repair it?\r\n_______\r\nOur list: unsubscribe"});
  EXPECT_FALSE(list.duplicate) << "nothing of what came is left out";
  EXPECT_EQ(list.conversation.value, 1) << "the same mail by way of a list";
}

TEST_F(MailThread, without_a_date_the_same_words_are_a_copy_only_at_the_same_time) {
  Letter sensor{.from = "sensor@plant.example", .id = "1@sensor", .text = "Too hot", .date = ""};
  sensor.more = "Received: one\r\n";
  take(sensor);
  sensor.more = "Received: two\r\n";
  EXPECT_TRUE(take(sensor).duplicate);
  now = now + hours(1);
  sensor.more = "Received: three\r\n";
  EXPECT_FALSE(take(sensor).duplicate) << "it is hot again";
}

TEST_F(MailThread, our_own_mail_that_comes_back_is_no_mail_of_a_customer) {
  take({});
  (void)sent();
  ASSERT_TRUE(reply(1, "Yes, we do.", show(1).row.last_number).ok());
  const auto mails = outgoing();
  ASSERT_THAT(mails, SizeIs(1));
  EXPECT_TRUE(deliver("Received: by forwarder\r\n" + mails[0].data).duplicate);
  EXPECT_EQ(where({.from = "help@shop.example", .id = "own@x"}), 2) << "an address of ours that is forged";
  EXPECT_THAT(show(2).messages, SizeIs(1)) << "and never answered";
}

TEST_F(MailThread, aliases_and_blind_copies_come_to_their_channel) {
  const auto channel = [&](const Letter& letter) { return show(where(letter)).row.channel_id; };
  EXPECT_EQ(channel({.id = "1@x", .to = "tulong@SHOP.example"}), "mail");
  EXPECT_EQ(channel({.id = "2@x", .to = "ben@example.com", .cc = "Parts@shop.example"}), "parts-mail");
  EXPECT_EQ(channel({.id = "3@x", .to = "ben@example.com", .more = "Delivered-To: parts@shop.example\r\n"}),
            "parts-mail");
  EXPECT_EQ(channel({.id = "4@x", .to = "parts+winter@shop.example"}), "parts-mail");
  EXPECT_EQ(channel({.id = "5@x", .to = "ben@example.com"}), "mail") << "whatever it says, it came here";
  const auto set = write([&](store::Tx& tx) -> Result<bool> {
    SUKI_CHECK(app_->set_email(tx, "ana", "hello@shop.example"));
    return true;
  });
  EXPECT_FALSE(set.ok()) << "where customers write to";
}

}  // namespace
}  // namespace suki::app
