#include "server/watchers.h"

#include <gtest/gtest.h>

#include "server/limits.h"

namespace suki::server {
namespace {

using namespace std::chrono_literals;

constexpr ConversationId first{1}, second{2};
const Watchers::Who ana{AgentId(1), "Ana"}, ben{AgentId(2), "Ben \"B\""};
const char* const nobody_at_1 = R"({"watching":[{"conversation":"1","agents":[]}]})";

TEST(Watchers, who_looks_is_told_once_and_who_goes_is_gone) {
  Watchers watchers;
  const Watchers::Time now{};
  EXPECT_EQ(watchers.take_changes(now), "");
  watchers.look(7, ana, first, false, now);
  watchers.look(8, ben, first, true, now);
  const std::string both = R"({"watching":[{"conversation":"1","agents":[{"id":"1","name":"Ana","typing":false},)"
                           R"({"id":"2","name":"Ben \"B\"","typing":true}]}]})";
  EXPECT_EQ(watchers.take_changes(now), both);
  EXPECT_EQ(watchers.take_changes(now), "");
  EXPECT_EQ(watchers.all(), both) << "for one who just came";
  watchers.look(7, ana, first, false, now + 1s);
  EXPECT_EQ(watchers.take_changes(now + 1s), "") << "she only says that she is still there";
  watchers.look(7, ana, second, false, now);
  EXPECT_EQ(watchers.take_changes(now + 1s),
            R"({"watching":[{"conversation":"1","agents":[{"id":"2","name":"Ben \"B\"","typing":true}]},)"
            R"({"conversation":"2","agents":[{"id":"1","name":"Ana","typing":false}]}]})");
  watchers.leave(7);
  watchers.leave(8);
  watchers.leave(9);
  EXPECT_EQ(watchers.take_changes(now + 1s),
            R"({"watching":[{"conversation":"1","agents":[]},{"conversation":"2","agents":[]}]})");
  EXPECT_EQ(watchers.all(), "");
  EXPECT_TRUE(watchers.empty());
}

TEST(Watchers, who_says_nothing_stops_typing_and_then_is_forgotten) {
  Watchers watchers;
  const Watchers::Time now{};
  watchers.look(7, ana, first, true, now);
  EXPECT_NE(watchers.take_changes(now).find("true"), std::string::npos);
  EXPECT_EQ(watchers.take_changes(now + limits::watch_typing_for - 1ms), "");
  EXPECT_NE(watchers.take_changes(now + limits::watch_typing_for).find("\"typing\":false"), std::string::npos);
  EXPECT_EQ(watchers.take_changes(now + limits::watch_for - 1ms), "");
  EXPECT_EQ(watchers.take_changes(now + limits::watch_for), nobody_at_1);
  EXPECT_TRUE(watchers.empty());
}

TEST(Watchers, an_agent_with_two_pages_stands_there_once) {
  Watchers watchers;
  const Watchers::Time now{};
  watchers.look(7, ana, first, false, now);
  watchers.look(8, ana, first, true, now);
  EXPECT_EQ(watchers.take_changes(now),
            R"({"watching":[{"conversation":"1","agents":[{"id":"1","name":"Ana","typing":true}]}]})");
  watchers.leave(8);
  EXPECT_EQ(watchers.take_changes(now),
            R"({"watching":[{"conversation":"1","agents":[{"id":"1","name":"Ana","typing":false}]}]})");
}

}  // namespace
}  // namespace suki::server
