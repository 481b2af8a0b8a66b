/// Moving in: everything is there with its own times, nobody is told of it, and nothing comes twice.
#include "app/import.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/privacy.h"
#include "app/search.h"
#include "app/testing.h"
#include "import/form.h"
#include "store/imported.h"
#include "store/sql.h"

namespace suki::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class Import : public AppTest {
 protected:
  Import() { ana_ = caller.agent = agent("ana", "ana@shop.example"); }

  Result<ImportAnswer> take(const importing::Record& record, const ImportOptions& options = {}) {
    return take_line(importing::write_record(record), options);
  }
  Result<ImportAnswer> take_line(const std::string& line, const ImportOptions& options = {}) {
    const auto use = [&](store::Tx& tx) -> Result<ImportAnswer> {
      SUKI_TRY(Importer importer, Importer::begin(*app_, tx, options));
      return importer.take(line);
    };
    return options.dry_run ? read(use) : write(use);
  }
  Result<ImportAnswer> take_mail(const std::string& raw, Instant at, const ImportOptions& options = {}) {
    const auto use = [&](store::Tx& tx) -> Result<ImportAnswer> {
      SUKI_TRY(Importer importer, Importer::begin(*app_, tx, options));
      return importer.take(importing::Mail{{"Old box", ""}, raw, at});
    };
    return options.dry_run ? read(use) : write(use);
  }
  void take_up(const ImportOptions& options = {}) {
    for (int done = 1; done != 0;) {
      const auto taken = write([&](store::Tx& tx) { return take_up_imported(*app_, tx, 2, options); });
      ASSERT_TRUE(taken.ok()) << taken.error().detail;
      done = *taken;
    }
  }
  /// Mr. Cruz wrote ten days ago, Ana answered an hour later.
  importing::Conversation fan(const std::string& state = "resolved", const std::string& id = "13") {
    importing::Conversation c;
    c.origin = {"Old desk", id};
    c.customer = {{"Old desk", "c1"}, "Liza Cruz", "Liza@Example.net", "fil"};
    c.channel = "mail";
    c.subject = "Broken fan";
    c.state = state;
    c.topic = "Refund";
    c.priority = "urgent";
    c.assignee = state == "open" ? "" : "ana";
    c.tags = {"fan", "warranty"};
    importing::Message asked;
    asked.at = began;
    asked.text = "My fan stopped after two days.";
    asked.files = {{"fan.txt", "text/plain", "a picture in words", ""}};
    importing::Message answered;
    answered.kind = importing::MessageKind::reply;
    answered.agent = "ana@shop.example";
    answered.at = began + hours(1);
    answered.text = "Please bring it with the bill.";
    importing::Message note;
    note.kind = importing::MessageKind::note;
    note.author = "Old Ben";
    note.agent = "ben";
    note.at = began + hours(2);
    note.text = "She comes on Friday.";
    c.messages = {asked, answered, note};
    c.state_at = began + hours(3);
    return c;
  }
  void expect_verified() {
    const auto slice = read([&](store::Tx& tx) { return app_->verify(tx, {}, 1'000); });
    ASSERT_TRUE(slice.ok()) << slice.error().detail;
    EXPECT_THAT(slice->differences, IsEmpty());
  }
  /// `query` must be a literal: "select count(*) from ..."
  std::int64_t count(const char* query) {
    return *read([&](store::Tx& tx) -> Result<std::int64_t> { return tx.sql().number(query); });
  }
  store::Tallies tallies() {
    return *read([&](store::Tx& tx) -> Result<store::Tallies> { return tx.tallies(ana_); });
  }

  Instant began = now - days(10);
  AgentId ana_;
};

std::vector<std::string> kinds(const Conversation& shown) {
  std::vector<std::string> all;
  for (const TimelineEvent& event : shown.timeline) all.push_back(event.kind);
  return all;
}

TEST_F(Import, ASolvedConversationIsThereAsItWas) {
  const auto answer = take(fan());
  ASSERT_TRUE(answer.ok()) << answer.error().detail;
  EXPECT_EQ(answer->outcome, ImportOutcome::added);
  EXPECT_EQ(answer->messages, 3);
  EXPECT_EQ(answer->files, 1);
  EXPECT_THAT(answer->mapped, ElementsAre(ImportMapping{"agent", "ben", ""}));
  const Conversation shown = show(answer->conversation.value);
  EXPECT_EQ(shown.row.subject, "Broken fan");
  EXPECT_EQ(shown.row.state, "resolved");
  EXPECT_EQ(shown.row.customer, "Liza Cruz");
  EXPECT_EQ(shown.email, "liza@example.net");
  EXPECT_EQ(shown.language, "fil");
  EXPECT_EQ(shown.row.topic.id, "refund");
  EXPECT_EQ(shown.row.priority.id, "urgent");
  EXPECT_EQ(shown.row.assignee->name, "Agent ana");
  EXPECT_EQ(shown.row.opened_at, format_instant(began));
  EXPECT_EQ(shown.row.last_at, format_instant(began + hours(2)));
  EXPECT_FALSE(shown.row.breached);
  EXPECT_THAT(shown.clocks, IsEmpty());
  ASSERT_THAT(shown.messages, SizeIs(3));
  EXPECT_EQ(shown.messages[0].author, "Liza Cruz");
  EXPECT_EQ(shown.messages[0].at, format_instant(began));
  EXPECT_THAT(shown.messages[0].attachments, SizeIs(1));
  EXPECT_EQ(shown.messages[1].kind, "reply");
  EXPECT_EQ(shown.messages[1].author, "Agent ana");
  EXPECT_EQ(shown.messages[2].author, "Old Ben");
  ASSERT_TRUE(shown.imported);
  EXPECT_EQ(shown.imported->source, "Old desk");
  EXPECT_EQ(shown.imported->id, "13");
  EXPECT_THAT(shown.imported->tags, ElementsAre("fan", "warranty"));
  EXPECT_THAT(kinds(shown), testing::Contains("taken_up"));
  expect_verified();
}

TEST_F(Import, NobodyIsToldOfIt) {
  present(ana_);
  for (const char* state : {"open", "pending", "resolved", "closed"})
    ASSERT_TRUE(take(fan(state, state)).ok()) << state;
  EXPECT_THAT(outgoing(), IsEmpty());
  EXPECT_EQ(count("select count(*) from notices"), 0);
  EXPECT_EQ(count("select count(*) from messages"), 12) << "no automatic reply";
  for (int id = 1; id <= 4; ++id) EXPECT_EQ(show(id).row.breached, false);
  expect_verified();
}

TEST_F(Import, WhatIsOpenIsPromisedFromNowOn) {
  importing::Conversation open = fan("open");
  open.messages.resize(1);
  ASSERT_TRUE(take(open).ok());
  const Conversation shown = show(1);
  ASSERT_THAT(shown.clocks, SizeIs(2));
  EXPECT_EQ(shown.clocks[0].target, "first_reply");
  EXPECT_EQ(shown.clocks[0].started_at, format_instant(now));
  EXPECT_EQ(shown.clocks[0].due_at, format_instant(now + hours(4)));  // ten to two o'clock
  EXPECT_EQ(shown.clocks[0].used_s, 0);
  EXPECT_TRUE(shown.row.unanswered);
  EXPECT_EQ(shown.row.next_due->target, "first_reply");
  wait(hours(5));
  EXPECT_TRUE(show(1).row.breached) << "from now on the plan counts";
  expect_verified();
}

TEST_F(Import, RoutingGivesNothingOfItUnlessItIsWanted) {
  ASSERT_TRUE(take(fan("open", "held")).ok());
  present(ana_);
  EXPECT_FALSE(show(1).row.assignee) << "she came after it";
  ASSERT_TRUE(take(fan("open", "held too")).ok());
  EXPECT_FALSE(show(2).row.assignee) << "she was there";
  ASSERT_TRUE(take(fan("open", "wanted"), {false, true, {}}).ok());
  EXPECT_EQ(show(3).row.assignee->name, "Agent ana");
  create(form());
  EXPECT_EQ(show(4).row.assignee->name, "Agent ana") << "what comes now is given as ever";
  expect_verified();
}

TEST_F(Import, WhoGaveItBackHasItGivenToOthers) {
  ASSERT_TRUE(take(fan("open")).ok());
  const auto assign = [&](const std::string& whom) {
    return write([&](store::Tx& tx) {
      Change change;
      change.assignee = whom;
      return app_->change(tx, caller, ConversationId(1), change);
    });
  };
  ASSERT_TRUE(assign(std::to_string(ana_.value)).ok());
  ASSERT_TRUE(assign("").ok());
  present(ana_);
  EXPECT_TRUE(show(1).row.assignee);
}

TEST_F(Import, TheSameAgainChangesNothingAndOtherWordsAreRefused) {
  ASSERT_TRUE(take(fan()).ok());
  const std::int64_t events = count("select count(*) from events"), inputs = count("select count(*) from input_log");
  const auto again = take(fan());
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->outcome, ImportOutcome::known);
  EXPECT_EQ(again->conversation, ConversationId(1));
  importing::Conversation other = fan();
  other.subject = "Another fan";
  const auto refused = take(other);
  ASSERT_FALSE(refused.ok());
  EXPECT_TRUE(is_rejection(refused.error()));
  EXPECT_THAT(refused.error().detail, HasSubstr("it came before, as conversation 1, and said something else then"));
  other.origin.source = "Another desk";
  EXPECT_EQ(take(other)->outcome, ImportOutcome::added) << "the same number of another system is another one";
  EXPECT_EQ(show(1).row.subject, "Broken fan");
  EXPECT_GT(count("select count(*) from events"), events);
  EXPECT_GT(count("select count(*) from input_log"), inputs);
}

TEST_F(Import, ADryRunSaysTheSameAndWritesNothing) {
  importing::Conversation c = fan();
  c.topic = "Repairs";
  c.team = "Workshop";
  c.priority = "hot";
  c.channel = "pigeon";
  c.assignee = "zoe";
  c.customer.email = "liza at example";
  const auto dry = take(c, {true, false, {}});
  ASSERT_TRUE(dry.ok()) << dry.error().detail;
  EXPECT_EQ(count("select count(*) from conversations"), 0);
  EXPECT_EQ(count("select count(*) from customers"), 0);
  EXPECT_EQ(count("select count(*) from imported"), 0);
  EXPECT_EQ(count("select count(*) from messages"), 0);
  EXPECT_EQ(count("select count(*) from input_log where conversation <> 0"), 0);
  EXPECT_THAT(dry->mapped, testing::IsSupersetOf(
                               {ImportMapping{"topic", "Repairs", "question"},
                                ImportMapping{"team", "Workshop", "the team of its topic"},
                                ImportMapping{"priority", "hot", "normal"}, ImportMapping{"channel", "pigeon", "mail"},
                                ImportMapping{"assignee", "zoe", ""}, ImportMapping{"email", "liza at example", ""}}));
  const auto real = take(c);
  ASSERT_TRUE(real.ok());
  EXPECT_EQ(real->messages, dry->messages);
  EXPECT_EQ(real->customer, dry->customer);
  EXPECT_EQ(show(1).row.topic.id, "question");
  EXPECT_FALSE(show(1).row.assignee);
}

TEST_F(Import, TimesAreSortedAndNeverOfTheFuture) {
  importing::Conversation c = fan();
  std::swap(c.messages[0], c.messages[2]);
  ASSERT_TRUE(take(c).ok());
  EXPECT_EQ(show(1).messages[0].text, "My fan stopped after two days.");
  c = fan("open", "future");
  c.messages[1].at = now + seconds(1);
  EXPECT_THAT(take(c).error().detail, HasSubstr("messages[1].at: 2026-11-23T02:00:01Z is in the future"));
  c = fan("resolved", "later");
  c.state_at = now + days(1);
  EXPECT_THAT(take(c).error().detail, HasSubstr("state_at: is in the future"));
  c = fan("asleep", "state");
  EXPECT_THAT(take(c).error().detail, HasSubstr("state: must be open, pending"));
  EXPECT_EQ(count("select count(*) from conversations"), 1);
  EXPECT_EQ(count("select count(*) from customers"), 1);
}

TEST_F(Import, EveryStateStandsAsItWas) {
  ASSERT_TRUE(take(fan("on_hold", "1")).ok());
  ASSERT_TRUE(take(fan("closed", "2")).ok());
  ASSERT_TRUE(take(fan("pending", "3")).ok());
  EXPECT_EQ(show(1).hold_reason, "parts");
  EXPECT_EQ(show(2).row.state, "closed");
  EXPECT_EQ(show(3).row.state, "pending");
  EXPECT_EQ(tallies().waiting, 2);
  EXPECT_EQ(tallies().closed, 1);
  EXPECT_EQ(tallies().breached, 0);
  EXPECT_EQ(tallies().all, 3);
  expect_verified();
}

TEST_F(Import, StaffMayHaveBegun) {
  importing::Conversation c = fan("pending");
  c.messages.erase(c.messages.begin());
  ASSERT_TRUE(take(c).ok());
  const Conversation shown = show(1);
  EXPECT_FALSE(shown.row.unanswered);
  for (const ClockView& clock : shown.clocks) EXPECT_NE(clock.target, "first_reply");
  expect_verified();
}

TEST_F(Import, HtmlAloneIsReadAndLongTextIsKeptWhole) {
  importing::Conversation c = fan();
  c.messages[0].text.clear();
  c.messages[0].html = "<p>My <b>fan</b></p><script>alert(1)</script>";
  c.messages[1].text = std::string(300'000, 'x');
  ASSERT_TRUE(take(c).ok());
  const Conversation shown = show(1);
  EXPECT_THAT(shown.messages[0].text, HasSubstr("My fan"));
  EXPECT_TRUE(shown.messages[0].has_html);
  ASSERT_THAT(shown.messages[1].attachments, SizeIs(1));
  EXPECT_EQ(shown.messages[1].attachments[0].size, 300'000);
  EXPECT_LT(shown.messages[1].text.size(), 270'000u);
}

TEST_F(Import, CustomersAreKnownByIdAndByAddress) {
  importing::Customer liza{{"Old desk", "c1"}, "Liza Cruz", "liza@example.net", ""};
  ASSERT_TRUE(take(liza).ok());
  EXPECT_EQ(take(liza)->outcome, ImportOutcome::known);
  importing::Conversation c = fan();
  c.customer = {{"Old desk", "c1"}, "", "", ""};
  ASSERT_TRUE(take(c).ok());
  c = fan("open", "14");
  c.customer = {{"Old desk", "other id"}, "L. Cruz", "LIZA@example.net", ""};
  ASSERT_TRUE(take(c).ok());
  EXPECT_EQ(count("select count(*) from customers"), 1);
  EXPECT_EQ(show(2).row.customer, "Liza Cruz");
  c = fan("open", "15");
  c.customer = {{"Old desk", "nobody"}, "", "", ""};
  EXPECT_THAT(take(c).error().detail, HasSubstr("its own line must come first"));
  c.customer = {};
  EXPECT_TRUE(take(c).ok()) << "a customer of whom nothing is known";
  expect_verified();
}

TEST_F(Import, WhatWasImportedIsFound) {
  ASSERT_TRUE(take(fan()).ok());
  const auto found = read([&](store::Tx& tx) {
    SearchInput input;
    input.q = "friday";
    return search(*app_, tx, caller, input);
  });
  ASSERT_TRUE(found.ok());
  ASSERT_THAT(found->items, SizeIs(1));
  EXPECT_EQ(found->items[0].at, format_instant(began + hours(2)));
}

TEST_F(Import, ErasingForgetsHowItWasCalledAndNothingBringsItBack) {
  ASSERT_TRUE(take(fan()).ok());
  const auto erased = write([&](store::Tx& tx) {
    return erase_customer(*app_, tx, caller, CustomerId(1), {"asked", "liza@example.net"});
  });
  ASSERT_TRUE(erased.ok()) << erased.error().detail;
  while (*write([&](store::Tx& tx) { return erase_step(*app_, tx); })) {
  }
  const Conversation shown = show(1);
  EXPECT_EQ(shown.imported->source, "Old desk");
  EXPECT_EQ(shown.imported->id, "");
  EXPECT_THAT(shown.imported->tags, IsEmpty());
  EXPECT_EQ(take(fan())->outcome, ImportOutcome::known) << "the same file brings nobody back";
  EXPECT_THAT(show(1).messages[0].text, testing::Not(HasSubstr("fan")));
  const auto other = take(fan("open", "14"));
  ASSERT_FALSE(other.ok());
  EXPECT_EQ(other.error().detail, "its customer was erased here");
  expect_verified();
}

TEST_F(Import, VerifySeesARowThatNamesNothing) {
  ASSERT_TRUE(take(fan()).ok());
  close();
  EXPECT_EQ(place_.run("update imported set conversation = 77 where conversation = 1"), 1);
  open();
  const auto slice = read([&](store::Tx& tx) { return app_->verify(tx, {}, 1'000); });
  EXPECT_THAT(slice->differences, ElementsAre(HasSubstr("is said to be conversation 77, which is not there")));
}

// ---- mailboxes ------------------------------------------------------------------------------------------------------

std::string mail(const std::string& from, const std::string& to, const std::string& id, const std::string& answers,
                 const std::string& text) {
  return "From: " + from + "\nTo: " + to + "\nSubject: Broken fan\nMessage-ID: <" + id + ">\n" +
         (answers.empty() ? "" : "In-Reply-To: <" + answers + ">\n") + "\n" + text + "\n";
}
constexpr const char* liza = "Liza Cruz <liza@example.net>";
constexpr const char* shop = "Test Shop <help@shop.example>";

TEST_F(Import, AMailboxBecomesConversationsWithOurRepliesInThem) {
  ASSERT_TRUE(take_mail(mail(liza, shop, "1@x", "", "My fan stopped."), now - days(3)).ok());
  ASSERT_TRUE(take_mail(mail(shop, liza, "2@x", "1@x", "Bring it."), now - days(2)).ok());
  ASSERT_TRUE(take_mail(mail(liza, shop, "3@x", "2@x", "I will."), now - days(1)).ok());
  ASSERT_TRUE(take_mail(mail("Ben <ben@example.net>", shop, "4@x", "2@x", "Me, too."), now - days(1)).ok());
  take_up();
  EXPECT_EQ(count("select count(*) from conversations"), 2) << "nobody writes himself into another's conversation";
  const Conversation shown = show(1);
  ASSERT_THAT(shown.messages, SizeIs(3));
  EXPECT_EQ(shown.messages[1].kind, "reply");
  EXPECT_EQ(shown.messages[1].author, "Test Shop");
  EXPECT_EQ(shown.messages[1].at, format_instant(now - days(2)));
  EXPECT_TRUE(shown.messages[0].has_raw);
  EXPECT_EQ(shown.row.state, "open");
  EXPECT_EQ(shown.imported->source, "Old box");
  EXPECT_EQ(shown.imported->id, "1@x");
  ASSERT_FALSE(shown.clocks.empty());
  EXPECT_EQ(shown.clocks[0].started_at, format_instant(now));
  EXPECT_THAT(outgoing(), IsEmpty());
  expect_verified();
}

TEST_F(Import, OldMatterOfAMailboxIsSolvedAndWhatWeAnsweredLastToo) {
  ASSERT_TRUE(take_mail(mail(liza, shop, "1@x", "", "Long ago"), now - days(15)).ok());
  ASSERT_TRUE(take_mail(mail("b@example.net", shop, "2@x", "", "Question"), now - days(2)).ok());
  ASSERT_TRUE(take_mail(mail(shop, "b@example.net", "3@x", "2@x", "Answer"), now - days(1)).ok());
  ASSERT_TRUE(take_mail(mail(shop, "c@example.net", "4@x", "", "We began"), now - days(1)).ok());
  ASSERT_TRUE(take_mail(mail("d@example.net", shop, "5@x", "", "Waits"), now - days(1)).ok());
  take_up();
  EXPECT_EQ(show(1).row.state, "resolved");
  EXPECT_EQ(show(2).row.state, "resolved");
  EXPECT_EQ(show(3).row.state, "resolved");
  EXPECT_EQ(show(3).row.customer, "c@example.net");
  EXPECT_EQ(show(4).row.state, "open");
  EXPECT_EQ(tallies().open, 1);
  expect_verified();
}

TEST_F(Import, AMailComesOnceHoweverItCame) {
  const std::string raw = mail(liza, shop, "1@x", "", "My fan stopped.");
  ASSERT_TRUE(take_mail(raw, now - days(3)).ok());
  EXPECT_EQ(take_mail(raw, now - days(3))->outcome, ImportOutcome::known);
  const std::string delivered = mail(liza, shop, "2@x", "", "By the post");
  deliver(delivered);
  EXPECT_EQ(take_mail(delivered, now)->outcome, ImportOutcome::known);
  const std::string nameless = "From: liza@example.net\nSubject: no id\n\nHello\n";
  ASSERT_TRUE(take_mail(nameless, now - days(1)).ok());
  EXPECT_EQ(take_mail(nameless, now - days(1))->outcome, ImportOutcome::known);
  EXPECT_EQ(count("select count(*) from conversations"), 3);
}

TEST_F(Import, AMailOlderThanItsConversationIsLeftOutAndSaysSo) {
  ASSERT_TRUE(take_mail(mail(liza, shop, "1@x", "", "One"), now - days(1)).ok());
  const auto late = take_mail(mail(shop, liza, "2@x", "1@x", "Two"), now - days(2));
  ASSERT_FALSE(late.ok());
  EXPECT_TRUE(is_rejection(late.error()));
  EXPECT_THAT(late.error().detail, HasSubstr("import all files of a mailbox in one call"));
}

TEST_F(Import, WhatAHostileMailSaysDoesNoHarm) {
  ASSERT_TRUE(take_mail("", never).ok());
  ASSERT_TRUE(take_mail(std::string("\0\xff garbage", 10), now + days(400)).ok());
  ASSERT_TRUE(take_mail("From: help@shop.example\nTo: help@shop.example\n\nto ourselves\n", now).ok());
  take_up();
  EXPECT_EQ(count("select count(*) from conversations"), 3);
  expect_verified();
}

}  // namespace
}  // namespace suki::app
