#include "mail/words.h"

#include <gtest/gtest.h>

#include <ctime>
#include <string>

#include "base/text.h"
#include "mail/headers.h"

namespace suki::mail {
namespace {

TEST(words, encoded_words_right_and_broken) {
  const struct {
    const char* what;
    std::string raw, text;
  } rows[] = {
      {"as it should be", "=?utf-8?Q?Sira_ang_ref_=E2=80=93_tulong?=", "Sira ang ref – tulong"},
      {"base64", "=?UTF-8?B?w5Egw7E=?=", "Ñ ñ"},
      {"white space between two words is none", "=?utf-8?q?a?=\r\n =?utf-8?q?b?=", "ab"},
      {"but stays beside plain words", "Re: =?utf-8?q?=C3=B1?= now", "Re: ñ now"},
      {"without any space between", "=?utf-8?q?a=C3=B1?==?utf-8?q?b?=", "añb"},
      {"within another word", "x=?utf-8?q?=C3=B1?=y", "xñy"},
      {"a character cut in two, quoted", "=?utf-8?q?=E3=81?= =?utf-8?q?=82?=", "あ"},
      {"a character cut in two, base64", "=?utf-8?B?44E=?= =?utf-8?B?gg==?=", "あ"},
      {"base64 without its padding", "=?utf-8?B?w5E?=", "Ñ"},
      {"base64 with too much of it", "=?utf-8?B?w5E====?=", "Ñ"},
      {"base64 with blanks and line ends", "=?utf-8?B?w5Eg\r\n w7E=?=", "Ñ ñ"},
      {"blanks within a quoted word", "=?utf-8?Q?Sira ang ref?=", "Sira ang ref"},
      {"a question mark within a quoted word", "=?utf-8?Q?why? =C3=B1?=", "why? ñ"},
      {"an equals sign that encodes nothing", "=?utf-8?Q?a=b =C3=B1?=", "a=b ñ"},
      {"a language", "=?utf-8*fil?Q?=C3=B1?=", "ñ"},
      {"an unknown charset that holds UTF-8", "=?x-nobody?Q?=C3=B1?=", "ñ"},
      {"latin 1 by the label of UTF-8", "=?utf-8?Q?caf=E9?=", "café"},
      {"UTF-8 by the label of latin 1", "=?iso-8859-1?Q?caf=C3=A9?=", "café"},
      {"windows by the label of latin 1", "=?iso-8859-1?Q?=93x=94?=", "“x”"},
      {"gb2312 that is GB18030", "=?gb2312?B?gTCBMMTjusM=?=", "\xC2\x80你好"},
      {"iso-2022-jp", "=?iso-2022-jp?B?GyRCJDMkcxsoQg==?=", "こん"},
      {"iso-2022-jp with the circled digits of windows", "=?ISO-2022-JP?B?GyRCLSEbKEI=?=", "①"},
      {"koi8-r", "=?koi8-r?B?8NLJ18XU?=", "Привет"},
      {"UTF-7", "=?utf-7?Q?+AOk-?=", "é"},
      {"two charsets beside each other", "=?utf-8?q?=C3=B1?= =?iso-8859-1?q?=F1?=", "ññ"},
      {"encoded twice", "=?utf-8?Q?=3D=3Futf-8=3FQ=3F=3DC3=3DB1=3F=3D?=", "ñ"},
      {"the end cut off", "=?utf-8?Q?Sira_=C3=B1", "Sira ñ"},
      {"the end lost before another word", "=?utf-8?Q?a=C3=B1 =?utf-8?Q?b?=", "añb"},
      {"no word at all", "=?not a word?= =?utf-8?X?y?=", "=?not a word?= =?utf-8?X?y?="},
      {"empty",
       "=?utf-8?Q?"
       "?=",
       ""},
      {"raw UTF-8", "Sira – ñ", "Sira – ñ"},
      {"raw windows", "caf\xe9", "café"},
      {"raw iso-2022-jp", "\x1b$B$3$s\x1b(B", "こん"},
      {"folded", "a\r\n b\r\n\tc", "a b c"},
      {"controls and NUL",
       std::string("a\0b\x01"
                   "c",
                   5),
       "ab c"},
  };
  for (const auto& row : rows) EXPECT_EQ(decode_words(row.raw), row.text) << row.what;
}

TEST(words, whatever_the_bytes_it_takes_no_time) {
  const std::clock_t start = std::clock();
  for (const char* piece : {"=?u?q?", "=?", "=?u?q?a?=", "=?u?b?", "?=", "=?u?q? ", "=?=?", "\x1b$B", "=?u?q?\xe3"}) {
    std::string raw;
    while (raw.size() < (1u << 20)) raw += piece;
    EXPECT_TRUE(is_utf8(decode_words(raw)));
    (void)parse_addresses(raw);
    (void)parse_ids(raw);
  }
  EXPECT_LT(static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC, 20.0);
}

TEST(words, a_name_cannot_turn_the_direction_of_writing) {
  EXPECT_EQ(plain_name("invoice\u202Efdp.exe"), "invoicefdp.exe");
  EXPECT_EQ(one_line("שלום \u200Fעולם"), "שלום \u200Fעולם") << "in texts the marks have their place";
}

std::string shown(const std::vector<Address>& list) {
  std::string out;
  for (const Address& a : list) out += (out.empty() ? "" : "; ") + a.name + "|" + a.email;
  return out;
}

TEST(addresses, right_and_broken) {
  const struct {
    const char* raw;
    const char* expected;
  } rows[] = {
      {"Nena Reyes <nena@Example.COM>", "Nena Reyes|nena@example.com"},
      {"nena@example.com (Nena Reyes)", "Nena Reyes|nena@example.com"},
      {"\"Reyes, Nena\" <nena@example.com>, ben@example.com", "Reyes, Nena|nena@example.com; |ben@example.com"},
      {"=?utf-8?Q?Reyes=2C_Nena?= <nena@example.com>", "Reyes, Nena|nena@example.com"},
      {"=?utf-8?Q?Reyes, Nena?= <nena@example.com>", "Reyes, Nena|nena@example.com"},
      {"\"=?utf-8?Q?Ni=C3=B1a?=\" <nina@example.com>", "Niña|nina@example.com"},
      {"=?utf-8?Q?x=40bank.example_=3Cx=40bank.example=3E?= <evil@example.com>",
       "x@bank.example <x@bank.example>|evil@example.com"},
      {"Staff: ana@shop.example, Ben <ben@shop.example>;", "|ana@shop.example; Ben|ben@shop.example"},
      {"undisclosed-recipients:;", ""},
      {"<nena@example.com>", "|nena@example.com"},
      {"Ni\xf1"
       "a <nina@example.com>",
       "Niña|nina@example.com"},
      {"a@example.com; b@example.com", "|a@example.com; |b@example.com"},
      {"\"a@b\" <nena@example.com>", "a@b|nena@example.com"},
      {"", ""},
      {" ", ""},
  };
  for (const auto& row : rows) EXPECT_EQ(shown(parse_addresses(row.raw)), row.expected) << row.raw;
}

TEST(headers, ids_right_and_broken) {
  using Ids = std::vector<std::string>;
  EXPECT_EQ(parse_ids("<a@b> <c@d>"), (Ids{"a@b", "c@d"}));
  EXPECT_EQ(parse_ids("<a@b><c@d>"), (Ids{"a@b", "c@d"}));
  EXPECT_EQ(parse_ids("Your message of \"Mon, 23 Nov\" <a@b>"), (Ids{"a@b"}));
  EXPECT_EQ(parse_ids("a@b c@d"), (Ids{"a@b", "c@d"}));
  EXPECT_EQ(parse_ids("<a@b\r\n c@d>"), (Ids{"a@bc@d"})) << "folded within";
  EXPECT_EQ(parse_ids("<a@b"), (Ids{"a@b"}));
  EXPECT_EQ(parse_ids("<>"), Ids{});
  EXPECT_EQ(parse_ids("your message of Monday"), Ids{});
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "<" + std::to_string(i) + "@x> ";
  const Ids kept = parse_ids(many);
  EXPECT_EQ(kept.size(), references_max);
  EXPECT_EQ(kept.front(), "0@x");
  EXPECT_EQ(kept.back(), "999@x");
}

TEST(headers, dates_right_and_broken) {
  const struct {
    const char* raw;
    const char* instant;
  } rows[] = {
      {"Mon, 23 Nov 2026 08:00:00 +0800", "2026-11-23T00:00:00Z"},
      {"23 Nov 2026 08:00 +0800", "2026-11-23T00:00:00Z"},
      {"Mon, 23 Nov 2026 08:00:00 +0800 (PST)", "2026-11-23T00:00:00Z"},
      {"Mon, 23 Nov 26 08:00:00 GMT", "2026-11-23T08:00:00Z"},
      {"Mon, 23 Nov 2026 08:00:00 EST", "2026-11-23T13:00:00Z"},
      {"Mon,23 Nov 2026 08:00:00 +0000", "2026-11-23T08:00:00Z"},
  };
  for (const auto& row : rows) {
    const auto at = parse_date(row.raw);
    ASSERT_TRUE(at) << row.raw;
    EXPECT_EQ(format_instant(*at), row.instant) << row.raw;
  }
  for (const char* none : {"", "yesterday", "Mon, 30 Jun 3609 15:33:50 +0600", "Thu,", "\xff\xff"})
    EXPECT_FALSE(parse_date(none)) << none;
}

}  // namespace
}  // namespace suki::mail
