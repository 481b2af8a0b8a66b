/// Recorded exports of real systems: as many of everything as their own counts, or a count by another program, say.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <numeric>
#include <set>

#include "import/form.h"
#include "import/testing.h"

namespace suki::importing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::read_all;

std::string data(const char* path) {
  return testing::read_whole(testing::data_folder() / path);
}

/// Whatever is read of a foreign form can be written in ours and read again.
void expect_round_trip(const testing::Read& read) {
  LeftOut left_out;
  for (const Conversation& c : read.conversations) {
    const auto again = read_record(write_record(c), "", left_out);
    ASSERT_TRUE(again.ok()) << c.origin.id << ": " << again.error().detail;
    ASSERT_EQ(std::get<Conversation>(*again), c);
  }
  EXPECT_THAT(left_out, IsEmpty());
}

TEST(Recorded, Freshdesk) {
  SUKI_NEED_DATA("import/freshdesk_api.jsonl.gz");
  const auto expected = boost::json::parse(data("import/freshdesk_expected.json")).as_object();
  const auto count = [&](const char* what) { return static_cast<std::size_t>(expected.at(what).as_int64()); };
  const auto read = read_all(Form::freshdesk, data("import/freshdesk_api.jsonl.gz"));
  EXPECT_THAT(read.problems, IsEmpty());
  EXPECT_EQ(read.conversations.size(), count("tickets"));
  EXPECT_EQ(read.customers.size(), count("contacts"));
  // A ticket's own text is its first message.
  EXPECT_EQ(static_cast<std::size_t>(read.messages), count("tickets") + count("conversation_entries"));
  EXPECT_EQ(read.kinds, (std::map<MessageKind, std::int64_t>{
                            {MessageKind::customer, 13 + 2}, {MessageKind::reply, 7}, {MessageKind::note, 3}}));
  EXPECT_EQ(read.states, (std::map<std::string, std::int64_t>{{"open", 7}, {"pending", 4}, {"closed", 2}}));
  std::set<std::string> teams;
  for (const Conversation& c : read.conversations)
    if (!c.team.empty()) teams.insert(c.team);
  EXPECT_GE(teams.size(), 3u);
  EXPECT_LE(teams.size(), count("groups"));
  EXPECT_EQ(read.left_out.at("companies"), static_cast<std::int64_t>(count("companies")));
  EXPECT_FALSE(read.left_out.contains("time_entries")) << "there were none";
  expect_round_trip(read);
}

TEST(Recorded, Otrs) {
  SUKI_NEED_DATA("import/otrs_records.json.gz");
  const auto read = read_all(Form::otrs, data("import/otrs_records.json.gz"));
  EXPECT_THAT(read.problems, IsEmpty());
  // Of 47 records two are the same ticket (once without a title), and seven articles are one that the ticket has
  // already.
  ASSERT_EQ(read.conversations.size(), 3u);
  EXPECT_EQ(read.conversations[0].origin.id, "730");
  EXPECT_EQ(read.conversations[1].origin.id, "730");
  EXPECT_EQ(read.conversations[1].subject, "");
  EXPECT_EQ(read.conversations[2].origin.id, "999");
  EXPECT_EQ(read.conversations[2].subject, "Welcome to OTRS!");
  const Conversation& c = read.conversations[0];
  EXPECT_EQ(c.state, "closed");
  EXPECT_EQ(c.customer.name, "Betreuter Kunde");
  EXPECT_EQ(c.customer.email, "person15@example.com");
  ASSERT_EQ(c.messages.size(), 4u);
  EXPECT_EQ(c.messages[0].kind, MessageKind::customer);
  EXPECT_EQ(c.messages[1].kind, MessageKind::automatic);
  EXPECT_EQ(c.messages[3].kind, MessageKind::note);
  EXPECT_THAT(c.messages[0].html, HasSubstr("test #3"));
  EXPECT_EQ(format_instant(c.messages[0].at), "2014-11-20T23:17:41Z");
  EXPECT_EQ(read.customers.size(), 2u) << "two logins, one of them three times";
  const LeftOut& left = read.left_out;
  EXPECT_EQ(left.at("articles that came before"), 7);
  EXPECT_EQ(left.at("states: they are named by their tickets"), 10);
  EXPECT_EQ(left.at("priorities: they are named by their tickets"), 3);
  EXPECT_EQ(left.at("queues: they are named by their tickets"), 1);
  EXPECT_EQ(left.at("dynamic fields"), 8);
  EXPECT_EQ(left.at("history"), 5);
  EXPECT_EQ(left.at("companies"), 1);
  EXPECT_EQ(left.at("records of no known kind"), 1) << "an attachment without its article";
  const auto records = std::accumulate(left.begin(), left.end(), std::int64_t{0},
                                       [](std::int64_t sum, const auto& entry) { return sum + entry.second; });
  EXPECT_EQ(records + 2 /* tickets */ + 1 /* article 999 */ + 4 /* customer users */ + 4 /* users */, 47);
  expect_round_trip(read);
}

TEST(Recorded, ServiceNow) {
  SUKI_NEED_DATA("tickets/servicenow_incidents.csv.gz");
  const auto read = read_all(Form::servicenow, data("tickets/servicenow_incidents.csv.gz"));
  EXPECT_THAT(read.problems, IsEmpty());
  EXPECT_EQ(read.conversations.size(), 534u);
  EXPECT_EQ(read.messages, 3'611);
  EXPECT_EQ(read.states, (std::map<std::string, std::int64_t>{{"closed", 534}}));
  expect_round_trip(read);
}

TEST(Recorded, HelpdeskLog) {
  SUKI_NEED_DATA("tickets/helpdesk_events.csv.gz");
  const auto read = read_all(Form::helpdesk_log, data("tickets/helpdesk_events.csv.gz"));
  EXPECT_THAT(read.problems, IsEmpty());
  EXPECT_EQ(read.conversations.size(), 3'804u);
  EXPECT_EQ(read.messages, 13'710);
}

TEST(Recorded, Chats) {
  SUKI_NEED_DATA("dialogues/ubuntu_chat/dev.jsonl.gz");
  struct Log {
    const char* path;
    std::size_t conversations;
    std::int64_t messages, system, alone;
  };
  for (const Log& log : {Log{"dialogues/ubuntu_chat/train.jsonl.gz", 4'987, 30'476, 8'943, 6'449},
                         Log{"dialogues/ubuntu_chat/dev.jsonl.gz", 333, 2'352, 260, 1'088}}) {
    const auto read = read_all(Form::chats, data(log.path));
    EXPECT_THAT(read.problems, IsEmpty()) << log.path;
    EXPECT_EQ(read.conversations.size(), log.conversations);
    EXPECT_EQ(read.messages, log.messages);
    EXPECT_EQ(read.left_out.at("lines of the system: who came and went"), log.system);
    EXPECT_EQ(read.left_out.at("lines that are in no conversation"), log.alone);
    for (const Conversation& c : read.conversations)
      for (std::size_t i = 1; i < c.messages.size(); ++i) ASSERT_LE(c.messages[i - 1].at, c.messages[i].at);
  }
}

}  // namespace
}  // namespace suki::importing
