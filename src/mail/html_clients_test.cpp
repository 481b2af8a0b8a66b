/// Answers that come as HTML alone, as the common programs write them: read as text, then taken apart.
#include <gtest/gtest.h>

#include <string>

#include "mail/html_text.h"
#include "mail/reply.h"

namespace suki::mail {
namespace {

Split split_html(const std::string& html) {
  return split_reply(text_from_html(html), "Re: fan");
}

TEST(html_clients, gmail) {
  const Split split = split_html(
      "<div dir=\"ltr\">It works now.</div><br><div class=\"gmail_quote\"><div dir=\"ltr\" class=\"gmail_attr\">On "
      "Mon, Nov "
      "23, 2026 at 8:00 AM Shop &lt;<a href=\"mailto:help@shop.example\">help@shop.example</a>&gt; "
      "wrote:<br></div><blockquote class=\"gmail_quote\" style=\"margin:0\"><div dir=\"ltr\">Did it "
      "help?<br></div></blockquote></div>");
  EXPECT_EQ(split.reply, "It works now.");
  EXPECT_NE(split.quote.find("> Did it help?"), std::string::npos);
  EXPECT_TRUE(split.quote.starts_with("On Mon")) << split.quote;
}

TEST(html_clients, outlook) {
  const Split split = split_html(
      "<html><body><div class=WordSection1><p class=MsoNormal>Es geht wieder.<o:p></o:p></p><p "
      "class=MsoNormal><o:p>&nbsp;</o:p></p><div><div style='border-top:solid #E1E1E1 1.0pt'><p "
      "class=MsoNormal><b>Von:</b> Laden &lt;help@shop.example&gt; <br><b>Gesendet:</b> Montag, 23. November 2026 "
      "08:00<br><b>An:</b> Nena<br><b>Betreff:</b> Re: Ventilator</p></div></div><p class=MsoNormal>Hat es "
      "geholfen?</p></div></body></html>");
  EXPECT_EQ(split.reply.substr(0, split.reply.find_last_not_of("\xC2\xA0\n ") + 1), "Es geht wieder.");
  EXPECT_TRUE(split.quote.starts_with("Von:")) << split.quote;
  EXPECT_NE(split.quote.find("Hat es geholfen?"), std::string::npos);
}

TEST(html_clients, outlook_on_the_web_and_on_telephones) {
  const Split split = split_html(
      "<div>It works now.</div><div id=\"ms-outlook-mobile-signature\">Get <a href=\"https://aka.ms/o0ukef\">Outlook "
      "for "
      "iOS</a></div><hr style=\"width:98%\"><div id=\"divRplyFwdMsg\"><font><b>From:</b> Shop "
      "&lt;help@shop.example&gt;<br><b>Sent:</b> Monday<br><b>To:</b> Nena<br><b>Subject:</b> Re: "
      "fan</font></div><div>Did it help?</div>");
  EXPECT_EQ(split.reply, "It works now.");
  EXPECT_TRUE(split.quote.starts_with("From:")) << split.quote;
  EXPECT_TRUE(split.signature.starts_with("Get Outlook for iOS")) << split.signature;
}

TEST(html_clients, apple_mail) {
  const Split split = split_html(
      "<html><head></head><body dir=\"auto\">It works now.<br><div dir=\"ltr\">Sent from my iPhone</div><div "
      "dir=\"ltr\"><br><blockquote type=\"cite\">On Nov 23, 2026, at 8:00 AM, Shop &lt;help@shop.example&gt; "
      "wrote:<br><br></blockquote></div><blockquote type=\"cite\"><div dir=\"ltr\">Did it "
      "help?</div></blockquote></body></html>");
  EXPECT_EQ(split.reply, "It works now.");
  EXPECT_EQ(split.signature, "Sent from my iPhone");
  EXPECT_NE(split.quote.find("Did it help?"), std::string::npos);
}

TEST(html_clients, yahoo) {
  const Split split = split_html(
      "<div class=\"ydp\"><div dir=\"ltr\">It works now.</div></div><div id=\"yahoo_quoted_1\" "
      "class=\"yahoo_quoted\"><div>On "
      "Monday, November 23, 2026 at 08:00:00 AM GMT+8, Shop &lt;help@shop.example&gt; "
      "wrote:</div><div><br></div><div>Did "
      "it help?</div></div>");
  EXPECT_EQ(split.reply, "It works now.");
  EXPECT_TRUE(split.quote.starts_with("On Monday")) << split.quote;
}

TEST(html_clients, thunderbird) {
  const Split split = split_html(
      "<p>直りました。</p><div class=\"moz-cite-prefix\">On 2026/11/23 8:00, お店 wrote:<br></div><blockquote "
      "type=\"cite\" "
      "cite=\"mid:x\">いかがでしょうか。</blockquote><pre class=\"moz-signature\" cols=\"72\">-- \n山田花子</pre>");
  EXPECT_EQ(split.reply, "直りました。");
  EXPECT_TRUE(split.quote.starts_with("On 2026/11/23")) << split.quote;
  EXPECT_NE(split.signature.find("山田花子"), std::string::npos) << split.signature;
}

}  // namespace
}  // namespace suki::mail
