// A plan that calls things otherwise: conversations, counters, staff and promises go on under the new names.
#include <map>

#include "app/plans.h"
#include "app/testing.h"
#include "app/work.h"
#include "desk/ledger.h"

namespace suki::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

using Changes = std::vector<std::pair<std::string, std::string>>;

std::string changed(std::string text, const Changes& changes) {
  for (const auto& [from, to] : changes) {
    EXPECT_NE(text.find(from), std::string::npos) << from;
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
      text.replace(at, from.size(), to);
  }
  return text;
}

/// Everything that may have an id is called otherwise; promises are other ones too, to tell the versions apart.
const Changes everything{
    {"id: office\n", "id: shop-hours\n    was: office\n"},
    {"hours: office", "hours: shop-hours"},
    {"calendar: office", "calendar: shop-hours"},
    {"{id: form,", "{id: web, was: form,"},
    {"{id: mail,", "{id: letters, was: mail,"},
    {"{id: vip,", "{id: regulars, was: vip,"},
    {"{id: front,", "{id: counter, was: front,"},
    {"team: front", "team: counter"},
    {"{id: parts,", "{id: spares, was: parts,"},
    {"{id: question,", "{id: asking, was: question,"},
    {"topic: question", "topic: asking"},
    {"{id: refund, name: {en: Refund,", "{id: returns, was: refund, name: {en: Returns,"},
    {"{id: urgent,", "{id: asap, was: urgent,"},
    {"{id: normal,", "{id: usual, was: normal,"},
    {"priority: normal", "priority: usual"},
    {"id: standard\n      name: {en: Standard,", "id: basic\n      was: standard\n      name: {en: Basic,"},
    {"policy: standard", "policy: basic"},
    {"{id: tell-front,", "{id: tell-counter, was: tell-front,"},
    {"{id: everyone,", "{id: all-of-you, was: everyone,"},
    {"{id: all,", "{id: whatever, was: all,"},
    {"id: received\n    \"on\"", "id: thanks\n    was: received\n    \"on\""},
    {"within: 4h", "within: 6h"},
};

class RenameTest : public AppTest {
 protected:
  Result<PlanVersion> adopt(const std::string& yaml) {
    return write([&](store::Tx& tx) { return app_->adopt(tx, {{"plan.yaml", yaml}}, "me", "other names"); });
  }
  void must_adopt(const std::string& yaml) {
    const auto adopted = adopt(yaml);
    ASSERT_TRUE(adopted.ok()) << adopted.error().detail;
  }
  ClockExplanation explain(std::int64_t id) {
    auto shown = read([&](store::Tx& tx) { return app_->explain(tx, caller, ConversationId(id), "first_reply", 1); });
    EXPECT_TRUE(shown.ok()) << shown.error().detail;
    return *shown;
  }
  std::vector<desk::Event> events(std::int64_t id) {
    return *read([&](store::Tx& tx) -> Result<std::vector<desk::Event>> { return tx.events(ConversationId(id)); });
  }
  Result<Conversation> change(std::int64_t id, const Change& what) {
    return write([&](store::Tx& tx) { return app_->change(tx, caller, ConversationId(id), what); });
  }
  Counts counts() {
    return read([&](store::Tx& tx) { return app_->inbox(tx, caller, "open", "", 50); })->counts;
  }
  /// The roster as it is stored.
  std::vector<std::string> teams_of(const std::string& login) {
    return *read([&](store::Tx& tx) -> Result<std::vector<std::string>> {
      std::vector<std::string> teams;
      const auto work = Work::begin(app_->shared(), tx);
      for (const auto& one : tx.memberships(tx.find_account(login)->id))
        teams.push_back(work->plan->slug(one.membership.team));
      return teams;
    });
  }
  /// The digest fits the events, the projection is what they come to, and the inputs decide them again, each under the
  /// plans of its time.
  void check_history(std::int64_t number) {
    const ConversationId id(number);
    (void)read([&](store::Tx& tx) -> Result<int> {
      const auto record = tx.find_conversation(id);
      const auto kept = tx.events(id);
      EXPECT_EQ(store::Tx::digest_of(kept), record->digest);
      Plans plans;
      desk::Conversation state;
      state.id = id;
      std::vector<desk::Event> again;
      for (const store::InputRecord& input : tx.inputs(id)) {
        const PlanPtr in_force = *plans.find(tx, input.in_force);
        const PlanPtr pinned = state.pinned ? *plans.find(tx, state.pinned) : in_force;
        desk::Out out;
        EXPECT_EQ(desk::decide({*in_force->compiled, *pinned->compiled, input.in_force}, state, input.command,
                               input.facts, input.at, out),
                  desk::Refusal::none);
        for (const desk::Event& event : out.events) {
          desk::apply(state, event);
          again.push_back(event);
        }
      }
      EXPECT_EQ(again, kept);
      EXPECT_EQ(state, record->state);
      return 0;
    });
  }
};

std::vector<std::string> values_of(const Conversation& shown, const std::string& kind) {
  std::vector<std::string> values;
  for (const TimelineEvent& event : shown.timeline)
    if (event.kind == kind) values.push_back(event.value);
  return values;
}

TEST_F(RenameTest, a_conversation_is_shown_under_the_new_names_and_its_promise_stays_as_told) {
  const Created created = create(form());
  const Conversation before = show(1);
  const auto told = explain(1);
  const auto history = events(1);
  const Counts counted = counts();
  must_adopt(changed(plan_yaml, everything));
  open();  // nothing of it lives in memory only

  const Conversation after = show(1);
  EXPECT_EQ(after.row.topic.id, "returns");
  EXPECT_EQ(after.row.topic.name, "Returns");
  EXPECT_EQ(after.row.team.id, "counter");
  EXPECT_EQ(after.row.priority.id, "usual");
  EXPECT_EQ(after.row.channel, "form") << "the kind of channel, whose id is now web";
  EXPECT_EQ(after.policy, "Basic");
  EXPECT_EQ(after.row.next_due->due_at, before.row.next_due->due_at);
  EXPECT_EQ(after.plan_version, "1");
  ASSERT_EQ(after.clocks.size(), before.clocks.size());
  for (std::size_t i = 0; i < after.clocks.size(); ++i) {
    EXPECT_EQ(after.clocks[i].due_at, before.clocks[i].due_at);
    EXPECT_EQ(after.clocks[i].budget_s, before.clocks[i].budget_s);
  }
  EXPECT_EQ(events(1), history) << "history is not touched";
  EXPECT_THAT(values_of(after, "topic_changed"), ElementsAre("Returns"));
  EXPECT_THAT(values_of(after, "team_assigned"), ElementsAre("Front")) << "its name did not change";
  const auto now_told = explain(1);
  EXPECT_EQ(now_told.policy, "standard") << "explained in the words of the version that promised";
  EXPECT_EQ(now_told.policy_name, told.policy_name);
  EXPECT_EQ(now_told.rule, told.rule);
  EXPECT_EQ(now_told.calendar, told.calendar);
  EXPECT_EQ(now_told.clock.due_at, told.clock.due_at);
  ASSERT_EQ(now_told.stretches.size(), told.stretches.size());
  EXPECT_EQ(counts().open, counted.open);
  EXPECT_EQ(counts().unassigned, counted.unassigned);
  const auto seen = read([&](store::Tx& tx) { return app_->public_conversation(tx, created.token, "en"); });
  EXPECT_EQ(seen->topic, "Returns");
  EXPECT_EQ(seen->promise.reply_by, created.promise.reply_by);
  check_history(1);
}

TEST_F(RenameTest, a_new_conversation_is_opened_under_the_new_plan_and_an_old_form_still_finds_its_topic) {
  must_adopt(changed(plan_yaml, everything));
  create(form());  // says topic refund, as the page did before
  EXPECT_EQ(show(1).row.topic.id, "returns");
  EXPECT_EQ(show(1).clocks.front().budget_s, 6 * 3600);
  EXPECT_EQ(explain(1).policy, "basic");
}

TEST_F(RenameTest, time_goes_on_and_escalations_reach_the_team_by_its_new_name) {
  const std::string step = "do: raise_priority}";
  const std::string loud = changed(
      plan_yaml,
      {{step, step + "\n        - {id: shout, target: first_reply, at: 1h after, do: notify_team, team: front}"}});
  must_adopt(loud);
  agent("ana", "ana@shop.example");
  create(form());
  (void)outgoing();
  must_adopt(changed(changed(loud, {{"{id: shout,", "{id: cry, was: shout,"}}), everything));
  wait(hours(5));
  const Conversation shown = show(1);
  EXPECT_TRUE(shown.row.breached);
  EXPECT_EQ(shown.clocks.front().ended_at, "2026-11-23T06:00:00Z") << "four hours, as promised";
  EXPECT_EQ(shown.row.priority.id, "asap");
  EXPECT_THAT(values_of(shown, "escalated"), ElementsAre("tell-counter", "cry"));
  std::vector<std::string> told;
  for (const auto& mail : outgoing()) told.push_back(mail.to);
  EXPECT_THAT(told, testing::Contains("ana@shop.example"));
  check_history(1);
}

TEST_F(RenameTest, the_roster_is_carried_over_so_that_work_is_given_and_members_are_found) {
  const AgentId ana = agent("ana", "ana@shop.example");
  create(form());
  must_adopt(changed(plan_yaml, everything));
  EXPECT_THAT(teams_of("ana"), ElementsAre("counter"));
  (void)present(ana);
  EXPECT_EQ(show(1).row.assignee->id, "1") << "a member of the team that has it";
  EXPECT_EQ(counts().mine, 1);
  (void)read([&](store::Tx& tx) -> Result<int> {
    const auto work = Work::begin(app_->shared(), tx);
    EXPECT_EQ(tx.team_members(work->plan->symbols.find("counter"), now).size(), 1u);
    return 0;
  });
  const auto by_old_name = write([&](store::Tx& tx) {
    return app_->create_account(tx, {"ben", "Ben", "hash", Role::agent, {"front"}, {}, "", ""});
  });
  ASSERT_FALSE(by_old_name.ok());
  EXPECT_THAT(by_old_name.error().detail, HasSubstr("the plan has no team \"front\""));
}

TEST_F(RenameTest, a_load_is_counted_by_the_same_channel_under_either_name) {
  const Changes one_at_a_time{{"hours: office, when_closed", "hours: office, capacity: 1, when_closed"}};
  must_adopt(changed(plan_yaml, one_at_a_time));
  const AgentId ana = agent("ana");
  (void)present(ana);
  create(form("r1"));
  EXPECT_EQ(show(1).row.assignee->id, "1");
  must_adopt(changed(changed(plan_yaml, one_at_a_time), everything));
  create(form("r2"));
  EXPECT_FALSE(show(2).row.assignee.has_value()) << "she has one from the form, which is now called web";
  Change done;
  done.state = "resolved";
  ASSERT_TRUE(change(1, done).ok());
  EXPECT_EQ(show(2).row.assignee->id, "1");
}

TEST_F(RenameTest, names_may_be_renamed_again_and_again_and_back) {
  create(form());
  const Changes to_b{{"{id: refund,", "{id: returns, was: refund,"}};
  const Changes to_c{{"{id: refund,", "{id: goods-back, was: returns,"}};
  const Changes back{{"{id: refund,", "{id: refund, was: goods-back,"}};
  must_adopt(changed(plan_yaml, to_b));
  must_adopt(changed(changed(plan_yaml, to_c), {{"within: 4h", "within: 5h"}}));
  open();
  EXPECT_EQ(show(1).row.topic.id, "goods-back");
  EXPECT_EQ(show(1).plan_version, "1") << "pinned to the first while the third is in force";
  EXPECT_EQ(show(1).clocks.front().budget_s, 4 * 3600);
  Change topic;
  topic.topic = "question";
  ASSERT_TRUE(change(1, topic).ok());
  topic.topic = "goods-back";
  ASSERT_TRUE(change(1, topic).ok());
  EXPECT_THAT(values_of(show(1), "topic_changed"), ElementsAre("Refund", "Question", "Refund"));
  must_adopt(changed(plan_yaml, back));
  EXPECT_EQ(show(1).row.topic.id, "refund");
  must_adopt(changed(plan_yaml, to_b));
  EXPECT_EQ(show(1).row.topic.id, "returns");
  must_adopt(changed(plan_yaml, to_b));
  EXPECT_EQ(show(1).row.topic.id, "returns") << "was: may stay where it is";
  check_history(1);
}

TEST_F(RenameTest, two_may_swap_their_names) {
  const std::string teams = "teams: [{id: front, name: {en: Front, fil: Harap}}";
  const Changes two_teams{{teams, teams + ", {id: back, name: {en: Back, fil: Likod}}"}};
  const std::string before = changed(plan_yaml, two_teams);
  must_adopt(before);
  const AgentId ana = agent("ana");
  create(form());  // topic refund, of team front
  const std::string swapped =
      changed(before, {{"{id: front, name", "{id: back, was: front, name"},
                       {"{id: back, name", "{id: front, was: back, name"},
                       {"{id: refund, name", "{id: question, was: refund, name"},
                       {"{id: question, name: {en: Q", "{id: refund, was: question, name: {en: Q"}});
  must_adopt(changed(swapped, {{"team: front", "team: back"}, {"topic: question", "topic: refund"}}));
  open();
  EXPECT_EQ(show(1).row.topic.id, "question");
  EXPECT_EQ(show(1).row.topic.name, "Refund");
  EXPECT_EQ(show(1).row.team.id, "back");
  EXPECT_EQ(show(1).row.team.name, "Front");
  EXPECT_THAT(teams_of("ana"), ElementsAre("back"));
  (void)present(ana);
  EXPECT_TRUE(show(1).row.assignee.has_value());
  must_adopt(changed(swapped, {{"team: front", "team: back"}, {"topic: question", "topic: refund"}}));
  EXPECT_EQ(show(1).row.topic.id, "question") << "the same plan again swaps nothing back";
  EXPECT_THAT(teams_of("ana"), ElementsAre("back"));
  check_history(1);
}

TEST_F(RenameTest, a_name_that_became_free_may_be_given_to_something_else) {
  create(form("r1"));
  must_adopt(changed(plan_yaml, {{"{id: refund,", "{id: returns, was: refund,"}}));
  must_adopt(changed(plan_yaml, {{"  - {id: refund, name: {en: Refund,",
                                  "  - {id: refund, name: {en: Money back, fil: Bayad}, team: front}\n"
                                  "  - {id: returns, name: {en: Goods back,"}}));
  create(form("r2"));
  EXPECT_EQ(show(1).row.topic.id, "returns");
  EXPECT_EQ(show(1).row.topic.name, "Goods back");
  EXPECT_EQ(show(2).row.topic.id, "refund");
  EXPECT_EQ(show(2).row.topic.name, "Money back");
}

TEST_F(RenameTest, what_is_dropped_in_use_is_refused_with_how_many_use_it_and_what_helps) {
  create(form("r1"));
  auto other = form("r2");
  other.message = "Another";
  create(other);
  const auto without = changed(plan_yaml, {{"{id: refund,", "{id: returns,"}});
  const auto refused = adopt(without);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::bad_plan);
  EXPECT_EQ(refused.error().detail,
            "plan.yaml: error: topic \"refund\" is gone, but 2 conversations that are not closed use it; keep it until "
            "they are closed, or write was: refund at the id under which it goes on\n");
  EXPECT_EQ(show(1).row.topic.id, "refund");
  must_adopt(changed(plan_yaml, {{"{id: refund,", "{id: returns, was: refund,"}}));
  EXPECT_EQ(show(2).row.topic.id, "returns");
}

TEST_F(RenameTest, a_rename_that_would_make_two_things_one_is_refused_and_changes_nothing) {
  create(form());
  const std::string one_topic =
      changed(plan_yaml, {{"  - {id: refund, name: {en: Refund, fil: Pagbabalik ng bayad}, team: front}\n", ""},
                          {"{id: question,", "{id: question, was: refund,"}});
  const auto refused = adopt(one_topic);
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().detail, HasSubstr("two things cannot become one"));
  EXPECT_EQ(show(1).row.topic.id, "refund");
}

TEST_F(RenameTest, a_closed_conversation_keeps_the_last_word_for_what_a_later_plan_dropped) {
  agent("ana");
  create(form());
  must_adopt(changed(plan_yaml, {{"{id: refund,", "{id: returns, was: refund,"}}));
  Change close;
  close.state = "closed";
  ASSERT_TRUE(change(1, close).ok());
  must_adopt(changed(plan_yaml, {{"{id: refund,", "{id: repair,"}}));
  EXPECT_EQ(show(1).row.topic.id, "returns");
  // The name comes back for something else that is not it.
  must_adopt(
      changed(plan_yaml, {{"{id: refund, name: {en: Refund,", "{id: returns, was: repair, name: {en: Repair,"}}));
  EXPECT_EQ(show(1).row.topic.name, "returns") << "not Repair";
}

}  // namespace
}  // namespace suki::app
