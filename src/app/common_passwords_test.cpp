#include "app/common_passwords.h"

#include <gtest/gtest.h>

#include "app/app.h"

namespace suki::app {
namespace {

TEST(CommonPasswords, what_is_tried_first_is_known) {
  for (const char* common : {"administrator", "ADMINISTRATOR", "1qaz2wsx3edc", "password1234", "Password!!!!",
                             "123456789012", "iloveyou2026!", "sunshine 2026", "aaaaaaaaaaaaa", "abcdabcdabcd",
                             "2026-11-23 12:00", "!!!!!!!!!!!!", "!!!!qwerty1234"})
    EXPECT_TRUE(is_common_password(common)) << common;
}

TEST(CommonPasswords, what_somebody_thought_of_is_not) {
  for (const char* own : {"a quiet river at noon", "bahay ñg araw", "long enough 1", "sunshine on the jeepney",
                          "ang kapeng barako ni lola", "xq7Lw2mB9rTz", "李小龙的自行车在雨里停着"})
    EXPECT_FALSE(is_common_password(own)) << own;
}

TEST(CommonPasswords, a_new_password_that_is_common_is_refused_with_its_reason) {
  const auto refused = App::hash_new_password("password1234");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::bad_input);
  EXPECT_EQ(refused.error().detail, "password: is one of the most common [password_common]");
}

}  // namespace
}  // namespace suki::app
