/// A customer is erased: nothing of them is left to read, and everything else is as it was. On both engines.
#include "app/privacy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/customers.h"
#include "app/privacy_case.h"

namespace suki::app {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

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

}  // namespace
}  // namespace suki::app
