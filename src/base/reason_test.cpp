#include "base/reason.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace suki {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

TEST(Reason, a_reason_and_its_values_come_apart_again) {
  const Error error = because(fail(ErrorCode::conflict, "from: is in this team already"), "in_team",
                              {{"from", "2026-11-23T10:00"}, {"until", ""}});
  EXPECT_EQ(error.detail, "from: is in this team already [in_team from=2026-11-23T10:00 until=]");
  EXPECT_EQ(error.code, ErrorCode::conflict);
  const Detail parts = take_apart(error.detail);
  EXPECT_EQ(parts.text, "from: is in this team already");
  EXPECT_EQ(parts.reason, "in_team");
  EXPECT_THAT(parts.values, ElementsAre(Pair("from", "2026-11-23T10:00"), Pair("until", "")));
}

TEST(Reason, a_text_without_one_is_taken_whole) {
  for (const char* text : {"", "no such person", "]", " []", "ends in [1]", "a list [a, b]", "an index a[b]",
                           "an open [bracket", "[alone]", "two [words here]", "x [a =b]"}) {
    const Detail parts = take_apart(text);
    EXPECT_EQ(parts.text, text);
    EXPECT_EQ(parts.reason, "") << text;
    EXPECT_THAT(parts.values, IsEmpty()) << text;
  }
}

TEST(Reason, the_last_one_counts) {
  const Detail parts = take_apart("the plan has no team \"[x]\" [unknown_team]");
  EXPECT_EQ(parts.text, "the plan has no team \"[x]\"");
  EXPECT_EQ(parts.reason, "unknown_team");
}

}  // namespace
}  // namespace suki
