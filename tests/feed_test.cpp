// Whoever watches the feed has in the end what the server has, wherever and for however long their line was cut: played
// from recordings in simulated time. The pages' own client plays the same files (web/src/desk/recorded.test.ts).
#include <gtest/gtest.h>

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "feed/play.h"
#include "script/side.h"
#include "store_testing/engines.h"

namespace suki::feed {
namespace {

const std::filesystem::path folder = SUKI_SOURCE_DIR "/tests/feed";

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// By name.
std::map<std::string, Recording> recordings() {
  std::map<std::string, Recording> all;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".jsonl")
      all.emplace(entry.path().filename().string(), from_lines(read_file(entry.path())));
  return all;
}

class Feed : public testing::Test {
 protected:
  Feed() {
    spdlog::set_level(spdlog::level::err);  // that reads fail is meant so
    auto opened = store::Store::open(place_.options());
    SUKI_ASSERT(opened.ok());
    store = std::move(*opened);
  }
  void play_with(const std::string& name, const Recording& recording, std::uint64_t seed) {
    const std::string wrong = play(recording, *store, seed, tally);
    EXPECT_EQ(wrong, "") << name << "; to repeat: SUKI_SEED=" << seed << " build/tests/feed_test";
  }
  std::unique_ptr<store::Store> store;
  Tally tally;

 private:
  store_testing::TestPlace place_{store_testing::engine()};
};

TEST_F(Feed, ARecordingReadAgainIsTheSame) {
  const auto all = recordings();
  EXPECT_GE(all.size(), 2u);
  for (const auto& [name, recording] : all) {
    EXPECT_GT(recording.steps.size(), 100u) << name;
    EXPECT_TRUE(to_lines(recording) == read_file(folder / name)) << name;
  }
}

TEST_F(Feed, WhoComesBackIsToldWhatTheRecordingSays) {
  for (const auto& [name, recording] : recordings()) {
    Server server(recording, *store);
    int snapshots = 0;
    std::size_t next = 0;
    for (std::size_t i = 0; i < recording.steps.size(); ++i) {
      server.take(recording.steps[i]);
      server.work();
      const auto ask = [&](std::int64_t after) {
        std::vector<std::string> heard;
        const auto key = server.hub().subscribe({AgentId(1), app::Role::agent, "en"}, {"run 1", after},
                                                [&](const server::Hub::Frames& frames) {
                                                  for (const auto& frame : frames) heard.push_back(*frame);
                                                });
        server.work();
        server.hub().unsubscribe(key);
        return heard;
      };
      if (i == 0) ask(0);  // from here on it is known what changes
      for (; next < recording.answers.size() && recording.answers[next].steps == i + 1; ++next) {
        const Answer& answer = recording.answers[next];
        std::vector<std::string> wanted;
        const auto at = server.seen().position;
        if (answer.told) {
          for (const std::int64_t position : *answer.told)
            wanted.push_back(fmt::format("{{\"position\":{},", position));
          wanted.push_back(fmt::format("{{\"counts\":{},\"at\":{}}}", server.seen().counts, at));
          wanted.push_back(fmt::format(R"({{"position":{},"run":"run 1"}})", at));
        } else {
          ++snapshots;
          wanted.push_back(fmt::format(R"({{"position":{},"run":"run 1","snapshot":true}})", at));
        }
        const auto heard = ask(answer.after);
        ASSERT_EQ(heard.size(), wanted.size()) << name << ", step " << i << ", after " << answer.after;
        for (std::size_t n = 0; n < heard.size(); ++n)
          EXPECT_EQ(heard[n].substr(0, wanted[n].size()), wanted[n]) << name << ", step " << i;
      }
    }
    EXPECT_EQ(next, recording.answers.size());
    EXPECT_GT(snapshots, 2) << name;
    EXPECT_GT(static_cast<int>(next) - snapshots, 2) << name;
  }
}

TEST_F(Feed, WhereverItIsCutAClientHasWhatTheServerHas) {
  const std::uint64_t seed = script::seed_of_run();
  const int rounds = script::is_long() ? 1'000 : 40;
  for (const auto& [name, recording] : recordings())
    for (int round = 0; round < rounds && !HasFailure(); ++round)
      play_with(name, recording, seed + static_cast<std::uint64_t>(round));
  if (HasFailure()) return;
  EXPECT_GT(tally.cuts, 20 * rounds);
  EXPECT_GT(tally.missed_nothing, 0);
  EXPECT_GT(tally.missed_rows, 5 * rounds);
  EXPECT_GT(tally.snapshots, 5 * rounds);
  EXPECT_GT(tally.compared, 100 * rounds);
}

TEST_F(Feed, AlsoOnADeskThatWasNotRecorded) {
  const std::uint64_t seed = script::seed_of_run();
  for (int round = 0; round < (script::is_long() ? 20 : 1) && !HasFailure(); ++round) {
    const std::uint64_t mine = seed + static_cast<std::uint64_t>(round);
    const Recording recording = record(mine, 400);
    for (std::uint64_t cuts = 0; cuts < 5; ++cuts) play_with("a new one", recording, mine + cuts);
  }
}

/// SUKI_RECORD=1 makes the files anew.
TEST(FeedRecording, IsMade) {
  if (std::getenv("SUKI_RECORD") == nullptr) GTEST_SKIP() << "SUKI_RECORD=1 writes the recordings anew";
  for (const std::uint64_t seed : {1, 2})
    std::ofstream(folder / fmt::format("desk-{}.jsonl", seed), std::ios::binary) << to_lines(record(seed, 300));
}

}  // namespace
}  // namespace suki::feed
