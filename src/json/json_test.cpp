#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>

#include "json/read.h"
#include "json/schema.h"
#include "json/write.h"

namespace suki::json {

struct Leaf {
  std::string id;
  std::optional<std::string> seen_at;
};
BOOST_DESCRIBE_STRUCT(Leaf, (), (id, seen_at))
struct Tree {
  std::string name;
  std::int64_t count = 0;
  bool open = false;
  std::optional<Leaf> first;
  std::vector<Leaf> leaves;
};
BOOST_DESCRIBE_STRUCT(Tree, (), (name, count, open, first, leaves))

TEST(JsonWrite, EveryFieldInTheOrderDescribed) {
  const Tree tree{"a", -9223372036854775807LL - 1, true, std::nullopt, {{"x", "now"}, {"y", std::nullopt}}};
  EXPECT_EQ(write(tree), R"({"name":"a","count":-9223372036854775808,"open":true,"first":null,)"
                         R"("leaves":[{"id":"x","seen_at":"now"},{"id":"y","seen_at":null}]})");
}

TEST(JsonWrite, EscapesWhatJsonCannotHold) {
  EXPECT_EQ(write(std::string("\"\\\n\r\t\x01\x1f é</script>")), R"("\"\\\n\r\t\u0001\u001f é</script>")");
  EXPECT_EQ(write(std::string()), "\"\"");
}

TEST(JsonRead, WhatWasWrittenComesBack) {
  const std::string text = write(Tree{"ñ\"\n", 42, true, Leaf{"f", "2026-01-01T00:00:00Z"}, {{"x", std::nullopt}}});
  const Result<Tree> back = read<Tree>(text);
  ASSERT_TRUE(back.ok()) << back.error().detail;
  EXPECT_EQ(write(*back), text);
}

struct Wrong {
  const char* text;
  const char* error;
};
class JsonReadWrong : public testing::TestWithParam<Wrong> {};
TEST_P(JsonReadWrong, NamesTheField) {
  const Result<Tree> tree = read<Tree>(GetParam().text);
  ASSERT_FALSE(tree.ok());
  EXPECT_EQ(tree.error().code, ErrorCode::bad_input);
  EXPECT_EQ(tree.error().detail.substr(0, std::string(GetParam().error).size()), GetParam().error);
}
INSTANTIATE_TEST_SUITE_P(
    Rows, JsonReadWrong,
    testing::Values(
        Wrong{R"([])", "the document must be an object"}, Wrong{R"(7)", "the document must be an object"},
        Wrong{R"({})", "name: is required"},
        Wrong{R"({"name":7,"count":1,"open":true,"leaves":[]})", "name: must be a string"},
        Wrong{R"({"name":null,"count":1,"open":true,"leaves":[]})", "name: must be a string"},
        Wrong{R"({"name":"a\u0000b","count":1,"open":true,"leaves":[]})", "name: must not hold the character U+0000"},
        Wrong{R"({"name":"a","count":1.0,"open":true,"leaves":[]})", "count: must be a whole number"},
        Wrong{R"({"name":"a","count":9223372036854775808,"open":true,"leaves":[]})", "count: must be a whole number"},
        Wrong{R"({"name":"a","count":1,"open":"yes","leaves":[]})", "open: must be true or false"},
        Wrong{R"({"name":"a","count":1,"open":true,"leaves":{}})", "leaves: must be a list"},
        Wrong{R"({"name":"a","count":1,"open":true,"leaves":[{"id":"x"},{"id":1}]})", "leaves[1].id: must be a string"},
        Wrong{R"({"name":"a","count":1,"open":true,"leaves":[],"first":{"id":"x","z":1}})", "first.z: is not a known"},
        Wrong{R"({"name":"a","name":"b","count":1,"open":true,"leaves":[]})", "name: is given twice"},
        Wrong{R"({"name":"a","count":1,"open":true,"leaves":[],"more":0})", "more: is not a known field"},
        Wrong{"", "not a JSON"}, Wrong{"{", "not a JSON"}, Wrong{"{} {}", "not a JSON"}, Wrong{"{,}", "not a JSON"},
        Wrong{"{\"name\":\"\xff\"}", "not a JSON"}, Wrong{"[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]", "not a JSON"}));

TEST(JsonRead, AHundredThousandBracketsAreRefusedWithoutRecursion) {
  EXPECT_FALSE(parse(std::string(100'000, '[')).ok());
  EXPECT_FALSE(read<Leaf>("{\"id\":" + std::string(100'000, '[')).ok());
}

TEST(JsonSchema, RequestsMayLeaveOutWhatIsOptional) {
  boost::json::object request, response;
  add_schema<Tree>(request, Use::request);
  add_schema<Tree>(response, Use::response);
  EXPECT_EQ(boost::json::serialize(request["Leaf"]),
            R"({"type":"object","additionalProperties":false,"properties":{"id":{"type":"string"},)"
            R"("seen_at":{"type":["string","null"],"format":"date-time"}},"required":["id"]})");
  EXPECT_EQ(boost::json::serialize(response["Leaf"].at("required")), R"(["id","seen_at"])");
  EXPECT_EQ(boost::json::serialize(response["Tree"].at("properties").at("first")),
            R"({"anyOf":[{"$ref":"#/components/schemas/Leaf"},{"type":"null"}]})");
}

}  // namespace suki::json
