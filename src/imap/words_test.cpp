#include "imap/words.h"

#include <gtest/gtest.h>

namespace suki::imap {
namespace {

TEST(Words, folders_in_any_script) {
  EXPECT_EQ(folder_name("INBOX").value(), "\"INBOX\"");
  EXPECT_EQ(folder_name("Entwürfe").value(), "\"Entw&APw-rfe\"");
  EXPECT_EQ(folder_name("~peter/mail/台北/日本語").value(), "\"~peter/mail/&U,BTFw-/&ZeVnLIqe-\"");  // RFC 3501, 5.1.3
  EXPECT_EQ(folder_name("R&D").value(), "\"R&-D\"");
  EXPECT_EQ(folder_name("a \"b\" \\c").value(), "\"a \\\"b\\\" \\\\c\"");
}

TEST(Words, a_folder_is_no_second_command) {
  for (const std::string wrong : {"", "INBOX\r\nS9 DELETE INBOX", "a\nb", "a\tb", "\xff"})
    EXPECT_EQ(folder_name(wrong).error().code, ErrorCode::bad_input) << wrong;
  EXPECT_FALSE(folder_name(std::string("a\0b", 3)).ok());
  EXPECT_FALSE(folder_name(std::string(501, 'x')).ok());
}

TEST(Words, sets_of_uids) {
  EXPECT_EQ(uid_set({}), "");
  EXPECT_EQ(uid_set({7}), "7");
  EXPECT_EQ(uid_set({1, 2, 3, 5, 9, 10}), "1:3,5,9:10");
}

TEST(Words, a_day) {
  EXPECT_EQ(search_day(0), "1-Jan-1970");
  EXPECT_EQ(search_day(1'795'680'895'000'000), "26-Nov-2026");
}

TEST(Words, what_a_server_says_is_shown_in_one_line) {
  EXPECT_EQ(for_people("No \x1b[31m\r\nsuch  thing"), "No  [31m  such  thing");
  EXPECT_EQ(for_people(std::string(500, 'x')).size(), 200u);
}

}  // namespace
}  // namespace suki::imap
