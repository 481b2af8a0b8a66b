#include "server/http.h"

#include <gtest/gtest.h>

#include "base/reason.h"
#include "server/limits.h"

namespace suki::server {

TEST(HttpTarget, PathAndQueryAreDecodedOnce) {
  Request request;
  ASSERT_TRUE(read_target("/api/v1/a%20b/%2Fetc?view=open&cursor=a%26b%3Dc&empty=&view=all", request).ok());
  EXPECT_EQ(request.path, "/api/v1/a%20b/%2Fetc");
  EXPECT_EQ(request.segments, (std::vector<std::string>{"api", "v1", "a b", "/etc"}));
  EXPECT_EQ(request.find_query("view"), "open");
  EXPECT_EQ(request.find_query("cursor"), "a&b=c");
  EXPECT_EQ(request.find_query("none"), "");
}

class HttpTargetWrong : public testing::TestWithParam<std::string> {};
TEST_P(HttpTargetWrong, IsRefused) {
  Request request;
  EXPECT_FALSE(read_target(GetParam(), request).ok());
}
INSTANTIATE_TEST_SUITE_P(Rows, HttpTargetWrong,
                         testing::Values("", "*", "api", "http://other/", "/a b", "/%zz", "/%00", "/%ff", "/a?x=%00",
                                         "/a?x=%c3%28", "/" + std::string(limits::target_bytes_max, 'a'),
                                         "/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17",
                                         "/?1&2&3&4&5&6&7&8&9&10&11&12&13&14&15&16&17"));

TEST(HttpCookie, IsFoundByItsWholeName) {
  EXPECT_EQ(find_cookie("a=1; suki_session=abc-_; b=2", "suki_session"), "abc-_");
  EXPECT_EQ(find_cookie("suki_session=", "suki_session"), "");
  EXPECT_EQ(find_cookie("xsuki_session=no; suki_sessions=no", "suki_session"), "");
  EXPECT_EQ(find_cookie("suki_session=" + std::string(limits::token_bytes_max + 1, 'x'), "suki_session"), "");
  EXPECT_EQ(find_cookie("", "suki_session"), "");
}

TEST(HttpCookie, OverHttpsOnlyTheOneThatNoOtherHostCanPlantCounts) {
  const std::string planted = "suki_session=planted; __Host-suki_session=ours";
  EXPECT_EQ(find_cookie(planted, session_cookie_name(true)), "ours");
  EXPECT_EQ(find_cookie(planted, session_cookie_name(false)), "planted");
  EXPECT_EQ(find_cookie("suki_session=planted", session_cookie_name(true)), "");
}

TEST(HttpEncoding, GzipOnlyWhereTheClientTakesIt) {
  for (const char* yes : {"gzip", "br, gzip", "GZIP;q=0.5", "*", "deflate, gzip;q=1.0"})
    EXPECT_TRUE(allows_gzip(yes)) << yes;
  for (const char* no : {"", "br", "gzip;q=0", "gzip;q=0.000, br", "identity", "gzipped"})
    EXPECT_FALSE(allows_gzip(no)) << no;
}

struct Name {
  const char* name;
  const char* header;
};
class HttpDownload : public testing::TestWithParam<Name> {};
TEST_P(HttpDownload, NameCannotLeaveItsHeaderOrItsFolder) {
  EXPECT_EQ(content_disposition(GetParam().name), GetParam().header);
}
INSTANTIATE_TEST_SUITE_P(
    Rows, HttpDownload,
    testing::Values(
        Name{"a.pdf", "attachment; filename=\"a.pdf\""}, Name{"", "attachment; filename=\"file\""},
        Name{"..", "attachment; filename=\"file\""}, Name{"two words.txt", "attachment; filename=\"two words.txt\""},
        Name{"a\"b.txt", "attachment; filename=\"a_b.txt\"; filename*=UTF-8''a%22b.txt"},
        Name{"../../etc/passwd", "attachment; filename=\".._.._etc_passwd\"; filename*=UTF-8''.._.._etc_passwd"},
        Name{"x\r\nSet-Cookie: a=b",
             "attachment; filename=\"x__Set-Cookie_ a_b\"; filename*=UTF-8''x__Set-Cookie%3A%20a%3Db"},
        Name{"resibo ñ.png", "attachment; filename=\"resibo __.png\"; filename*=UTF-8''resibo%20%C3%B1.png"}));

TEST(HttpProblem, ErrorsOfTheUseCasesHaveStableCodes) {
  const Response field = make_problem(fail(ErrorCode::bad_input, "email: must hold an @"));
  EXPECT_EQ(field.status, 400u);
  EXPECT_EQ(field.type, "application/problem+json");
  EXPECT_EQ(
      field.body,
      R"({"type":"about:blank","title":"Bad Request","code":"bad_input","detail":"must hold an @","field":"email","reason":"","values":[],"status":400,"request_id":""})");
  EXPECT_TRUE(add_request_id(field.body, "abc.1").ends_with(R"("status":400,"request_id":"abc.1"})"));
  EXPECT_TRUE(is_request_id("0Az._-") && is_request_id(new_request_id()) && new_request_id() != new_request_id());
  EXPECT_FALSE(is_request_id("") || is_request_id("a b") || is_request_id("a\r\n") ||
               is_request_id(std::string(65, 'a')));
  EXPECT_EQ(make_problem(fail(ErrorCode::refused, "not_open")).status, 409u);
  EXPECT_EQ(make_problem(fail(ErrorCode::conflict, "")).status, 409u);
  EXPECT_EQ(make_problem(fail(ErrorCode::not_found, "")).status, 404u);
  EXPECT_NE(make_problem(fail(ErrorCode::forbidden, "csrf")).body.find(R"("code":"csrf")"), std::string::npos);
  EXPECT_EQ(make_problem(fail(ErrorCode::busy, "")).status, 503u);
  const Response unavailable = make_problem(fail(ErrorCode::unavailable, "the database at 10.0.0.7 does not answer"));
  EXPECT_EQ(unavailable.status, 503u);
  EXPECT_NE(unavailable.body.find(R"("code":"unavailable")"), std::string::npos);
  EXPECT_EQ(unavailable.body.find("10.0.0.7"), std::string::npos);
  EXPECT_NE(std::find(unavailable.headers.begin(), unavailable.headers.end(),
                      std::pair<std::string, std::string>("Retry-After", "5")),
            unavailable.headers.end());
}

TEST(HttpProblem, AReasonComesApartFromTheDetail) {
  for (const ErrorCode code : {ErrorCode::bad_input, ErrorCode::conflict, ErrorCode::forbidden}) {
    const Response told = make_problem(
        because(fail(code, "from: is in this team already"), "in_team_since", {{"from", "2026-11-23T10:00"}}));
    EXPECT_NE(
        told.body.find(
            R"("detail":"is in this team already","field":"from","reason":"in_team_since","values":[{"name":"from","value":"2026-11-23T10:00"}])"),
        std::string::npos)
        << told.body;
  }
}

TEST(HttpProblem, WhatWentWrongInsideIsNotTold) {
  const Response inside = make_problem(fail(ErrorCode::internal, "SELECT failed on /home/shop/data/suki.db"));
  EXPECT_EQ(inside.status, 500u);
  EXPECT_EQ(inside.body.find("SELECT"), std::string::npos);
  EXPECT_EQ(make_problem(fail(ErrorCode::io, "/home/shop/data")).body.find("/home"), std::string::npos);
}

TEST(HttpOrigin, OnlyOurOwnPagesMayWatch) {
  EXPECT_TRUE(is_same_origin("https://desk.example", "desk.example"));
  EXPECT_TRUE(is_same_origin("http://127.0.0.1:8080", "127.0.0.1:8080"));
  for (const char* other : {"", "null", "https://evil.example", "https://desk.example.evil", "desk.example",
                            "ftp://desk.example", "https://desk.example:444", "https://desk.example/"}) {
    EXPECT_FALSE(is_same_origin(other, "desk.example")) << other;
  }
  EXPECT_FALSE(is_same_origin("https://", ""));
}

TEST(HttpSecret, ComparesWholeValues) {
  EXPECT_TRUE(equal_in_constant_time("abc", "abc"));
  EXPECT_FALSE(equal_in_constant_time("abc", "abd"));
  EXPECT_FALSE(equal_in_constant_time("abc", "ab"));
  EXPECT_FALSE(equal_in_constant_time("", "abc"));
}

}  // namespace suki::server
