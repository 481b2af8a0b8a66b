/// Mail out: what is composed is read back as it was meant, and no byte of it could come to harm on the way.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/text.h"
#include "mail/mail.h"

namespace suki::mail {
namespace {

Outgoing plain() {
  return {.from = {"Tindahan ni Aling Nena", "help@shop.example"},
          .to = {"José Ñ", "jose@example.com"},
          .subject = "Re: Sira ang ref – tulong po",
          .text = "Magandang araw po.\n",
          .message_id = "m1.aX@shop.example",
          .date = parse_instant("2026-11-23T00:00:00Z").value()};
}

/// What every mail out must be, whatever it says.
void expect_safe_bytes(const std::string& bytes) {
  std::size_t line = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto c = static_cast<unsigned char>(bytes[i]);
    RC_ASSERT(c < 0x80);
    RC_ASSERT(c != 0);
    if (c == '\n') {
      RC_ASSERT(i > 0 && bytes[i - 1] == '\r');
      line = 0;
    } else if (c == '\r') {
      RC_ASSERT(i + 1 < bytes.size() && bytes[i + 1] == '\n');
    } else {
      RC_ASSERT(++line <= 998u);
    }
  }
}

/// Text as people write it: words of several scripts, blanks, dots, what looks like marks of mail, long words.
rc::Gen<std::string> words(std::vector<std::string> more = {}) {
  std::vector<std::string> pieces{"a",
                                  "Magandang araw",
                                  "ñ",
                                  "日本語",
                                  "🙂",
                                  "=",
                                  "=20",
                                  "=?",
                                  ".",
                                  ",",
                                  ";",
                                  ":",
                                  "\"",
                                  "'",
                                  "(x)",
                                  "\\",
                                  "<a>",
                                  "@",
                                  "--",
                                  "From",
                                  std::string(300, 'x'),
                                  std::string(120, '='),
                                  "عربي",
                                  "é",
                                  "&",
                                  "#",
                                  "%41"};
  pieces.insert(pieces.end(), more.begin(), more.end());
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(pieces)),
                      [](const std::vector<std::string>& parts) {
                        std::string text;
                        for (const auto& part : parts) text += part;
                        return text;
                      });
}

/// Blanks at the ends of a field, and many for one, are lost on every way.
std::string squeezed(std::string_view text) {
  std::string out;
  for (const char c : trim(text))
    if (c != ' ' || !out.ends_with(' ')) out += c;
  return out;
}

RC_GTEST_PROP(compose, whatever_is_written_is_read_back, ()) {
  const auto field = words({" "});
  const auto body =
      words({" ", "\n", "\n.\n", "\n\n", " \n", "\t", "\n> ", "\r\n", "\nFrom a\n", "--=_m_m1aXshopexample--\n"});
  Outgoing mail = plain();
  mail.from.name = squeezed(*field);
  mail.to.name = squeezed(*field);
  mail.subject = squeezed(*field);
  mail.text = *body;
  mail.html = *rc::gen::element(std::string(), "<p>" + *body + "</p>");
  const int copies = *rc::gen::inRange(0, 4);
  for (int i = 0; i < copies; ++i) mail.cc.push_back({squeezed(*field), "cc" + std::to_string(i) + "@example.com"});
  mail.bcc = {"hidden@example.org"};
  const int files = *rc::gen::inRange(0, 4);
  for (int i = 0; i < files; ++i)
    mail.attachments.push_back({.name = "f" + squeezed(*words()) + ".txt",
                                .type = *rc::gen::element<std::string>("text/plain", "image/png", "application/x-tar"),
                                .content_id = *rc::gen::element(std::string(), "pic" + std::to_string(i) + "@suki"),
                                .bytes = *rc::gen::container<std::string>(rc::gen::arbitrary<char>())});
  const auto bytes = compose(mail);
  RC_ASSERT(bytes.ok());
  expect_safe_bytes(*bytes);
  RC_ASSERT(bytes->find("hidden@") == std::string::npos);
  const Parsed read = parse(*bytes);
  RC_ASSERT(read.problems.empty());
  RC_ASSERT(squeezed(read.from.name) == mail.from.name);
  RC_ASSERT(read.from.email == mail.from.email);
  RC_ASSERT(squeezed(read.to.at(0).name) == mail.to.name);
  RC_ASSERT(squeezed(read.subject) == mail.subject);
  RC_ASSERT(read.message_id == mail.message_id);
  RC_ASSERT(read.date == mail.date);
  RC_ASSERT(read.cc.size() == mail.cc.size());
  for (std::size_t i = 0; i < mail.cc.size(); ++i) {
    RC_ASSERT(read.cc[i].email == mail.cc[i].email);
    RC_ASSERT(squeezed(read.cc[i].name) == mail.cc[i].name);
  }
  const auto lines = [](std::string text) {
    std::string out;
    for (const char c : text)
      if (c != '\r') out += c;
    return std::string(trim(out));
  };
  if (!lines(mail.text).empty()) RC_ASSERT(lines(read.text) == lines(mail.text));
  RC_ASSERT(lines(read.html) == lines(mail.html));
  RC_ASSERT(read.attachments.size() == mail.attachments.size());
  for (const Part& file : mail.attachments) {
    const auto found = std::find_if(read.attachments.begin(), read.attachments.end(),
                                    [&](const Part& part) { return part.bytes == file.bytes; });
    RC_ASSERT(found != read.attachments.end());
  }
}

/// Where each of these stands in the bytes, one behind the other.
void expect_in_order(const std::string& bytes, const std::vector<std::string>& wanted) {
  std::size_t at = 0;
  for (const std::string& one : wanted) {
    const std::size_t found = bytes.find(one, at);
    ASSERT_NE(found, std::string::npos) << one << " is not behind the one before it in\n" << bytes;
    at = found + one.size();
  }
}

TEST(compose, text_html_pictures_and_files_each_in_their_place) {
  Outgoing mail = plain();
  mail.html = "<p>Magandang araw po. <img src=\"cid:fan@suki\"></p>";
  mail.attachments = {{.name = "fan.png", .type = "image/png", .content_id = "fan@suki", .bytes = "PNG"},
                      {.name = "resibo.pdf", .type = "application/pdf", .content_id = "", .bytes = "PDF"}};
  const std::string bytes = *compose(mail);
  expect_in_order(bytes,
                  {"multipart/mixed", "multipart/alternative", "text/plain", "multipart/related", "type=\"text/html\"",
                   "text/html", "image/png", "inline", "<fan@suki>", "application/pdf", "attachment"});
  const Parsed read = parse(bytes);
  EXPECT_EQ(read.html, mail.html);
  ASSERT_EQ(read.attachments.size(), 2u);
  EXPECT_TRUE(read.attachments[0].is_inline);
  EXPECT_EQ(read.attachments[0].content_id, "fan@suki");
  EXPECT_FALSE(read.attachments[1].is_inline);
}

TEST(compose, no_more_parts_than_needed) {
  Outgoing mail = plain();
  EXPECT_EQ(compose(mail)->find("multipart"), std::string::npos);
  mail.attachments = {{.name = "fan.png", .type = "image/png", .content_id = "fan@suki", .bytes = "PNG"}};
  EXPECT_EQ(compose(mail)->find("multipart/related"), std::string::npos) << "nothing names it: it is a file";
  EXPECT_NE(compose(mail)->find("attachment"), std::string::npos);
  mail.html = "<p>x</p>";
  mail.attachments.clear();
  EXPECT_EQ(compose(mail)->find("multipart/related"), std::string::npos);
  EXPECT_EQ(compose(mail)->find("multipart/mixed"), std::string::npos);
}

TEST(compose, html_alone_gets_a_twin_of_text) {
  Outgoing mail = plain();
  mail.text = "";
  mail.html = "<p>Magandang <b>araw</b> po.</p>";
  EXPECT_EQ(trim(parse(*compose(mail)).text), "Magandang araw po.");
}

TEST(compose, who_gets_it) {
  Outgoing mail = plain();
  mail.cc = {{"Ben", "ben@example.net"}, {"", "JOSE@example.com"}};
  mail.bcc = {"boss@example.org", "ben@example.net"};
  EXPECT_EQ(recipients_of(mail), (std::vector<std::string>{"jose@example.com", "ben@example.net", "boss@example.org"}));
  const std::string bytes = *compose(mail);
  EXPECT_EQ(bytes.find("boss"), std::string::npos);
  EXPECT_EQ(to_lower_ascii(bytes).find("bcc"), std::string::npos);
  for (std::size_t n = 0; 1 + mail.cc.size() + mail.bcc.size() < mail_recipients_max; ++n)
    mail.bcc.push_back("x" + std::to_string(n) + "@example.org");
  EXPECT_TRUE(check(mail).ok());
  mail.bcc.emplace_back("one@toomany.example");
  EXPECT_FALSE(check(mail).ok());
  mail.bcc = {"a@b\r\nRCPT TO:<c@d>"};
  EXPECT_FALSE(check(mail).ok());
  mail.bcc = {};
  mail.cc = {{"x", "nobody"}};
  ASSERT_FALSE(check(mail).ok());
  EXPECT_NE(check(mail).error().detail.find("cc"), std::string::npos);
}

TEST(compose, a_name_that_looks_encoded_is_no_other_name_to_anybody) {
  Outgoing mail = plain();
  mail.from.name = mail.subject = "=?utf-8?q?The_Bank?=";
  EXPECT_EQ(compose(mail)->find("The_Bank"), std::string::npos);
}

TEST(compose, ids_that_no_line_has_room_for_are_left_out) {
  Outgoing mail = plain();
  mail.references = {"a@example.com", std::string(2'000, 'x'), "\xC3\xB1@example.com", "b@example.com"};
  mail.in_reply_to = mail.references[1];
  const Parsed read = parse(*compose(mail));
  EXPECT_EQ(read.references, (std::vector<std::string>{"a@example.com", "b@example.com"}));
  EXPECT_EQ(read.in_reply_to, "");
}

TEST(compose, a_mail_as_a_file_arrives_with_its_bytes) {
  Outgoing mail = plain();
  const std::string inner = "From: a@example.com\nSubject: x\n\nlone line ends\n";
  for (const char* type : {"message/rfc822", "multipart/mixed", "text/plain; charset=utf-16", "nonsense", ""}) {
    mail.attachments = {{.name = "forwarded.eml", .type = type, .content_id = "", .bytes = inner}};
    const Parsed read = parse(*compose(mail));
    ASSERT_EQ(read.attachments.size(), 1u) << type;
    EXPECT_EQ(read.attachments[0].bytes, inner) << type;
    EXPECT_EQ(read.attachments[0].type, "application/octet-stream") << type;
  }
}

TEST(compose, long_names_of_files_are_cut_into_lines_and_read_whole) {
  Outgoing mail = plain();
  std::string name;
  for (int i = 0; i < 60; ++i) name += "領収書";
  mail.attachments = {{.name = name + ".pdf", .type = "application/pdf", .content_id = "", .bytes = "x"}};
  const std::string bytes = *compose(mail);
  EXPECT_EQ(parse(bytes).attachments.at(0).name, name + ".pdf");
  for (const auto line : split(bytes, '\n')) EXPECT_LE(line.size(), 100u);
}

TEST(compose, an_address_of_other_letters_is_the_only_8_bit_there_is) {
  Outgoing mail = plain();
  mail.to = {"", "josé@example.com"};
  EXPECT_EQ(parse(*compose(mail)).to.at(0).email, "josé@example.com");
  mail.to = {"", "jose@exämple.com"};
  const std::string bytes = *compose(mail);
  EXPECT_NE(bytes.find("jose@xn--exmple-cua.com"), std::string::npos) << bytes;
  for (const char c : bytes) ASSERT_GE(c, 0);
}

}  // namespace
}  // namespace suki::mail
