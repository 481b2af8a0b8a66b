#include "questions/questions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "questions/raw_member.h"

namespace suki::questions {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

const std::string shop =
    R"("calendar":{"zone":"Europe/Berlin","hours":{"mon":["09:00-12:00","13:00-17:00"],"fri":["22:00-06:00"]},"holidays":["2026-12-25"],"exceptions":{"2026-12-24":["09:00-12:00"],"2026-12-31":[]}})";

std::string answer(const std::string& line) {
  return Answerer({}).answer(line);
}
std::string ask(const std::string& rest) {
  return answer("{\"id\":1," + shop + "," + rest + "}");
}

TEST(Questions, AreAnsweredOneByOne) {
  const std::pair<const char*, const char*> rows[] = {
      {R"("ask":"open","at":"2026-11-23T08:00:00Z")", R"({"id":1,"answer":true})"},
      {R"("ask":"open","at":"2026-11-23T11:00:00Z")", R"({"id":1,"answer":false})"},
      {R"("ask":"next_open","at":"2026-11-23T09:00:00+01:00")", R"({"id":1,"answer":"2026-11-23T08:00:00Z"})"},
      {R"("ask":"next_open","at":"2026-11-24T00:00:00Z")", R"({"id":1,"answer":"2026-11-27T21:00:00Z"})"},
      {R"("ask":"next_close","at":"2026-11-24T00:00:00Z")", R"({"id":1,"answer":"2026-11-28T05:00:00Z"})"},
      {R"("ask":"add","from":"2026-11-23T08:00:00Z","duration":"PT4H")", R"({"id":1,"answer":"2026-11-23T13:00:00Z"})"},
      {R"("ask":"add","from":"2026-11-23T08:00:00Z","duration":"PT3H")", R"({"id":1,"answer":"2026-11-23T11:00:00Z"})"},
      {R"("ask":"add","from":"2026-11-23T11:00:00Z","duration":"PT0S")", R"({"id":1,"answer":"2026-11-23T12:00:00Z"})"},
      {R"("ask":"subtract","from":"2026-11-23T13:00:00Z","duration":"PT4H")",
       R"({"id":1,"answer":"2026-11-23T08:00:00Z"})"},
      {R"("ask":"subtract","from":"2026-11-23T12:00:00Z","duration":"PT0S")",
       R"({"id":1,"answer":"2026-11-23T11:00:00Z"})"},
      {R"("ask":"between","from":"2026-11-23T00:00:00Z","to":"2026-12-07T00:00:00Z")", R"({"id":1,"answer":"PT30H"})"},
      {R"("ask":"between","from":"2026-12-07T00:00:00Z","to":"2026-11-23T00:00:00Z")", R"({"id":1,"answer":"PT0S"})"},
      {R"("ask":"intervals","from":"2026-11-23T09:30:00Z","count":2)",
       R"({"id":1,"answer":[["2026-11-23T09:30:00Z","2026-11-23T11:00:00Z"],["2026-11-23T12:00:00Z","2026-11-23T16:00:00Z"]]})"},
      {R"("ask":"intervals","from":"2026-11-23T09:30:00Z","count":0)", R"({"id":1,"answer":[]})"},
      {R"("ask":"explain","from":"2026-12-24T10:30:00Z","to":"2026-12-24T11:30:00Z")",
       R"({"id":1,"answer":[{"from":"2026-12-24T10:30:00Z","to":"2026-12-24T11:00:00Z","counts":true,"why":"exception_hours","date":"2026-12-24"},{"from":"2026-12-24T11:00:00Z","to":"2026-12-24T11:30:00Z","counts":false,"why":"exception_closed","date":"2026-12-24"}]})"},
  };
  for (const auto& [question, expected] : rows) EXPECT_EQ(ask(question), expected) << question;
}

TEST(Questions, ThatHaveNoAnswerSayWhy) {
  const std::string closed = R"({"id":2,"calendar":{"zone":"UTC","hours":{}},)";
  EXPECT_EQ(answer(closed + R"("ask":"next_open","at":"2026-11-23T08:00:00Z"})"),
            R"({"id":2,"answer":null,"reason":"never_open"})");
  EXPECT_EQ(answer(closed + R"("ask":"add","from":"2026-11-23T08:00:00Z","duration":"PT1S"})"),
            R"({"id":2,"answer":null,"reason":"never_open"})");
  EXPECT_EQ(answer(closed + R"("ask":"intervals","from":"2026-11-23T08:00:00Z","count":3})"),
            R"({"id":2,"answer":[]})");
  const std::string all =
      R"({"id":2,"calendar":{"zone":"UTC","hours":{"mon":["00:00-24:00"],"tue":["00:00-24:00"],"wed":["00:00-24:00"],"thu":["00:00-24:00"],"fri":["00:00-24:00"],"sat":["00:00-24:00"],"sun":["00:00-24:00"]}},)";
  EXPECT_EQ(answer(all + R"("ask":"next_close","at":"2026-11-23T08:00:00Z"})"),
            R"({"id":2,"answer":null,"reason":"never_closes"})");
  EXPECT_EQ(answer(all + R"("ask":"intervals","from":"2026-11-23T08:00:00Z","count":3})"),
            R"({"id":2,"answer":[["2026-11-23T08:00:00Z",null]]})");
}

TEST(Ids, ComeBackAsTheyWereWritten) {
  for (const char* id : {"\"q1\"", "7", "null", "true", "[1, {\"a\":2}]", "1.50", "123456789012345678901234567890",
                         "\"\\u00f1\"", "-0"}) {
    const std::string line = "{\"ask\":\"open\",\"at\":\"2026-11-23T08:00:00Z\"," + shop + ", \"id\" : " + id + " }";
    EXPECT_EQ(answer(line), std::string("{\"id\":") + id + ",\"answer\":true}");
  }
  EXPECT_EQ(answer(R"({"id":"q9","ask":"sing"})"), R"({"id":"q9","error":"unknown ask \"sing\""})");
  EXPECT_THAT(answer(R"({"id":"q9","ask":)"), StartsWith(R"({"id":"q9","error":"not JSON)"));
  EXPECT_THAT(answer(R"(nonsense)"), StartsWith(R"({"id":null,"error":"not JSON)"));
  EXPECT_THAT(answer(R"([1])"), StartsWith(R"({"id":null,"error":)"));
  EXPECT_THAT(answer(R"({"ask":"sing"})"), StartsWith(R"({"id":null,"error":)"));
}

TEST(WrongQuestions, SayWhatIsWrong) {
  const std::pair<const char*, const char*> rows[] = {
      {R"("at":"2026-11-23T08:00:00Z")", "\"ask\\\" is missing"},
      {R"("ask":"open")", "at\\\" is missing"},
      {R"("ask":"open","at":5)", "not a text"},
      {R"("ask":"open","at":"2026-11-23")", "not an RFC 3339 instant"},
      {R"("ask":"open","at":"2026-11-23T08:00:00Z","from":"2026-11-23T08:00:00Z")",
       "unknown key \\\"from\\\" for open"},
      {R"("ask":"open","at":"2026-11-23T08:00:00Z","":1)", "unknown key"},
      {R"("ask":"add","from":"2026-11-23T08:00:00Z","duration":"P1M")", "years and months"},
      {R"("ask":"add","from":"2026-11-23T08:00:00Z","duration":"-PT1H")", "negative"},
      {R"("ask":"intervals","from":"2026-11-23T08:00:00Z","count":-1)", "count"},
      {R"("ask":"intervals","from":"2026-11-23T08:00:00Z","count":1.5)", "count"},
      {R"("ask":"intervals","from":"2026-11-23T08:00:00Z","count":1000000000)", "count"},
  };
  for (const auto& [question, expected] : rows) EXPECT_THAT(ask(question), HasSubstr(expected)) << question;
}

TEST(WrongCalendars, SayWhatIsWrong) {
  const std::pair<const char*, const char*> rows[] = {
      {R"({"hours":{}})", "needs \\\"zone\\\""},
      {R"({"zone":"Mars/Olympus"})", "unknown time zone"},
      {R"({"zone":"../../etc/passwd"})", "unknown time zone"},
      {R"({"zone":"UTC","houres":{}})", "unknown key \\\"houres\\\""},
      {R"({"zone":"UTC","hours":{"monday":[]}})", "unknown day"},
      {R"({"zone":"UTC","hours":{"mon":"09:00-17:00"}})", "hours: mon: expected a list"},
      {R"({"zone":"UTC","hours":{"mon":["9-17"]}})", "is not like"},
      {R"({"zone":"UTC","hours":{"mon":["24:00-25:00"]}})", "is not like"},
      {R"({"zone":"UTC","hours":{"mon":["09:00-24:01"]}})", "is not like"},
      {R"({"zone":"UTC","hours":{"mon":["09:60-10:00"]}})", "is not like"},
      {R"({"zone":"UTC","holidays":["2026-02-30"]})", "not a date"},
      {R"({"zone":"UTC","holidays":[{"set":"XX"}]})", "no set"},
      {R"({"zone":"UTC","holidays":[{"day":"2026-02-03"}]})", "unknown key"},
      {R"({"zone":"UTC","exceptions":{"tomorrow":[]}})", "not a date"},
      {R"(7)", "expected an object"},
      {R"("support")", "needs --plan"},
  };
  for (const auto& [calendar, expected] : rows) {
    EXPECT_THAT(answer(std::string(R"({"id":1,"ask":"open","at":"2026-11-23T08:00:00Z","calendar":)") + calendar + "}"),
                HasSubstr(expected))
        << calendar;
  }
}

TEST(Holidays, MayCarryHoursOrComeFromASet) {
  const std::string week = R"("hours":{"thu":["09:00-17:00"],"fri":["09:00-17:00"]})";
  const auto open = [&](const std::string& holidays, const char* at) {
    return answer(R"({"id":1,"calendar":{"zone":"Asia/Manila",)" + week + ",\"holidays\":" + holidays +
                  R"(},"ask":"open","at":")" + at + "\"}");
  };
  EXPECT_EQ(open(R"([{"set":"PH"}])", "2026-12-25T02:00:00Z"), R"({"id":1,"answer":false})");
  EXPECT_EQ(open(R"([{"set":"PH","except":["2026-12-25"]}])", "2026-12-25T02:00:00Z"), R"({"id":1,"answer":true})");
  EXPECT_EQ(open(R"([{"date":"2026-12-25","hours":["09:00-11:00"],"name":"Pasko"}])", "2026-12-25T02:00:00Z"),
            R"({"id":1,"answer":true})");
  EXPECT_EQ(open(R"([{"date":"2026-12-25","hours":["09:00-11:00"],"name":"Pasko"}])", "2026-12-25T05:00:00Z"),
            R"({"id":1,"answer":false})");
}

TEST(Calendars, MayBeNamedWhenThereIsAPlan) {
  int looked_up = 0;
  Answerer answerer([&](const std::string& id) -> Result<calendar::Calendar> {
    ++looked_up;
    if (id != "support") return fail(ErrorCode::not_found, "unknown calendar \"" + id + "\"");
    return calendar::Calendar::always();
  });
  const std::string line = R"({"id":1,"calendar":"support","ask":"open","at":"2026-11-23T08:00:00Z"})";
  EXPECT_EQ(answerer.answer(line), R"({"id":1,"answer":true})");
  EXPECT_EQ(answerer.answer(line), R"({"id":1,"answer":true})");
  EXPECT_EQ(looked_up, 1) << "kept after the first question";
  EXPECT_THAT(answerer.answer(R"({"id":1,"calendar":"x","ask":"open","at":"2026-11-23T08:00:00Z"})"),
              HasSubstr("unknown calendar"));
}

TEST(HostileLines, AreAnsweredWithAnError) {
  EXPECT_THAT(answer(std::string(100'000, '[')), HasSubstr("error"));
  EXPECT_THAT(answer(R"({"id":)" + std::string(50'000, '[')), HasSubstr("error"));
  EXPECT_THAT(answer(std::string(2 << 20, ' ')), HasSubstr("longer than"));
  EXPECT_THAT(answer("{\"id\":1,\"ask\":\"\xff\"}"), HasSubstr("error"));
  EXPECT_THAT(answer(std::string("{\"id\":1,\0}", 10)), HasSubstr("error"));
}

TEST(RawMembers, AreFoundAtTheTopOnly) {
  EXPECT_EQ(find_raw_member(R"({"a":{"id":1},"id":"x\"}","b":2})", "id"), R"("x\"}")");
  EXPECT_EQ(find_raw_member(R"( { "id" : [1,{"id":2}] } )", "id"), R"([1,{"id":2}])");
  EXPECT_EQ(find_raw_member(R"({"a":1})", "id"), "");
  EXPECT_EQ(find_raw_member(R"({"id":1,"id":2})", "id"), "2");
  for (const char* broken : {"", "{", "{\"id\"", "{\"id\":", "{\"id\":\"x", "{\"id\":[", "{id:1}", "[", "{\"id\":}"}) {
    EXPECT_EQ(find_raw_member(broken, "id"), "") << broken;
  }
}

}  // namespace
}  // namespace suki::questions
