#include "mail/raw_view.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace suki::mail {
namespace {

TEST(RawView, shows_what_can_be_shown_and_names_the_rest) {
  EXPECT_EQ(printable("Niña\tok\r\nend"), "Niña\tok\nend");
  EXPECT_EQ(printable("a\x1b[31mred\x07"), "a\\x1b[31mred\\x07");
  EXPECT_EQ(printable(std::string_view("a\0b", 3)), "a\\x00b");
  EXPECT_EQ(printable("\xff\xfe\xc3"), "\\xff\\xfe\\xc3");
  EXPECT_EQ(printable("a\rb"), "a\\x0db");
  EXPECT_EQ(printable("\xc2\x9b"
                      "31m"),
            "\\u{009b}31m")
      << "a control character of eight bits";
  EXPECT_EQ(printable("gpj.\xe2\x80\xae"
                      "exe"),
            "gpj.\\u{202e}exe")
      << "what turns the direction is named";
  EXPECT_EQ(printable("\xf0\x9f\x98\x80 \xe6\x9c\x89"), "\xf0\x9f\x98\x80 \xe6\x9c\x89");
}

TEST(RawView, takes_header_and_body_apart) {
  const RawView view = view_raw("From: a@b\r\nSubject: x\r\n\r\nHello\r\n\r\nthere", 100, 100);
  EXPECT_EQ(view.headers, "From: a@b\nSubject: x\n");
  EXPECT_EQ(view.body, "Hello\n\nthere");
  EXPECT_FALSE(view.cut);
  EXPECT_EQ(view_raw("\nonly a body", 10, 100).body, "only a body");
  EXPECT_EQ(view_raw("no end", 100, 100).headers, "no end");
  EXPECT_EQ(view_raw("", 10, 10).headers, "");
  const RawView cut = view_raw("From: a@b\n\n0123456789", 100, 5);
  EXPECT_EQ(cut.body, "01234");
  EXPECT_TRUE(cut.cut);
}

TEST(RawView, peeks_at_who_and_what) {
  const Peeked one =
      peek("Received: x\nFrom: \"Liza Cruz\" <Liza@Example.net>\nSubject: A broken\n  fan\n\nFrom: no\n");
  EXPECT_EQ(one.email, "liza@example.net");
  EXPECT_EQ(one.name, "Liza Cruz");
  EXPECT_EQ(one.subject, "A broken fan");
  EXPECT_EQ(peek("From: bank@good.example <thief@bad.example>\n\n").email, "thief@bad.example");
  EXPECT_EQ(peek("From: nobody\n\n").email, "");
  EXPECT_EQ(peek("From: @\n\n").email, "");
  EXPECT_EQ(peek("\n\nFrom: a@b\n").email, "") << "the body says nothing of it";
  EXPECT_TRUE(is_utf8(peek("From: \xff\xfe <a@b>\nSubject: \x80\n\n").name));
  EXPECT_EQ(peek("").subject, "");
}

}  // namespace
}  // namespace suki::mail
