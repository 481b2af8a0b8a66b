/// Parts, text within parts, and whole mails of the kinds that break programs.
#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>
#include <string>

#include "base/text.h"
#include "mail/mail.h"
#include "mail/plain_text.h"

namespace suki::mail {
namespace {

const std::string from = "From: a@example.com\nMessage-ID: <1@x>\nDate: Mon, 23 Nov 2026 08:00:00 +0000\n";

bool has(const Parsed& mail, std::string_view problem) {
  return std::find(mail.problems.begin(), mail.problems.end(), problem) != mail.problems.end();
}

std::string names(const Parsed& mail) {
  std::string out;
  for (const Part& part : mail.attachments) out += (out.empty() ? "" : ", ") + part.name + " " + part.type;
  return out;
}

TEST(plain_text, soft_line_ends) {
  EXPECT_EQ(unflow("one \ntwo\nthree\n", false), "one two\nthree\n");
  EXPECT_EQ(unflow("one \ntwo\n", true), "onetwo\n");
  EXPECT_EQ(unflow("> one \n> two\n> \n>> deep\nanswer\n", false), "> one two\n>\n>> deep\nanswer\n");
  EXPECT_EQ(unflow("one \n> quoted\n", false), "one \n> quoted\n") << "another depth ends the paragraph";
  EXPECT_EQ(unflow(" From here\n", false), "From here\n") << "stuffed";
  EXPECT_EQ(unflow("bye \n-- \nNena\n", false), "bye \n-- \nNena\n");
}

TEST(plain_text, files_written_into_the_text) {
  std::string text = "before\nbegin 644 cat.txt\n#0V%T\n`\nend\nafter\n";
  const auto files = take_uuencoded(text);
  ASSERT_EQ(files.size(), 1u);
  EXPECT_EQ(files[0].name, "cat.txt");
  EXPECT_EQ(files[0].bytes, "Cat");
  EXPECT_EQ(text, "before\nafter\n");
  for (const char* none : {"begin 644 cat.txt\n#0V%T\n", "begin with this\nend\n",
                           "begin 644 x\nnot encoded at all\nend\n", "begin 999 x\n`\nend\n"}) {
    std::string kept = none;
    EXPECT_TRUE(take_uuencoded(kept).empty()) << none;
    EXPECT_EQ(kept, none);
  }
}

TEST(parts, flowed_text_is_joined) {
  const Parsed mail = parse(from + "Content-Type: text/plain; format=flowed\n\nMy fan \nis broken.\n");
  EXPECT_EQ(mail.text, "My fan is broken.\n");
}

TEST(parts, html_alone_in_an_alternative_beside_other_text_is_read) {
  const Parsed mail = parse(from +
                            "Content-Type: multipart/mixed; boundary=m\n\n--m\nContent-Type: text/plain\n\nfirst\n--m\n"
                            "Content-Type: multipart/alternative; boundary=a\n\n--a\nContent-Type: "
                            "text/html\n\n<p>second</p>\n--a--\n--m--\n");
  EXPECT_EQ(mail.text, "first\nsecond");
}

TEST(parts, rich_text_says_again_what_plain_text_says) {
  const Parsed mail = parse(from +
                            "Content-Type: multipart/alternative; boundary=a\n\n--a\nContent-Type: "
                            "text/plain\n\nonce\n--a\nContent-Type: text/enriched\n\n<bold>once</bold>\n--a--\n");
  EXPECT_EQ(trim(mail.text), "once");
}

TEST(parts, names_of_files_right_and_broken) {
  const struct {
    const char* header;
    const char* name;
  } rows[] = {
      {"Content-Disposition: attachment; filename=\"a b.png\"", "a b.png"},
      {"Content-Disposition: attachment; filename*=utf-8''resibo%20%C3%B1.png", "resibo ñ.png"},
      {"Content-Disposition: attachment; filename*0=\"very \"; filename*1=\"long.png\"", "very long.png"},
      {"Content-Disposition: attachment; filename*0*=utf-8''%C3; filename*1*=%B1; filename*2=.png", "ñ.png"},
      {"Content-Disposition: attachment; filename=\"=?utf-8?Q?=C3=B1.png?=\"", "ñ.png"},
      {"Content-Disposition: attachment; filename==?utf-8?Q?=C3=B1.png?=", "ñ.png"},
      {"Content-Disposition: attachment; filename=\"\xc3\xb1.png\"", "ñ.png"},
      {"Content-Disposition: attachment; filename=\"\xf1.png\"", "ñ.png"},
      {"Content-Disposition: attachment; filename=\"../../etc/passwd\"", ".._.._etc_passwd"},
      {"Content-Disposition: attachment; filename=\"C:\\\\x\\\\a.png\"", "C:_x_a.png"},
      {"Content-Disposition: attachment; filename=\"photo\xe2\x80\xaegpj.exe\"", "photogpj.exe"},
  };
  for (const auto& row : rows) {
    const Parsed mail = parse(from + "Content-Type: image/png\n" + row.header + "\n\nx\n");
    ASSERT_EQ(mail.attachments.size(), 1u) << row.header;
    EXPECT_EQ(mail.attachments[0].name, row.name) << row.header;
  }
}

TEST(parts, what_cannot_be_opened_is_kept_and_named) {
  const struct {
    const char* header;
    const char* problem;
    const char* part;
  } rows[] = {
      {"Content-Type: application/ms-tnef", "tnef", "winmail.dat application/ms-tnef"},
      {"Content-Type: application/octet-stream; name=winmail.dat", "tnef", "winmail.dat application/octet-stream"},
      {"Content-Type: application/pkcs7-mime; smime-type=enveloped-data", "smime-encrypted",
       "smime.p7m application/pkcs7-mime"},
      {"Content-Type: application/x-pkcs7-mime; smime-type=signed-data; name=smime.p7m", "smime-signed",
       "smime.p7m application/x-pkcs7-mime"},
  };
  for (const auto& row : rows) {
    const Parsed mail = parse(from + row.header + "\nContent-Transfer-Encoding: base64\n\nAAEC\n");
    EXPECT_TRUE(has(mail, row.problem)) << row.header;
    EXPECT_EQ(names(mail), row.part);
    EXPECT_EQ(mail.attachments.at(0).bytes, std::string("\0\1\2", 3)) << row.header;
  }
  const Parsed pgp =
      parse(from +
            "Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; "
            "boundary=b\n\n--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--b\nContent-Type: "
            "application/octet-stream; name=encrypted.asc\n\n-----BEGIN PGP MESSAGE-----\n--b--\n");
  EXPECT_TRUE(has(pgp, "pgp-encrypted"));
  EXPECT_EQ(names(pgp), "pgp-version.txt application/pgp-encrypted, encrypted.asc application/octet-stream");
  const Parsed is_signed = parse(from +
                                 "Content-Type: multipart/signed; micalg=sha-256; "
                                 "protocol=\"application/pkcs7-signature\"; boundary=b\n\n--b\nContent-Type: "
                                 "text/plain\n\nwords\n--b\nContent-Type: application/pkcs7-signature\n\nx\n--b--\n");
  EXPECT_EQ(trim(is_signed.text), "words");
  EXPECT_EQ(names(is_signed), "smime.p7s application/pkcs7-signature");
  EXPECT_TRUE(has(parse(from + "\n-----BEGIN PGP MESSAGE-----\nabc\n"), "pgp-encrypted"));
}

TEST(parts, cut_in_the_middle_it_keeps_what_came) {
  const std::string whole =
      from +
      "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nmy words\n--b\n"
      "Content-Type: image/png; name=a.png\nContent-Transfer-Encoding: base64\n\nAAECAwQF\n--b--\n";
  EXPECT_TRUE(parse(whole).problems.empty());
  const Parsed cut = parse(whole.substr(0, whole.find("AwQF")));
  EXPECT_TRUE(has(cut, "truncated"));
  EXPECT_EQ(trim(cut.text), "my words");
  EXPECT_EQ(cut.attachments.at(0).bytes, std::string("\0\1\2", 3));
}

TEST(parts, right_to_left_text_stays_as_it_is) {
  const std::string text = "שלום, המאוורר שלי מקולקל \u200F(דגם 12)\nمرحبا\n";
  EXPECT_EQ(parse(from + "Content-Type: text/plain; charset=utf-8\n\n" + text).text, text);
}

TEST(parts, further_parents_stand_behind_the_references) {
  const Parsed mail = parse(from + "In-Reply-To: <p1@x> <p2@x>\nReferences: <p0@x> <p1@x>\n\nx\n");
  EXPECT_EQ(mail.in_reply_to, "p1@x");
  EXPECT_EQ(mail.references, (std::vector<std::string>{"p0@x", "p1@x", "p2@x"}));
}

TEST(parts, problems_of_the_header) {
  EXPECT_TRUE(has(parse("From: a@example.com\nFrom: b@example.com\n\nx"), "duplicate-header"));
  EXPECT_EQ(parse("From: a@example.com\nFrom: b@example.com\n\nx").from.email, "a@example.com");
  EXPECT_TRUE(has(parse("From: a@example.com\nDate: soon\n\nx"), "bad-date"));
  EXPECT_TRUE(has(parse("From: a@example.com\n\nx"), "no-date"));
  EXPECT_EQ(parse("From: =?utf-8?Q?Nena_=3Cnena=40example.com=3E?=\n\nx").from.email, "nena@example.com");
}

TEST(parts, large_mails_are_quick) {
  std::string pictures =
      from + "Content-Type: multipart/related; boundary=b\n\n--b\nContent-Type: text/html\n\n<p>Hi</p>";
  for (int i = 0; i < 43; ++i) pictures += "<img alt='' src='cid:p" + std::to_string(i) + "@x'>";
  for (int i = 0; i < 43; ++i) {
    pictures += "\n--b\nContent-Type: image/png; name=p.png\nContent-ID: <p" + std::to_string(i) +
                "@x>\nContent-Transfer-Encoding: base64\n\n";
    for (int line = 0; line < 200; ++line) pictures += std::string(76, 'A') + "\n";
  }
  pictures += "\n--b--\n";
  std::string text = from + "\n";
  while (text.size() < (1u << 20)) text += "Ang bentilador ko ay sira na naman, pakiayos po.\n";
  const std::clock_t start = std::clock();
  const Parsed signed_by_pictures = parse(pictures);
  EXPECT_EQ(signed_by_pictures.attachments.size(), 43u);
  EXPECT_TRUE(std::all_of(signed_by_pictures.attachments.begin(), signed_by_pictures.attachments.end(),
                          [](const Part& p) { return p.is_inline && !p.content_id.empty(); }));
  EXPECT_EQ(trim(signed_by_pictures.reply_text), "Hi");
  EXPECT_GT(parse(text).text.size(), 1'000'000u);
  EXPECT_LT(static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC, 4.0);
}

}  // namespace
}  // namespace suki::mail
