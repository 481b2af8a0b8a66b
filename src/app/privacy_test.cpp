/// A customer is erased: nothing of them is left to read, and everything else is as it was. On both engines.
#include "app/privacy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "app/customers.h"
#include "app/drafts.h"
#include "app/files.h"
#include "app/testing.h"
#include "app/verify.h"

namespace suki::app {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

/// Words that nothing else in a store holds.
constexpr const char* secrets[] = {"Zenaida",    "zenaida@quizon.example",
                                   "zenaida",    "Wobbling kettledrum",
                                   "kettledrum", "marzipan",
                                   "xylograph",  "quokka",
                                   "bassoonist", "zucchini",
                                   "QuIxOtIsH",  "jalousie"};

std::string mail_of(const std::string& id, const std::string& text, const std::string& reply_to = "") {
  return "From: Zenaida Quizon <zenaida@quizon.example>\r\nTo: help@shop.example\r\nSubject: Wobbling kettledrum\r\n"
         "Message-ID: <" +
         id + "@quizon.example>\r\n" + (reply_to.empty() ? "" : "In-Reply-To: <" + reply_to + ">\r\n") +
         "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n"
         "<p>" +
         text +
         "</p>\r\n--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=jalousie.txt\r\n"
         "\r\nxylograph xylograph\r\n--b--\r\n";
}

class Privacy : public AppTest {
 protected:
  explicit Privacy(const std::string& plan = plan_yaml) : AppTest(plan) {
    caller.agent = agent("ana", "ana@shop.example");
    caller.role = Role::owner;
  }
  /// Zenaida's conversation, with something in every place where words may be. Returns her number.
  CustomerId fill() {
    create(form("r0"));  // of somebody else
    const App::Delivered came = deliver(mail_of("m1", "marzipan"));
    zenaida = came.conversation;
    wait(hours(20));  // the promise runs out: staff is told, by a mail that names her
    EXPECT_TRUE(reply(zenaida.value, "The bassoonist will call.", show(zenaida.value).row.last_number).ok());
    EXPECT_TRUE(write([&](store::Tx& tx) {
                  return app_->note(tx, caller, zenaida, {"n1", "A quokka of a customer", {}, {}});
                }).ok());
    const auto upload = write([&](store::Tx& tx) {
      return take_file(app_->shared(), tx, caller.agent, "zucchini.txt", "zucchini of a draft");
    });
    EXPECT_TRUE(upload.ok());
    EXPECT_TRUE(write([&](store::Tx& tx) {
                  return save_draft(app_->shared(), tx, caller, zenaida, "reply",
                                    {"QuIxOtIsH words", "page1", 0, 0, List<Text>{upload->id}});
                }).ok());
    return CustomerId(*std::optional(std::stoll(show(zenaida.value).customer)));
  }
  Result<Erasure> erase(CustomerId id, const std::string& confirm, const std::string& reason = "asked") {
    return write([&](store::Tx& tx) { return erase_customer(*app_, tx, caller, id, {reason, confirm}); });
  }
  ErasurePreview preview(CustomerId id) {
    const auto shown = read([&](store::Tx& tx) { return preview_erasure(*app_, tx, caller, id); });
    EXPECT_TRUE(shown.ok()) << shown.error().detail;
    return shown.ok() ? *shown : ErasurePreview{};
  }
  /// As the server does it beside its other work.
  int finish() {
    int steps = 0;
    for (bool more = true; more && steps < 1'000; ++steps) {
      const auto done = write([&](store::Tx& tx) { return erase_step(*app_, tx); });
      EXPECT_TRUE(done.ok()) << done.error().detail;
      more = done.ok() && *done;
    }
    return steps;
  }
  std::vector<std::string> differences() {
    std::vector<std::string> all;
    (void)read([&](store::Tx& tx) -> Result<bool> {
      auto slice = app_->verify(tx, {}, 1'000);
      EXPECT_TRUE(slice.ok()) << slice.error().detail;
      if (slice.ok()) all = slice->differences;
      for (ContentSlice contents{}; !contents.done;) {
        contents = verify_contents(tx, contents.last);
        all.insert(all.end(), contents.differences.begin(), contents.differences.end());
      }
      return true;
    });
    return all;
  }
  std::int64_t count(const char* table) {
    return *read([&](store::Tx& tx) -> Result<std::int64_t> { return tx.count_rows(table); });
  }
  /// Which of the words the files of the data folder hold, in either letter case.
  [[nodiscard]] std::vector<std::string> words_on_disk() const {
    std::vector<std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator(place_.options().data_dir)) {
      if (!entry.is_regular_file()) continue;
      std::ostringstream bytes;
      bytes << std::ifstream(entry.path(), std::ios::binary).rdbuf();
      std::string text = bytes.str();
      std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
      for (std::string word : secrets) {
        std::transform(word.begin(), word.end(), word.begin(), [](unsigned char c) { return std::tolower(c); });
        if (text.find(word) != std::string::npos) found.push_back(word + " in " + entry.path().filename().string());
      }
    }
    return found;
  }
  ConversationId zenaida;
};

TEST_F(Privacy, APreviewSaysWhatWouldGo) {
  const CustomerId id = fill();
  const ErasurePreview shown = preview(id);
  EXPECT_EQ(shown.name, "Zenaida Quizon");
  EXPECT_EQ(shown.confirm, "zenaida@quizon.example");
  EXPECT_EQ(shown.holdings.conversations, 1);
  EXPECT_EQ(shown.holdings.unsolved, 1);
  EXPECT_EQ(shown.holdings.messages, 3) << "hers, the automatic one, the reply";
  EXPECT_EQ(shown.holdings.notes, 1);
  EXPECT_EQ(shown.holdings.files, 1);
  EXPECT_EQ(shown.holdings.mails, 1);
  EXPECT_GT(shown.holdings.mail_bytes, 100);
  EXPECT_EQ(shown.holdings.drafts, 1);
  EXPECT_EQ(shown.holdings.waiting_mails, 2);
  EXPECT_FALSE(shown.erasure);
  EXPECT_THAT(shown.same_address, IsEmpty());
}

TEST_F(Privacy, NothingOfAnErasedCustomerIsLeftToRead) {
  const CustomerId id = fill();
  const std::string before = place_.dump();
  for (const char* word : {"Zenaida", "marzipan", "bassoonist", "quokka", "QuIxOtIsH"})
    ASSERT_THAT(before, HasSubstr(word)) << "the test looks for what was never there";
  const auto erased = erase(id, "Zenaida@Quizon.example");
  ASSERT_TRUE(erased.ok()) << erased.error().detail;
  EXPECT_TRUE(erased->done_at);
  EXPECT_EQ(erased->messages, 4);
  EXPECT_EQ(erased->files, 2) << "the attachment, and the draft's";
  EXPECT_EQ(erased->by, "Agent ana");
  const std::string after = place_.dump();
  for (const char* word : secrets) EXPECT_THAT(after, Not(HasSubstr(word)));
  EXPECT_THAT(after, Not(HasSubstr("78796c6f6772617068"))) << "xylograph, as bytes";
  EXPECT_THAT(after, HasSubstr("Liza Cruz")) << "somebody else stays";
  EXPECT_THAT(differences(), IsEmpty());
  EXPECT_EQ(count("blobs"), 0);
  EXPECT_EQ(count("uploads"), 0);
  EXPECT_EQ(count("drafts"), 0);
}

TEST_F(Privacy, HistoryAndCountsStayWhole) {
  const CustomerId id = fill();
  const auto events = count("events");
  ASSERT_TRUE(erase(id, "zenaida@quizon.example").ok());
  finish();
  const Conversation shown = show(zenaida.value);
  EXPECT_EQ(shown.row.state, "closed") << "nobody is promised anything any more";
  EXPECT_TRUE(shown.row.erased);
  EXPECT_EQ(shown.row.customer, "Erased customer");
  EXPECT_EQ(shown.row.subject, "Erased conversation");
  EXPECT_EQ(shown.email, "");
  ASSERT_EQ(shown.messages.size(), 4u);
  for (const Message& message : shown.messages) {
    EXPECT_EQ(message.text, "These words were erased.");
    EXPECT_FALSE(message.has_raw);
    EXPECT_FALSE(message.has_html);
    EXPECT_THAT(message.attachments, IsEmpty());
  }
  EXPECT_EQ(shown.messages[2].author, "Agent ana");
  EXPECT_GT(count("events"), events) << "the closing was added, and nothing taken away";
  const auto inbox = read([&](store::Tx& tx) { return app_->inbox(tx, caller, "all", "", 10); });
  ASSERT_TRUE(inbox.ok());
  EXPECT_EQ(inbox->items.size(), 2u);
  EXPECT_EQ(inbox->counts.closed, 1);
  caller.language = "fil";
  EXPECT_EQ(show(zenaida.value).row.customer, "Binurang customer");
  EXPECT_THAT(differences(), IsEmpty());
}

TEST_F(Privacy, WhatWaitedToBeSentIsNeverSent) {
  const CustomerId id = fill();
  ASSERT_TRUE(erase(id, "zenaida@quizon.example").ok());
  for (const ClaimedMail& mail : outgoing()) {
    EXPECT_NE(mail.to, "zenaida@quizon.example");
    EXPECT_NE(mail.to, "ana@shop.example") << "a notice about her names her";
  }
}

TEST_F(Privacy, AMailInHandThatFailsLeavesNoAddressBehind) {
  const CustomerId id = fill();
  const auto in_hand = outgoing();
  ASSERT_FALSE(in_hand.empty());
  ASSERT_TRUE(erase(id, "zenaida@quizon.example").ok());
  for (const ClaimedMail& mail : in_hand) {
    if (mail.to != "zenaida@quizon.example") continue;
    EXPECT_TRUE(write([&](store::Tx& tx) -> Result<bool> {
                  SUKI_CHECK(app_->mail_failed(tx, mail.outbox_id, "550 zenaida@quizon.example?", false));
                  return true;
                }).ok());
  }
  EXPECT_THAT(place_.dump(), Not(HasSubstr("zenaida")));
  EXPECT_THAT(differences(), IsEmpty());
}

TEST_F(Privacy, WhoWritesAgainIsANewCustomer) {
  const CustomerId id = fill();
  const App::Delivered first = deliver(mail_of("m2", "more"));
  ASSERT_TRUE(erase(id, "zenaida@quizon.example").ok());
  // The answer to an old mail of theirs, and a mail out of the blue.
  const App::Delivered answer = deliver(mail_of("m3", "hello again", "m1@quizon.example"));
  EXPECT_NE(answer.conversation, zenaida);
  EXPECT_NE(answer.conversation, first.conversation);
  const Conversation shown = show(answer.conversation.value);
  EXPECT_NE(shown.customer, std::to_string(id.value));
  EXPECT_EQ(shown.row.customer, "Zenaida Quizon");
  EXPECT_THAT(differences(), IsEmpty());
}

TEST_F(Privacy, APrivateLinkLeadsNowhere) {
  const Created made = create(form("r1"));
  const auto id = CustomerId(std::stoll(show(1).customer));
  ASSERT_TRUE(erase(id, "liza@example.net").ok());
  const auto gone = read([&](store::Tx& tx) { return app_->public_conversation(tx, made.token, "en"); });
  ASSERT_FALSE(gone.ok());
  EXPECT_EQ(gone.error().code, ErrorCode::not_found);
  const auto refused = write([&](store::Tx& tx) {
    return app_->public_message(tx, made.token, {"r2", "Hello?", {}}, "en");
  });
  EXPECT_EQ(refused.error().code, ErrorCode::not_found);
}

TEST_F(Privacy, NobodyWritesIntoWhatWasErased) {
  const CustomerId id = fill();
  ASSERT_TRUE(erase(id, "zenaida@quizon.example").ok());
  const auto note = write([&](store::Tx& tx) {
    return app_->note(tx, caller, zenaida, {"n2", "She called again", {}, {}});
  });
  ASSERT_FALSE(note.ok());
  EXPECT_EQ(note.error().code, ErrorCode::refused);
  EXPECT_EQ(note.error().detail, "erased");
  const auto draft = write([&](store::Tx& tx) {
    return save_draft(app_->shared(), tx, caller, zenaida, "note", {"an old page's words", "page1", 0, 0, {}});
  });
  EXPECT_EQ(draft.error().code, ErrorCode::refused);
}

TEST_F(Privacy, AContentThatSomebodyElseSentTooStays) {
  const CustomerId id = fill();
  const std::string other =
      "From: Ben <ben@example.com>\r\nTo: help@shop.example\r\nMessage-ID: <b1@example.com>\r\nMIME-Version: "
      "1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nSame file\r\n--b\r\nContent-Type: "
      "text/plain\r\nContent-Disposition: attachment; filename=same.txt\r\n\r\nxylograph xylograph\r\n--b--\r\n";
  const App::Delivered ben = deliver(other);
  ASSERT_TRUE(erase(id, "zenaida@quizon.example").ok());
  const Conversation shown = show(ben.conversation.value);
  ASSERT_EQ(shown.messages.front().attachments.size(), 1u);
  const auto file = read([&](store::Tx& tx) {
    return app_->attachment(tx, caller, std::stoll(shown.messages.front().attachments.front().id));
  });
  ASSERT_TRUE(file.ok());
  EXPECT_THAT(file->bytes, HasSubstr("xylograph"));
  EXPECT_THAT(differences(), IsEmpty());
}

TEST_F(Privacy, IsAskedForByNameAndWithAReason) {
  const CustomerId id = fill();
  EXPECT_EQ(erase(id, "zenaida").error().detail,
            "confirm: is not the address or name of this customer [confirm_differs]");
  EXPECT_THAT(erase(id, "zenaida@quizon.example", "because").error().detail, HasSubstr("reason: must be one of"));
  EXPECT_THAT(erase(id, "zenaida@quizon.example", "retention").error().detail, HasSubstr("reason: must be one of"))
      << "that one is the plan's alone";
  EXPECT_EQ(erase(CustomerId(999), "x").error().code, ErrorCode::not_found);
  EXPECT_EQ(preview(id).holdings.messages, 3) << "nothing was touched";
}

TEST_F(Privacy, DoneTwiceIsDoneOnce) {
  const CustomerId id = fill();
  const auto first = erase(id, "zenaida@quizon.example");
  finish();
  const std::string dump = place_.dump();
  const auto second = erase(id, "whatever");
  ASSERT_TRUE(second.ok()) << second.error().detail;
  EXPECT_EQ(second->asked_at, first->asked_at);
  EXPECT_EQ(second->messages, first->messages);
  EXPECT_EQ(place_.dump(), dump);
}

TEST_F(Privacy, GoesOnWhereItWasKilled) {
  constexpr int many = 2 * erase_batch + 5;
  for (int i = 0; i < many; ++i) create(form("r" + std::to_string(i)));
  const CustomerId id(std::stoll(show(1).customer));
  ASSERT_EQ(preview(id).holdings.conversations, many);
  const auto begun = erase(id, "liza@example.net");
  ASSERT_TRUE(begun.ok());
  EXPECT_FALSE(begun->done_at);
  EXPECT_EQ(begun->conversations, erase_batch);
  EXPECT_EQ(begun->left, many - erase_batch);
  EXPECT_THAT(differences(), IsEmpty()) << "half-way everything is whole, too";
  open();  // another process
  EXPECT_TRUE(*read([&](store::Tx& tx) -> Result<bool> { return has_to_erase(tx); }));
  EXPECT_TRUE(*write([&](store::Tx& tx) { return erase_step(*app_, tx); }));
  open();
  finish();
  const auto shown = preview(id);
  ASSERT_TRUE(shown.erasure);
  EXPECT_TRUE(shown.erasure->done_at);
  EXPECT_EQ(shown.erasure->conversations, many);
  EXPECT_EQ(shown.erasure->left, 0);
  EXPECT_THAT(place_.dump(), Not(HasSubstr("My fan stopped")));
  EXPECT_FALSE(*read([&](store::Tx& tx) -> Result<bool> { return has_to_erase(tx); }));
  EXPECT_THAT(differences(), IsEmpty());
}

/// Deleted rows, words that search had, pages in the log of writes: none of the bytes are in any file.
TEST_F(Privacy, NoFileHoldsTheBytesAfterwards) {
  if (place_.engine() != "sqlite") GTEST_SKIP() << "PostgreSQL's files are VACUUM's business; see the operator's guide";
  // Among others, so that pages are split and joined, and search has merged parts already.
  for (int i = 0; i < 300; ++i) {
    NewConversation other = form("before" + std::to_string(i));
    other.email = "c" + std::to_string(i) + "@example.com";
    create(other);
    if (i % 60 == 30) deliver(mail_of("x" + std::to_string(i), "marzipan jalousie bassoonist " + std::to_string(i)));
  }
  const CustomerId id = fill();
  for (int i = 0; i < 300; ++i) {
    NewConversation other = form("after" + std::to_string(i));
    other.email = "d" + std::to_string(i) + "@example.com";
    create(other);
  }
  EXPECT_FALSE(words_on_disk().empty()) << "the test looks for what was never there";
  ASSERT_TRUE(erase(id, "zenaida@quizon.example").ok());
  EXPECT_GT(finish(), 1);
  EXPECT_THAT(words_on_disk(), IsEmpty()) << "while the store is open";
  close();
  EXPECT_THAT(words_on_disk(), IsEmpty());
  open();
  EXPECT_THAT(differences(), IsEmpty());
  const auto found = read([&](store::Tx& tx) { return app_->inbox(tx, caller, "all", "", 10); });
  EXPECT_EQ(found->counts.all, 600 + 5 + 2 + 0);
}

TEST_F(Privacy, TheListOfThoseErasedErasesAgainWhereABackupBroughtThemBack) {
  const CustomerId id = fill();
  ASSERT_TRUE(erase(id, "zenaida@quizon.example").ok());
  const auto list = read([&](store::Tx& tx) { return erased_list(tx, "", 10); });
  ASSERT_TRUE(list.ok());
  ASSERT_EQ(list->items.size(), 1u);
  const ErasedEntry entry = list->items.front();
  EXPECT_EQ(entry.first_conversation, std::to_string(zenaida.value));
  const auto again = [&](const ErasedEntry& which) {
    return *write([&](store::Tx& tx) { return erase_again(*app_, tx, which); });
  };
  EXPECT_EQ(again(entry), ErasedAgain::already);
  // As a backup from before would have it.
  close();
  place_.run("delete from erasures");
  place_.run("update customers set erased_at = 0, name = 'Zenaida' where id = " + std::to_string(id.value));
  place_.run("update conversations set erased_at = 0 where customer = " + std::to_string(id.value));
  open();
  ErasedEntry stranger = entry;
  stranger.first_at = "2020-01-01T00:00:00Z";
  EXPECT_EQ(again(stranger), ErasedAgain::not_here) << "the number is another person's in that store";
  stranger = entry;
  stranger.customer = "999";
  EXPECT_EQ(again(stranger), ErasedAgain::not_here);
  EXPECT_EQ(again(entry), ErasedAgain::begun);
  finish();
  EXPECT_THAT(place_.dump(), Not(HasSubstr("Zenaida")));
  EXPECT_THAT(differences(), IsEmpty());
}

TEST_F(Privacy, VerifyNamesWhatWasLeftBehind) {
  const CustomerId id = fill();
  ASSERT_TRUE(erase(id, "zenaida@quizon.example").ok());
  finish();
  close();
  place_.run("update customers set name = 'Zenaida' where id = " + std::to_string(id.value));
  place_.run("update conversation_texts set subject = 'Kettledrum' where conversation = " +
             std::to_string(zenaida.value));
  open();
  EXPECT_THAT(differences(), Contains(HasSubstr("was erased, but is still known by name or address")));
  EXPECT_THAT(differences(), Contains(HasSubstr("was erased, but has a subject, a draft or a private link")));
}

// ---- the plan's rule ------------------------------------------------------------------------------------------------

class Retention : public Privacy {
 protected:
  Retention() : Privacy(std::string(plan_yaml) + "retention: {conversation_days: 30, customer_days: 100}\n") {}
  void adopt(const std::string& plan) {
    const auto adopted = write([&](store::Tx& tx) { return app_->adopt(tx, {{"plan.yaml", plan}}, "test", "next"); });
    EXPECT_TRUE(adopted.ok()) << adopted.error().detail;
  }
  void solve(std::int64_t id) {
    Change change;
    change.state = "resolved";
    EXPECT_TRUE(write([&](store::Tx& tx) { return app_->change(tx, caller, ConversationId(id), change); }).ok());
  }
  void follow() {
    CustomerId after;
    for (bool more = true; more;) {
      const auto done = write([&](store::Tx& tx) { return retention_step(*app_, tx, after); });
      ASSERT_TRUE(done.ok()) << done.error().detail;
      more = *done;
    }
    finish();
  }
  RetentionView view() {
    return *read([&](store::Tx& tx) { return show_retention(*app_, tx); });
  }
};

TEST_F(Retention, TakesSolvedConversationsAfterTheirDaysAndNoOthers) {
  create(form("r1"));
  create(form("r2"));  // waits for an answer, however long
  solve(1);
  now = now + days(30);
  follow();
  EXPECT_FALSE(show(1).row.erased) << "on the very day it is still there";
  now = now + minutes(1);
  EXPECT_EQ(view().due_conversations, 1);
  EXPECT_EQ(view().due_customers, 0);
  EXPECT_FALSE(show(1).row.erased) << "looking takes nothing";
  follow();
  EXPECT_TRUE(show(1).row.erased);
  EXPECT_EQ(show(1).row.state, "closed");
  EXPECT_EQ(show(1).row.customer, "Liza Cruz") << "the customer stays";
  EXPECT_FALSE(show(2).row.erased);
  const RetentionView shown = view();
  EXPECT_EQ(shown.due_conversations, 0);
  ASSERT_EQ(shown.days.size(), 1u);
  EXPECT_EQ(shown.days.front().conversations, 1);
  EXPECT_EQ(shown.days.front().day, "2026-12-23");
  EXPECT_THAT(differences(), IsEmpty());
}

TEST_F(Retention, TakesCustomersWithNothingUnsolved) {
  create(form("r1"));
  NewConversation other = form("r2");
  other.email = "ben@example.com";
  create(other);
  solve(1);
  now = now + days(101);
  EXPECT_EQ(view().due_customers, 1);
  follow();
  EXPECT_EQ(show(1).row.customer, "Erased customer");
  EXPECT_EQ(show(2).row.customer, "Liza Cruz");
  const auto list = *read([&](store::Tx& tx) { return erasures(*app_, tx, "", 10); });
  ASSERT_EQ(list.items.size(), 1u);
  EXPECT_EQ(list.items.front().reason, "retention");
  EXPECT_EQ(view().days.front().customers, 1);
  EXPECT_THAT(differences(), IsEmpty());
}

TEST_F(Retention, TellsWhatComesNextInPages) {
  const auto next = [&](const char* kind, const std::string& cursor = "", int limit = 50) {
    const auto page = read([&](store::Tx& tx) { return retention_next(*app_, tx, {kind, cursor, limit}); });
    EXPECT_TRUE(page.ok()) << page.error().detail;
    return *page;
  };
  const auto numbers = [](const RetentionNextPage& page) {
    std::string all;
    for (const RetentionNext& one : page.items) (all += one.conversation) += ' ';
    return all;
  };
  for (int n = 1; n <= 4; ++n) {
    NewConversation one = form("r" + std::to_string(n));
    if (n >= 3) one.email = "ben@example.com";  // two of Liza, two of Ben
    create(one);
    now = now + hours(1);
  }
  for (const int id : {3, 1, 2}) solve(id);
  EXPECT_EQ(numbers(next("conversations")), "1 2 3 ") << "by the last message; 4 is unsolved";
  const RetentionNextPage first = next("conversations", "", 2);
  EXPECT_EQ(numbers(first), "1 2 ");
  ASSERT_TRUE(first.next);
  EXPECT_EQ(numbers(next("conversations", *first.next, 2)), "3 ");
  EXPECT_FALSE(next("conversations", *first.next, 2).next);
  EXPECT_EQ(first.items.front().name, "Liza Cruz");
  const auto last = parse_instant(first.items.front().at);
  EXPECT_TRUE(last && *last > now + days(29) && *last < now + days(30)) << first.items.front().at;
  const RetentionNextPage customers = next("customers");
  EXPECT_EQ(numbers(customers), "2 ") << "Liza's newest; Ben has an unsolved one";
  EXPECT_FALSE(customers.next);
  solve(4);
  const RetentionNextPage one = next("customers", "", 1);
  EXPECT_EQ(numbers(one), "2 ");
  ASSERT_TRUE(one.next);
  EXPECT_EQ(numbers(next("customers", *one.next, 5)), "4 ");
  // What it foretells is what is taken.
  now = *parse_instant(first.items.front().at) + minutes(1);
  follow();
  EXPECT_EQ(numbers(next("conversations")), "2 3 4 ");
  for (const auto& [kind, cursor] : {std::pair("dogs", ""), std::pair("customers", "x"), std::pair("customers", "1.")})
    EXPECT_FALSE(read([&](store::Tx& tx) { return retention_next(*app_, tx, {kind, cursor, 5}); }).ok()) << cursor;
  adopt(plan_yaml);
  EXPECT_EQ(numbers(next("customers")), "") << "no rule, nothing comes";
}

TEST_F(Retention, AShorterRuleWaitsADay) {
  create(form("r1"));
  solve(1);
  now = now + days(20);
  adopt(std::string(plan_yaml) + "retention: {conversation_days: 7}\n");
  EXPECT_EQ(view().due_conversations, 1);
  EXPECT_EQ(view().begins_at, format_instant(now + hours(24)));
  follow();
  EXPECT_FALSE(show(1).row.erased) << "somebody may have slipped";
  now = now + hours(23);
  adopt(plan_yaml);  // it was a slip
  now = now + hours(30);
  follow();
  EXPECT_FALSE(show(1).row.erased);
  EXPECT_FALSE(view().conversation_days);
  adopt(std::string(plan_yaml) + "retention: {conversation_days: 7}\n");
  now = now + hours(25);
  EXPECT_FALSE(view().begins_at);
  follow();
  EXPECT_TRUE(show(1).row.erased);
}

TEST_F(Retention, ALongerRuleHoldsAtOnce) {
  create(form("r1"));
  solve(1);
  now = now + days(31);
  adopt(std::string(plan_yaml) + "retention: {conversation_days: 60}\n");
  follow();
  EXPECT_FALSE(show(1).row.erased);
}

TEST_F(Privacy, APlanWithoutARuleKeepsEverything) {
  create(form("r1"));
  now = now + days(5'000);
  CustomerId after;
  EXPECT_FALSE(*write([&](store::Tx& tx) { return retention_step(*app_, tx, after); }));
  EXPECT_EQ(show(1).row.customer, "Liza Cruz");
}

}  // namespace
}  // namespace suki::app
