#include "fetcher/token.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace suki::fetcher {
namespace {

using testing::HasSubstr;

TEST(Token, is_read_with_its_time_and_another_refresh_token) {
  const auto token = read_token(200, R"({"access_token":"ya29.a","expires_in":3599,"refresh_token":"r2","scope":"x"})");
  ASSERT_TRUE(token.ok());
  EXPECT_EQ(token->access, "ya29.a");
  EXPECT_EQ(token->refresh, "r2");
  EXPECT_EQ(token->good_for.count(), 3599);
  EXPECT_EQ(read_token(200, R"({"access_token":"a"})")->good_for.count(), 3600);
  EXPECT_EQ(read_token(200, R"({"access_token":"a","expires_in":"120"})")->good_for.count(), 120);
  EXPECT_EQ(read_token(200, R"({"access_token":"a","expires_in":-5})")->good_for.count(), 3600);
}

TEST(Token, a_refusal_says_why) {
  const auto no = read_token(400, R"({"error":"invalid_grant","error_description":"Bad\r\nRequest"})");
  EXPECT_THAT(no.error().detail, HasSubstr("invalid_grant: Bad  Request"));
  EXPECT_THAT(no.error().detail, HasSubstr("[token_refused]"));
}

TEST(Token, what_is_none_gets_into_no_line_of_IMAP) {
  for (const char* wrong : {"", "<html>", "[]", "{}", R"({"access_token":5})", R"({"access_token":""})",
                            R"({"access_token":"a\r\nS1 DELETE INBOX"})", R"({"access_token":"a b"})"})
    EXPECT_THAT(read_token(200, wrong).error().detail, HasSubstr("[token_answer]")) << wrong;
  EXPECT_FALSE(read_token(200, std::string(100'000, '[')).ok());
}

}  // namespace
}  // namespace suki::fetcher
