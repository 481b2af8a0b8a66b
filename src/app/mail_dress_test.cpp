/// What the plan says about mails: whom they are from, their signature, what they quote.
#include "app/mail_dress.h"

#include "app/testing.h"
#include "catalogue/catalogue.h"
#include "mail/reply.h"

namespace suki::app {
namespace {

std::string plan_with(const std::string& words) {
  std::string plan = plan_yaml;
  const std::string address = "address: help@shop.example";
  plan.replace(plan.find(address), address.size(), address + words);
  return plan;
}

class Dressed : public AppTest {
 protected:
  explicit Dressed(const std::string& words) : AppTest(plan_with(words)) {
    agent("ana");
    caller.agent = AgentId(1);
  }
  std::string mail_in(int n, const std::string& text, const std::string& to = "help@shop.example") {
    const std::string id = std::to_string(n);
    deliver("From: Liza Cruz <liza@example.net>\nTo: " + to + "\nSubject: Fan\nMessage-ID: <m" + id +
            "@example.net>\n" + (n > 1 ? "In-Reply-To: <m1@example.net>\n" : "") + "\n" + text + "\n");
    return text;
  }
  /// The mails that are to go out now, as they are read where they arrive.
  std::vector<mail::Parsed> sent() {
    std::vector<mail::Parsed> mails;
    for (const auto& mail : outgoing()) mails.push_back(mail::parse(mail.data));
    return mails;
  }
  mail::Parsed answer(const std::string& text, const std::string& request) {
    sent();
    EXPECT_TRUE(reply(1, text, show(1).timeline.back().number, request).ok());
    auto mails = sent();
    EXPECT_EQ(mails.size(), 1u);
    return mails.empty() ? mail::Parsed() : mails.front();
  }
};

class Plain : public Dressed {
 protected:
  Plain() : Dressed("") {}
};
TEST_F(Plain, without_a_word_in_the_plan_the_business_answers_and_quotes_what_was_asked_last) {
  mail_in(1, "Is my fan ready?");
  EXPECT_EQ(sent().at(0).quote, "") << "an automatic mail quotes nothing";
  mail_in(2, "And the lamp?\n\nOn Monday, November 23 at 9:00 AM, Test Shop wrote:\n> hello");
  const mail::Parsed read = answer("Both are ready.", "a1");
  EXPECT_EQ(read.from.name, "Test Shop");
  EXPECT_EQ(read.signature, "");
  EXPECT_EQ(read.reply_text, "Both are ready.");
  EXPECT_EQ(read.quote, "On Monday, November 23 at 10:00\u202FAM (Manila time), Liza Cruz wrote:\n> And the lamp?");
}

class Signed : public Dressed {
 protected:
  Signed()
      : Dressed(
            ", from_name: {en: \"{agent} at {business}\", fil: \"{agent} ng {business}\"}, signature: {en: "
            "\"{agent}\\n{business}, about {number}\", fil: \"{agent}\\n{business}\"}, sign_automatic: true, "
            "quote_history: all") {}
};
TEST_F(Signed, replies_are_from_the_agent_signed_and_quote_everything_said) {
  mail_in(1, "Is my fan ready?");
  const mail::Parsed automatic = sent().at(0);
  EXPECT_EQ(automatic.from.name, "Test Shop") << "nobody wrote it";
  EXPECT_EQ(automatic.signature, "-- \nTest Shop, about 1") << "without the line that names the agent";
  answer("Tomorrow.", "a1");
  mail_in(2, "And the lamp?");
  const mail::Parsed read = answer("Both are ready.", "a2");
  EXPECT_EQ(read.from.name, "Agent ana at Test Shop");
  EXPECT_EQ(read.from.email, "help@shop.example");
  EXPECT_EQ(read.reply_text, "Both are ready.");
  EXPECT_EQ(read.signature, "-- \nAgent ana\nTest Shop, about 1");
  const auto lamp = read.quote.find("> And the lamp?"), tomorrow = read.quote.find("> Tomorrow."),
             fan = read.quote.find("> Is my fan ready?");
  EXPECT_LT(lamp, tomorrow) << read.quote;
  EXPECT_LT(tomorrow, fan) << read.quote;
  EXPECT_NE(fan, std::string::npos) << read.quote;
  EXPECT_EQ(read.quote.find("Hello Liza"), std::string::npos) << "what a program said is not quoted\n" << read.quote;
}

class Silent : public Dressed {
 protected:
  Silent() : Dressed(", quote_history: none, signature: {en: \"{agent}\", fil: \"{agent}\"}") {}
};
TEST_F(Silent, nothing_is_quoted_and_an_automatic_mail_not_signed_unless_the_plan_says_so) {
  mail_in(1, "Is my fan ready?");
  EXPECT_EQ(sent().at(0).signature, "");
  const mail::Parsed read = answer("Yes.", "a1");
  EXPECT_EQ(read.text, "Yes.\n\n-- \nAgent ana\n");
}

class TwoMailboxes : public Dressed {
 protected:
  TwoMailboxes()
      : Dressed(
            "}\n  - {id: sales, kind: email, name: {en: Sales, fil: Benta}, hours: office, address: "
            "sales@shop.example, "
            "from_name: {en: Sales, fil: Benta}") {}
};
TEST_F(TwoMailboxes, a_conversation_is_answered_from_the_mailbox_that_it_came_by) {
  mail_in(1, "Do you sell fans?", "sales@shop.example");
  const mail::Parsed automatic = sent().at(0);
  EXPECT_EQ(automatic.from.email, "sales@shop.example");
  EXPECT_EQ(automatic.from.name, "Sales");
  EXPECT_EQ(answer("We do.", "a1").from.email, "sales@shop.example");
}

TEST(MailDress, our_own_reader_finds_the_introduction_in_every_language) {
  for (const std::string& language : catalogue::languages()) {
    const std::string line = catalogue::message(
        language, "app.mail.wrote",
        {{"when", catalogue::say_instant(language, *parse_instant("2026-11-23T02:00:00Z"), "Asia/Manila")},
         {"name", "Liza Cruz"}});
    const mail::Split split = mail::split_reply("It is ready.\n\n" + line + "\n> Is it?\n", "Re: fan");
    EXPECT_EQ(split.reply, "It is ready.") << language;
    EXPECT_EQ(split.quote, line + "\n> Is it?") << language;
  }
}

}  // namespace
}  // namespace suki::app
