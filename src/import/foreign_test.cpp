/// Small made-up exports of each system, as they are and broken.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "import/foreign.h"
#include "import/testing.h"

namespace suki::importing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::read_all;
using ::testing::SizeIs;

std::string example(const char* name) {
  return testing::read_whole(std::filesystem::path(SUKI_SOURCE_DIR) / "docs" / "guide" / "import" / name);
}

TEST(Freshdesk, AnExampleIsReadWithEverythingInIt) {
  const auto read = read_all(Form::freshdesk, example("freshdesk.jsonl"), 100);
  EXPECT_THAT(read.problems, IsEmpty());
  ASSERT_THAT(read.customers, SizeIs(1));
  EXPECT_EQ(read.customers[0].email, "liza@example.net");
  ASSERT_THAT(read.conversations, SizeIs(2));
  const Conversation& c = read.conversations[0];
  EXPECT_EQ(c.origin, (Origin{"Freshdesk", "13"}));
  EXPECT_EQ(c.customer.name, "Liza Cruz");
  EXPECT_EQ(c.channel, "email");
  EXPECT_EQ(c.team, "Workshop");
  EXPECT_EQ(c.topic, "Refund");
  EXPECT_EQ(c.priority, "high");
  EXPECT_EQ(c.state, "resolved");
  EXPECT_EQ(c.assignee, "ana@shop.example");
  EXPECT_THAT(c.tags, ElementsAre("fan"));
  ASSERT_THAT(c.messages, SizeIs(3));
  EXPECT_EQ(c.messages[0].kind, MessageKind::customer);
  EXPECT_EQ(c.messages[1].kind, MessageKind::reply);
  EXPECT_EQ(c.messages[1].agent, "ana@shop.example");
  EXPECT_EQ(c.messages[2].kind, MessageKind::note);
  EXPECT_THAT(c.messages[2].text, HasSubstr("[not in the export: bill.pdf]"));
  // The list alone knows the second.
  EXPECT_EQ(read.conversations[1].state, "open");
  EXPECT_EQ(read.left_out.at("companies"), 1);
}

TEST(Freshdesk, ConversationsMayComeBeforeTheirTicketsAndGroupsLast) {
  std::string text = example("freshdesk.jsonl"), reversed;
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    lines.push_back(text.substr(at, end - at + 1));
    at = end + 1;
  }
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) reversed += *line;
  const auto forward = read_all(Form::freshdesk, text), backward = read_all(Form::freshdesk, reversed);
  EXPECT_EQ(forward.conversations, backward.conversations);
  EXPECT_EQ(forward.customers, backward.customers);
}

TEST(Freshdesk, WhatIsNoAnswerIsNamedWithItsLine) {
  const auto read = read_all(Form::freshdesk,
                             "{\"path\":\"/groups\",\"status\":200,\"json\":[]}\nnonsense\n{\"a\":1}\n"
                             "{\"path\":\"/tickets/9/conversations\",\"status\":200,\"json\":[{\"id\":1}]}\n"
                             "{\"path\":\"/tickets/8\",\"status\":404,\"json\":{}}\n");
  EXPECT_THAT(read.problems, ElementsAre(HasSubstr("2: "), HasSubstr("3: is no answer of the API")));
  EXPECT_EQ(read.left_out.at("entries of tickets that are not there"), 1);
  EXPECT_EQ(read.left_out.at("answers that were errors"), 1);
}

TEST(Otrs, AnExampleIsReadWithEverythingInIt) {
  const auto read = read_all(Form::otrs, example("otrs.json"), 100);
  EXPECT_THAT(read.problems, IsEmpty());
  ASSERT_THAT(read.conversations, SizeIs(2));
  const Conversation& c = read.conversations[0];
  EXPECT_EQ(c.origin, (Origin{"OTRS", "730"}));
  EXPECT_EQ(c.customer.email, "liza@example.net");
  EXPECT_EQ(c.team, "Workshop");
  EXPECT_EQ(c.state, "closed");
  EXPECT_EQ(c.assignee, "ana");
  EXPECT_EQ(format_instant(c.opened_at), "2014-11-20T23:17:40Z");
  EXPECT_EQ(format_instant(c.state_at), "2014-11-20T23:21:08Z") << "the server's clock is an hour ahead of UTC";
  ASSERT_THAT(c.messages, SizeIs(3));
  EXPECT_EQ(c.messages[0].kind, MessageKind::customer);
  EXPECT_EQ(c.messages[0].html, "<p>My fan stopped.</p>");
  EXPECT_EQ(c.messages[0].files.at(0).name, "file-2");
  EXPECT_EQ(c.messages[1].kind, MessageKind::automatic);
  EXPECT_EQ(c.messages[2].kind, MessageKind::note);
  // An article alone brings its ticket along.
  EXPECT_EQ(read.conversations[1].origin.id, "731");
  EXPECT_EQ(read.conversations[1].messages.at(0).kind, MessageKind::reply);
}

TEST(Otrs, WhatIsNoJsonIsSaid) {
  EXPECT_THAT(read_all(Form::otrs, "{\"a\":").problems, ElementsAre(HasSubstr("1: is no JSON")));
  EXPECT_THAT(read_all(Form::otrs, "").items, IsEmpty());
  EXPECT_THAT(read_all(Form::otrs, std::string(5'000, '[')).problems, ElementsAre(HasSubstr("is no JSON")));
}

TEST(ServiceNow, RowsOfOneIncidentBecomeOneConversation) {
  const auto read = read_all(Form::servicenow, example("servicenow.csv"), 10);
  EXPECT_THAT(read.problems, IsEmpty());
  ASSERT_THAT(read.conversations, SizeIs(2));
  const Conversation& c = read.conversations[0];
  EXPECT_EQ(c.origin, (Origin{"ServiceNow", "INC0000045"}));
  EXPECT_EQ(c.state, "closed");
  EXPECT_EQ(c.team, "Group 56");
  EXPECT_EQ(c.channel, "phone");
  EXPECT_EQ(format_instant(c.opened_at), "2016-02-29T01:16:00Z");
  EXPECT_EQ(format_instant(c.state_at), "2016-03-05T12:00:00Z");
  ASSERT_THAT(c.messages, SizeIs(3));
  EXPECT_THAT(c.messages[0].text, HasSubstr("New\nGroup: Group 56"));
  EXPECT_EQ(read.conversations[1].state, "pending");
}

TEST(ServiceNow, ABadRowKeepsItsIncidentOutAndSaysWhere) {
  const auto read =
      read_all(Form::servicenow,
               "number,incident_state,opened_at,sys_updated_at\nINC1,New,2016-01-01T10:00,2016-01-01T10:01\n"
               "INC1,Closed,2016-01-01T10:00,yesterday\nINC2,New,2016-01-01T10:00,2016-01-01T10:01\n"
               "INC3,too,few\n,New,2016-01-01T10:00,2016-01-01T10:01\n");
  EXPECT_THAT(read.problems,
              ElementsAre(HasSubstr("5: has 3 values, but the header names 4"), HasSubstr("6: number: is required"),
                          HasSubstr("2: line 3: sys_updated_at: \"yesterday\" is no time")));
  EXPECT_THAT(read.conversations, SizeIs(1));
}

TEST(Csv, QuotesCommasAndLinesInValues) {
  const auto read =
      read_all(Form::servicenow,
               "number,category,incident_state,sys_updated_at\r\n"
               "INC1,\"a, \"\"b\"\"\nc\",New,2016-01-01T10:01\r\n# line 9: why\nINC2,\"open,New,2016-01-01T10:01\n",
               1);
  ASSERT_THAT(read.conversations, SizeIs(1));
  EXPECT_EQ(read.conversations[0].topic, "a, \"b\"\nc");
  EXPECT_THAT(read.problems, ElementsAre(HasSubstr("5: a quote is not closed")));
}

TEST(HelpdeskLog, EachActivityIsANote) {
  const auto read = read_all(Form::helpdesk_log, example("helpdesk-log.csv"));
  EXPECT_THAT(read.problems, IsEmpty());
  ASSERT_THAT(read.conversations, SizeIs(2));
  EXPECT_EQ(read.conversations[0].origin, (Origin{"Help-desk log", "2"}));
  EXPECT_EQ(read.conversations[0].messages.at(2).text, "Activity 6");
  EXPECT_EQ(format_instant(read.conversations[0].messages.at(2).at), "2012-04-05T17:15:52Z");
}

TEST(Chats, LinesFindTheirConversationsAndTheirDays) {
  const auto read = read_all(Form::chats, example("chats.jsonl"), 50);
  EXPECT_THAT(read.problems, IsEmpty());
  ASSERT_THAT(read.conversations, SizeIs(2));
  const Conversation& c = read.conversations[0];
  EXPECT_EQ(c.origin, (Origin{"Chat log", "2004-11-15_03:1000"}));
  EXPECT_EQ(c.customer.name, "liza");
  ASSERT_THAT(c.messages, SizeIs(3));
  EXPECT_EQ(c.messages[0].kind, MessageKind::customer);
  EXPECT_EQ(c.messages[1].kind, MessageKind::reply);
  EXPECT_EQ(c.messages[1].author, "ben");
  EXPECT_EQ(format_instant(c.messages[2].at), "2004-11-16T00:03:00Z") << "it is after midnight";
  EXPECT_EQ(read.left_out.at("lines of the system: who came and went"), 1);
  EXPECT_EQ(read.left_out.at("lines that are in no conversation"), 1);
}

TEST(Foreign, TimesWithAndWithoutZones) {
  EXPECT_EQ(format_instant(time_of("2014-11-21 00:17:41", hours(1))), "2014-11-20T23:17:41Z");
  EXPECT_EQ(format_instant(time_of("2016-02-29T01:16", {})), "2016-02-29T01:16:00Z");
  EXPECT_EQ(format_instant(time_of("2021-04-09T12:26:56Z", hours(9))), "2021-04-09T12:26:56Z");
  EXPECT_EQ(time_of("soon", {}), never);
  EXPECT_EQ(time_of("", {}), never);
  EXPECT_EQ(epoch_of(0), never);
  EXPECT_EQ(epoch_of(std::int64_t{1} << 62), never);
}

}  // namespace
}  // namespace suki::importing
