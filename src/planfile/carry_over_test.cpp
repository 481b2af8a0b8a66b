// Which `was:` counts when one plan version follows another, and which cannot.
#include "plan/carry_over.h"

#include <gmock/gmock.h>

#include "planfile/testing.h"

namespace suki::planfile {
namespace {

using plan::Renamed;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// A small plan with these topics; `topics` is the list between the brackets, and the first is the default.
plan::Plan with_topics(const std::string& topics, const std::string& languages = "en") {
  std::string yaml = testing::small_plan;
  const std::string old = "{id: question, name: Question}", first = topics.substr(5, topics.find_first_of(",}") - 5);
  const auto at = yaml.find("  - " + old);
  yaml.replace(at, 4 + old.size(), "  [" + topics + "]");
  const auto use = yaml.find("topic: question");
  yaml.replace(use, 15, "topic: " + first);
  const auto spoken = yaml.find("[en]");
  yaml.replace(spoken, 4, "[" + languages + "]");
  auto loaded = testing::load_text(yaml);
  EXPECT_THAT(testing::lines_of(loaded.checked.diagnostics), IsEmpty()) << yaml;
  return loaded.checked.plan ? *loaded.checked.plan : plan::Plan{};
}

std::string errors_of(const plan::Plan& before, const plan::Plan& now) {
  std::string all;
  for (const auto& line : testing::lines_of(plan::carry_over(before, now).diagnostics)) all += line + "\n";
  return all;
}

TEST(CarryOver, ARenamedIdIsCarriedOverOnce) {
  const auto one = with_topics("{id: a, name: A}"), two = with_topics("{id: b, was: a, name: A}");
  EXPECT_THAT(plan::carry_over(one, two).renames, ElementsAre(Renamed{"a", "b"}));
  EXPECT_THAT(plan::carry_over(two, two).renames, IsEmpty()) << "left in the plan it says nothing new";
}

TEST(CarryOver, WhatWasNeverInForceIsNoRename) {
  const auto other = with_topics("{id: x, name: X}"), two = with_topics("{id: b, was: a, name: A}");
  EXPECT_THAT(plan::carry_over(other, two).renames, IsEmpty());
  EXPECT_EQ(errors_of(other, two), "");
}

TEST(CarryOver, RenamingBackIsARename) {
  const auto one = with_topics("{id: a, name: A}"), two = with_topics("{id: b, was: a, name: A}"),
             three = with_topics("{id: a, was: b, name: A}");
  EXPECT_THAT(plan::carry_over(two, three).renames, ElementsAre(Renamed{"b", "a"}));
  EXPECT_THAT(plan::carry_over(three, two).renames, ElementsAre(Renamed{"a", "b"}));
  EXPECT_EQ(errors_of(two, three) + errors_of(three, two), "");
}

TEST(CarryOver, TwoMaySwapAndStaySwappedWhileTheirWasStays) {
  const auto one = with_topics("{id: a, name: A}, {id: b, name: B}"),
             swapped = with_topics("{id: a, was: b, name: B}, {id: b, was: a, name: A}");
  EXPECT_THAT(plan::carry_over(one, swapped).renames, ElementsAre(Renamed{"a", "b"}, Renamed{"b", "a"}));
  EXPECT_THAT(plan::carry_over(swapped, swapped).renames, IsEmpty());
  EXPECT_THAT(plan::carry_over(one, swapped).diagnostics.list(), IsEmpty());
}

TEST(CarryOver, NamesMayMoveOn) {
  const auto one = with_topics("{id: a, name: A}, {id: b, name: B}"),
             two = with_topics("{id: b, was: a, name: A}, {id: c, was: b, name: B}");
  EXPECT_THAT(plan::carry_over(one, two).renames, ElementsAre(Renamed{"a", "b"}, Renamed{"b", "c"}));
  EXPECT_EQ(errors_of(one, two), "");
}

TEST(CarryOver, TwoThingsCannotBecomeOne) {
  const auto one = with_topics("{id: a, name: A}, {id: b, name: B}"), two = with_topics("{id: b, was: a, name: A}");
  EXPECT_THAT(errors_of(one, two), HasSubstr("the plan in force has both"));
}

TEST(CarryOver, ATopicCannotBecomeATeam) {
  const auto one = with_topics("{id: a, name: A}, {id: b, name: B}");
  std::string yaml = testing::small_plan;
  yaml.replace(yaml.find("{id: front,"), 11, "{id: front, was: b,");
  const auto two = testing::load_text(yaml);
  ASSERT_TRUE(two.checked.plan.has_value());
  EXPECT_THAT(errors_of(one, *two.checked.plan),
              HasSubstr("plan.yaml:6:6: error: \"b\" cannot become \"front\": it is of the kind topic in the plan in "
                        "force, not team"));
}

TEST(CarryOver, ALanguageIsNeverRenamed) {
  const auto one = with_topics("{id: en, name: A}, {id: b, name: B}"),
             two = with_topics("{id: c, was: en, name: A}, {id: b, name: B}"),
             three = with_topics("{id: en, was: b, name: A}");
  EXPECT_THAT(errors_of(one, two), HasSubstr("\"en\" is also a language"));
  EXPECT_THAT(errors_of(with_topics("{id: b, name: B}"), three), HasSubstr("\"en\" is also a language"));
}

TEST(CarryOver, ARenamedThingKeepsItsSymbolWhenTheNewVersionIsCompiled) {
  std::string one = testing::small_plan, two = one;
  two.replace(two.find("{id: question,"), 14, "{id: asking, was: question,");
  two.replace(two.find("topic: question"), 15, "topic: asking");
  plan::Symbols symbols;
  const auto first = testing::load_text(one, symbols);
  const auto topic = first.checked.compiled->default_topic;
  plan::Symbols scratch = symbols;
  const auto read = testing::load_text(two, scratch);
  plan::rename_all(plan::carry_over(*first.checked.plan, *read.checked.plan).renames, symbols);
  const auto second = testing::load_text(two, symbols);
  EXPECT_EQ(second.checked.compiled->default_topic, topic);
  EXPECT_EQ(symbols.text(topic), "asking");
}

}  // namespace
}  // namespace suki::planfile
