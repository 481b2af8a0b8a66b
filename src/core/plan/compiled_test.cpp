#include "plan/compiled.h"

#include <gtest/gtest.h>

namespace suki::plan {
namespace {

constexpr Symbol refund{1}, warranty{2}, vip{3}, phone{4};

Facts facts_of(Symbol topic, Symbol segment = {}, Symbol channel = {}) {
  Facts facts;
  facts.set(FactKey::topic, topic);
  facts.set(FactKey::segment, segment);
  facts.set(FactKey::channel, channel);
  return facts;
}

TEST(Condition, WithoutClausesAlwaysHolds) {
  EXPECT_TRUE(matches({}, {}));
}

TEST(Condition, EveryKeyMustHoldAndAnyValueOfAListWillDo) {
  const Condition when{{{FactKey::topic, false, {refund, warranty}}, {FactKey::segment, false, {vip}}}};
  EXPECT_TRUE(matches(when, facts_of(warranty, vip)));
  EXPECT_FALSE(matches(when, facts_of(warranty)));
  EXPECT_FALSE(matches(when, facts_of(phone, vip)));
}

TEST(Condition, AnUnknownFactMatchesNothingNegatedOrNot) {
  EXPECT_FALSE(matches({{{FactKey::channel, false, {phone}}}}, facts_of(refund)));
  EXPECT_FALSE(matches({{{FactKey::channel, true, {phone}}}}, facts_of(refund)));
  EXPECT_TRUE(matches({{{FactKey::channel, true, {phone}}}}, facts_of(refund, {}, Symbol{9})));
  EXPECT_FALSE(matches({{{FactKey::channel, true, {phone}}}}, facts_of(refund, {}, phone)));
}

TEST(CompiledPlan, TheFirstMatchingRuleWinsAndTheLastCatchesTheRest) {
  CompiledPlan plan;
  plan.sla_rules.push_back({Symbol{10}, {{{FactKey::segment, false, {vip}}}}, 0});
  plan.sla_rules.push_back({Symbol{11}, {{{FactKey::topic, false, {refund}}}}, 0});
  plan.sla_rules.push_back({Symbol{12}, {}, 0});
  EXPECT_EQ(plan.choose_sla(facts_of(refund, vip))->id, Symbol{10});
  EXPECT_EQ(plan.choose_sla(facts_of(refund))->id, Symbol{11});
  EXPECT_EQ(plan.choose_sla({})->id, Symbol{12});
  EXPECT_EQ(CompiledPlan{}.choose_sla({}), nullptr);
  EXPECT_EQ(CompiledPlan{}.choose_assignment({}), nullptr);
}

TEST(CompiledPlan, ForEachOccasionTheFirstMatchingReplyIsChosen) {
  CompiledPlan plan;
  plan.auto_replies = {{Symbol{1}, {}, ReplyOn::resolved},
                       {Symbol{2}, {{{FactKey::channel, false, {phone}}}}, ReplyOn::received},
                       {Symbol{3}, {}, ReplyOn::received}};
  EXPECT_EQ(plan.choose_reply(ReplyOn::received, {})->id, Symbol{3});
  EXPECT_EQ(plan.choose_reply(ReplyOn::received, facts_of({}, {}, phone))->id, Symbol{2});
  EXPECT_EQ(plan.choose_reply(ReplyOn::reopened, {}), nullptr);
}

TEST(CompiledPlan, NobodyIsFoundByNoId) {
  CompiledPlan plan;
  plan.teams.push_back({});
  EXPECT_EQ(plan.find_team(Symbol{}), nullptr);
  EXPECT_EQ(plan.find_team(Symbol{7}), nullptr);
}

}  // namespace
}  // namespace suki::plan
