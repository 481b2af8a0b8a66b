#include "base/text.h"

#include <gtest/gtest.h>

#include <span>
#include <string>
#include <utility>
#include <vector>

namespace suki {
namespace {

TEST(Utf8, OnlyTheShortestFormsOfRealCharactersAreText) {
  EXPECT_TRUE(is_utf8(""));
  EXPECT_TRUE(is_utf8("Mabuhay, \xC3\xB1 \xE2\x82\xB1 \xF0\x9F\x98\x80"));
  for (const char* bytes : {"\x80", "\xC3", "\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80",
                            "\xF5\x80\x80\x80", "\xE2\x82", "\xF0\x9F\x98", "\xE2\x28\xA1", "\xFF"}) {
    EXPECT_FALSE(is_utf8(bytes));
    EXPECT_TRUE(is_utf8(to_valid_utf8(bytes)));
  }
  EXPECT_EQ(count_code_points("a\xC3\xB1\xE2\x82\xB1\xF0\x9F\x98\x80"), 4u);
  EXPECT_EQ(to_valid_utf8("a\xE2\x82z"), "a\xEF\xBF\xBD\xEF\xBF\xBDz");  // one for each byte
  EXPECT_EQ(to_valid_utf8("\xC3\xB1"), "\xC3\xB1");
}

TEST(Pieces, AreTrimmedAndSplit) {
  EXPECT_EQ(trim(" \t a b\r\n"), "a b");
  EXPECT_EQ(trim(" \n "), "");
  EXPECT_EQ(split("a,,b", ','), (std::vector<std::string_view>{"a", "", "b"}));
  EXPECT_EQ(split("", ','), (std::vector<std::string_view>{""}));
  EXPECT_EQ(to_lower_ascii("ABC \xC3\x91 z"), "abc \xC3\x91 z");
}

TEST(Slugs, StartWithALetter) {
  for (const char* text : {"a", "front-desk", "vip_2"}) EXPECT_TRUE(is_slug(text)) << text;
  for (const char* text : {"", "2a", "-a", "A", "a b", "a.b", "\xC3\xB1"}) EXPECT_FALSE(is_slug(text)) << text;
  EXPECT_TRUE(is_slug(std::string(64, 'a')));
  EXPECT_FALSE(is_slug(std::string(65, 'a')));
}

TEST(NearestWord, IsOfferedOnlyWhenItIsNear) {
  const std::vector<std::string> teams{"billing", "refund", "refunded", "repair"};
  EXPECT_EQ(find_nearest("refunds", teams), "refund");
  EXPECT_EQ(find_nearest("biling", teams), "billing");
  EXPECT_EQ(find_nearest("reapir", teams), "repair");
  EXPECT_EQ(find_nearest("warehouse", teams), "");
  EXPECT_EQ(find_nearest(std::string(100'000, 'x'), teams), "");
  const std::vector<std::string> equals{"ac", "aa"};
  EXPECT_EQ(find_nearest("ab", equals), "ac") << "of equals the first given";
}

template <class List>
concept CanFindNearest = requires(List&& list) {
  find_nearest("word", std::forward<List>(list));
};
static_assert(CanFindNearest<std::vector<std::string>&> && CanFindNearest<const std::vector<std::string>&> &&
              CanFindNearest<std::span<const std::string>>);
static_assert(!CanFindNearest<std::vector<std::string>> && !CanFindNearest<const std::vector<std::string>>,
              "the answer would be a view into a list that is gone");

}  // namespace
}  // namespace suki
