/// A check of everything stored finds nothing in a day's work, and each thing that was changed behind suki's back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/testing.h"
#include "desk/conversation.h"

namespace suki::app {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Verify : public AppTest {
 protected:
  /// Two conversations: one was late and answered, one waits.
  Verify() {
    caller.agent = agent("ana");
    create(form("r1"));
    wait(hours(30));
    EXPECT_TRUE(reply(1, "We send somebody.", show(1).row.last_number).ok());
    create(form("r2"));
  }
  App::VerifySlice verify(std::int64_t after = 0, int limit = 100) {
    auto slice = read([&](store::Tx& tx) { return app_->verify(tx, ConversationId(after), limit); });
    EXPECT_TRUE(slice.ok()) << slice.error().detail;
    return slice.ok() ? *slice : App::VerifySlice{};
  }
  /// As somebody would with the database's own tool while suki is stopped.
  void meddle(const std::string& sql) {
    close();
    EXPECT_GT(place_.run(sql), 0) << "nothing was changed: " << sql;
    open();
  }
};

TEST_F(Verify, AFaultlessDayHasNoDifferences) {
  const App::VerifySlice slice = verify();
  EXPECT_THAT(slice.differences, IsEmpty());
  EXPECT_TRUE(slice.done);
  EXPECT_EQ(slice.checked, 2);
  EXPECT_EQ(slice.in_all, 2);
}

TEST_F(Verify, GoesOnSliceBySlice) {
  const App::VerifySlice first = verify(0, 1);
  EXPECT_FALSE(first.done);
  EXPECT_EQ(first.last, ConversationId(1));
  const App::VerifySlice second = verify(1, 2);
  EXPECT_TRUE(second.done);
  EXPECT_EQ(second.checked, 1);
}

TEST_F(Verify, AnEventThatWasMovedIsNamed) {
  const int kind = static_cast<int>(desk::EventKind::clock_started);
  meddle("update events set due = due + 1000000 where conversation = 1 and kind = " + std::to_string(kind));
  EXPECT_THAT(verify().differences, Contains(HasSubstr("is clock_started at 2026-11-23T02:00:00Z, due")));
  EXPECT_THAT(verify().differences, Contains(HasSubstr("conversation 1: its digest is not that of its")));
}

TEST_F(Verify, AnEventThatWasTakenAwayIsMissed) {
  meddle(
      "delete from events where conversation = 2 and number = (select max(number) from events where conversation = 2)");
  EXPECT_THAT(verify().differences, Contains(HasSubstr("is missing")));
}

TEST_F(Verify, ACommandThatWasTakenAwayLeavesEventsWithoutReason) {
  meddle("delete from input_log where position = (select max(position) from input_log where conversation = 1)");
  EXPECT_THAT(verify().differences, Contains(HasSubstr("comes from no command in the input log")));
}

TEST_F(Verify, AColumnOfListsThatWasChangedIsTold) {
  meddle("update conversations set next_due = 5 where id = 2");
  EXPECT_THAT(verify().differences, ElementsAre(HasSubstr("conversation 2: lists show it due 1970-01-01")));
}

TEST_F(Verify, AFlagThatWasChangedIsTold) {
  meddle("update conversations set unanswered = 1 - unanswered where id = 2");
  EXPECT_THAT(verify().differences, ElementsAre(HasSubstr("conversation 2: its flags")));
}

TEST_F(Verify, ACountThatIsWrongIsTold) {
  meddle("update tallies set n = n + 3");
  EXPECT_THAT(verify().differences, Contains(HasSubstr("counted as")));
}

TEST_F(Verify, ANumberThatWouldBeGivenTwiceIsTold) {
  meddle("update counters set value = 0 where name = 'message'");
  EXPECT_THAT(verify().differences, ElementsAre(HasSubstr("messages has number")));
}

TEST_F(Verify, AMessageThatIsGoneIsTold) {
  meddle("delete from message_texts where message = 1; delete from messages where id = 1");
  EXPECT_THAT(verify().differences,
              ElementsAre(HasSubstr("conversation 1: message 1 of event"), HasSubstr("search knows")));
}

TEST_F(Verify, TheFieldOfAnEventThatDiffersIsNamedWithBothValues) {
  meddle("update events set used = used + 7 where conversation = 1 and number = 4");
  EXPECT_THAT(verify().differences, Contains(HasSubstr("conversation 1: event 4 is")));
  EXPECT_THAT(verify().differences, Contains(testing::ContainsRegex("what differs .stored, computed.: used 7, 0$")));
}

TEST_F(Verify, AMailOfTheOutboxWithoutItsMessageIsTold) {
  meddle("update outbox set message = 99 where id = 1");
  EXPECT_THAT(verify().differences, ElementsAre("mail 1 of the outbox carries message 99, which is not there"));
}

}  // namespace
}  // namespace suki::app
