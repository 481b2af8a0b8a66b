/// What stands below the words of a mail, and that our own reader finds it again.
#include "mail/quote.h"

#include <gtest/gtest.h>

#include "mail/reply.h"

namespace suki::mail {
namespace {

Outgoing words(std::string text, std::string html = "") {
  Outgoing mail;
  mail.from = {"Shop", "help@shop.example"};
  mail.to = {"Liza", "liza@example.net"};
  mail.text = std::move(text);
  mail.html = std::move(html);
  mail.message_id = "1.a@shop.example";
  return mail;
}

TEST(quote, a_signature_stands_below_its_mark_in_text_and_html) {
  Outgoing mail = words("It is ready.\n\n", "<p>It is ready.</p>");
  add_signature(mail, "Ana <Reyes>\nShop\n");
  EXPECT_EQ(mail.text, "It is ready.\n\n-- \nAna <Reyes>\nShop\n");
  EXPECT_NE(mail.html.find("-- <br>\nAna &lt;Reyes&gt;<br>\nShop"), std::string::npos) << mail.html;
  const std::string before = mail.text;
  add_signature(mail, " \n");
  EXPECT_EQ(mail.text, before) << "nothing is no signature";
}

TEST(quote, lines_are_marked_and_what_was_quoted_goes_deeper) {
  Outgoing mail = words("Yes.");
  add_quotes(mail, {{"On Monday, Liza wrote:", "Is it ready?\r\n\n> you said so\nBye\n\n"}});
  EXPECT_EQ(mail.text, "Yes.\n\nOn Monday, Liza wrote:\n> Is it ready?\n>\n>> you said so\n> Bye\n");
  EXPECT_EQ(mail.html, "") << "a mail of text alone stays one";
}

TEST(quote, no_markup_gets_out_of_a_quote) {
  Outgoing mail = words("Yes.", "<p>Yes.</p>");
  add_quotes(mail,
             {{"On Monday, </p><b>x</b> wrote:", "<script>alert(1)</script></blockquote>\n  two  blanks \"q\" & x"}});
  EXPECT_EQ(mail.html.find("<script"), std::string::npos);
  EXPECT_EQ(mail.html.find("<b>"), std::string::npos);
  EXPECT_EQ(mail.html.find("</blockquote>"), mail.html.rfind("</blockquote>"));
  EXPECT_NE(mail.html.find("&nbsp; two &nbsp;blanks &quot;q&quot; &amp; x"), std::string::npos) << mail.html;
}

TEST(quote, our_own_reader_finds_answer_signature_and_quote_in_text_and_html) {
  for (const bool html_alone : {false, true}) {
    Outgoing mail = words("It is ready.\nCome at noon.", "<p>It is ready.<br>Come at noon.</p>");
    add_signature(mail, "Ana\nShop, 0917 555 0100");
    add_quotes(mail,
               {{"On Monday, November 23 at 10:00 AM (Manila time), Liza wrote:", "Is it ready?"},
                {"Noong Lunes, Nobyembre 23 nang 9:00 AM (oras sa Manila), isinulat ni Ana:", "Not yet.\n\nAna"}});
    if (html_alone) mail.text = "";
    const Parsed read = parse(*compose(mail));
    EXPECT_EQ(read.reply_text, "It is ready.\nCome at noon.") << read.text;
    EXPECT_NE(read.signature.find("Ana\nShop, 0917 555 0100"), std::string::npos) << read.text;
    EXPECT_NE(read.quote.find("Is it ready?"), std::string::npos) << read.text;
    EXPECT_NE(read.quote.find("Not yet."), std::string::npos) << read.text;
  }
}

}  // namespace
}  // namespace suki::mail
