/// A check of everything stored finds nothing in a day's work, and each thing that was changed behind suki's back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/files.h"
#include "app/testing.h"
#include "app/verify.h"
#include "desk/conversation.h"

namespace suki::app {
namespace {

using testing::Contains;
using testing::Each;
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
  EXPECT_THAT(verify().differences, Contains(HasSubstr("conversation 2: its flags")));
  EXPECT_THAT(verify().differences, Contains(HasSubstr("conversations of all in open, topic")));
}

TEST_F(Verify, ACountThatIsWrongIsTold) {
  meddle("update tallies set n = n + 3");
  EXPECT_THAT(verify().differences, Contains(HasSubstr("counted as")));
  meddle("update tallies set n = n - 3");
  EXPECT_THAT(verify().differences, IsEmpty());
  meddle("update cells set n = n + 3 where who <> -1");
  EXPECT_THAT(verify().differences, Each(testing::ContainsRegex("conversations of agent .*counted as")));
  meddle("update cells set n = n - 3 where who <> -1");
  EXPECT_THAT(verify().differences, IsEmpty());
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

TEST_F(Verify, AConversationThatGoesOnFromNothingIsTold) {
  meddle("update conversations set continues = 77 where id = 2");
  EXPECT_THAT(verify().differences, ElementsAre("conversation 2 goes on from conversation 77, which is not there"));
}

TEST_F(Verify, APlanVersionThatWasExchangedForAnEarlierOneIsTold) {
  ASSERT_TRUE(write([&](store::Tx& tx) { return app_->adopt(tx, {{"plan.yaml", plan_yaml}}, "test", "again"); }).ok());
  create(form("r3"));
  EXPECT_THAT(verify().differences, IsEmpty());
  meddle(
      "update input_log set in_force = 2 where position = (select min(position) from input_log where conversation > "
      "0)");
  EXPECT_THAT(verify().differences,
              Contains(HasSubstr("was decided under plan version 1, though a later one had been in force before")));
}

TEST_F(Verify, AMessageOfAnotherKindPersonOrInstantIsTold) {
  meddle("update messages set kind = 3 where id = 1");
  EXPECT_THAT(verify().differences, Contains(HasSubstr("message 1 is kept as note, but event")));
  meddle("update messages set kind = 0, agent = 9 where id = 1");
  EXPECT_THAT(verify().differences, ElementsAre(HasSubstr("message 1 is kept as of agent 9, but event")));
  meddle("update messages set agent = 0, at = at - 1 where id = 1");
  EXPECT_THAT(verify().differences, ElementsAre(HasSubstr("message 1 is kept as of 2026-11-23T01:59:59.999999Z")));
}

TEST_F(Verify, AMessageThatNobodySaidIsTold) {
  meddle(
      "insert into messages (id, conversation, kind, agent, at, has_raw, mail_id) values (0, 2, 1, 1, 5, 0, ''); "
      "insert "
      "into message_texts (message, author, email, body) values (0, '', '', '')");
  EXPECT_THAT(verify().differences, Contains("conversation 2: message 0 is of no event"));
}

TEST_F(Verify, APrivateLinkThatLeadsElsewhereIsTold) {
  meddle("update links set conversation = 1");
  EXPECT_THAT(verify().differences, ElementsAre("conversation 2: its private link does not lead to it"));
  meddle("update settings set value = 'another key' where name = 'link_key'");
  EXPECT_THAT(verify().differences, Contains("conversation 1: its private link does not lead to it"));
}

TEST_F(Verify, APartOfThePlanThatWasChangedIsTold) {
  const std::string bytes = place_.engine() == "postgres" ? "cast('suki: 1' as bytea)" : "cast('suki: 1' as blob)";
  close();
  EXPECT_EQ(place_.run("update plan_files set bytes = " + bytes), 1);
  store_ = std::move(*store::Store::open(place_.options()));
  Host host;
  host.now = [this] { return now; };
  app_ = std::make_unique<App>(*store_, host);
  const auto started = app_->start();
  ASSERT_FALSE(started.ok()) << "nothing can be played again without it";
  EXPECT_THAT(started.error().detail, HasSubstr("plan version 1 cannot be used: its files or what it was compiled"));
}

/// Files and mails, by their SHA-256.
class VerifyContents : public Verify {
 protected:
  VerifyContents() {
    deliver(
        "From: Ben <ben@example.com>\r\nTo: help@shop.example\r\nMessage-ID: <1@example.com>\r\nMIME-Version: "
        "1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nSee the file\r\n--b\r\nContent-Type: "
        "text/plain\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\ncontent\r\n--b--\r\n");
    const auto upload =
        write([&](store::Tx& tx) { return take_file(app_->shared(), tx, caller.agent, "draft.txt", "of a draft"); });
    EXPECT_TRUE(upload.ok());
  }
  std::vector<std::string> contents() {
    std::vector<std::string> all;
    (void)read([&](store::Tx& tx) -> Result<bool> {
      for (ContentSlice slice{}; !slice.done;) {
        slice = verify_contents(tx, slice.last);
        all.insert(all.end(), slice.differences.begin(), slice.differences.end());
      }
      return true;
    });
    return all;
  }
  /// Other bytes, as many as before: nothing but the digest can tell.
  void change_bytes(const std::string& table, const std::string& where) {
    const std::string bytes = place_.engine() == "postgres" ? "set_byte(bytes, 0, 88)"
                                                            : "cast('X' || substr(cast(bytes as text), 2) as blob)";
    meddle("update " + table + " set bytes = " + bytes + " where " + where);
  }
};

TEST_F(VerifyContents, ThatAreAsTheyCameAreFine) {
  EXPECT_THAT(contents(), IsEmpty());
}

TEST_F(VerifyContents, AnAttachmentWithOtherBytesIsTold) {
  change_bytes("blobs", "digest in (select digest from attachments)");
  EXPECT_THAT(contents(), ElementsAre(testing::ContainsRegex(
                              "the content of attachment 1 of message .* is not what came: its SHA-256 differs")));
  EXPECT_THAT(verify().differences, IsEmpty()) << "its length is right";
}

TEST_F(VerifyContents, AnUploadWithOtherBytesIsTold) {
  change_bytes("blobs", "digest in (select digest from uploads)");
  EXPECT_THAT(contents(), ElementsAre(HasSubstr("of an upload is not what came")));
}

TEST_F(VerifyContents, AMailWithOtherBytesIsTold) {
  change_bytes("raw_mails", "1 = 1");
  EXPECT_THAT(contents(), ElementsAre(HasSubstr("the mail kept of message")));
}

TEST_F(VerifyContents, AnAttachmentWithoutItsContentIsTold) {
  meddle("delete from blobs where digest in (select digest from attachments)");
  EXPECT_THAT(verify().differences, ElementsAre(HasSubstr("attachment 1 of message")));
}

}  // namespace
}  // namespace suki::app
