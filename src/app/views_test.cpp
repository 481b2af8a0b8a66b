// Views: what a name shows, and the filters that agents keep.
#include "app/views.h"

#include "app/testing.h"

namespace suki::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ViewsTest : public AppTest {
 protected:
  ViewsTest() : ana({agent("ana"), Role::agent, "en"}), ben({agent("ben"), Role::agent, "en"}) {
    caller = ana;
    create(form("r1"));
    auto question = form("r2");
    question.topic = "question";
    create(question);
  }
  std::vector<std::string> shown(const Caller& who, const std::string& view) {
    const auto inbox = read([&](store::Tx& tx) { return app_->inbox(tx, who, view, "", 50); });
    std::vector<std::string> ids;
    if (!inbox.ok()) return {inbox.error().detail};
    for (const Row& row : inbox->items) ids.push_back(row.id);
    return ids;
  }
  Result<SavedViews> save(const Caller& who, const NewView& view) {
    return write([&](store::Tx& tx) { return save_view(*app_, tx, who, view); });
  }
  Result<SavedViews> change(const Caller& who, std::int64_t id, const ViewChange& view) {
    return write([&](store::Tx& tx) { return change_view(*app_, tx, who, SavedViewId(id), view); });
  }
  std::vector<std::string> names(const Caller& who) {
    const auto views = read([&](store::Tx& tx) { return saved_views(*app_, tx, who); });
    std::vector<std::string> all;
    for (const SavedView& view : views->items) all.push_back(view.name);
    return all;
  }
  Caller ana, ben;
};

TEST_F(ViewsTest, a_team_and_a_topic_are_views) {
  EXPECT_THAT(shown(ana, "team:front"), ElementsAre("1", "2"));
  EXPECT_THAT(shown(ana, "topic:question"), ElementsAre("2"));
  EXPECT_THAT(shown(ana, "topic:nothing"), ElementsAre(HasSubstr("the plan has no topic")));
  EXPECT_THAT(shown(ana, "everything"), ElementsAre(HasSubstr("view: must be open, mine")));
  const auto inbox = read([&](store::Tx& tx) { return app_->inbox(tx, ana, "open", "", 1); });
  ASSERT_EQ(inbox->counts.topics.size(), 2u);
  EXPECT_EQ(inbox->counts.teams.at(0).id, "front");
  EXPECT_EQ(inbox->counts.teams.at(0).n, 2);
}

TEST_F(ViewsTest, at_risk_and_breached_are_set_by_what_happens_and_not_by_the_hour) {
  EXPECT_THAT(shown(ana, "at_risk"), IsEmpty());
  now = now + hours(3) + minutes(10);  // the promise of 4 hours warns after 3: nobody has been woken yet
  EXPECT_THAT(shown(ana, "at_risk"), IsEmpty());
  wait(minutes(1));
  EXPECT_THAT(shown(ana, "at_risk"), ElementsAre("1", "2"));
  EXPECT_TRUE(show(1).row.at_risk);
  wait(hours(1));
  EXPECT_THAT(shown(ana, "breached"), ElementsAre("1", "2"));
  const auto inbox = read([&](store::Tx& tx) { return app_->inbox(tx, ana, "breached", "", 50); });
  EXPECT_EQ(inbox->counts.breached, 2);
  EXPECT_EQ(inbox->counts.at_risk, static_cast<std::int64_t>(shown(ana, "at_risk").size()));
  // A resolved one is nobody's worry any more.
  ASSERT_TRUE(write([&](store::Tx& tx) {
                return app_->change(tx, ana, ConversationId(1), {"resolved", {}, {}, {}, {}, {}, {}});
              }).ok());
  EXPECT_THAT(shown(ana, "breached"), ElementsAre("2"));
}

TEST_F(ViewsTest, a_filter_is_kept_counted_and_shown) {
  NewView view{"  Refunds of mine ", "", {}};
  view.conditions.topic = {"refund"};
  view.conditions.state = {"open", "pending"};
  view.conditions.assignee = {"me", "nobody"};
  const auto saved = save(ana, view);
  ASSERT_TRUE(saved.ok()) << saved.error().detail;
  ASSERT_EQ(saved->items.size(), 1u);
  EXPECT_EQ(saved->items[0].name, "Refunds of mine");
  EXPECT_EQ(saved->items[0].count, 1);
  EXPECT_THAT(saved->items[0].conditions.assignee, ElementsAre("me", "nobody"));
  EXPECT_THAT(shown(ana, "saved:1"), ElementsAre("1"));
  EXPECT_THAT(names(ben), IsEmpty()) << "it is private";
  EXPECT_THAT(shown(ben, "saved:1"), ElementsAre("no such view"));
  EXPECT_EQ(change(ben, 1, {"Mine now", {}, {}, {}}).error().code, ErrorCode::not_found);
}

TEST_F(ViewsTest, a_team_sees_what_is_shared_with_it_and_only_its_owner_changes_it) {
  ASSERT_TRUE(save(ana, {"Ours", "front", {}}).ok());
  EXPECT_THAT(names(ben), ElementsAre("Ours"));
  EXPECT_THAT(shown(ben, "saved:1"), ElementsAre("2", "1"));
  EXPECT_EQ(change(ben, 1, {{}, {}, {}, true}).error().code, ErrorCode::not_found);
  ASSERT_TRUE(change(ana, 1, {{}, "", {}, {}}).ok());
  EXPECT_THAT(names(ben), IsEmpty());
}

TEST_F(ViewsTest, one_is_renamed_moved_removed_and_brought_back) {
  for (const char* name : {"A", "B", "C"}) ASSERT_TRUE(save(ana, {name, "", {}}).ok());
  ASSERT_TRUE(change(ana, 1, {"A2", {}, {}, {}}).ok());
  ASSERT_TRUE(write([&](store::Tx& tx) { return order_views(*app_, tx, ana, {{"3", "1", "2"}}); }).ok());
  EXPECT_THAT(names(ana), ElementsAre("C", "A2", "B"));
  EXPECT_FALSE(write([&](store::Tx& tx) { return order_views(*app_, tx, ana, {{"3", "3", "2"}}); }).ok());
  ASSERT_TRUE(change(ana, 1, {{}, {}, {}, true}).ok());
  EXPECT_THAT(names(ana), ElementsAre("C", "B"));
  EXPECT_THAT(shown(ana, "saved:1"), ElementsAre("no such view"));
  ASSERT_TRUE(change(ana, 1, {{}, {}, {}, false}).ok());
  EXPECT_THAT(names(ana), ElementsAre("C", "A2", "B")) << "at its old place";
}

TEST_F(ViewsTest, what_cannot_be_is_refused_with_its_field) {
  NewView view{"x", "", {}};
  view.conditions.topic = {"refund", "nonsense"};
  EXPECT_EQ(save(ana, view).error().detail, "topic: there is no \"nonsense\"");
  view.conditions = {};
  view.conditions.assignee = {"999"};
  EXPECT_THAT(save(ana, view).error().detail, HasSubstr("assignee: there is no"));
  EXPECT_THAT(save(ana, {" ", "", {}}).error().detail, HasSubstr("name: must not be empty"));
  EXPECT_THAT(save(ana, {std::string(61, 'x'), "", {}}).error().detail, HasSubstr("at most 60"));
  EXPECT_THAT(save(ana, {"x", "nobody-knows", {}}).error().detail, HasSubstr("team: the plan has no team"));
  view.conditions = {};
  view.conditions.topic.assign(51, "refund");
  EXPECT_THAT(save(ana, view).error().detail, HasSubstr("at most 50 values"));
  for (std::size_t i = 0; i < saved_views_max; ++i) ASSERT_TRUE(save(ana, {"v" + std::to_string(i), "", {}}).ok());
  EXPECT_EQ(save(ana, {"one more", "", {}}).error().code, ErrorCode::conflict);
}

}  // namespace
}  // namespace suki::app
