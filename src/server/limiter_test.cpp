#include "server/limiter.h"

#include <gtest/gtest.h>

namespace suki::server {

using namespace std::chrono_literals;
const Limiter::Time start = Limiter::Time() + 1h;

TEST(Limiter, ABurstThenAsFastAsItComesBack) {
  Limiter limiter({.burst = 3, .per_second = 0.5}, 100);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(limiter.take("a", start), 0u);
  EXPECT_EQ(limiter.take("a", start), 2u);
  EXPECT_EQ(limiter.take("b", start), 0u) << "others have a budget of their own";
  EXPECT_EQ(limiter.take("a", start + 1s), 1u) << "a refusal costs nothing";
  EXPECT_EQ(limiter.take("a", start + 2s), 0u);
  EXPECT_EQ(limiter.take("a", start + 2s), 2u);
}

TEST(Limiter, WaitingNeverGivesMoreThanTheBurst) {
  Limiter limiter({.burst = 2, .per_second = 1}, 100);
  EXPECT_EQ(limiter.take("a", start), 0u);
  EXPECT_EQ(limiter.take("a", start + 24h), 0u);
  EXPECT_EQ(limiter.take("a", start + 24h), 0u);
  EXPECT_EQ(limiter.take("a", start + 24h), 1u);
}

TEST(Limiter, AGoodAttemptIsGivenBack) {
  Limiter limiter({.burst = 1, .per_second = 0.1}, 100);
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(limiter.take("a", start), 0u);
    limiter.give_back("a");
  }
  EXPECT_EQ(limiter.take("a", start), 0u);
  EXPECT_EQ(limiter.take("a", start), 10u);
}

TEST(Limiter, TheTableStaysSmallUnderManyKeys) {
  Limiter limiter({.burst = 2, .per_second = 1}, 50);
  for (int i = 0; i < 1000; ++i) {
    EXPECT_EQ(limiter.take("key" + std::to_string(i), start), 0u);
    EXPECT_LE(limiter.size(), 50u);
  }
}

TEST(Limiter, ForgettingStartsWithThoseWhoHaveTheirWholeBudget) {
  Limiter limiter({.burst = 1, .per_second = 0.001}, 3);
  EXPECT_EQ(limiter.take("old", start), 0u);
  EXPECT_EQ(limiter.take("busy", start + 2000s), 0u);
  EXPECT_EQ(limiter.take("x", start + 2000s), 0u);
  EXPECT_EQ(limiter.take("y", start + 2000s), 0u) << "old has its budget back by now and makes room";
  EXPECT_GT(limiter.take("busy", start + 2000s), 0u);
}

TEST(Limiter, OneHouseholdIsOneAddress) {
  EXPECT_EQ(limiter_key("203.0.113.7"), "203.0.113.7");
  EXPECT_EQ(limiter_key("::ffff:203.0.113.7"), "203.0.113.7");
  EXPECT_EQ(limiter_key("2001:db8:1:2:3:4:5:6"), limiter_key("2001:db8:1:2::1"));
  EXPECT_NE(limiter_key("2001:db8:1:2::1"), limiter_key("2001:db8:1:3::1"));
  EXPECT_EQ(limiter_key("not an address"), "not an address");
}

}  // namespace suki::server
