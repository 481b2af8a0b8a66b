/// What servers say, rightly and wrongly.
#include "imap/response.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace suki::imap {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<Response> read_all(std::string_view bytes, std::size_t piece = std::string_view::npos, Limits limits = {}) {
  Reader reader(limits);
  std::vector<Response> all;
  for (std::size_t at = 0; at < bytes.size(); at += std::min(piece, bytes.size() - at)) {
    const auto fed = reader.feed(bytes.substr(at, piece));
    EXPECT_TRUE(fed.ok()) << fed.error().detail;
    if (!fed.ok()) break;
    while (auto response = reader.next()) all.push_back(*std::move(response));
  }
  return all;
}

std::string trouble_with(std::string_view bytes, Limits limits = {}) {
  Reader reader(limits);
  const auto fed = reader.feed(bytes);
  return fed.ok() ? "" : fed.error().detail;
}

TEST(Response, what_SELECT_tells) {
  const auto all = read_all(
      "* FLAGS (\\Answered \\Seen)\r\n"
      "* 172 EXISTS\r\n"
      "* OK [UIDVALIDITY 3857529045] UIDs valid\r\n"
      "* OK [UIDNEXT 4392] Predicted next UID\r\n"
      "S2 OK [READ-WRITE] SELECT completed\r\n");
  ASSERT_EQ(all.size(), 5u);
  EXPECT_EQ(all[0].kind, "FLAGS");
  EXPECT_EQ(all[1].number, 172u);
  EXPECT_EQ(all[1].kind, "EXISTS");
  EXPECT_EQ(all[2].code, "UIDVALIDITY 3857529045");
  EXPECT_EQ(all[3].code, "UIDNEXT 4392");
  EXPECT_EQ(all[4].tag, "S2");
  EXPECT_EQ(all[4].kind, "OK");
  EXPECT_EQ(all[4].text, "SELECT completed");
}

TEST(Response, a_mail_with_what_looks_like_an_answer_in_it) {
  const std::string mail = "Subject: a\r\n\r\nS3 OK done\r\n* BYE (\"\\\r\n{5}\r\n";
  const std::string said = "* 1 FETCH (FLAGS (\\Seen ($x \"y)\")) UID 17 BODY[] {" + std::to_string(mail.size()) +
                           "}\r\n" + mail + " RFC822.SIZE 12)\r\nS3 OK done\r\n";
  for (const std::size_t piece : {said.size(), std::size_t{1}, std::size_t{7}}) {
    const auto all = read_all(said, piece);
    ASSERT_EQ(all.size(), 2u) << "in pieces of " << piece;
    ASSERT_EQ(all[0].items.size(), 4u);
    EXPECT_EQ(all[0].items[1].key, "UID");
    EXPECT_EQ(all[0].items[1].value, "17");
    EXPECT_EQ(all[0].items[2].key, "BODY[]");
    EXPECT_EQ(all[0].items[2].value, mail);
    EXPECT_EQ(all[0].items[3].value, "12");
    EXPECT_EQ(all[1].tag, "S3");
  }
}

TEST(Response, a_short_mail_in_quotes_an_empty_one_and_none) {
  const auto all = read_all(
      "* 1 FETCH (UID 1 BODY[] \"a \\\"b\\\\\")\r\n"
      "* 2 FETCH (BODY[] {0}\r\n UID 2)\r\n"
      "* 3 FETCH (UID 3 BODY[] NIL)\r\n");
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].items[1].value, "a \"b\\");
  EXPECT_EQ(all[1].items[0].value, "");
  EXPECT_EQ(all[1].items[1].value, "2");
  EXPECT_EQ(all[2].items[1].value, "");
}

TEST(Response, SEARCH_with_none_with_some_and_with_a_MODSEQ) {
  const auto all = read_all("* SEARCH\r\n* SEARCH 2 84 882 (MODSEQ 917162500)\r\n* search 4294967295 \r\n");
  ASSERT_EQ(all.size(), 3u);
  EXPECT_TRUE(all[0].numbers.empty());
  EXPECT_THAT(all[1].numbers, ElementsAre(2u, 84u, 882u));
  EXPECT_THAT(all[2].numbers, ElementsAre(4294967295u));
}

TEST(Response, a_call_to_go_on_and_lines_ended_by_a_line_feed_alone) {
  const auto all = read_all("+ idling\n\r\n* 5 EXISTS\n+\r\n");
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].tag, "+");
  EXPECT_EQ(all[0].text, "idling");
  EXPECT_EQ(all[1].number, 5u);
  EXPECT_EQ(all[2].tag, "+");
}

TEST(Response, what_is_too_large_is_refused_before_it_comes) {
  const Limits small{.line_max = 100, .literal_max = 50, .response_max = 80};
  EXPECT_THAT(trouble_with("* 1 FETCH (BODY[] {51}\r\n", small), HasSubstr("more than was asked for"));
  EXPECT_THAT(trouble_with("* 1 FETCH (BODY[] {99999999999999999999999}\r\n", small), HasSubstr("beyond all limits"));
  EXPECT_THAT(trouble_with("* 1 FETCH (BODY[] {50}\r\n" + std::string(50, 'x') + " X {31}\r\n", small),
              HasSubstr("more than was asked for"));
  EXPECT_THAT(trouble_with(std::string(101, 'x'), small), HasSubstr("without an end"));
  std::string many = "* 1 FETCH (";
  for (int i = 0; i < 300; ++i) many += "A {0}\r\n ";
  EXPECT_THAT(trouble_with(many), HasSubstr("too many parts"));
}

TEST(Response, lists_in_lists_do_not_eat_the_stack) {
  EXPECT_THAT(trouble_with("* 1 FETCH (X " + std::string(1'000'000, '(') + "\r\n"), HasSubstr("lists in lists"));
}

TEST(Response, nonsense_is_an_error_and_not_a_crash) {
  for (const char* wrong : {" OK\r\n", "*\r\n", "* 1 FETCH UID 5\r\n", "* 1 FETCH (UID\r\n", "* 1 FETCH (UID 5\r\n",
                            "* 1 FETCH (\"x\" 5)\r\n", "* 1 FETCH (UID \"5)\r\n", "* SEARCH 1 x\r\n", "* SEARCH -1\r\n",
                            "* SEARCH 4294967296\r\n", "* 1 FETCH (X (\"\r\n"})
    EXPECT_THAT(trouble_with(wrong), HasSubstr("cannot be read")) << wrong;
}

}  // namespace
}  // namespace suki::imap
