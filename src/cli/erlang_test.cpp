#include "cli/erlang.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace suki::cli {
namespace {

const GivenToErlang usual{.contacts = "100", .per = "30min", .handling = "3min"};

boost::json::object answered(const GivenToErlang& given) {
  const auto answer = answer_erlang(given);
  EXPECT_TRUE(answer.ok()) << (answer.ok() ? "" : answer.error().detail);
  return answer.ok() ? boost::json::parse(*answer).as_object() : boost::json::object{};
}
std::string refused(const GivenToErlang& given) {
  const auto answer = answer_erlang(given);
  return answer.ok() ? "answered: " + *answer : answer.error().detail;
}

TEST(ErlangCommand, asks_the_formulas) {
  auto given = usual;
  given.level = "80%", given.shrinkage = "30%", given.occupancy = "85%";
  const auto c = answered(given);
  EXPECT_EQ(c.at("model"), "c");
  EXPECT_EQ(c.at("agents"), 14);
  EXPECT_EQ(c.at("agents_with_shrinkage"), 20);
  EXPECT_NEAR(c.at("service_level").as_double(), 0.88835, 5e-6);
  given.patience = "PT5M";
  const auto a = answered(given);
  EXPECT_EQ(a.at("model"), "a");
  EXPECT_EQ(a.at("agents"), 13);
  EXPECT_EQ(a.at("agents_with_shrinkage"), 19);
}

TEST(ErlangCommand, with_endless_patience_a_is_c) {
  auto a = usual, c = usual;
  a.model = "a", a.patience = "endless", c.model = "c";
  auto answer = answered(a);
  answer["model"] = "c";
  EXPECT_EQ(answer, answered(c));
}

TEST(ErlangCommand, a_wait_without_end_is_null) {
  auto given = usual;
  given.agents = "10";
  const auto answer = answered(given);
  EXPECT_EQ(answer.at("stable"), false);
  EXPECT_TRUE(answer.at("wait_mean_s").is_null());
}

TEST(ErlangCommand, an_option_at_fault_is_named) {
  const auto with = [](auto change) {
    GivenToErlang given = usual;
    change(given);
    return refused(given);
  };
  EXPECT_TRUE(with([](auto& g) { g.contacts = "many"; }).starts_with("--contacts: "));
  EXPECT_TRUE(with([](auto& g) { g.contacts = "0"; }).starts_with("--contacts: "));
  EXPECT_TRUE(with([](auto& g) { g.per = "half an hour"; }).starts_with("--per: "));
  EXPECT_TRUE(with([](auto& g) { g.per = "0s"; }).starts_with("--per: "));
  EXPECT_TRUE(with([](auto& g) { g.handling = "-3min"; }).starts_with("--handling: "));
  EXPECT_TRUE(with([](auto& g) { g.level = "120%"; }).starts_with("--level: "));
  EXPECT_TRUE(with([](auto& g) { g.level = "80"; }).starts_with("--level: "));
  EXPECT_TRUE(with([](auto& g) { g.shrinkage = "100%"; }).starts_with("--shrinkage: "));
  EXPECT_TRUE(with([](auto& g) { g.agents = "2.5"; }).starts_with("--agents: "));
  EXPECT_TRUE(with([](auto& g) { g.agents = "5", g.level = "80%"; }).starts_with("--level: "));
  EXPECT_TRUE(with([](auto& g) { g.model = "c", g.patience = "5min"; }).starts_with("--patience: "));
  EXPECT_TRUE(with([](auto& g) { g.model = "c", g.blocking = "2%"; }).starts_with("--blocking: "));
  EXPECT_TRUE(with([](auto& g) { g.model = "d"; }).starts_with("--model: "));
  EXPECT_TRUE(with([](auto& g) { g.level = "100%"; }).starts_with("no number of agents is enough"));
  EXPECT_TRUE(with([](auto& g) { g.model = "b", g.blocking = "0"; }).starts_with("no number of agents is enough"));
}

}  // namespace
}  // namespace suki::cli
