#include "server/log_in_guard.h"

#include <gtest/gtest.h>

#include "server/access_log.h"
#include "server/client.h"

namespace suki::server {
namespace {

using namespace std::chrono_literals;
const LogInGuard::Time start = LogInGuard::Time() + 1h;

int tries_until_refused(LogInGuard& guard, const std::function<std::string(int)>& address,
                        const std::function<std::string(int)>& login) {
  for (int i = 0; i < 100'000; ++i)
    if (guard.draw(address(i), login(i), start) > 0) return i;
  return 100'000;
}

TEST(LogInGuard, OneAddressThatTriesManyLogInsIsStopped) {
  LogInGuard guard(10'000);
  EXPECT_EQ(tries_until_refused(
                guard, [](int) { return "a"; }, [](int i) { return "user" + std::to_string(i); }),
            30);
}

TEST(LogInGuard, ManyAddressesThatTryOneLogInAreStopped) {
  LogInGuard guard(10'000);
  EXPECT_EQ(tries_until_refused(
                guard, [](int i) { return std::to_string(i); }, [](int) { return "ana"; }),
            10);
}

TEST(LogInGuard, ManyAddressesThatTryManyLogInsShareOneBudget) {
  LogInGuard guard(10'000);
  const auto name = [](int i) { return std::to_string(i); };
  EXPECT_EQ(tries_until_refused(guard, name, name), 200);
}

TEST(LogInGuard, WhoLoggedInWellFromAnAddressIsNotShutOutFromElsewhere) {
  LogInGuard guard(10'000);
  ASSERT_EQ(guard.draw("home", "ana", start), 0u);
  guard.good("home", "ana");
  const auto name = [](int i) { return std::to_string(i); };
  (void)tries_until_refused(guard, name, [](int) { return "ana"; });
  (void)tries_until_refused(guard, name, name);
  EXPECT_EQ(guard.draw("home", "ana", start), 0u);
  EXPECT_GT(guard.draw("elsewhere", "ana", start), 0u);
  EXPECT_GT(guard.draw("home", "ben", start), 0u) << "known for one log-in, not for all";
}

TEST(LogInGuard, AnOfficeBehindOneAddressLogsInAsOftenAsItLikes) {
  LogInGuard guard(10'000);
  for (int i = 0; i < 500; ++i) {
    const std::string login = "user" + std::to_string(i);
    ASSERT_EQ(guard.draw("office", login, start), 0u) << i;
    guard.good("office", login);
  }
}

TEST(LogInGuard, CodesAreGuessedFiveTimesAndThenOnceInFiveMinutes) {
  LogInGuard guard(10'000);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(guard.draw_code("ana", start), 0u);
  EXPECT_EQ(guard.draw_code("ana", start), 300u);
  EXPECT_EQ(guard.draw_code("ana", start + 5min), 0u);
}

TEST(Client, TheAddressIsWhatTheNearestProxySawWhateverTheClientWrote) {
  EXPECT_EQ(client_address("10.0.0.1", {}), "10.0.0.1");
  EXPECT_EQ(client_address("10.0.0.1", {"203.0.113.7"}), "203.0.113.7");
  EXPECT_EQ(client_address("10.0.0.1", {"1.1.1.1, 203.0.113.7"}), "203.0.113.7");
  EXPECT_EQ(client_address("10.0.0.1", {"1.1.1.1", "203.0.113.7"}), "203.0.113.7") << "a field of its own counts, too";
  EXPECT_EQ(client_address("10.0.0.1", {"203.0.113.7:50000"}), "203.0.113.7");
  EXPECT_EQ(client_address("10.0.0.1", {"[2001:db8::1]:50000"}), "2001:db8::1");
  EXPECT_EQ(client_address("10.0.0.1", {"2001:db8::1"}), "2001:db8::1");
  EXPECT_EQ(client_address("10.0.0.1", {"unknown"}), "10.0.0.1");
  EXPECT_EQ(client_address("10.0.0.1", {""}), "10.0.0.1");
}

TEST(Client, ABrowserIsCalledByItsNameAndItsMachine) {
  EXPECT_EQ(short_device("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"), "Firefox on Linux");
  EXPECT_EQ(short_device("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0"),
            "Edge on Windows");
  EXPECT_EQ(short_device("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Safari/604.1"),
            "Safari on iPhone");
  EXPECT_EQ(short_device("<script>"), "");
}

TEST(AccessLog, TheSameActCountsOnceInTenMinutes) {
  AccessLog log(3, 100);
  AccessEntry entry{
      {store::AuditActor::agent, AgentId(1), "a"}, "conversation.open", "conversation", 7, true, Instant{1}};
  log.add(entry);
  entry.at = Instant{1} + minutes(10) - Span{1};
  log.add(entry);
  EXPECT_EQ(log.size(), 1u);
  entry.at = Instant{1} + minutes(10);
  log.add(entry);
  entry.object_id = 8;
  EXPECT_TRUE(log.has_room());
  log.add(entry);
  EXPECT_FALSE(log.has_room()) << "nothing more is read without a record";
  auto taken = log.take();
  EXPECT_EQ(taken.size(), 3u);
  EXPECT_TRUE(log.has_room());
  log.put_back(std::move(taken));
  EXPECT_EQ(log.take().front().object_id, 7) << "what could not be written stays, in order";
}

}  // namespace
}  // namespace suki::server
