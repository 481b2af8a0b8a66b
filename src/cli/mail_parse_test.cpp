#include "cli/mail_parse.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <set>
#include <string>

namespace suki::cli {
namespace {

namespace json = boost::json;

const char* const mail =
    "From: =?utf-8?Q?Ni=C3=B1a?= <nina@example.com>\nTo: help@shop.example\nCc: Ben <ben@example.com>\nSubject: "
    "Sira\nDate: Mon, 23 Nov 2026 08:00:00 +0800\nMessage-ID: <a@b>\nIn-Reply-To: <c@d>\nReferences: "
    "<c@d>\nContent-Type: multipart/mixed; boundary=m\n\n--m\nContent-Type: text/html; charset=utf-8\n\n<p "
    "onclick=x()>Hi<script>x()</script> <img src=\"https://spy.example/a.png\" alt=\"cat\"></p>\n--m\nContent-Type: "
    "image/png; name=a.png\nContent-ID: <p1>\nContent-Transfer-Encoding: base64\n\nAAEC\n--m--\n";

TEST(mail_parse, one_object_with_exactly_its_fields) {
  const json::object out = json::parse(describe_mail(mail)).as_object();
  std::set<std::string> names;
  for (const auto& [name, value] : out) names.insert(std::string(name));
  EXPECT_EQ(names, (std::set<std::string>{"from", "to", "cc", "reply_to", "subject", "date", "message_id",
                                          "in_reply_to", "references", "text", "reply_text", "quote", "signature",
                                          "html", "attachments", "machine", "bounce", "spam", "problems"}));
  EXPECT_EQ(json::serialize(out.at("from")), R"({"name":"Niña","email":"nina@example.com"})");
  EXPECT_EQ(json::serialize(out.at("cc")), R"([{"name":"Ben","email":"ben@example.com"}])");
  EXPECT_EQ(out.at("date").as_string(), "2026-11-23T00:00:00Z");
  EXPECT_EQ(json::serialize(out.at("references")), R"(["c@d"])");
  EXPECT_EQ(
      json::serialize(out.at("attachments")),
      R"([{"name":"a.png","type":"image/png","size":3,)"
      R"("sha256":"ae4b3280e56e2faf83f414a6e3dabe9d5fbe18976544c05fed121accb85b53fc","inline":true,"content_id":"p1"}])");
  EXPECT_EQ(out.at("machine"), false);
  EXPECT_EQ(out.at("bounce"), nullptr);
  EXPECT_EQ(out.at("spam"), false);
  EXPECT_EQ(json::serialize(out.at("problems")), "[]");
}

TEST(mail_parse, html_is_made_safe) {
  const json::object out = json::parse(describe_mail(mail)).as_object();
  const std::string html(out.at("html").as_string());
  EXPECT_NE(html.find("Hi"), std::string::npos);
  for (const char* not_in_it : {"script", "onclick", "spy.example"}) EXPECT_EQ(html.find(not_in_it), std::string::npos);
}

TEST(mail_parse, machines_and_reports) {
  const json::object out =
      json::parse(
          describe_mail("From: MAILER-DAEMON@mx.example\nTo: help@shop.example\nSubject: failure notice\n\nThis is "
                        "a permanent error.\n\n<nena@example.com>:\n550 5.1.1 user unknown\n"))
          .as_object();
  EXPECT_EQ(out.at("machine").as_string(), "bounce");
  EXPECT_EQ(json::serialize(out.at("bounce")),
            R"({"recipients":["nena@example.com"],"class":"hard","status":"5.1.1","original_message_id":""})");
}

TEST(mail_parse, any_bytes_have_an_answer) {
  for (const std::string& raw : {std::string("\0\xff\xfe", 3), std::string("x"), std::string(70'000, '\n')})
    EXPECT_TRUE(json::parse(describe_mail(raw)).is_object());
}

}  // namespace
}  // namespace suki::cli
