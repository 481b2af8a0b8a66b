/// Writing to customers: layout with its plain twin, copies, forwards, replies that wait, templates, previews.
#include "app/compose.h"

#include "app/drafts.h"
#include "app/files.h"
#include "app/held.h"
#include "app/letter.h"
#include "app/privacy.h"
#include "app/testing.h"
#include "mail/mail.h"
#include "store/message_mail.h"

namespace suki::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr ConversationId first{1};
const std::string png("\x89PNG\r\n\x1a\n\x00\xff\r\n.\r\n", 15);

const std::string with_templates = std::string(plan_yaml) + R"(
  - id: refund-steps
    name: {en: Refund steps, fil: Paano ibalik ang bayad}
    "on": by_hand
    when: {topic: refund}
    body: {en: "Hello **{customer}**,\n\nit takes five days. {agent}", fil: "Kumusta **{customer}**, limang araw po. {agent}"}
  - id: hello
    name: {en: Hello, fil: Kumusta}
    "on": by_hand
    body: {en: "Hello {customer}!", fil: "Kumusta {customer}!"}
)";

class ComposeTest : public AppTest {
 protected:
  ComposeTest() : AppTest(with_templates) {}

  /// Liza writes by mail, with copies to these.
  void mail_comes(const std::string& id, const std::string& cc = "", const std::string& more = "") {
    deliver("From: Liza Cruz <liza@example.net>\nTo: Help <help@shop.example>\n" +
            (cc.empty() ? "" : "Cc: " + cc + "\n") + "Subject: Broken fan\nMessage-ID: <" + id + "@example.net>\n" +
            more + "\nIt stopped.\n");
  }
  std::int64_t seen() { return show(1).row.last_number; }
  Reply a_reply(const std::string& text, const std::string& request = "a1") { return {request, text, seen(), {}}; }
  Result<Conversation> send(const Reply& reply) {
    return write([&](store::Tx& tx) { return app_->reply(tx, caller, first, reply); });
  }
  Result<Conversation> keep(const Reply& reply, Maybe<Time> at = {}) {
    return write([&](store::Tx& tx) {
      return hold(app_->shared(), tx, caller, first, {.reply = reply, .forward = {}, .at = std::move(at)});
    });
  }
  Result<Conversation> undo(const std::string& held) {
    return write(
        [&](store::Tx& tx) { return take_back(app_->shared(), tx, caller, first, std::stoll(held), {Text("page")}); });
  }
  Result<Conversation> pass_on(const Forward& input) {
    return write([&](store::Tx& tx) { return forward(app_->shared(), tx, caller, first, input); });
  }
  Result<MailPreview> look(const Reply& reply) {
    return write(
        [&](store::Tx& tx) { return preview(app_->shared(), tx, caller, first, {.reply = reply, .forward = {}}); });
  }
  ComposeView view() {
    const auto shown = read([&](store::Tx& tx) { return show_compose(app_->shared(), tx, caller, first); });
    EXPECT_TRUE(shown.ok()) << shown.error().detail;
    return shown.ok() ? *shown : ComposeView{};
  }
  std::string upload(const std::string& name, const std::string& bytes) {
    return write([&](store::Tx& tx) { return take_file(app_->shared(), tx, caller.agent, name, bytes); })->id;
  }
  /// As the server's waking does it. How many were looked at.
  int tick() {
    const auto due = read(
        [&](store::Tx& tx) -> Result<std::vector<std::int64_t>> { return due_held(app_->shared(), tx, held_batch); });
    for (const std::int64_t held : *due) {
      const auto sent = write([&](store::Tx& tx) { return send_held(app_->shared(), tx, held); });
      if (sent.ok()) continue;
      EXPECT_TRUE(stops_held(sent.error())) << sent.error().detail;
      EXPECT_TRUE(write([&](store::Tx& tx) { return stop_held(app_->shared(), tx, held, sent.error()); }).ok());
    }
    return static_cast<int>(due->size());
  }
  /// What waited in the outbox is sent.
  void mails_go() {
    for (const auto& mail : outgoing())
      EXPECT_TRUE(write([&](store::Tx& tx) { return app_->mail_sent(tx, mail.outbox_id); }).ok());
  }
  std::vector<std::string> sent_to() {
    std::vector<std::string> all;
    for (const auto& mail : outgoing()) all.push_back(mail.to);
    return all;
  }
  std::vector<std::string> differences() {
    return write([&](store::Tx& tx) { return app_->verify(tx, {}, 100); })->differences;
  }
  std::vector<std::string> texts_of(const std::string& kind) {
    std::vector<std::string> all;
    for (const Message& message : show(1).messages)
      if (message.kind == kind) all.push_back(message.text);
    return all;
  }
};

// ---- layout --------------------------------------------------------------------------------------------------------

TEST_F(ComposeTest, the_plain_twin_is_made_of_the_safe_layout_whatever_the_page_says) {
  agent("ana");
  mail_comes("m1");
  mails_go();
  Reply reply = a_reply("something else entirely");
  reply.html =
      "<p>Hello <strong>Liza</strong></p><ul><li><p>one</p></li></ul><script>alert(1)</script>"
      "<p onclick=\"x()\"><a href=\"javascript:x()\">no</a> <a href=\"https://shop.example/\">yes</a></p>"
      "<img src=\"https://track.example/x.png\" alt=\"dot\">";
  const auto sent = send(reply);
  ASSERT_TRUE(sent.ok()) << sent.error().detail;
  const Message& message = sent->messages.back();
  EXPECT_THAT(message.text, HasSubstr("Hello Liza"));
  EXPECT_THAT(message.text, Not(HasSubstr("something else")));
  ASSERT_TRUE(message.mail);
  EXPECT_THAT(message.mail->html, HasSubstr("<strong>Liza</strong>"));
  for (const char* bad : {"script", "alert", "onclick", "javascript", "track.example"})
    EXPECT_THAT(message.mail->html, Not(HasSubstr(bad)));
  const auto mails = outgoing();
  ASSERT_THAT(mails, SizeIs(1));
  const mail::Parsed mail = mail::parse(mails[0].data);
  EXPECT_THAT(mail.html, HasSubstr("<strong>Liza</strong>"));
  EXPECT_THAT(mail.text, HasSubstr("Hello Liza"));
  EXPECT_THAT(differences(), IsEmpty());
}

TEST_F(ComposeTest, a_picture_in_the_text_goes_with_the_mail_and_is_named_by_what_it_holds) {
  agent("ana");
  mail_comes("m1");
  mails_go();
  const std::string token = upload("fan.png", png), other = upload("terms.txt", "two years\n");
  Reply reply = a_reply("");
  reply.html = "<p>See <img src=\"cid:" + token + "\" alt=\"the fan\"><img src=\"cid:unknown\" alt=\"gone\"></p>";
  reply.uploads = List<Text>{token, other};
  const auto sent = send(reply);
  ASSERT_TRUE(sent.ok()) << sent.error().detail;
  const Message& message = sent->messages.back();
  ASSERT_THAT(message.attachments, SizeIs(2));
  ASSERT_TRUE(message.mail);
  ASSERT_THAT(message.mail->pictures, SizeIs(1));
  EXPECT_EQ(message.mail->pictures[0].attachment, message.attachments[0].id);
  EXPECT_THAT(message.mail->html, HasSubstr("cid:" + message.mail->pictures[0].cid));
  EXPECT_THAT(message.mail->html, Not(HasSubstr(token)));
  const mail::Parsed mail = mail::parse(outgoing().at(0).data);
  ASSERT_THAT(mail.attachments, SizeIs(2));
  int named = 0;
  for (const mail::Part& part : mail.attachments)
    if (!part.content_id.empty()) {
      ++named;
      EXPECT_EQ(part.bytes, png);
      EXPECT_THAT(mail.html, HasSubstr("cid:" + message.mail->pictures[0].cid));
    }
  EXPECT_EQ(named, 1);
}

TEST_F(ComposeTest, what_has_nothing_to_see_is_refused_and_what_is_too_long_too) {
  agent("ana");
  mail_comes("m1");
  Reply empty = a_reply("");
  empty.html = "<p><script>x</script></p>";
  EXPECT_EQ(send(empty).error().code, ErrorCode::bad_input);
  Reply large = a_reply("x");
  large.html = std::string(letter_html_max + 1, 'x');
  EXPECT_THAT(send(large).error().detail, HasSubstr("html"));
}

// ---- copies --------------------------------------------------------------------------------------------------------

TEST_F(ComposeTest, who_had_the_customers_mail_gets_the_reply_and_we_never_do) {
  agent("ana");
  mail_comes("m1", "Ben <ben@example.org>, HELP@shop.example, liza@example.net");
  mails_go();
  const ComposeView shown = view();
  ASSERT_TRUE(shown.to);
  EXPECT_EQ(shown.to->email, "liza@example.net");
  ASSERT_THAT(shown.reply_all, SizeIs(1));
  EXPECT_EQ(shown.reply_all[0].email, "ben@example.org");
  EXPECT_EQ(shown.reply_all[0].name, "Ben");
  Reply reply = a_reply("We send a new one.");
  reply.cc = List<Recipient>{{"Ben", "Ben@example.org"}, {"", "help@shop.example"}};
  reply.bcc = List<Recipient>{{"", "boss@example.org"}, {"", "ben@example.org"}};
  const auto sent = send(reply);
  ASSERT_TRUE(sent.ok()) << sent.error().detail;
  const auto mails = outgoing();
  ASSERT_THAT(mails, SizeIs(3));
  EXPECT_EQ(mails[0].to, "liza@example.net");
  EXPECT_EQ(mails[1].to, "ben@example.org");
  EXPECT_EQ(mails[2].to, "boss@example.org");
  EXPECT_THAT(mails[0].data, Not(HasSubstr("boss@")));
  EXPECT_THAT(mails[0].data, Not(HasSubstr("/c/"))) << "whoever gets a copy gets no key to the conversation";
  const auto& mail = sent->messages.back().mail;
  ASSERT_TRUE(mail);
  EXPECT_EQ(mail->cc.at(0).email, "ben@example.org");
  EXPECT_EQ(mail->bcc.at(0).email, "boss@example.org");
  // Next time they are known.
  std::vector<std::string> known;
  for (const Recipient& one : view().known) known.push_back(one.email);
  EXPECT_THAT(known, testing::UnorderedElementsAre("ben@example.org", "boss@example.org"));
}

TEST_F(ComposeTest, a_wrong_address_is_named_by_its_place) {
  agent("ana");
  mail_comes("m1");
  Reply reply = a_reply("x");
  reply.cc = List<Recipient>{{"", "ben@example.org"}, {"", "nobody"}};
  EXPECT_THAT(send(reply).error().detail, HasSubstr("cc[1]: "));
  reply.cc = List<Recipient>(recipients_max + 1, {"", "a@b.example"});
  EXPECT_EQ(send(reply).error().code, ErrorCode::bad_input);
  EXPECT_THAT(texts_of("reply"), IsEmpty());
}

// ---- forwards ------------------------------------------------------------------------------------------------------

TEST_F(ComposeTest, a_forward_is_a_note_that_goes_out_and_its_answer_is_a_note_too) {
  agent("ana");
  mail_comes("m1");
  mails_go();
  const auto clocks = show(1).clocks.size();
  Forward input{"f1", "repairs@parts.example", "Fwd: Broken fan", "Can you mend this?", {show(1).messages[0].id}, {}};
  const auto sent = pass_on(input);
  ASSERT_TRUE(sent.ok()) << sent.error().detail;
  ASSERT_TRUE(pass_on(input).ok()) << "the same request again";
  const Message note = show(1).messages.back();
  EXPECT_EQ(note.kind, "note");
  ASSERT_TRUE(note.mail);
  EXPECT_TRUE(note.mail->forwarded);
  EXPECT_EQ(note.mail->to.at(0).email, "repairs@parts.example");
  EXPECT_THAT(note.text, HasSubstr("Can you mend this?"));
  EXPECT_THAT(note.text, HasSubstr("It stopped."));
  EXPECT_TRUE(show(1).row.unanswered) << "the customer has no answer by it";
  EXPECT_EQ(show(1).clocks.size(), clocks);
  const auto mails = outgoing();
  ASSERT_THAT(mails, SizeIs(1));
  EXPECT_EQ(mails[0].to, "repairs@parts.example");
  const mail::Parsed mail = mail::parse(mails[0].data);
  EXPECT_THAT(mail.references, IsEmpty()) << "the customer's thread is none of theirs";

  deliver(
      "From: Repairs <repairs@parts.example>\nTo: help@shop.example\nSubject: Re: Fwd: Broken fan\nMessage-ID: "
      "<p1@parts.example>\nIn-Reply-To: <" +
      mail.message_id + ">\n\nYes, by Friday.\n");
  const Conversation shown = show(1);
  EXPECT_EQ(shown.messages.back().kind, "note");
  EXPECT_THAT(shown.messages.back().text, HasSubstr("by Friday"));
  EXPECT_EQ(shown.messages.back().email.value_or(""), "repairs@parts.example");
  EXPECT_THAT(outgoing(), IsEmpty()) << "nobody is answered automatically";
  // The reply to the customer knows nothing of that thread.
  ASSERT_TRUE(send(a_reply("It will be mended by Friday.", "a2")).ok());
  const auto replied = outgoing();
  ASSERT_THAT(replied, SizeIs(1));
  EXPECT_THAT(replied[0].data, Not(HasSubstr("parts.example")));
  EXPECT_THAT(replied[0].data, Not(HasSubstr("forward.")));
  EXPECT_THAT(differences(), IsEmpty());
}

TEST_F(ComposeTest, somebody_else_does_not_get_into_a_conversation_by_a_forward) {
  agent("ana");
  mail_comes("m1");
  mails_go();
  ASSERT_TRUE(pass_on({"f1", "repairs@parts.example", "Fwd", "Look", {}, {}}).ok());
  const mail::Parsed mail = mail::parse(outgoing().at(0).data);
  const auto delivered = deliver(
      "From: Eve <eve@evil.example>\nTo: help@shop.example\nSubject: Re\nMessage-ID: <e@evil>\n"
      "References: <" +
      mail.message_id + ">\n\nHello\n");
  EXPECT_NE(delivered.conversation, first);
}

TEST_F(ComposeTest, a_forward_says_what_is_wrong_with_it) {
  agent("ana");
  mail_comes("m1");
  const auto why = [&](Forward input) {
    input.request_id = "f" + std::to_string(input.to.size());
    const auto sent = pass_on(input);
    return sent.ok() ? std::string() : sent.error().detail;
  };
  EXPECT_THAT(why({"", "nobody", "s", "x", {}, {}}), HasSubstr("to: "));
  EXPECT_THAT(why({"", "liza@example.net", "s", "x", {}, {}}), HasSubstr("customer"));
  EXPECT_THAT(why({"", "help@shop.example", "s", "x", {}, {}}), HasSubstr("business itself"));
  EXPECT_THAT(why({"", "p@parts.example", "", "x", {}, {}}), HasSubstr("subject: "));
  EXPECT_THAT(why({"", "p@parts.example", "s", "", {}, {}}), HasSubstr("text: "));
  EXPECT_THAT(why({"", "p@parts.example", "s", "x", {"999"}, {}}), HasSubstr("messages[0]: "));
  EXPECT_THAT(why({"", "p@parts.example", "s", "x", {}, {"999"}}), HasSubstr("attachments[0]: "));
  EXPECT_THAT(texts_of("note"), IsEmpty());
}

TEST_F(ComposeTest, files_of_the_conversation_go_with_a_forward) {
  agent("ana");
  auto input = form();
  input.uploads =
      List<Text>{write([&](store::Tx& tx) { return take_file(app_->shared(), tx, {}, "fan.png", png); })->id};
  create(input);
  mails_go();
  const Message asked = show(1).messages.front();
  ASSERT_TRUE(pass_on({"f1", "p@parts.example", "Fwd: fan", "", {asked.id}, {asked.attachments.at(0).id}}).ok());
  EXPECT_THAT(show(1).messages.back().attachments, SizeIs(1));
  EXPECT_EQ(mail::parse(outgoing().at(0).data).attachments.at(0).bytes, png);
}

// ---- what waits ----------------------------------------------------------------------------------------------------

TEST_F(ComposeTest, what_was_sent_can_be_undone_for_ten_seconds_and_leaves_no_trace) {
  agent("ana");
  mail_comes("m1");
  mails_go();
  const auto events = show(1).timeline.size();
  Reply reply = a_reply("Too early");
  reply.html = "<p>Too <em>early</em></p>";
  reply.cc = List<Recipient>{{"Ben", "ben@example.org"}};
  const std::string token = upload("fan.png", png);
  reply.uploads = List<Text>{token};
  const auto held = keep(reply);
  ASSERT_TRUE(held.ok()) << held.error().detail;
  ASSERT_THAT(held->held, SizeIs(1));
  EXPECT_TRUE(held->held[0].undo);
  EXPECT_EQ(held->held[0].send_at, format_instant(now + seconds(10)));
  EXPECT_EQ(held->timeline.size(), events);
  now = now + seconds(9);
  EXPECT_EQ(tick(), 0);
  const auto back = undo(held->held[0].id);
  ASSERT_TRUE(back.ok()) << back.error().detail;
  EXPECT_THAT(back->held, IsEmpty());
  ASSERT_THAT(back->drafts, SizeIs(1));
  EXPECT_EQ(back->drafts[0].text, "Too early");
  ASSERT_TRUE(back->drafts[0].mail);
  EXPECT_EQ(back->drafts[0].mail->html, "<p>Too <em>early</em></p>");
  EXPECT_EQ(back->drafts[0].mail->cc.at(0).email, "ben@example.org");
  EXPECT_THAT(back->drafts[0].uploads, SizeIs(1));
  now = now + hours(1);
  EXPECT_EQ(tick(), 0);
  EXPECT_THAT(outgoing(), IsEmpty());
  EXPECT_EQ(show(1).timeline.size(), events);
  EXPECT_EQ(undo(held->held[0].id).error().code, ErrorCode::not_found);
}

TEST_F(ComposeTest, it_goes_once_at_its_time_also_when_the_server_was_away) {
  const AgentId ana = agent("ana");
  mail_comes("m1");
  mails_go();
  Reply reply = a_reply("Good morning!");
  reply.then_state = "pending";
  const auto held = keep(reply, format_instant(now + hours(3)));
  ASSERT_TRUE(held.ok()) << held.error().detail;
  EXPECT_FALSE(held->held[0].undo);
  ASSERT_TRUE(keep(reply, format_instant(now + hours(3))).ok()) << "the same request again";
  EXPECT_THAT(show(1).held, SizeIs(1));
  open();  // another process
  now = now + hours(5);
  EXPECT_EQ(tick(), 1);
  EXPECT_EQ(tick(), 0);
  const Conversation shown = show(1);
  EXPECT_THAT(shown.held, IsEmpty());
  EXPECT_THAT(texts_of("reply"), ElementsAre("Good morning!"));
  EXPECT_EQ(shown.messages.back().at, format_instant(now)) << "when it really went";
  EXPECT_EQ(shown.messages.back().author, "Agent ana");
  EXPECT_EQ(shown.row.state, "pending");
  EXPECT_FALSE(shown.row.unanswered);
  EXPECT_THAT(sent_to(), ElementsAre("liza@example.net"));
  EXPECT_EQ(ana.value, 1);
  EXPECT_THAT(differences(), IsEmpty());
}

TEST_F(ComposeTest, when_the_customer_wrote_meanwhile_it_is_stopped_and_its_writer_told) {
  agent("ana");
  mail_comes("m1");
  mails_go();
  ASSERT_TRUE(keep(a_reply("We come on Monday."), format_instant(now + hours(3))).ok());
  mail_comes("m2", "", "In-Reply-To: <m1@example.net>\n");
  mails_go();
  ASSERT_THAT(texts_of("customer"), SizeIs(2));
  now = now + hours(3);
  EXPECT_EQ(tick(), 1);
  EXPECT_EQ(tick(), 0);
  Conversation shown = show(1);
  ASSERT_THAT(shown.held, SizeIs(1));
  EXPECT_EQ(shown.held[0].state, "stopped");
  EXPECT_EQ(shown.held[0].why, "moved");
  EXPECT_THAT(texts_of("reply"), IsEmpty());
  EXPECT_THAT(outgoing(), IsEmpty());
  const auto list = read([&](store::Tx& tx) { return own_held(app_->shared(), tx, caller); });
  ASSERT_THAT(list->items, SizeIs(1));
  EXPECT_EQ(list->items[0].conversation, "1");
  EXPECT_EQ(list->items[0].held.state, "stopped");
  // Whoever has read what came sends it after all.
  const auto now_sent = write([&](store::Tx& tx) {
    return send_now(app_->shared(), tx, caller, first, std::stoll(shown.held[0].id), {shown.row.last_number});
  });
  ASSERT_TRUE(now_sent.ok()) << now_sent.error().detail;
  EXPECT_THAT(texts_of("reply"), ElementsAre("We come on Monday."));
  EXPECT_THAT(show(1).held, IsEmpty());
  EXPECT_THAT(differences(), IsEmpty());
}

TEST_F(ComposeTest, two_replies_in_a_row_do_not_stop_each_other) {
  agent("ana");
  mail_comes("m1");
  mails_go();
  Reply one = a_reply("One."), two = a_reply("And two.", "a2");
  ASSERT_TRUE(keep(one).ok());
  now = now + seconds(4);
  ASSERT_TRUE(keep(two).ok());
  now = now + seconds(6);
  EXPECT_EQ(tick(), 1);
  // A third, begun before the first had gone.
  Reply three = two;
  three.request_id = "a3";
  three.text = "Three.";
  ASSERT_TRUE(keep(three).ok());
  now = now + seconds(20);
  EXPECT_EQ(tick(), 2);
  EXPECT_THAT(texts_of("reply"), ElementsAre("One.", "And two.", "Three."));
  EXPECT_THAT(show(1).held, IsEmpty());
}

TEST_F(ComposeTest, what_waits_is_its_writers_alone) {
  agent("ana");
  mail_comes("m1");
  ASSERT_TRUE(keep(a_reply("Mine."), format_instant(now + hours(3))).ok());
  const std::string id = show(1).held[0].id;
  caller.agent = agent("ben");
  EXPECT_EQ(undo(id).error().code, ErrorCode::forbidden);
  EXPECT_FALSE(show(1).held[0].mine) << "but everybody sees it";
  EXPECT_EQ(show(1).held[0].author, "Agent ana");
}

TEST_F(ComposeTest, what_stops_one_reply_stops_no_other) {
  agent("ana");
  agent("root");
  mail_comes("m1");
  ASSERT_TRUE(keep(a_reply("Never."), format_instant(now + hours(1))).ok());
  ASSERT_TRUE(write([&](store::Tx& tx) { return app_->remove_account(tx, "ana"); }).ok());
  caller.agent = AgentId(2);
  ASSERT_TRUE(keep(a_reply("Hello.", "b1"), format_instant(now + hours(2))).ok());
  now = now + hours(3);
  EXPECT_EQ(tick(), 2);
  EXPECT_EQ(show(1).held.at(0).why, "no_account");
  EXPECT_THAT(texts_of("reply"), ElementsAre("Hello."));
}

TEST_F(ComposeTest, a_time_and_a_rule_have_their_limits) {
  agent("ana");
  mail_comes("m1");
  EXPECT_THAT(keep(a_reply("x"), format_instant(now)).error().detail, HasSubstr("past_time"));
  EXPECT_THAT(keep(a_reply("x"), format_instant(now + hours(24 * 400))).error().detail, HasSubstr("far_time"));
  EXPECT_THAT(keep(a_reply("x"), "soon").error().detail, HasSubstr("at: "));
  EXPECT_EQ(keep(a_reply("")).error().code, ErrorCode::bad_input);
  const auto set = [&](std::int64_t value) {
    return write([&](store::Tx& tx) { return set_compose_rules(tx, {value}); });
  };
  EXPECT_FALSE(set(-1).ok());
  EXPECT_FALSE(set(61).ok());
  ASSERT_TRUE(set(0).ok());
  EXPECT_EQ(view().undo_seconds, 0);
  ASSERT_TRUE(keep(a_reply("At once.")).ok());
  EXPECT_EQ(tick(), 1);
  EXPECT_THAT(texts_of("reply"), ElementsAre("At once."));
}

TEST_F(ComposeTest, a_held_forward_is_taken_back_whole) {
  agent("ana");
  mail_comes("m1");
  const std::string quoted = show(1).messages[0].id;
  const Forward input{"f1", "p@parts.example", "Fwd: fan", "Look", {quoted}, {}};
  const auto held = write([&](store::Tx& tx) {
    return hold(app_->shared(), tx, caller, first, {.reply = {}, .forward = input, .at = {}});
  });
  ASSERT_TRUE(held.ok()) << held.error().detail;
  EXPECT_EQ(held->held.at(0).kind, "forward");
  const auto back = undo(held->held[0].id);
  ASSERT_TRUE(back.ok());
  const Draft& draft = back->drafts.at(0);
  EXPECT_EQ(draft.kind, "forward");
  EXPECT_EQ(draft.text, "Look");
  ASSERT_TRUE(draft.mail);
  EXPECT_EQ(draft.mail->to.at(0).email, "p@parts.example");
  EXPECT_THAT(draft.mail->messages, ElementsAre(quoted));
}

// ---- templates, times, preview -------------------------------------------------------------------------------------

TEST_F(ComposeTest, templates_are_in_the_customers_language_with_the_names_filled_in) {
  agent("ana");
  auto input = form();
  input.name = "Liza <b>";
  create(input);
  const auto templates = view().templates;
  ASSERT_THAT(templates, SizeIs(2));
  EXPECT_EQ(templates[0].id, "refund-steps");
  EXPECT_TRUE(templates[0].fits);
  EXPECT_EQ(templates[0].name, "Refund steps");
  EXPECT_THAT(templates[0].text, HasSubstr("it takes five days. Agent ana"));
  EXPECT_THAT(templates[0].html, HasSubstr("<strong>Liza &lt;b&gt;</strong>"));
  EXPECT_THAT(show(1).messages, SizeIs(2)) << "nobody gets one by itself";
  auto filipino = form("r2");
  filipino.language = "fil";
  filipino.topic = "question";
  create(filipino);
  const auto theirs =
      read([&](store::Tx& tx) { return show_compose(app_->shared(), tx, caller, ConversationId(2)); })->templates;
  EXPECT_FALSE(theirs.at(0).id == "refund-steps" && theirs.at(0).fits);
  EXPECT_THAT(theirs.at(0).text + theirs.at(1).text, HasSubstr("Kumusta"));
}

TEST_F(ComposeTest, times_to_send_at_are_openings_of_the_channel) {
  agent("ana");
  mail_comes("m1");  // Monday 10:00 in Manila, open 9 to 5
  std::vector<std::string> said;
  for (const SendTime& time : view().times) said.push_back(time.kind + " " + time.at);
  EXPECT_THAT(said, ElementsAre("tomorrow 2026-11-24T01:00:00Z", "monday 2026-11-30T01:00:00Z"));
  now = *parse_instant("2026-11-27T12:00:00Z");  // Friday evening
  said.clear();
  for (const SendTime& time : view().times) said.push_back(time.kind + " " + time.at);
  EXPECT_THAT(said, ElementsAre("next_open 2026-11-30T01:00:00Z"));
}

TEST_F(ComposeTest, the_preview_is_the_mail_that_goes_out_and_changes_nothing) {
  agent("ana");
  create(form());
  mails_go();
  Reply reply = a_reply("x");
  reply.html = "<p>Hello <strong>Liza</strong></p>";
  const auto shown = look(reply);
  ASSERT_TRUE(shown.ok()) << shown.error().detail;
  EXPECT_EQ(shown->to.email, "liza@example.net");
  EXPECT_EQ(shown->subject, "Re: Broken fan");
  EXPECT_THAT(texts_of("reply"), IsEmpty());
  EXPECT_THAT(outgoing(), IsEmpty());
  ASSERT_TRUE(send(reply).ok());
  const mail::Parsed mail = mail::parse(outgoing().at(0).data);
  EXPECT_EQ(mail.subject, shown->subject);
  EXPECT_EQ(mail.from.email, shown->from.email);
  EXPECT_THAT(shown->html, HasSubstr("Hello <strong>Liza</strong>"));
  EXPECT_THAT(mail.html, HasSubstr(shown->html.substr(0, 40)));
  EXPECT_THAT(shown->text, HasSubstr("https://shop.example/c/")) << "the private link, as in the mail";
}

// ---- drafts and privacy --------------------------------------------------------------------------------------------

TEST_F(ComposeTest, a_draft_keeps_layout_and_recipients_until_it_is_sent) {
  agent("ana");
  mail_comes("m1");
  DraftMail mail;
  mail.html = "<p><em>Hi</em></p>";
  mail.cc = {{"Ben", "ben@example.org"}};
  const auto save = [&](const DraftMail& with) {
    return write([&](store::Tx& tx) {
      return save_draft(app_->shared(), tx, caller, first, "reply", {"Hi", "page", 0, seen(), {}, with});
    });
  };
  ASSERT_TRUE(save(mail).ok());
  ASSERT_TRUE(show(1).drafts.at(0).mail);
  EXPECT_EQ(show(1).drafts[0].mail->html, mail.html);
  DraftMail large = mail;
  large.html = std::string(letter_html_max + 1, 'x');
  EXPECT_FALSE(save(large).ok());
  Reply reply = a_reply("Hi");
  reply.html = mail.html;
  reply.writer = "page";
  ASSERT_TRUE(send(reply).ok());
  EXPECT_FALSE(show(1).drafts.at(0).mail);
}

TEST_F(ComposeTest, erasing_takes_recipients_layouts_and_what_waits) {
  agent("ana");
  mail_comes("m1", "Ben <ben@example.org>");
  Reply reply = a_reply("Hi");
  reply.html = "<p><em>Secret</em></p>";
  ASSERT_TRUE(send(reply).ok());
  ASSERT_TRUE(keep(a_reply("Later", "a2"), format_instant(now + hours(3))).ok());
  ASSERT_TRUE(write([&](store::Tx& tx) -> Result<void> {
                (void)tx.erase_texts(first, now);
                return {};
              }).ok());
  const Conversation shown = show(1);
  EXPECT_THAT(shown.held, IsEmpty());
  for (const Message& message : shown.messages) EXPECT_FALSE(message.mail);
  const auto left = read([&](store::Tx& tx) -> Result<std::size_t> {
    return store::message_mails(tx, first).size() + store::held_of(tx, first).size();
  });
  EXPECT_EQ(*left, 0u);
  now = now + hours(4);
  EXPECT_EQ(tick(), 0);
}

}  // namespace
}  // namespace suki::app
