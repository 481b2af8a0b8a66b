#include "mail/charset.h"

#include <gtest/gtest.h>

#include <string>

#include "base/text.h"
#include "mail/mail.h"

namespace suki::mail {
namespace {

TEST(charset, declared_as_programs_declare_it) {
  const struct {
    std::string bytes;
    const char* charset;
    const char* text;
  } rows[] = {
      {"\xc4\xe3\xba\xc3", "GB2312", "你好"},
      {"\x81\x30\x81\x30\xc4\xe3", "gb18030", "\u0080你"},
      {"\xc4\xe3\xba\xc3", "gbk", "你好"},
      {"Hi ~{Dc:C~} ~~x", "hz-gb-2312", "Hi 你好 ~x"},
      {"\xa7\x41\xa6\x6e", "big5", "你好"},
      {"\x82\xb1\x82\xf1\x87\x40", "Shift_JIS", "こん①"},
      {"\xa4\xb3\xa4\xf3", "EUC-JP", "こん"},
      {"\x1b$B$3$s\x1b(B!", "iso-2022-jp", "こん!"},
      {"\x1b$B-!\x1b(B \x1b(I63E\x1b(B", "ISO-2022-JP", "① ｶｳﾅ"},
      {"\x1b$)C\x0e>H3g\x0f", "iso-2022-kr", "안녕"},
      {"\xbe\xc8\xb3\xe7", "ks_c_5601-1987", "안녕"},
      {"\xf0\xd2\xc9\xd7\xc5\xd4", "KOI8-R", "Привет"},
      {"\xcf\xf0\xe8\xe2\xe5\xf2", "windows-1251", "Привет"},
      {"\xcf\xf0\xe8\xe2\xe5\xf2", "cp1251", "Привет"},
      {"Hi Mom -+Jjo--!", "utf-7", "Hi Mom -☺-!"},
      {"caf+AOk-", "unicode-1-1-utf-7", "café"},
      {"\xf9\xec\xe5\xed", "iso-8859-8-i", "שלום"},
      {"\x93x\x94 \x80", "iso-8859-1", "“x” €"},
      {"caf\xe9", " \"ISO-8859-1\" ", "café"},
      {"caf\xc3\xa9", "utf8", "café"},
      {"\xef\xbb\xbfx", "utf-8", "x"},
      {"caf\x8e", "x-mac-roman", "café"},
  };
  for (const auto& row : rows) EXPECT_EQ(decode(row.bytes, row.charset).text, row.text) << row.charset;
}

TEST(charset, wrong_labels) {
  EXPECT_EQ(decode("caf\xc3\xa9", "iso-8859-1").text, "café");
  EXPECT_EQ(decode("caf\xc3\xa9", "koi8-r").text, "café");
  EXPECT_EQ(decode("caf\xc3\xa9", "iso-2022-jp").text, "café");
  for (const char* charset : {"gb2312", "big5", "euc-kr", "shift_jis", "euc-jp"})
    EXPECT_EQ(decode("你好", charset).text, "你好") << charset;
  EXPECT_EQ(decode("\x1b$B$3$s\x1b(B", "utf-8").text, "こん");
  EXPECT_EQ(decode("\x1b$B$3$s\x1b(B", "us-ascii").text, "こん");
  EXPECT_FALSE(decode("caf\xc3\xa9", "iso-8859-1").as_declared);
}

TEST(charset, absent_and_long_enough_to_be_told) {
  // "Hello, I would like to know when my order arrives": uchardet needs some words to be sure.
  const std::string russian =
      "\xc7\xe4\xf0\xe0\xe2\xf1\xf2\xe2\xf3\xe9\xf2\xe5, \xff \xf5\xee\xf2\xe5\xeb \xe1\xfb \xf3\xe7\xed\xe0\xf2\xfc, "
      "\xea\xee\xe3\xe4\xe0 \xef\xf0\xe8\xe4\xe5\xf2 \xec\xee\xe9 \xe7\xe0\xea\xe0\xe7. \xd1\xef\xe0\xf1\xe8\xe1\xee.";
  EXPECT_EQ(decode(russian, "").text, "Здравствуйте, я хотел бы узнать, когда придет мой заказ. Спасибо.");
  EXPECT_FALSE(decode(russian, "").as_declared);
  EXPECT_EQ(decode("\xff\xfeh\0i\0", "").text, decode("\xff\xfeh", "").text) << "a literal ends at its NUL";
  EXPECT_EQ(decode(std::string_view("\xff\xfeh\0i\0", 6), "").text, "hi");
}

TEST(charset, html_may_name_it) {
  EXPECT_EQ(charset_of_html("<html><head><META charset='koi8-r'>"), "koi8-r");
  EXPECT_EQ(charset_of_html("<meta http-equiv=\"Content-Type\" content=\"text/html; charset=windows-1251\">"),
            "windows-1251");
  EXPECT_EQ(charset_of_html("<meta name=x>charset=nothing"), "");
  EXPECT_EQ(parse("From: a@example.com\nContent-Type: text/html\n\n<meta charset=windows-1251><p>\xcf\xf0\xe8").text,
            "При");
}

}  // namespace
}  // namespace suki::mail
