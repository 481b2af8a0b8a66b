/// The whole path with a clock of our own: message in, promise, reply, clocks, mail.
#include "app/app.h"

#include "app/plans.h"
#include "app/testing.h"
#include "desk/conversation.h"
#include "desk/ledger.h"
#include "mail/mail.h"

namespace suki::app {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST_F(AppTest, a_customer_is_told_before_and_after_when_the_reply_comes_and_it_is_the_clock_that_runs) {
  const auto before = read([&](store::Tx& tx) { return app_->promise(tx, "form", "refund", "en"); });
  const Created created = create(form());
  EXPECT_TRUE(created.promise.open);
  EXPECT_EQ(created.promise.reply_by, "2026-11-23T06:00:00Z");
  EXPECT_EQ(before->reply_by, created.promise.reply_by);
  const Conversation shown = show(1);
  EXPECT_EQ(shown.row.next_due->due_at, created.promise.reply_by);
  EXPECT_EQ(shown.row.topic.id, "refund");
  EXPECT_EQ(shown.row.preview, "My fan stopped after two days.") << "not the automatic reply";
  EXPECT_EQ(shown.email, "liza@example.net");
  ASSERT_EQ(shown.messages.size(), 2u);
  EXPECT_EQ(shown.messages[0].text, "My fan stopped after two days.");
  EXPECT_EQ(shown.messages[1].kind, "automatic");
  EXPECT_THAT(shown.messages[1].text, testing::AllOf(HasSubstr("Liza Cruz"), HasSubstr("2:00"), HasSubstr("Manila"),
                                                     HasSubstr("https://shop.example/c/" + created.token)));
  EXPECT_THAT(shown.messages[1].text, Not(HasSubstr("{")));
}

TEST_F(AppTest, the_same_request_twice_is_one_conversation_and_another_text_is_another) {
  const Created first = create(form()), again = create(form());
  EXPECT_EQ(first.token, again.token);
  auto other = form();
  other.message = "Something else";
  EXPECT_NE(create(other).token, first.token);
  (void)read([&](store::Tx& tx) -> Result<int> {
    EXPECT_EQ(tx.count_rows("conversations"), 2);
    return 0;
  });
}

TEST_F(AppTest, wrong_input_names_the_field_and_leaves_nothing_behind) {
  const auto refuse = [&](auto change, const char* detail) {
    NewConversation input = form();
    change(input);
    const auto made = write([&](store::Tx& tx) { return app_->create_by_form(tx, input); });
    ASSERT_FALSE(made.ok()) << detail;
    EXPECT_EQ(made.error().code, ErrorCode::bad_input);
    EXPECT_THAT(made.error().detail, testing::StartsWith(detail));
  };
  refuse([](auto& i) { i.request_id = "a b"; }, "request_id: ");
  refuse([](auto& i) { i.request_id = std::string(65, 'a'); }, "request_id: ");
  refuse([](auto& i) { i.name = " "; }, "name: must not be empty");
  refuse([](auto& i) { i.name = std::string(201, 'a'); }, "name: must have at most 200");
  refuse([](auto& i) { i.message = "\xff"; }, "message: must be UTF-8");
  refuse([](auto& i) { i.message = std::string("a\0b", 3); }, "message: must not hold control");
  refuse([](auto& i) { i.topic = "nothing"; }, "topic: is not in the plan");
  for (const char* email : {"a", "@b", "a@", "a b@c.example", "a@b@c", "a@.x", "a@b..c", "a\r\nBcc: x@y.example"})
    refuse([&](auto& i) { i.email = email; }, "email: ");
  (void)read([&](store::Tx& tx) -> Result<int> {
    EXPECT_EQ(tx.count_rows("conversations") + tx.count_rows("customers") + tx.count_rows("outbox"), 0);
    return 0;
  });
}

TEST_F(AppTest, the_seconds_used_and_left_of_a_clock_make_up_its_budget_within_a_second_too) {
  agent("ana");
  (void)create(form());
  now = now + Span{1'999'999};
  const auto clocks = show(1).clocks;
  ASSERT_FALSE(clocks.empty());
  for (const ClockView& clock : clocks) {
    EXPECT_EQ(clock.used_s, 1) << clock.target;
    EXPECT_EQ(clock.used_s + clock.left_s, clock.budget_s) << clock.target;
  }
}

TEST_F(AppTest, an_agent_answers_the_clock_is_met_and_the_customer_sees_the_reply_and_gets_it_by_mail) {
  agent("ana");
  const Created created = create(form());
  for (const auto& mail : outgoing())
    ASSERT_TRUE(write([&](store::Tx& tx) -> Result<int> {
                  SUKI_CHECK(app_->mail_sent(tx, mail.outbox_id));
                  return 0;
                }).ok());
  now = now + hours(3);
  const auto replied = reply(1, "We send a new one.", show(1).row.last_number);
  ASSERT_TRUE(replied.ok()) << replied.error().detail;
  EXPECT_EQ(replied->clocks.front().status, "met");
  EXPECT_EQ(replied->clocks.front().used_s, 3 * 3600);
  EXPECT_FALSE(replied->row.unanswered);
  const auto seen = read([&](store::Tx& tx) { return app_->public_conversation(tx, created.token, "fil"); });
  EXPECT_EQ(seen->messages.back().text, "We send a new one.");
  EXPECT_EQ(seen->messages.back().from, "staff");
  EXPECT_EQ(seen->promise.reply_by, std::nullopt) << "nobody waits";
  const auto mails = outgoing();
  ASSERT_EQ(mails.size(), 1u);
  EXPECT_EQ(mails[0].to, "liza@example.net");
  const mail::Parsed mail = mail::parse(mails[0].data);
  EXPECT_EQ(mail.subject, "Re: Broken fan");
  EXPECT_EQ(mail.from.email, "help@shop.example");
  EXPECT_THAT(mail.text, testing::AllOf(HasSubstr("We send a new one."), HasSubstr(created.token)));
  EXPECT_EQ(show(1).messages.back().delivery, "queued");
  ASSERT_TRUE(write([&](store::Tx& tx) -> Result<int> {
                SUKI_CHECK(app_->mail_sent(tx, mails[0].outbox_id));
                return 0;
              }).ok());
  EXPECT_EQ(show(1).messages.back().delivery, "sent");
}

TEST_F(AppTest, the_same_reply_twice_is_one_message_and_one_mail) {
  agent("ana");
  create(form());
  (void)outgoing();
  const auto after = show(1).row.last_number;
  ASSERT_TRUE(reply(1, "Hello", after).ok());
  ASSERT_TRUE(reply(1, "Hello", after).ok());
  EXPECT_EQ(show(1).messages.size(), 3u);
  EXPECT_EQ(outgoing().size(), 1u);
}

TEST_F(AppTest, a_reply_that_crosses_a_customer_message_is_a_conflict_and_nothing_is_sent) {
  agent("ana");
  const Created created = create(form());
  const auto after = show(1).row.last_number;
  (void)outgoing();
  ASSERT_TRUE(write([&](store::Tx& tx) {
                return app_->public_message(tx, created.token, {"m1", "It works again, thanks"}, "en");
              }).ok());
  const auto replied = reply(1, "We send a new one.", after);
  ASSERT_FALSE(replied.ok());
  EXPECT_EQ(replied.error().code, ErrorCode::conflict);
  EXPECT_TRUE(outgoing().empty());
}

TEST_F(AppTest, a_note_is_never_shown_to_the_customer_and_never_mailed) {
  agent("ana");
  const Created created = create(form());
  (void)outgoing();
  ASSERT_TRUE(write([&](store::Tx& tx) {
                return app_->note(tx, caller, ConversationId(1), {"n1", "He calls every week"});
              }).ok());
  const auto seen = read([&](store::Tx& tx) { return app_->public_conversation(tx, created.token, "en"); });
  for (const PublicMessage& message : seen->messages) EXPECT_THAT(message.text, Not(HasSubstr("every week")));
  EXPECT_TRUE(outgoing().empty());
  EXPECT_EQ(show(1).clocks.front().status, "running") << "a note is no reply";
}

TEST_F(AppTest, time_breaks_a_promise_and_it_stands_at_its_due_instant_however_late_it_is_noticed) {
  create(form());
  EXPECT_EQ(*read([&](store::Tx& tx) { return app_->next_wake(tx); }), *parse_instant("2026-11-23T05:00:00Z"))
      << "the warning";
  now = now + days(2);
  open();  // it was down meanwhile
  EXPECT_EQ(*write([&](store::Tx& tx) { return app_->wake(tx, 10); }), 1);
  const Conversation shown = show(1);
  EXPECT_TRUE(shown.row.breached);
  EXPECT_EQ(shown.clocks.front().status, "missed");
  EXPECT_EQ(shown.clocks.front().ended_at, "2026-11-23T06:00:00Z");
  EXPECT_EQ(shown.row.priority.id, "urgent") << "the escalation step was taken";
  EXPECT_EQ(*write([&](store::Tx& tx) { return app_->wake(tx, 10); }), 0) << "once";
}

TEST_F(AppTest, every_clock_can_be_explained_and_the_sum_is_what_was_used) {
  now = *parse_instant("2026-11-20T08:00:00Z");  // Friday, 16:00 in Manila
  create(form());
  now = *parse_instant("2026-11-23T02:00:00Z");
  const auto shown =
      read([&](store::Tx& tx) { return app_->explain(tx, caller, ConversationId(1), "first_reply", 1); });
  ASSERT_TRUE(shown.ok()) << shown.error().detail;
  EXPECT_EQ(shown->clock.due_at, "2026-11-23T04:00:00Z");
  EXPECT_EQ(shown->policy, "standard");
  EXPECT_EQ(shown->rule, "everyone");
  EXPECT_EQ(shown->calendar_name, "Office hours");
  EXPECT_EQ(shown->time_zone, "Asia/Manila");
  std::int64_t sum = 0;
  for (const StretchView& stretch : shown->stretches) sum += stretch.counted_s;
  EXPECT_EQ(sum, shown->clock.budget_s);
  EXPECT_FALSE(
      read([&](store::Tx& tx) { return app_->explain(tx, caller, ConversationId(1), "first_reply", 2); }).ok());
}

TEST_F(AppTest, closed_stays_closed_and_the_customer_writes_on_in_a_new_conversation) {
  agent("ana");
  const Created created = create(form());
  const auto closed = write([&](store::Tx& tx) {
    Change c;
    c.state = "closed";
    return app_->change(tx, caller, ConversationId(1), c);
  });
  ASSERT_TRUE(closed.ok()) << closed.error().detail;
  const auto written = write([&](store::Tx& tx) {
    return app_->public_message(tx, created.token, {"m1", "Again broken"}, "en");
  });
  ASSERT_TRUE(written.ok()) << written.error().detail;
  ASSERT_TRUE(written->continued.has_value());
  EXPECT_EQ(show(1).row.state, "closed");
  EXPECT_EQ(show(2).messages.front().text, "Again broken");
  EXPECT_EQ(show(2).row.subject, "Broken fan");
  const auto next =
      read([&](store::Tx& tx) { return app_->public_conversation(tx, written->continued->substr(3), "en"); });
  EXPECT_TRUE(next.ok());
}

TEST_F(AppTest, a_change_that_the_rules_refuse_says_why_and_changes_nothing_of_the_whole) {
  agent("ana");
  create(form());
  const auto refused = write([&](store::Tx& tx) {
    Change c;
    c.topic = "question";
    c.state = "on_hold";
    return app_->change(tx, caller, ConversationId(1), c);
  });
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::refused);
  EXPECT_EQ(refused.error().detail, "reason_required");
  EXPECT_EQ(show(1).row.topic.id, "refund");
}

TEST_F(AppTest, work_goes_by_itself_to_an_agent_who_is_present) {
  agent("ana");
  const AgentId ben = agent("ben");
  create(form("r1"));
  EXPECT_EQ(show(1).row.assignee, std::nullopt) << "nobody is there";
  const auto session = write([&](store::Tx& tx) { return app_->start_session(tx, ben); });
  ASSERT_TRUE(write([&](store::Tx& tx) { return app_->set_preferences(tx, session->token, {{}, true, {}}); }).ok());
  ASSERT_TRUE(show(1).row.assignee.has_value()) << "what waited is given when somebody comes";
  EXPECT_EQ(show(1).row.assignee->name, "Agent ben");
  create(form("r2"));
  ASSERT_EQ(show(2).row.assignee->name, "Agent ben");
  const auto inbox = read([&](store::Tx& tx) { return app_->inbox(tx, {ben, Role::agent, "en"}, "mine", "", 50); });
  EXPECT_EQ(inbox->items.size(), 2u);
  EXPECT_EQ(inbox->counts.mine, 2);
  EXPECT_EQ(inbox->counts.unassigned, 0);
}

TEST_F(AppTest, a_session_is_known_until_it_ends) {
  const AgentId ana = agent("ana");
  const auto session = write([&](store::Tx& tx) { return app_->start_session(tx, ana); });
  EXPECT_TRUE(read([&](store::Tx& tx) { return app_->find_session(tx, session->token); }).ok());
  EXPECT_EQ(read([&](store::Tx& tx) { return app_->find_session(tx, "other"); }).error().code, ErrorCode::unauthorized);
  now = now + hours(12);
  EXPECT_EQ(read([&](store::Tx& tx) { return app_->find_session(tx, session->token); }).error().code,
            ErrorCode::unauthorized);
  const auto account = read([&](store::Tx& tx) { return app_->find_account(tx, "ana"); });
  EXPECT_TRUE(App::check_password(account->password_hash, "long enough 1"));
  EXPECT_FALSE(App::check_password(account->password_hash, "long enough 2"));
}

TEST_F(AppTest, whose_last_session_is_over_takes_no_more_work) {
  const AgentId ana = agent("ana");
  present(ana);
  now = now + hours(1);
  present(ana);  // in another browser; nobody uses either
  const auto sweep = [&] {
    return write([&](store::Tx& tx) -> Result<bool> {
      SUKI_CHECK(app_->end_old_sessions(tx));
      SUKI_TRY(const App::Account account, app_->find_account(tx, "ana"));
      return account.present;
    });
  };
  EXPECT_EQ(*read([&](store::Tx& tx) { return app_->next_session_end(tx); }), now + hours(1));
  now = now + hours(1);
  EXPECT_TRUE(*sweep()) << "the second one still holds";
  now = now + hours(1);
  EXPECT_FALSE(*sweep());
  EXPECT_EQ(*read([&](store::Tx& tx) { return app_->next_session_end(tx); }), never);
  create(form());
  EXPECT_EQ(show(1).row.assignee, std::nullopt);
  present(ana);
  ASSERT_TRUE(write([&](store::Tx& tx) -> Result<int> {
                SUKI_CHECK(app_->set_password(tx, "ana", "hash"));
                return 0;
              }).ok());
  EXPECT_FALSE(read([&](store::Tx& tx) { return app_->find_account(tx, "ana"); })->present) << "all sessions are over";
}

TEST_F(AppTest, a_password_is_checked_and_hashed_before_the_store_is_asked) {
  for (const std::string& wrong :
       {std::string("eleven char"), std::string(129, 'x'), std::string("\xff 12345678901")}) {
    const auto hash = App::hash_new_password(wrong);
    ASSERT_FALSE(hash.ok());
    EXPECT_THAT(hash.error().detail, testing::StartsWith("password: "));
  }
  const auto hash = App::hash_new_password("long enough 1");
  ASSERT_TRUE(hash.ok());
  EXPECT_TRUE(App::check_password(*hash, "long enough 1"));
  EXPECT_TRUE(App::hash_new_password("a quiet river" + std::string(115, 'x')).ok());
  EXPECT_TRUE(App::hash_new_password("bahay ñg araw").ok()) << "thirteen characters, whatever their bytes";
}

const std::string first_mail =
    "From: Jun Reyes <jun@example.org>\r\nTo: help@shop.example\r\nSubject: Question\r\nMessage-ID: "
    "<m1@example.org>\r\n\r\nDo you repair radios?\r\n";

TEST_F(AppTest, a_mail_opens_a_conversation_its_answer_goes_back_and_the_next_one_joins_it) {
  agent("ana");
  const auto delivered = deliver(first_mail);
  Conversation shown = show(delivered.conversation.value);
  EXPECT_EQ(shown.row.channel, "email");
  EXPECT_EQ(shown.row.customer, "Jun Reyes");
  EXPECT_EQ(read([&](store::Tx& tx) { return app_->raw_mail(tx, caller, delivered.message); })->bytes, first_mail);
  EXPECT_TRUE(deliver(first_mail).duplicate);
  (void)outgoing();
  ASSERT_TRUE(reply(1, "Yes, we do.", shown.row.last_number).ok());
  const auto mails = outgoing();
  ASSERT_EQ(mails.size(), 1u);
  const mail::Parsed ours = mail::parse(mails[0].data);
  EXPECT_EQ(ours.in_reply_to, "m1@example.org");
  EXPECT_THAT(ours.references, testing::Contains("m1@example.org"));
  const auto answer =
      deliver("From: jun@example.org\r\nSubject: Re: Question\r\nMessage-ID: <m2@example.org>\r\nIn-Reply-To: <" +
              ours.message_id + ">\r\n\r\nGreat.\r\n");
  EXPECT_EQ(answer.conversation, delivered.conversation);
}

TEST_F(AppTest, a_stranger_who_knows_a_message_id_does_not_get_into_the_conversation) {
  deliver(first_mail);
  const auto stranger = deliver(
      "From: eve@example.com\r\nSubject: Re: Question\r\nMessage-ID: <e1@example.com>\r\nIn-Reply-To: "
      "<m1@example.org>\r\n\r\nLet me in\r\n");
  EXPECT_EQ(stranger.conversation, ConversationId(2));
}

TEST_F(AppTest, a_machine_gets_no_automatic_reply_and_a_person_does) {
  deliver("From: robot@example.org\r\nAuto-Submitted: auto-replied\r\nMessage-ID: <x@y>\r\n\r\nI am away\r\n");
  EXPECT_TRUE(outgoing().empty());
  EXPECT_EQ(show(1).messages.size(), 1u);
  deliver(first_mail);
  ASSERT_EQ(outgoing().size(), 1u);
}

TEST_F(AppTest, history_replayed_gives_the_same_events_digest_and_state) {
  agent("ana");
  const Created created = create(form());
  now = now + hours(5);
  (void)write([&](store::Tx& tx) { return app_->wake(tx, 10); });
  ASSERT_TRUE(reply(1, "Sorry for the wait.", show(1).row.last_number).ok());
  Change hold;
  hold.state = "on_hold";
  hold.reason = "parts";
  ASSERT_TRUE(write([&](store::Tx& tx) { return app_->change(tx, caller, ConversationId(1), hold); }).ok());
  now = now + hours(30);
  ASSERT_TRUE(write([&](store::Tx& tx) {
                return app_->public_message(tx, created.token, {"m1", "Any news?"}, "en");
              }).ok());
  (void)read([&](store::Tx& tx) -> Result<int> {
    const auto record = tx.find_conversation(ConversationId(1));
    const auto events = tx.events(ConversationId(1));
    EXPECT_EQ(store::Tx::digest_of(events), record->digest);
    desk::Conversation folded;
    folded.id = ConversationId(1);
    for (const desk::Event& event : events) desk::apply(folded, event);
    EXPECT_EQ(folded, record->state) << "the projection is what the events say";
    Plans plans;
    const auto plan = plans.in_force(tx);
    SUKI_ASSERT(plan.ok());
    desk::Conversation state;
    state.id = ConversationId(1);
    std::vector<desk::Event> again;
    for (const store::InputRecord& input : tx.inputs(ConversationId(1))) {
      desk::Out out;
      EXPECT_EQ(desk::decide({*(*plan)->compiled, *(*plan)->compiled, input.in_force}, state, input.command,
                             input.facts, input.at, out),
                desk::Refusal::none);
      for (const desk::Event& event : out.events) {
        desk::apply(state, event);
        again.push_back(event);
      }
    }
    EXPECT_EQ(again, events) << "the input log decides everything";
    return 0;
  });
}

TEST_F(AppTest, a_broken_plan_is_not_adopted_and_the_old_one_stays_in_force) {
  std::string broken = plan_yaml;
  broken.replace(broken.find("team: front}"), 12, "team: fronk}");
  const auto adopted = write([&](store::Tx& tx) { return app_->adopt(tx, {{"plan.yaml", broken}}, "me", "try"); });
  ASSERT_FALSE(adopted.ok());
  EXPECT_EQ(adopted.error().code, ErrorCode::bad_plan);
  EXPECT_THAT(adopted.error().detail, HasSubstr("did you mean \"front\"?"));
  EXPECT_EQ(read([&](store::Tx& tx) { return app_->plan_document(tx, caller); })->version, "1");
}

TEST_F(AppTest, an_id_that_an_open_conversation_uses_cannot_be_dropped_until_it_is_closed) {
  agent("ana");
  create(form());
  std::string without = plan_yaml;
  const auto from = without.find("  - {id: refund,"), to = without.find("priorities:");
  without.erase(from, to - from);
  const auto adopt = [&] {
    return write([&](store::Tx& tx) { return app_->adopt(tx, {{"plan.yaml", without}}, "me", "no refunds"); });
  };
  ASSERT_FALSE(adopt().ok());
  EXPECT_THAT(adopt().error().detail, HasSubstr("topic \"refund\" is gone"));
  Change close;
  close.state = "closed";
  ASSERT_TRUE(write([&](store::Tx& tx) { return app_->change(tx, caller, ConversationId(1), close); }).ok());
  const auto adopted = adopt();
  EXPECT_TRUE(adopted.ok()) << adopted.error().detail;
  EXPECT_EQ(show(1).row.topic.id, "refund") << "history keeps its words";
}

TEST_F(AppTest, a_new_plan_changes_no_promise_that_was_made) {
  create(form("r1"));
  std::string faster = plan_yaml;
  faster.replace(faster.find("within: 4h"), 10, "within: 2h");
  ASSERT_TRUE(write([&](store::Tx& tx) { return app_->adopt(tx, {{"plan.yaml", faster}}, "me", "faster"); }).ok());
  create(form("r2"));
  EXPECT_EQ(show(1).clocks.front().budget_s, 4 * 3600);
  EXPECT_EQ(show(2).clocks.front().budget_s, 2 * 3600);
  EXPECT_EQ(show(1).plan_version, "1");
  EXPECT_EQ(show(2).plan_version, "2");
}

TEST_F(AppTest, the_plan_reads_as_a_document_in_both_languages) {
  for (const char* language : {"en", "fil"}) {
    const auto document = read([&](store::Tx& tx) {
      return app_->plan_document(tx, {AgentId(1), Role::manager, language});
    });
    ASSERT_TRUE(document.ok());
    std::string all;
    for (const PlanSection& section : document->sections) {
      all += section.title + "\n";
      for (const Text& paragraph : section.paragraphs) all += paragraph + "\n";
      for (const PlanTable& table : section.tables) {
        for (const auto& row : table.rows) {
          EXPECT_EQ(row.size(), table.head.size()) << section.id;
          for (const Text& cell : row) all += cell + " | ";
          all += "\n";
        }
      }
    }
    EXPECT_THAT(all, HasSubstr(std::string_view(language) == "en" ? "First reply within 4 hours"
                                                                  : "Unang sagot sa loob ng 4 oras"));
    EXPECT_THAT(all, HasSubstr("09:00–17:00"));
    EXPECT_THAT(document->source, HasSubstr("business:"));
  }
}

TEST_F(AppTest, those_who_watch_hear_of_each_change_once_it_is_durable) {
  std::vector<Changed> heard;
  app_->on_changed(
      [&](const std::vector<Changed>& changes) { heard.insert(heard.end(), changes.begin(), changes.end()); });
  create(form());
  ASSERT_EQ(heard.size(), 1u);
  EXPECT_EQ(heard[0].conversation, ConversationId(1));
  const auto inbox = read([&](store::Tx& tx) { return app_->inbox(tx, caller, "open", "", 50); });
  EXPECT_EQ(inbox->position, heard[0].position);

  // A mail may still come in while the server is being stopped.
  app_->on_changed({});
  create(form("r2"));
  EXPECT_EQ(heard.size(), 1u);
}

}  // namespace
}  // namespace suki::app
