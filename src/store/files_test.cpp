/// Files, drafts and HTML of mails, on every engine.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>

#include "store/hash.h"
#include "store_testing/earlier.h"
#include "store_testing/store_case.h"

namespace suki::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class FilesTest : public store_testing::StoreCase {
 protected:
  /// A conversation with one message; its ids are 1.
  static void begin(Tx& tx) {
    ConversationRecord record;
    record.state.id = tx.new_conversation_id();
    record.customer = tx.add_customer({});
    tx.save_conversation(record, nullptr);
    MessageRecord message;
    message.id = tx.new_message_id();
    message.conversation = record.state.id;
    tx.add_message(message);
  }
};

AttachmentRecord file(const std::string& name, const std::string& bytes) {
  return {0, MessageId(1), name, "image/png", bytes, 0};
}

TEST_P(FilesTest, the_same_bytes_lie_in_the_storeonce) {
  write([](Tx& tx) {
    begin(tx);
    tx.add_attachment(file("a.png", "same"));
    tx.add_attachment(file("b.png", "same"));
    tx.add_attachment(file("c.png", "other"));
  });
  write([](Tx& tx) {
    EXPECT_EQ(tx.count_rows("blobs"), 2);
    const auto all = tx.attachments(ConversationId(1));
    ASSERT_EQ(all.size(), 3u);
    EXPECT_EQ(all[0].digest, all[1].digest);
    EXPECT_EQ(all[0].size, 4);
    EXPECT_EQ(tx.find_attachment(all[1].id)->bytes, "same");
    EXPECT_EQ(tx.find_attachment(all[2].id)->bytes, "other");
    EXPECT_EQ(tx.find_attachment(99), std::nullopt);
  });
}

TEST_P(FilesTest, an_upload_that_nobody_names_is_swept_and_its_content_only_when_nothing_else_has_it) {
  const auto upload = [](AgentId agent, const std::string& bytes, Instant at) {
    return UploadRecord{agent, "x.png", "image/png", sha256_hex(bytes), static_cast<std::int64_t>(bytes.size()), at};
  };
  write([&](Tx& tx) {
    begin(tx);
    tx.add_attachment(file("kept.png", "kept"));
    tx.add_upload("one", upload({}, "kept", Instant{10}), "kept");
    tx.add_upload("two", upload({}, "lone", Instant{20}), "lone");
    tx.add_upload("three", upload(AgentId(4), "staff", Instant{10}), "staff");
    tx.add_upload("four", upload({}, "young", Instant{30}), "young");
  });
  write([&](Tx& tx) {
    EXPECT_EQ(tx.upload_bytes({}), 13);
    EXPECT_EQ(tx.upload_bytes(AgentId(4)), 5);
    EXPECT_EQ(tx.upload_bytes(AgentId(5)), 0);
    EXPECT_EQ(tx.find_upload("three")->agent, AgentId(4));
    EXPECT_FALSE(tx.find_upload("thre").has_value());
    EXPECT_EQ(tx.sweep_uploads(false, Instant{30}, 1), 1) << "no more than asked";
    EXPECT_EQ(tx.sweep_uploads(false, Instant{30}, 10), 1);
    EXPECT_EQ(tx.sweep_uploads(false, Instant{30}, 10), 0);
  });
  write([&](Tx& tx) {
    EXPECT_EQ(tx.content(sha256_hex("kept")), "kept") << "an attachment has it";
    EXPECT_EQ(tx.content(sha256_hex("lone")), std::nullopt);
    EXPECT_EQ(tx.content(sha256_hex("young")), "young") << "its time is not over";
    EXPECT_EQ(tx.content(sha256_hex("staff")), "staff") << "agents have their own time";
    EXPECT_EQ(tx.sweep_uploads(true, Instant{30}, 10), 1);
    EXPECT_EQ(tx.content(sha256_hex("staff")), std::nullopt);
    tx.remove_upload("four");
    EXPECT_EQ(tx.count_rows("uploads"), 0);
    EXPECT_EQ(tx.count_rows("blobs"), 2) << "whoever took the upload keeps its content";
  });
}

TEST_P(FilesTest, attachments_of_before_move_to_where_each_content_lies_once) {
  write([](Tx& tx) {
    begin(tx);
    for (const char* name : {"a", "b", "c"}) tx.add_attachment(file(name, ""));
    tx.add_raw_mail(MessageId(1), "raw", "d");
  });
  close();
  // As the step before left it.
  const bool postgres = GetParam() == "postgres";
  for (const std::string& sql : store_testing::back_to_step_14(GetParam())) place.run(sql);
  place.run(postgres ? "update attachments set bytes = '\\x00ff41' where id < 3"
                     : "update attachments set bytes = x'00ff41' where id < 3");
  open();
  write([](Tx& tx) {
    const std::string bytes("\x00\xff\x41", 3);
    EXPECT_EQ(tx.find_attachment(1)->bytes, bytes);
    EXPECT_EQ(tx.find_attachment(2)->bytes, bytes);
    EXPECT_EQ(tx.find_attachment(2)->digest, sha256_hex(bytes));
    EXPECT_EQ(tx.find_attachment(3)->bytes, "");
    EXPECT_EQ(tx.count_rows("blobs"), 2);
    EXPECT_THAT(tx.mail_html_before(1, 10), ElementsAre(MessageId(1))) << "a mail of before waits for its HTML";
    tx.add_attachment(file("new", bytes));
    EXPECT_EQ(tx.count_rows("blobs"), 2);
  });
}

TEST_P(FilesTest, a_draft_is_one_for_each_agent_conversation_and_kind) {
  write([](Tx& tx) {
    begin(tx);
    AccountRecord account;
    for (const char* login : {"ana", "ben"}) {
      account.login = login;
      tx.add_account(account);
    }
    const AgentId ana(1), ben(2);
    tx.save_draft({ana, ConversationId(1), MessageKind::reply, 1, "w1", 7, Instant{5}, "Hello", {"t1", "t2"}});
    tx.save_draft({ana, ConversationId(1), MessageKind::note, 1, "w1", 7, Instant{6}, "Note", {}});
    tx.save_draft({ana, ConversationId(1), MessageKind::reply, 2, "w2", 8, Instant{7}, "Hello po", {"t2"}});
    EXPECT_EQ(tx.find_draft(ben, ConversationId(1), MessageKind::reply), std::nullopt);
    const auto draft = tx.find_draft(ana, ConversationId(1), MessageKind::reply);
    ASSERT_TRUE(draft.has_value());
    EXPECT_EQ(draft->revision, 2);
    EXPECT_EQ(draft->writer, "w2");
    EXPECT_EQ(draft->seen, 8);
    EXPECT_EQ(draft->text, "Hello po");
    EXPECT_THAT(draft->uploads, ElementsAre("t2"));
    EXPECT_THAT(tx.drafted(ana, 10), ElementsAre(ConversationId(1)));
    EXPECT_THAT(tx.drafted(ben, 10), IsEmpty());
    tx.save_draft({ana, ConversationId(1), MessageKind::reply, 3, "w2", 8, Instant{8}, "", {}});
    EXPECT_THAT(tx.drafted(ana, 10), ElementsAre(ConversationId(1))) << "the note is still there";
    tx.save_draft({ana, ConversationId(1), MessageKind::note, 2, "w2", 8, Instant{8}, "", {}});
    EXPECT_THAT(tx.drafted(ana, 10), IsEmpty());
    EXPECT_EQ(tx.find_draft(ana, ConversationId(1), MessageKind::reply)->revision, 3) << "the number stays";
  });
}

TEST_P(FilesTest, what_an_earlier_sanitiser_made_is_found_until_it_is_made_anew) {
  write([](Tx& tx) {
    begin(tx);
    EXPECT_EQ(tx.mail_html(MessageId(1)), std::nullopt);
    tx.set_mail_html(MessageId(1), {1, "<p>old</p>"});
    EXPECT_THAT(tx.mail_html_before(2, 10), ElementsAre(MessageId(1)));
    EXPECT_THAT(tx.mails_with_html(ConversationId(1)), ElementsAre(MessageId(1)));
    tx.set_mail_html(MessageId(1), {2, ""});
    EXPECT_THAT(tx.mail_html_before(2, 10), IsEmpty());
    EXPECT_THAT(tx.mails_with_html(ConversationId(1)), IsEmpty());
    EXPECT_EQ(tx.mail_html(MessageId(1))->revision, 2);
  });
}

TEST_P(FilesTest, a_customers_conversations_come_newest_first_in_pages) {
  write([](Tx& tx) {
    const CustomerId one = tx.add_customer({}), other = tx.add_customer({});
    for (int i = 0; i < 6; ++i) {
      ConversationRecord record;
      record.state.id = tx.new_conversation_id();
      record.customer = i % 2 == 0 ? one : other;
      tx.save_conversation(record, nullptr);
      tx.set_texts(record.state.id, "subject", "");
    }
    const auto ids = [](const std::vector<ListRow>& rows) {
      std::vector<std::int64_t> all;
      for (const ListRow& row : rows) all.push_back(row.record.state.id.value);
      return all;
    };
    EXPECT_THAT(ids(tx.conversations_of(one, {}, 2)), ElementsAre(5, 3));
    EXPECT_THAT(ids(tx.conversations_of(one, ConversationId(3), 2)), ElementsAre(1));
    EXPECT_EQ(tx.count_conversations_of(one, 10), 3);
    EXPECT_EQ(tx.count_conversations_of(one, 2), 2);
    EXPECT_EQ(tx.first_conversation_of(other), ConversationId(2));
    EXPECT_EQ(tx.first_conversation_of(CustomerId(9)), std::nullopt);
  });
}

INSTANTIATE_TEST_SUITE_P(Engines, FilesTest, testing::ValuesIn(store_testing::engines()),
                         [](const auto& engine) { return engine.param; });

}  // namespace
}  // namespace suki::store
