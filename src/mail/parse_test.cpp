#include <gtest/gtest.h>

#include <string>

#include "base/text.h"
#include "mail/charset.h"
#include "mail/html_text.h"
#include "mail/mail.h"

namespace suki::mail {
namespace {

bool has_problem(const Parsed& mail, std::string_view code) {
  for (const auto& p : mail.problems) {
    if (p == code) return true;
  }
  return false;
}

TEST(parse, a_plain_mail) {
  const Parsed mail = parse(
      "From: Nena Reyes <nena@Example.COM>\r\n"
      "To: help@shop.example\r\n"
      "Subject: =?utf-8?q?Sira_ang_ref_=E2=80=93_tulong?=\r\n"
      "Date: Mon, 23 Nov 2026 08:00:00 +0800\r\n"
      "Message-ID: <a1@example.com>\r\n"
      "In-Reply-To: <p0@shop.example>\r\n"
      "References: <p-1@shop.example> <p0@shop.example>\r\n"
      "\r\n"
      "Magandang umaga po.\r\n");
  EXPECT_EQ(mail.from.name, "Nena Reyes");
  EXPECT_EQ(mail.from.email, "nena@example.com");
  ASSERT_EQ(mail.to.size(), 1u);
  EXPECT_EQ(mail.subject, "Sira ang ref – tulong");
  EXPECT_EQ(mail.message_id, "a1@example.com");
  EXPECT_EQ(mail.in_reply_to, "p0@shop.example");
  EXPECT_EQ(mail.references, (std::vector<std::string>{"p-1@shop.example", "p0@shop.example"}));
  ASSERT_TRUE(mail.date.has_value());
  EXPECT_EQ(format_instant(*mail.date), "2026-11-23T00:00:00Z");
  EXPECT_EQ(trim(mail.text), "Magandang umaga po.");
  EXPECT_EQ(mail.machine, "");
  EXPECT_TRUE(mail.problems.empty());
}

TEST(parse, of_plain_and_html_the_plain_part_is_read_and_the_html_kept) {
  const Parsed mail = parse(
      "From: a@example.com\nMessage-ID: <1@x>\nDate: Mon, 23 Nov 2026 08:00:00 +0000\n"
      "Content-Type: multipart/alternative; boundary=b\n\n"
      "--b\nContent-Type: text/plain\n\nplain words\n--b\nContent-Type: text/html\n\n<p>rich <b>words</b>\n--b--\n");
  EXPECT_EQ(trim(mail.text), "plain words");
  EXPECT_NE(mail.html.find("<b>words</b>"), std::string::npos);
  EXPECT_TRUE(mail.attachments.empty());
}

TEST(parse, html_alone_becomes_readable_text) {
  const Parsed mail = parse(
      "From: a@example.com\nContent-Type: text/html; charset=utf-8\n\n<p>Hello<p>World <a "
      "href='https://x.example'>here</a>");
  EXPECT_EQ(mail.text, "Hello\n\nWorld here <https://x.example>");
}

TEST(parse, attachments_keep_their_bytes_and_names) {
  const Parsed mail = parse(
      "From: a@example.com\nContent-Type: multipart/mixed; boundary=b\n\n"
      "--b\n\nsee file\n--b\nContent-Type: image/png; name*=utf-8''resibo%20%C3%B1.png\n"
      "Content-Disposition: attachment\nContent-Transfer-Encoding: base64\n\nAAEC/w==\n--b--\n");
  ASSERT_EQ(mail.attachments.size(), 1u);
  EXPECT_EQ(mail.attachments[0].name, "resibo ñ.png");
  EXPECT_EQ(mail.attachments[0].type, "image/png");
  EXPECT_EQ(mail.attachments[0].bytes, std::string("\x00\x01\x02\xff", 4));
  EXPECT_EQ(trim(mail.text), "see file");
}

TEST(parse, machines_are_known_by_their_headers) {
  const struct {
    const char* header;
    const char* reason;
  } rows[] = {
      {"Auto-Submitted: auto-replied", "auto-submitted"},
      {"Auto-Submitted: no", ""},
      {"Precedence: bulk", "list"},
      {"List-Id: <x.example>", "list"},
      {"Return-Path: <>", "null-sender"},
      {"X-Suki-Loop: 1", "own-loop"},
      {"Subject: hello", ""},
      {"X-Autoreply: yes", "auto-submitted"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(parse(std::string("From: a@example.com\n") + row.header + "\n\nx").machine, row.reason) << row.header;
  }
  EXPECT_EQ(parse("From: MAILER-DAEMON@example.com\n\nx").machine, "bounce");
  EXPECT_EQ(parse("From: a@example.com\nContent-Type: multipart/report; boundary=b\n\n--b\n\nx\n--b--\n").machine,
            "bounce");
}

TEST(parse, whatever_the_bytes_there_is_an_answer) {
  for (const std::string& raw :
       {std::string(), std::string("\n\n\n"), std::string(1000, '\0'), std::string("\xff\xfe\x00x", 4),
        std::string("Content-Type: multipart/mixed; boundary=\"\n\n--\n--"), std::string(100'000, 'a')}) {
    const Parsed mail = parse(raw);
    EXPECT_TRUE(is_utf8(mail.text));
    EXPECT_TRUE(has_problem(mail, "no-from")) << raw.substr(0, 20);
  }
}

TEST(parse, nesting_without_end_is_cut_and_named) {
  std::string raw = "From: a@example.com\n";
  for (int i = 0; i < 3000; ++i) {
    raw += "Content-Type: multipart/mixed; boundary=b" + std::to_string(i) + "\n\n--b" + std::to_string(i) + "\n";
  }
  raw += "Content-Type: text/plain\n\nat the bottom\n";
  const Parsed mail = parse(raw);
  EXPECT_TRUE(has_problem(mail, "too-many-parts"));
}

TEST(parse, more_parts_than_the_limit_are_cut_and_named) {
  std::string raw = "From: a@example.com\nContent-Type: multipart/mixed; boundary=b\n\n";
  for (int i = 0; i < 5000; ++i) raw += "--b\nContent-Type: image/png\n\nx\n";
  const Parsed mail = parse(raw);
  EXPECT_LE(mail.attachments.size(), 1000u);
  EXPECT_TRUE(has_problem(mail, "too-many-parts"));
}

TEST(charset, declared_wrong_and_missing) {
  EXPECT_EQ(decode("caf\xe9", "iso-8859-1").text, "café");
  EXPECT_EQ(decode("caf\xc3\xa9", "").text, "café");
  EXPECT_EQ(decode("caf\xe9", "").text, "café");
  EXPECT_EQ(decode("caf\xe9", "utf-8").text, "café");
  EXPECT_EQ(decode("\x93quoted\x94", "iso-8859-1").text, "“quoted”");
  EXPECT_EQ(decode("\x1b$B$3$s\x1b(B", "iso-2022-jp").text, "こん");
  EXPECT_EQ(decode("\xf0\xd2\xc9\xd7\xc5\xd4", "koi8-r").text, "Привет");
  EXPECT_EQ(decode("plain", "no-such-charset").text, "plain");
  EXPECT_TRUE(is_utf8(decode("beyond Unicode: \xf6\xb2\x9a\x88", "utf-8").text));
  EXPECT_TRUE(decode("plain", "us-ascii").as_declared);
  EXPECT_FALSE(decode("caf\xe9", "us-ascii").as_declared);
}

TEST(html, what_is_hidden_stays_hidden_and_depth_does_no_harm) {
  EXPECT_EQ(text_from_html("<style>p{}</style><script>alert(1)</script><p>seen"), "seen");
  EXPECT_EQ(text_from_html("<ul><li>one<li>two</ul>"), "- one\n- two");
  EXPECT_EQ(text_from_html("a<blockquote>b<br>c</blockquote>d"), "a\n\n> b\n> c\n\nd");
  EXPECT_EQ(text_from_html("<pre>x\n  y</pre>"), "x\n  y");
  std::string deep;
  for (int i = 0; i < 20'000; ++i) deep += i % 2 ? "<div>" : "<span>";
  EXPECT_EQ(text_from_html(deep + "bottom"), "bottom");
}

TEST(compose, what_is_written_is_read_back) {
  Outgoing mail{.from = {"Tindahan ni Aling Nena", "help@shop.example"},
                .to = {"José Ñ", "jose@example.com"},
                .reply_to = "help+token@shop.example",
                .subject = "Re: Sira ang ref – tulong po",
                .text = "Magandang araw po.\n.\nFrom the start\n" + std::string(2000, 'x') + "\n",
                .message_id = "m1@shop.example",
                .in_reply_to = "a1@example.com",
                .references = {"p0@shop.example", "a1@example.com"},
                .date = parse_instant("2026-11-23T00:00:00Z").value()};
  const auto bytes = compose(mail);
  ASSERT_TRUE(bytes.ok());
  const Parsed read = parse(*bytes);
  EXPECT_EQ(read.from.name, mail.from.name);
  EXPECT_EQ(read.to.at(0).name, mail.to.name);
  EXPECT_EQ(read.subject, mail.subject);
  EXPECT_EQ(trim(read.text), trim(mail.text));
  EXPECT_EQ(read.references, mail.references);
  EXPECT_EQ(read.in_reply_to, mail.in_reply_to);
  EXPECT_EQ(read.machine, "");
  for (const auto line : split(*bytes, '\n')) EXPECT_LE(line.size(), 998u);
  EXPECT_EQ(bytes->find("\n\n"), std::string::npos) << "every line ends with CRLF";
  EXPECT_EQ(bytes->find("Auto-Submitted"), std::string::npos);
  mail.automatic = Automatic::reply;
  EXPECT_EQ(parse(*compose(mail)).machine, "own-loop");
  EXPECT_NE(compose(mail)->find("\r\nAuto-Submitted: auto-replied\r\n"), std::string::npos);
  mail.automatic = Automatic::notice;
  EXPECT_EQ(parse(*compose(mail)).machine, "own-loop");
  EXPECT_NE(compose(mail)->find("\r\nAuto-Submitted: auto-generated\r\n"), std::string::npos);
}

TEST(compose, the_same_mail_has_the_same_bytes) {
  Outgoing mail;
  mail.from = {"Shop", "help@shop.example"};
  mail.to = {"", "jose@example.com"};
  mail.message_id = "7.aXb-_9@shop.example";
  mail.text = "=_7aXb9shopexample\n--=_7aXb9shopexample--\n";
  mail.attachments.push_back({.name = "=_7aXb9shopexample", .type = "text/plain", .content_id = "", .bytes = "x"});
  const auto bytes = compose(mail);
  ASSERT_TRUE(bytes.ok());
  EXPECT_EQ(*compose(mail), *bytes);
  const Parsed read = parse(*bytes);
  EXPECT_EQ(trim(read.text), trim(mail.text)) << "text that looks like the boundary ends nothing";
  ASSERT_EQ(read.attachments.size(), 1u);
  EXPECT_EQ(read.attachments[0].bytes, "x");
}

TEST(compose, a_field_cannot_smuggle_a_header) {
  Outgoing mail;
  mail.from = {"x\r\nBcc: spy@example.com", "help@shop.example"};
  mail.to = {"", "jose@example.com"};
  mail.subject = "hi\r\nX-Evil: 1";
  mail.message_id = "1>\r\nX-Evil: 2";
  const auto bytes = compose(mail);
  ASSERT_TRUE(bytes.ok());
  EXPECT_EQ(bytes->find("\nX-Evil"), std::string::npos);
  EXPECT_EQ(bytes->find("\nBcc"), std::string::npos);
  for (const char* address : {"a@b\r\nRCPT TO:<c@d>", "nobody", "@x", "x@", ""}) {
    mail.to.email = address;
    EXPECT_FALSE(compose(mail).ok()) << address;
  }
}

}  // namespace
}  // namespace suki::mail
