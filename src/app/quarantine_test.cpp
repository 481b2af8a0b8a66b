/// Mails that cannot be understood: none is lost, none is read twice by force, and people can deal with them.
#include "app/quarantine.h"

#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "app/mail_intake.h"
#include "app/mail_rules.h"
#include "app/privacy.h"
#include "app/reading_marks.h"
#include "app/testing.h"
#include "base/reason.h"
#include "base/text.h"
#include "store/hash.h"
#include "store/sql.h"

namespace suki::app {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const std::string good =
    "From: Liza Cruz <Liza@Example.net>\r\nTo: help@shop.example\r\nSubject: A fan\r\nMessage-ID: "
    "<1@example.net>\r\n\r\nIt stopped.\r\n";
const std::string spam = "X-Spam-Flag: YES\r\n" + good;
/// One part more than is read.
std::string many_parts() {
  std::string mail =
      "From: liza@example.net\r\nSubject: Many\r\nMessage-ID: <2@example.net>\r\nMIME-Version: 1.0\r\nContent-Type: "
      "multipart/mixed; boundary=b\r\n\r\n";
  for (int i = 0; i < 1'100; ++i) mail += "--b\r\nContent-Type: text/plain\r\n\r\npart\r\n";
  return mail + "--b--\r\n";
}

class QuarantineCase : public AppTest {
 protected:
  explicit QuarantineCase(const std::string& plan = plan_yaml) : AppTest(plan) {}
  QuarantinePage page(const std::string& state = "", const std::string& cursor = "", int limit = 50) {
    auto found = read([&](store::Tx& tx) { return quarantine_page(tx, {state, cursor, limit}); });
    EXPECT_TRUE(found.ok()) << found.error().detail;
    return found.ok() ? *found : QuarantinePage{};
  }
  /// Delivers a mail that goes there; its id.
  std::int64_t hold(const std::string& raw, const std::string& reason) {
    const App::Delivered kept = deliver(raw);
    EXPECT_NE(kept.quarantine, 0);
    EXPECT_FALSE(kept.conversation);
    const auto shown = read([&](store::Tx& tx) { return show_quarantined(tx, kept.quarantine); });
    EXPECT_TRUE(shown.ok());
    EXPECT_EQ(shown.ok() ? shown->mail.reason : "", reason);
    return kept.quarantine;
  }
  Result<QuarantineReplayed> replay(std::int64_t id, const std::string& how = "again", bool tried = false) {
    return write([&](store::Tx& tx) { return replay_quarantined(*app_, tx, id, {how}, tried); });
  }
  std::int64_t count(const char* table) {
    return *read([&](store::Tx& tx) -> Result<std::int64_t> { return tx.count_rows(table); });
  }
  void hold_spam(bool held) {
    ASSERT_TRUE(write([&](store::Tx& tx) -> Result<bool> {
                  SUKI_CHECK(keep_mail_rules(tx, {.spam_held = held, .remote_pictures = true, .trusted_servers = {}}));
                  return true;
                }).ok());
  }
};

TEST_F(QuarantineCase, bytes_that_are_no_mail_are_kept_whole_and_open_no_conversation) {
  const std::string junk("\0\xff\xfe garbage \r\n\r\n\0", 18);
  const std::int64_t id = hold(junk, "not_a_mail");
  EXPECT_EQ(read([&](store::Tx& tx) { return quarantined_raw(tx, id); })->bytes, junk);
  EXPECT_EQ(count("conversations"), 0);
  EXPECT_EQ(count("customers"), 0);
  EXPECT_THAT(outgoing(), IsEmpty()) << "nobody is answered";
}

TEST_F(QuarantineCase, what_has_no_sender_and_says_nothing_is_kept_apart_and_words_without_a_sender_are_not) {
  hold("Subject:\r\nMessage-ID: <3@example.net>\r\n\r\n \r\n---\r\n", "nothing_readable");
  const App::Delivered said = deliver("Subject: Help\r\nMessage-ID: <4@example.net>\r\n\r\nMy fan stopped.\r\n");
  EXPECT_EQ(said.quarantine, 0);
  EXPECT_EQ(show(said.conversation.value).messages.front().text, "My fan stopped.\n");
}

TEST_F(QuarantineCase, more_parts_than_are_read_are_not_shown_as_if_they_were_all) {
  const std::int64_t id = hold(many_parts(), "limits");
  EXPECT_EQ(page().items.front().detail, "too-many-parts");
  EXPECT_EQ(page().items.front().subject, "Many");
  const auto again = replay(id);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->outcome, "kept");
  EXPECT_EQ(again->mail->attempts, 2);
  const auto anyway = replay(id, "new");
  ASSERT_TRUE(anyway.ok()) << anyway.error().detail;
  EXPECT_EQ(anyway->outcome, "delivered");
  EXPECT_THAT(page().items, IsEmpty());
}

TEST_F(QuarantineCase, the_same_mail_again_is_one_mail_in_quarantine) {
  const App::Delivered first = deliver(spam);
  const App::Delivered second = deliver(spam);
  EXPECT_EQ(second.quarantine, first.quarantine);
  EXPECT_FALSE(first.duplicate);
  EXPECT_TRUE(second.duplicate);
  EXPECT_EQ(page().items.front().attempts, 2);
}

TEST_F(QuarantineCase, spam_is_held_and_a_person_lets_it_through) {
  const std::int64_t id = hold(spam, "spam");
  EXPECT_EQ(page().items.front().email, "liza@example.net");
  EXPECT_EQ(page().items.front().name, "Liza Cruz");
  const auto done = replay(id);
  ASSERT_TRUE(done.ok()) << done.error().detail;
  EXPECT_EQ(done->outcome, "delivered");
  const Conversation shown = show(1);
  EXPECT_EQ(shown.messages.front().text, "It stopped.\n");
  EXPECT_TRUE(shown.messages.front().has_raw);
  EXPECT_THAT(outgoing(), IsEmpty()) << "a forged sender would get the answer";
  EXPECT_EQ(count("blobs"), 0);
  EXPECT_TRUE(deliver(spam).duplicate);
  EXPECT_EQ(deliver(spam).conversation, ConversationId(1));
}

TEST_F(QuarantineCase, spam_is_delivered_where_the_operator_says_so_and_answered_by_nobody) {
  hold_spam(false);
  const App::Delivered delivered = deliver(spam);
  EXPECT_EQ(delivered.quarantine, 0);
  EXPECT_THAT(outgoing(), IsEmpty());
  hold_spam(true);
  hold("X-Spam-Flag: YES\r\nFrom: a@b.example\r\nMessage-ID: <9@b>\r\n\r\nBuy\r\n", "spam");
}

TEST_F(QuarantineCase, a_mail_with_which_the_program_ended_three_times_is_not_read_again) {
  ASSERT_TRUE(watch_reading(*app_, folder()).ok());
  for (int i = 0; i < ReadingMarks::ends_max; ++i) {
    const pid_t child = ::fork();
    if (child == 0) {
      ReadingMarks marks;
      if (!marks.open(folder() + "/mails-in-hand").ok()) ::_exit(1);
      const ReadingMarks::Mark mark(marks, store::sha256_hex(good));
      ::_exit(0);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
  }
  ASSERT_TRUE(watch_reading(*app_, folder()).ok());
  const std::int64_t id = hold(good, "crashed");
  EXPECT_EQ(page().items.front().email, "liza@example.net") << "by its letters alone";
  EXPECT_EQ(page().items.front().subject, "A fan");
  const auto shown = read([&](store::Tx& tx) { return show_quarantined(tx, id); });
  EXPECT_FALSE(shown->decoded);
  EXPECT_THAT(shown->text, HasSubstr("It stopped."));
  // Not by a press on a page.
  const auto refused = replay(id);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(take_apart(refused.error().detail).reason, "quarantine_crashed");
  // But where a process of its own has read it.
  const auto done = replay(id, "again", true);
  ASSERT_TRUE(done.ok()) << done.error().detail;
  EXPECT_EQ(done->outcome, "delivered");
}

TEST_F(QuarantineCase, one_that_cannot_be_read_is_delivered_as_a_file) {
  const App::Delivered kept = *write([&](store::Tx& tx) {
    return keep_failed(*app_, tx, prepare_mail(good), fail(ErrorCode::internal, "a library was wrong"));
  });
  EXPECT_EQ(page().items.front().reason, "failed");
  EXPECT_THAT(page().items.front().detail, HasSubstr("a library was wrong"));
  const auto done = replay(kept.quarantine, "new");
  ASSERT_TRUE(done.ok()) << done.error().detail;
  const Conversation shown = show(1);
  const Message& message = shown.messages.front();
  EXPECT_FALSE(message.has_raw) << "else it would be read again";
  ASSERT_THAT(message.attachments, SizeIs(1));
  EXPECT_EQ(message.attachments.front().name, "mail.eml");
  EXPECT_THAT(message.text, HasSubstr("It stopped."));
  EXPECT_EQ(shown.email, "liza@example.net");
  const auto file = read([&](store::Tx& tx) { return app_->attachment(tx, caller, 1); });
  EXPECT_EQ(file->bytes, good) << "its bytes stay, though quarantine has let them go";
}

TEST_F(QuarantineCase, a_store_that_is_not_well_is_no_fault_of_the_mail) {
  for (const ErrorCode code : {ErrorCode::busy, ErrorCode::unavailable, ErrorCode::storage_full, ErrorCode::bad_plan}) {
    const auto kept =
        write([&](store::Tx& tx) { return keep_failed(*app_, tx, prepare_mail(good), fail(code, "not now")); });
    ASSERT_FALSE(kept.ok());
    EXPECT_EQ(kept.error().code, code);
  }
  EXPECT_THAT(page().items, IsEmpty());
}

TEST_F(QuarantineCase, a_mail_that_the_store_will_not_take_goes_to_quarantine_and_the_next_one_is_delivered) {
  // A database that refuses this one mail, as it would for what no test has thought of.
  place_.run("create unique index refuses_its_subject on conversation_texts (subject)");
  deliver("From: jun@example.org\r\nSubject: A fan\r\nMessage-ID: <f@example.org>\r\n\r\nHello\r\n");
  const auto taken = take_mail(*app_, *store_, good);
  ASSERT_TRUE(taken.ok()) << taken.error().detail;
  ASSERT_NE(taken->quarantine, 0);
  EXPECT_THAT(page().items.front().detail, HasSubstr("io: "));
  EXPECT_EQ(count("conversations"), 1);
  EXPECT_EQ(count("customers"), 1) << "what was written until the fault is undone";
  const auto next = take_mail(
      *app_, *store_, "From: jun@example.org\r\nSubject: Radio\r\nMessage-ID: <r@example.org>\r\n\r\nHello\r\n");
  EXPECT_TRUE(next.ok()) << "one bad mail stops nothing";
}

TEST_F(QuarantineCase, the_list_goes_on_where_a_page_ended) {
  for (int i = 0; i < 5; ++i) {
    deliver("X-Spam-Flag: YES\r\nFrom: a@b.example\r\nSubject: " + std::to_string(i) + "\r\n\r\nBuy\r\n");
    now = now + seconds(1);
  }
  std::string seen, cursor;
  for (int pages = 0; pages < 5; ++pages) {
    const QuarantinePage found = page("", cursor, 2);
    EXPECT_EQ(found.waiting, 5);
    for (const QuarantinedMail& mail : found.items) seen += mail.subject;
    if (!found.next) break;
    cursor = *found.next;
  }
  EXPECT_EQ(seen, "43210");
  for (const char* wrong : {"x", "1", "1.0", "1.-2", "."})
    EXPECT_EQ(read([&](store::Tx& tx) {
                return quarantine_page(tx, {"", wrong, 5});
              })
                  .error()
                  .code,
              ErrorCode::bad_input)
        << wrong;
  EXPECT_FALSE(read([&](store::Tx& tx) { return quarantine_page(tx, {"gone", "", 5}); }).ok());
  EXPECT_FALSE(read([&](store::Tx& tx) { return quarantine_page(tx, {"", "", 201}); }).ok());
}

TEST_F(QuarantineCase, a_deleted_one_can_be_taken_back_for_a_day) {
  const std::int64_t id = hold(spam, "spam");
  const auto remove = [&] { return write([&](store::Tx& tx) { return delete_quarantined(*app_, tx, id); }); };
  const auto restore = [&] { return write([&](store::Tx& tx) { return restore_quarantined(tx, id); }); };
  const auto sweep = [&] { return *write([&](store::Tx& tx) -> Result<int> { return sweep_quarantine(*app_, tx); }); };
  ASSERT_TRUE(remove().ok());
  EXPECT_THAT(page().items, IsEmpty());
  EXPECT_THAT(page("deleted").items, SizeIs(1));
  EXPECT_FALSE(replay(id).ok());
  ASSERT_TRUE(restore().ok());
  EXPECT_THAT(page().items, SizeIs(1));
  ASSERT_TRUE(remove().ok());
  now = now + hours(23);
  EXPECT_EQ(remove()->gone_at, format_instant(now + hours(1))) << "deleted again, it does not live longer";
  EXPECT_EQ(sweep(), 0);
  now = now + hours(2);
  EXPECT_EQ(sweep(), 1);
  EXPECT_EQ(restore().error().code, ErrorCode::not_found);
  EXPECT_EQ(count("blobs"), 0);
}

TEST_F(QuarantineCase, it_is_shown_as_text_in_which_nothing_acts) {
  const std::int64_t id = hold(
      "X-Spam-Flag: YES\r\nFrom: <a@b.example>\r\nSubject: \x1b[2J\xe2\x80\xaetxt\r\nContent-Type: "
      "multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: "
      "base64\r\n\r\nS3VtdXN0YQ==\r\n--b\r\nContent-Type: application/pdf; name=\"bill.pdf\"\r\n\r\nxyz\r\n--b--\r\n",
      "spam");
  const auto shown = read([&](store::Tx& tx) { return show_quarantined(tx, id); });
  ASSERT_TRUE(shown.ok());
  EXPECT_TRUE(shown->decoded);
  EXPECT_EQ(trim(shown->text), "Kumusta");
  ASSERT_THAT(shown->files, SizeIs(1));
  EXPECT_EQ(shown->files.front().name, "bill.pdf");
  EXPECT_THAT(shown->headers, HasSubstr("Subject: \\x1b[2J\\u{202e}txt"));
}

TEST_F(QuarantineCase, a_customer_who_is_erased_takes_what_waits_from_them_along) {
  deliver("From: liza@example.net\r\nSubject: Radio\r\nMessage-ID: <r@example.net>\r\n\r\nHello\r\n");
  hold(spam, "spam");
  hold("X-Spam-Flag: YES\r\nFrom: other@example.net\r\n\r\nBuy\r\n", "spam");
  const auto preview = read([&](store::Tx& tx) { return preview_erasure(*app_, tx, caller, CustomerId(1)); });
  EXPECT_EQ(preview->holdings.mails, 2);
  ASSERT_TRUE(write([&](store::Tx& tx) {
                return erase_customer(*app_, tx, caller, CustomerId(1), {"asked", "liza@example.net"});
              }).ok());
  ASSERT_THAT(page().items, SizeIs(1));
  EXPECT_EQ(page().items.front().email, "other@example.net");
}

class KeptForAMonth : public QuarantineCase {
 protected:
  KeptForAMonth() : QuarantineCase(std::string(plan_yaml) + "retention: {conversation_days: 30}\n") {}
};

TEST_F(KeptForAMonth, what_the_rule_takes_goes_from_quarantine_too) {
  hold(spam, "spam");
  now = now + days(20);
  hold("X-Spam-Flag: YES\r\nFrom: other@example.net\r\n\r\nBuy\r\n", "spam");
  const auto step = [&] {
    CustomerId after;
    return write([&](store::Tx& tx) { return retention_step(*app_, tx, after); });
  };
  EXPECT_FALSE(*step());
  EXPECT_THAT(page().items, SizeIs(2));
  now = now + days(11);
  EXPECT_TRUE(*step());
  EXPECT_FALSE(*step());
  ASSERT_THAT(page().items, SizeIs(1));
  EXPECT_EQ(page().items.front().email, "other@example.net");
  const auto taken = read([&](store::Tx& tx) { return show_retention(*app_, tx); });
  EXPECT_EQ(taken->days.front().files + taken->days.front().messages, 0);
}

TEST_F(QuarantineCase, verify_finds_nothing_after_a_replay) {
  const std::int64_t id = hold(spam, "spam");
  ASSERT_TRUE(replay(id).ok());
  const auto slice = read([&](store::Tx& tx) { return app_->verify(tx, {}, 1'000); });
  ASSERT_TRUE(slice.ok());
  EXPECT_THAT(slice->differences, IsEmpty());
}

}  // namespace
}  // namespace suki::app
