// What a good plan means: defaults, and what becomes of each part. Broken ones are in plans/bad.
#include <boost/json.hpp>

#include <set>

#include "plan/schema.h"
#include "planfile/testing.h"

namespace suki::planfile {
namespace {

using plan::Target;

const plan::TargetPromise& promise(const plan::SlaPolicy& policy, Target target) {
  return *policy.targets[static_cast<std::size_t>(target)];
}

class ApplianceShop : public ::testing::Test {
 protected:
  void SetUp() override {
    loaded = load_folder(testing::plans_folder() / "appliance-shop", testing::test_sources(), symbols);
    ASSERT_TRUE(loaded.checked.plan.has_value());
  }
  [[nodiscard]] const plan::CompiledPlan& compiled() const { return *loaded.checked.compiled; }
  [[nodiscard]] Symbol symbol(std::string_view slug) const { return symbols.find(slug); }

  plan::Symbols symbols;
  Loaded loaded;
};

TEST_F(ApplianceShop, ResolutionPausesWhileWaitingUnlessThePlanSaysOtherwise) {
  const auto& standard = *compiled().find_policy(symbol("standard"));
  EXPECT_TRUE(promise(standard, Target::resolution).paused_in_pending);
  EXPECT_TRUE(promise(standard, Target::resolution).paused_in_on_hold);
  EXPECT_TRUE(promise(standard, Target::update).paused_in_pending);
  EXPECT_FALSE(promise(standard, Target::first_reply).paused_in_pending);
  EXPECT_FALSE(promise(standard, Target::next_reply).paused_in_on_hold);
  const auto& cooling = *compiled().find_policy(symbol("cooling"));
  EXPECT_TRUE(promise(cooling, Target::resolution).paused_in_pending);
  EXPECT_FALSE(promise(cooling, Target::resolution).paused_in_on_hold) << "pause_in names pending only";
}

TEST_F(ApplianceShop, EscalationsBelongToTheirTargetInOrderOfTime) {
  const auto& steps = promise(*compiled().find_policy(symbol("cooling")), Target::first_reply).escalations;
  ASSERT_EQ(steps.size(), 3U);
  EXPECT_EQ(steps[0].offset, -minutes(30));
  EXPECT_EQ(steps[0].step, plan::Step::notify_team);
  EXPECT_EQ(steps[0].team, symbol("workshop"));
  EXPECT_EQ(steps[1].offset, Span{});
  EXPECT_EQ(steps[2].offset, hours(2));
  EXPECT_EQ(steps[2].step, plan::Step::assign_team);
}

TEST_F(ApplianceShop, TheCounterTakesRepairsInItself) {
  plan::Facts facts;
  facts.set(plan::FactKey::topic, symbol("warranty"));
  facts.set(plan::FactKey::channel, symbol("counter"));
  EXPECT_EQ(compiled().choose_assignment(facts)->team, symbol("front"));
  facts.set(plan::FactKey::channel, symbol("email"));
  EXPECT_EQ(compiled().choose_assignment(facts)->team, symbol("workshop"));
  EXPECT_TRUE(compiled().choose_assignment(facts)->automatic);
}

TEST_F(ApplianceShop, TheTownFiestaAndTheHolidaysClose) {
  const auto& store = compiled().calendars[compiled().find_channel(symbol("phone"))->hours];
  EXPECT_FALSE(store.is_open(*parse_instant("2027-01-15T10:00:00+08:00"))) << "the fiesta comes back every year";
  EXPECT_FALSE(store.is_open(*parse_instant("2026-12-25T10:00:00+08:00")));
  EXPECT_TRUE(store.is_open(*parse_instant("2026-12-23T19:00:00+08:00"))) << "longer hours by exception";
  EXPECT_FALSE(store.is_open(*parse_instant("2026-12-22T19:00:00+08:00")));
}

TEST_F(ApplianceShop, OrderGivesRankAndDefaultsAreKept) {
  EXPECT_EQ(compiled().find_priority(symbol("urgent"))->rank, 0);
  EXPECT_EQ(compiled().find_priority(symbol("low"))->rank, 2);
  EXPECT_EQ(compiled().default_language, symbol("fil"));
  EXPECT_EQ(compiled().default_team, symbol("front"));
  EXPECT_EQ(compiled().calendar_ids[0], Symbol{});
  EXPECT_TRUE(compiled().calendars[0].is_always());
}

TEST_F(ApplianceShop, NamesAreFoundInEachLanguage) {
  const auto& plan = *loaded.checked.plan;
  EXPECT_EQ(plan.name_of("workshop", "fil"), "Pagawaan");
  EXPECT_EQ(plan.name_of("workshop", "en"), "Workshop");
  EXPECT_EQ(plan.name_of("workshop", "de"), "Pagawaan") << "the first language stands in";
  EXPECT_EQ(plan.name_of("everyone", "en"), "everyone") << "no name: the id";
  EXPECT_EQ(plan.place_of("workshop").file, "plan.yaml");
  EXPECT_GT(plan.place_of("workshop").line, 1U);
}

TEST(Check, TheSmallestPlanIsAPlanAndSaysWhatItLeavesOpen) {
  const auto loaded = testing::load_text(testing::small_plan);
  EXPECT_TRUE(testing::lines_of(loaded.checked.diagnostics).empty());
  ASSERT_NE(loaded.checked.compiled, nullptr);
  EXPECT_EQ(loaded.checked.compiled->choose_sla({}), nullptr);
  std::set<std::string> open;
  for (const auto& diagnostic : loaded.checked.diagnostics.list()) open.insert(diagnostic.code);
  EXPECT_EQ(open, (std::set<std::string>{"question-1", "question-2", "question-3", "question-4", "question-5",
                                         "question-6", "question-7", "question-8", "question-9"}));
}

TEST(Check, ARenamedIdIsRemembered) {
  std::string yaml = testing::small_plan;
  yaml.replace(yaml.find("{id: question,"), 14, "{id: question, was: ask,");
  const auto loaded = testing::load_text(yaml);
  ASSERT_TRUE(loaded.checked.plan.has_value());
  EXPECT_EQ(loaded.checked.plan->renamed, (std::map<std::string, std::string>{{"ask", "question"}}));
}

TEST(Check, TheSameSlugKeepsItsSymbolFromPlanToPlan) {
  plan::Symbols symbols;
  (void)testing::load_text(testing::small_plan, symbols);
  const auto front = symbols.find("front");
  ASSERT_TRUE(front);
  const auto size = symbols.size();
  (void)testing::load_text(testing::small_plan, symbols);
  EXPECT_EQ(symbols.find("front"), front);
  EXPECT_EQ(symbols.size(), size);
}

TEST(Check, AByteErrorWithholdsThePlanThoughTheTreeIsWhole) {
  plan::Symbols symbols;
  const auto loaded = testing::load_text(testing::small_plan + "suki: 1\n", symbols);
  EXPECT_EQ(testing::lines_of(loaded.checked.diagnostics).size(), 1U);
  EXPECT_FALSE(loaded.checked.plan.has_value());
  EXPECT_EQ(symbols.size(), 0U);
}

// ---- the JSON Schema ----------------------------------------------------------------------------------------------

void collect_references(const boost::json::value& value, std::set<std::string>& out) {
  if (const auto* object = value.if_object()) {
    for (const auto& [key, inner] : *object) {
      if (key == "$ref") out.insert(std::string(inner.as_string()));
      collect_references(inner, out);
    }
  } else if (const auto* array = value.if_array()) {
    for (const auto& inner : *array) collect_references(inner, out);
  }
}

TEST(JsonSchema, IsJsonAndEveryReferenceLeadsSomewhere) {
  const auto schema = boost::json::parse(plan::to_json_schema());
  std::set<std::string> references;
  collect_references(schema, references);
  EXPECT_GT(references.size(), 15U);
  for (const auto& reference : references) {
    ASSERT_TRUE(reference.starts_with("#/$defs/")) << reference;
    EXPECT_TRUE(schema.at("$defs").as_object().contains(reference.substr(8))) << reference;
  }
}

TEST(JsonSchema, KnowsTheKeysThatTheCheckKnows) {
  const auto schema = boost::json::parse(plan::to_json_schema());
  const auto& properties = schema.at("properties").as_object();
  EXPECT_EQ(properties.size(), plan::plan_object().fields.size());
  for (const auto& field : plan::plan_object().fields) EXPECT_TRUE(properties.contains(field.key)) << field.key;
  EXPECT_EQ(schema.at("additionalProperties").as_bool(), false);
}

}  // namespace
}  // namespace suki::planfile
