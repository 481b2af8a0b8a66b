// One random script of commands, played on SQLite and on PostgreSQL in lockstep: every answer is the same, and so is
// what lies in the database at the end.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "script/side.h"

namespace suki::script {
namespace {

std::string first_difference(const std::string& a, const std::string& b) {
  std::size_t at = 0;
  while (at < a.size() && at < b.size() && a[at] == b[at]) ++at;
  const std::size_t line = at == 0 ? 0 : a.rfind('\n', at - 1) + 1;
  return fmt::format("sqlite:   {}\npostgres: {}", a.substr(line, 600), b.substr(line, 600));
}

void play(std::uint64_t seed, int acts) {
  SCOPED_TRACE(fmt::format("to repeat: SUKI_SEED={} build/tests/lockstep_test", seed));
  Random random(seed);
  Side sqlite("sqlite"), postgres("postgres");
  for (int i = 0; i < acts; ++i) {
    const Act act = next_act(random, With::everything);
    const std::string here = act.run(sqlite), there = act.run(postgres);
    ASSERT_EQ(here, there) << "act " << i << ": " << act.name;
  }
  const auto verify = [](Side& side) {
    return side.read<app::App::VerifySlice>([&](store::Tx& tx) { return side.app().verify(tx, {}, 1'000'000); });
  };
  for (Side* const side : {&sqlite, &postgres}) {
    const auto slice = verify(*side);
    ASSERT_TRUE(slice.ok()) << slice.error().detail;
    EXPECT_TRUE(slice->done);
    EXPECT_EQ(fmt::format("{}", fmt::join(slice->differences, "\n")), "") << side->engine();
  }
  const std::string here = sqlite.dump(), there = postgres.dump();
  EXPECT_GT(here.size(), 10'000u);
  EXPECT_TRUE(here == there) << first_difference(here, there);
}

TEST(Lockstep, BothEnginesAnswerTheSameAndEndInTheSameState) {
  if (!store_testing::has_postgres()) GTEST_SKIP() << "PostgreSQL is not installed";
  const std::uint64_t seed = seed_of_run();
  fmt::print("seed {}\n", seed);
  std::fflush(stdout);  // what is printed before the server is started is not printed by it again
  for (int round = 0; round < (is_long() ? 8 : 1) && !HasFatalFailure(); ++round)
    play(seed + static_cast<std::uint64_t>(round), is_long() ? 2'000 : 500);
}

}  // namespace
}  // namespace suki::script
