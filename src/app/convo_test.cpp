/// Beside the words of a conversation: drafts, what changed meanwhile, files, HTML of mails, the customer.
#include "app/testing.h"

#include "app/customers.h"
#include "app/drafts.h"
#include "app/files.h"
#include "app/mail_html.h"
#include "app/since.h"
#include "mail/mail.h"
#include "mail/sanitise.h"

namespace suki::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr ConversationId first{1};
const std::string png("\x89PNG\r\n\x1a\n\x00\xff\r\n.\r\n", 15);

class ConvoTest : public AppTest {
 protected:
  Result<Draft> save(const std::string& text, std::int64_t revision, const std::string& writer,
                     const std::string& kind = "reply", Maybe<List<Text>> uploads = {}) {
    return write([&](store::Tx& tx) {
      return save_draft(app_->shared(), tx, caller, first, kind, {text, writer, revision, 3, uploads});
    });
  }
  /// The agent's reply draft as a page gets it.
  Draft draft() {
    for (const Draft& one : show(1).drafts)
      if (one.kind == "reply") return one;
    return {};
  }
  std::string upload(AgentId who, const std::string& name, const std::string& bytes) {
    const auto taken = write([&](store::Tx& tx) { return take_file(app_->shared(), tx, who, name, bytes); });
    EXPECT_TRUE(taken.ok()) << taken.error().detail;
    return taken.ok() ? taken->id : "";
  }
  Result<Conversation> send(const Reply& reply) {
    return write([&](store::Tx& tx) { return app_->reply(tx, caller, first, reply); });
  }
  Result<Since> since(std::int64_t after) {
    return read([&](store::Tx& tx) { return show_since(app_->shared(), tx, caller, first, after); });
  }
  std::int64_t rows(const char* table) {
    return *read([&](store::Tx& tx) -> Result<std::int64_t> { return tx.count_rows(table); });
  }
};

// ---- drafts --------------------------------------------------------------------------------------------------------

TEST_F(ConvoTest, a_draft_is_there_on_every_device_and_leaves_no_trace_in_the_history) {
  agent("ana");
  create(form());
  const auto before = show(1).timeline.size();
  ASSERT_TRUE(save("Hello po", 0, "phone").ok());
  EXPECT_EQ(draft().text, "Hello po");
  EXPECT_EQ(draft().seen, 3);
  EXPECT_EQ(show(1).timeline.size(), before);
  const auto list = read([&](store::Tx& tx) -> Result<Drafted> { return drafted(tx, caller); });
  EXPECT_THAT(list->conversations, ElementsAre("1"));
  caller.agent = agent("ben");
  EXPECT_THAT(show(1).drafts, IsEmpty()) << "it is nobody else's";
}

TEST_F(ConvoTest, an_older_page_never_overwrites_a_newer_one) {
  agent("ana");
  create(form());
  ASSERT_TRUE(save("from the desk", 0, "desk").ok());
  ASSERT_TRUE(save("from the phone", 1, "phone").ok());
  const auto stale = save("from the desk, longer", 1, "desk");
  ASSERT_FALSE(stale.ok());
  EXPECT_EQ(stale.error().code, ErrorCode::conflict);
  EXPECT_EQ(draft().text, "from the phone");
  EXPECT_TRUE(save("from the phone, more", 1, "phone").ok()) << "its last answer was lost; it is the same page";
  EXPECT_TRUE(save("chosen at the desk", draft().revision, "desk").ok());
  // Sent from the desk: the phone's old text must not come back.
  Reply out{"r1", "chosen at the desk", show(1).row.last_number, {}};
  out.writer = "desk";
  ASSERT_TRUE(send(out).ok());
  EXPECT_EQ(draft().text, "");
  EXPECT_FALSE(save("from the phone, again", 3, "phone").ok());
}

TEST_F(ConvoTest, what_another_page_wrote_stays_when_this_one_is_sent) {
  agent("ana");
  create(form());
  ASSERT_TRUE(save("something quite different", 0, "phone").ok());
  Reply out{"r1", "We send a new one.", show(1).row.last_number, {}};
  out.writer = "desk";
  ASSERT_TRUE(send(out).ok());
  EXPECT_EQ(draft().text, "something quite different");
}

TEST_F(ConvoTest, a_draft_that_cannot_be_kept_says_why) {
  agent("ana");
  create(form());
  EXPECT_EQ(save("x", 0, "a b").error().code, ErrorCode::bad_input);
  EXPECT_EQ(save(std::string(50'001, 'x'), 0, "w").error().code, ErrorCode::bad_input);
  EXPECT_EQ(save("x", 0, "w", "poem").error().code, ErrorCode::not_found);
  EXPECT_THAT(save("x", 0, "w", "reply", List<Text>{"unknown"}).error().detail, HasSubstr("uploads[0]: "));
  const auto nowhere = write([&](store::Tx& tx) {
    return save_draft(app_->shared(), tx, caller, ConversationId(99), "reply", {"x", "w", 0, 0, {}});
  });
  EXPECT_EQ(nowhere.error().code, ErrorCode::not_found);
}

// ---- the conversation moved ----------------------------------------------------------------------------------------

TEST_F(ConvoTest, a_reply_is_refused_for_what_others_did_and_the_writer_is_told_what_it_was) {
  agent("ana");
  const AgentId ben = agent("ben");
  const Created created = create(form());
  const auto began = show(1).row.last_number;
  const Caller me = caller;
  caller.agent = ben;
  ASSERT_TRUE(reply(1, "I am on it.", began, "b1").ok());
  ASSERT_TRUE(write([&](store::Tx& tx) { return app_->note(tx, caller, first, {"b2", "Spare parts ordered."}); }).ok());
  Change change;
  change.assignee = std::to_string(ben.value);
  change.state = "pending";
  ASSERT_TRUE(write([&](store::Tx& tx) { return app_->change(tx, caller, first, change); }).ok());
  caller = me;
  const auto refused = reply(1, "Please try another socket.", began, "a1");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::conflict);
  const auto told = since(began);
  ASSERT_TRUE(told.ok());
  ASSERT_THAT(told->messages, SizeIs(2));
  EXPECT_EQ(told->messages[0].text, "I am on it.");
  EXPECT_EQ(told->messages[1].kind, "note");
  std::vector<std::string> kinds;
  for (const TimelineEvent& event : told->events) kinds.push_back(event.kind);
  EXPECT_THAT(kinds, testing::Contains("state_changed"));
  // Whoever has read that may send.
  EXPECT_TRUE(reply(1, "Please try another socket.", told->last_number, "a2").ok());
}

TEST_F(ConvoTest, what_one_did_oneself_or_what_does_not_matter_stops_no_reply) {
  agent("ana");
  create(form());
  const auto began = show(1).row.last_number;
  Change change;
  change.state = "pending";
  change.topic = "question";
  change.priority = "urgent";
  ASSERT_TRUE(write([&](store::Tx& tx) { return app_->change(tx, caller, first, change); }).ok());
  ASSERT_TRUE(write([&](store::Tx& tx) { return app_->note(tx, caller, first, {"n", "Mine."}); }).ok());
  const auto told = since(began);
  EXPECT_THAT(told->messages, IsEmpty());
  EXPECT_THAT(told->events, IsEmpty());
  EXPECT_TRUE(reply(1, "Hello", began, "a1").ok());
  EXPECT_FALSE(reply(1, "Hello from my other page", began, "a2").ok()) << "a reply of one's own, sent elsewhere";
}

// ---- files ---------------------------------------------------------------------------------------------------------

TEST_F(ConvoTest, a_file_reaches_the_customer_byte_for_byte_by_page_and_by_mail) {
  agent("ana");
  const Created created = create(form());
  (void)outgoing();
  const std::string token = upload(caller.agent, "C:\\Resibo \xC3\xB1 \"1\".png", png);
  Reply out{"r1", "", show(1).row.last_number, {}};
  out.uploads = List<Text>{token, upload(caller.agent, "terms.txt", "line\r\nline\n.\n")};
  const auto sent = send(out);
  ASSERT_TRUE(sent.ok()) << sent.error().detail;
  const Message message = sent->messages.back();
  ASSERT_THAT(message.attachments, SizeIs(2));
  EXPECT_EQ(message.attachments[0].name, "Resibo \xC3\xB1 \"1\".png");
  EXPECT_EQ(message.attachments[0].type, "image/png");
  EXPECT_TRUE(message.attachments[0].preview);
  EXPECT_FALSE(message.attachments[1].preview);
  EXPECT_EQ(sent->row.preview, "Resibo \xC3\xB1 \"1\".png") << "the list shows the name where there is no text";
  const auto mails = outgoing();
  ASSERT_THAT(mails, SizeIs(1));
  const mail::Parsed mail = mail::parse(mails[0].data);
  ASSERT_THAT(mail.attachments, SizeIs(2));
  EXPECT_EQ(mail.attachments[0].bytes, png);
  EXPECT_EQ(mail.attachments[0].name, "Resibo \xC3\xB1 \"1\".png");
  EXPECT_EQ(mail.attachments[0].type, "image/png");
  EXPECT_EQ(mail.attachments[1].bytes, "line\r\nline\n.\n");
  const auto seen = read([&](store::Tx& tx) { return app_->public_conversation(tx, created.token, "en"); });
  const std::int64_t id = std::stoll(seen->messages.back().attachments.at(0).id);
  EXPECT_EQ(read([&](store::Tx& tx) { return find_public_file(tx, created.token, id); })->bytes, png);
  EXPECT_EQ(read([&](store::Tx& tx) { return show_picture(find_file(tx, id).value()); })->type, "image/png");
  EXPECT_EQ(rows("uploads"), 0);
  EXPECT_FALSE(send({"r2", "x", sent->row.last_number, {}, List<Text>{token}}).ok()) << "a file is sent once";
}

TEST_F(ConvoTest, files_of_notes_and_of_others_are_not_the_customers) {
  agent("ana");
  const Created created = create(form());
  const std::string token = upload(caller.agent, "internal.png", png);
  ASSERT_TRUE(write([&](store::Tx& tx) {
                return app_->note(tx, caller, first, {"n", "Look", List<Text>{token}});
              }).ok());
  const std::int64_t id = std::stoll(show(1).messages.back().attachments.at(0).id);
  EXPECT_EQ(read([&](store::Tx& tx) { return find_public_file(tx, created.token, id); }).error().code,
            ErrorCode::not_found);
  auto other = form("r2");
  other.email = "other@example.net";
  other.uploads = List<Text>{upload({}, "mine.png", png)};
  const Created theirs = create(other);
  const std::int64_t their_file = std::stoll(show(2).messages.front().attachments.at(0).id);
  EXPECT_TRUE(read([&](store::Tx& tx) { return find_public_file(tx, theirs.token, their_file); }).ok());
  EXPECT_FALSE(read([&](store::Tx& tx) { return find_public_file(tx, created.token, their_file); }).ok());
  EXPECT_FALSE(read([&](store::Tx& tx) { return find_public_file(tx, "guess", their_file); }).ok());
  EXPECT_EQ(rows("blobs"), 1) << "the same picture lies there once";
}

TEST_F(ConvoTest, an_upload_is_for_whoever_sent_it_in) {
  agent("ana");
  create(form());
  const std::string customers = upload({}, "a.png", png), bens = upload(agent("ben"), "b.png", png);
  for (const std::string& token : {customers, bens, std::string("guess")}) {
    const auto refused = send({"r" + std::to_string(token.size()), "x", 99, {}, List<Text>{token}});
    ASSERT_FALSE(refused.ok());
    EXPECT_THAT(refused.error().detail, HasSubstr("uploads[0]: "));
  }
  const std::string mine = upload(caller.agent, "c.png", png);
  EXPECT_FALSE(send({"twice", "x", 99, {}, List<Text>{mine, mine}}).ok());
  EXPECT_EQ(show(1).messages.size(), 2u) << "nothing was sent";
}

TEST_F(ConvoTest, limits_of_files_have_names_and_answers) {
  agent("ana");
  create(form());
  const auto take = [&](const std::string& bytes) {
    return write([&](store::Tx& tx) { return take_file(app_->shared(), tx, caller.agent, "x", bytes); });
  };
  EXPECT_EQ(take("").error().code, ErrorCode::bad_input);
  EXPECT_EQ(take(std::string(file_bytes_max + 1, 'x')).error().code, ErrorCode::too_large);
  List<Text> many;
  for (std::size_t i = 0; i <= message_files_max; ++i) many.push_back(upload(caller.agent, "x", "y"));
  EXPECT_THAT(send({"r1", "x", 99, {}, many}).error().detail, HasSubstr("at most 10"));
  const List<Text> large{upload(caller.agent, "a", std::string(10 << 20, 'a')),
                         upload(caller.agent, "b", std::string(10 << 20, 'b'))};
  EXPECT_EQ(send({"r2", "x", 99, {}, large}).error().code, ErrorCode::too_large);
}

TEST_F(ConvoTest, a_file_that_no_message_names_is_swept_and_a_draft_says_so) {
  agent("ana");
  create(form());
  upload({}, "customers.png", png);
  const std::string mine = upload(caller.agent, "mine.png", "other bytes");
  ASSERT_TRUE(save("with a file", 0, "w", "reply", List<Text>{mine}).ok());
  const auto sweep = [&] {
    (void)write([&](store::Tx& tx) -> Result<int> { return sweep_files(app_->shared(), tx); });
  };
  now = now + customer_uploads_kept + seconds(1);
  sweep();
  EXPECT_EQ(rows("uploads"), 1);
  EXPECT_EQ(rows("blobs"), 1);
  EXPECT_THAT(draft().uploads, SizeIs(1));
  now = now + agent_uploads_kept;
  sweep();
  EXPECT_EQ(rows("blobs"), 0);
  EXPECT_THAT(draft().uploads, IsEmpty());
  EXPECT_EQ(draft().text, "with a file");
}

// ---- HTML of mails -------------------------------------------------------------------------------------------------

const char* const html_mail =
    "From: Pedro <pedro@example.com>\nTo: help@shop.example\nSubject: Look\nMessage-ID: <h1@example.com>\n"
    "Content-Type: multipart/related; boundary=r\n\n"
    "--r\nContent-Type: text/html; charset=utf-8\n\n"
    "<p onclick=alert(1)>Hello <b>there</b><script>alert(2)</script><img src=cid:logo@x alt=logo>"
    "<img src=https://track.example/pixel alt=banner></p>\n"
    "--r\nContent-Type: image/gif\nContent-ID: <logo@x>\nContent-Transfer-Encoding: base64\n\nR0lGODlhAQABAAAAACw=\n"
    "--r--\n";

TEST_F(ConvoTest, a_mails_html_is_shown_safely_with_its_own_pictures_and_no_others) {
  const auto delivered = deliver(html_mail);
  const Conversation shown = show(delivered.conversation.value);
  EXPECT_TRUE(shown.messages.front().has_html);
  EXPECT_FALSE(shown.messages.back().has_html) << "the automatic reply";
  const auto page =
      read([&](store::Tx& tx) { return show_html(tx, caller, delivered.conversation, delivered.message); });
  ASSERT_TRUE(page.ok());
  EXPECT_THAT(page->page, HasSubstr("Hello <b>there</b>"));
  EXPECT_THAT(page->page, HasSubstr("src=\"data:image/gif;base64,R0lGODlh"));
  EXPECT_THAT(page->page, HasSubstr("<span data-blocked=\"1\">banner</span>"));
  EXPECT_THAT(page->page, HasSubstr("Pictures from the internet are blocked"));
  EXPECT_THAT(page->page, Not(HasSubstr("alert")));
  EXPECT_THAT(page->page, Not(HasSubstr("track.example")));
  const auto elsewhere =
      read([&](store::Tx& tx) { return show_html(tx, caller, ConversationId(99), delivered.message); });
  EXPECT_EQ(elsewhere.error().code, ErrorCode::not_found);
}

TEST_F(ConvoTest, what_an_earlier_sanitiser_made_is_never_shown_and_is_made_anew) {
  const auto delivered = deliver(html_mail);
  (void)write([&](store::Tx& tx) -> Result<int> {
    tx.set_mail_html(delivered.message, {mail::sanitiser_revision - 1, "<script>old</script>"});
    return 0;
  });
  const auto page = [&] {
    return read([&](store::Tx& tx) { return show_html(tx, caller, delivered.conversation, delivered.message); })->page;
  };
  EXPECT_THAT(page(), Not(HasSubstr("old")));
  EXPECT_THAT(page(), HasSubstr("Hello"));
  EXPECT_EQ(*write([&](store::Tx& tx) -> Result<int> { return remake_html(tx); }), 1);
  EXPECT_EQ(*write([&](store::Tx& tx) -> Result<int> { return remake_html(tx); }), 0);
  EXPECT_THAT(page(), HasSubstr("Hello"));
}

// ---- the customer --------------------------------------------------------------------------------------------------

TEST_F(ConvoTest, a_customer_is_shown_with_what_there_was_before) {
  for (const char* request : {"r1", "r2", "r3"}) {
    auto input = form(request);
    input.subject = request;
    create(input);
    now = now + hours(1);
  }
  const CustomerId customer(std::stoll(show(1).customer));
  const auto shown = read([&](store::Tx& tx) { return show_customer(app_->shared(), tx, caller, customer); });
  ASSERT_TRUE(shown.ok());
  EXPECT_EQ(shown->name, "Liza Cruz");
  EXPECT_EQ(shown->email, "liza@example.net");
  EXPECT_EQ(shown->conversations, 3);
  EXPECT_EQ(shown->since, "2026-11-23T02:00:00Z");
  const auto page = [&](const std::string& cursor) {
    return read(
        [&](store::Tx& tx) { return show_customer_conversations(app_->shared(), tx, caller, customer, cursor, 2); });
  };
  ASSERT_THAT(page("")->items, SizeIs(2));
  EXPECT_EQ(page("")->items[0].subject, "r3");
  EXPECT_THAT(page(*page("")->next)->items, SizeIs(1));
  EXPECT_EQ(page(*page("")->next)->next, std::nullopt);
  EXPECT_EQ(page("x").error().code, ErrorCode::bad_input);
  EXPECT_EQ(read([&](store::Tx& tx) { return show_customer(app_->shared(), tx, caller, CustomerId(9)); }).error().code,
            ErrorCode::not_found);
}

TEST_F(ConvoTest, a_conversation_that_goes_on_in_another_leads_there_and_back) {
  agent("ana");
  const Created created = create(form());
  Change change;
  change.state = "closed";
  ASSERT_TRUE(write([&](store::Tx& tx) { return app_->change(tx, caller, first, change); }).ok());
  ASSERT_TRUE(write([&](store::Tx& tx) {
                return app_->public_message(tx, created.token, {"m1", "Once more"}, "en");
              }).ok());
  EXPECT_EQ(show(1).continued, "2");
  EXPECT_EQ(show(2).continues, "1");
  EXPECT_EQ(show(2).continued, std::nullopt);
}

}  // namespace
}  // namespace suki::app
